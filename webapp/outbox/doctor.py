"""Finds out whether anybody keeps what was promised."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from webapp import clock
from webapp.outbox.claiming import depth, oldest_due
from webapp.outbox.model import Status
from webapp.practices.doctor import Finding, advice, well, wrong

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

_LATE = timedelta(minutes=2)


def examine_outbox(new_session: Callable[[], Session]) -> Iterator[Finding]:
    """Yield how the outbox stands. The database must be up to date."""
    with new_session() as session:
        since = oldest_due(session)
        parked = depth(session).get(Status.PARKED, 0)
    if since is not None and clock.now() - since > _LATE:
        minutes = int((clock.now() - since).total_seconds() // 60)
        yield wrong(
            f"Promised work has been waiting for {minutes} minutes: start the worker with "
            "flask --app wsgi outbox work, and keep it running."
        )
    else:
        yield well("No promised work is late.")
    if parked:
        yield advice(
            f"{parked} promised {'piece' if parked == 1 else 'pieces'} of work cannot be done "
            "without you: flask --app wsgi outbox list says why."
        )
