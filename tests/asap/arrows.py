"""Watches how offers come to stand, one change after another, whoever makes it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import event

from webapp.asap.model import Offer
from webapp.asap.statuses import ARROWS, Response

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def arrows_only() -> Generator[None]:
    """Fail in the end if any offer, meanwhile, came to stand where no arrow leads."""
    wrong: list[tuple[Response, Response]] = []

    def check(_offer: Offer, then: Response, before: object, _initiator: object) -> None:
        # A new offer stands nowhere before; one that is said to stand where it stands, stays.
        if isinstance(before, Response) and before is not then and then not in ARROWS[before]:
            wrong.append((before, then))

    event.listen(Offer.response, "set", check, active_history=True)
    try:
        yield
    finally:
        event.remove(Offer.response, "set", check)
    assert wrong == []
