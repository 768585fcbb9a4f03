"""How the outbox stands, for operators: read from the database when asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp import clock
from webapp.outbox.claiming import depth, oldest_due
from webapp.outbox.model import Status
from webapp.web.scraping import Reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session


def outbox_readings(new_session: Callable[[], Session]) -> Callable[[], list[Reading]]:
    """Return what reads how many promises stand where, and how late the latest is."""

    def read() -> list[Reading]:
        with new_session() as session:
            by_status = depth(session)
            since = oldest_due(session)
        late = (clock.now() - since).total_seconds() if since is not None else 0.0
        return [
            Reading(
                "openslot_outbox_promises",
                "Promises in the outbox by where they stand; parked ones wait for a person.",
                {status.value: float(by_status.get(status, 0)) for status in Status},
                label="status",
            ),
            Reading(
                "openslot_outbox_oldest_due_seconds",
                "For how long the longest-waiting promise has been due; 0 when none is.",
                {"": max(0.0, late)},
            ),
        ]

    return read
