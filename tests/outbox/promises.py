"""Makes promises, claims them, and reads how they stand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from webapp.db.engine import writing
from webapp.outbox.claiming import Claimed, claim_due
from webapp.outbox.model import Promise
from webapp.outbox.promising import promise

if TYPE_CHECKING:
    from datetime import timedelta

Sessions = sessionmaker[Session]
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
KIND = "told"


def make(
    sessions: Sessions, kind: str = KIND, *, subject_id: int = 1, due_at: datetime | None = None
) -> None:
    """Promise in a transaction of its own."""
    with writing(sessions) as session:
        promise(session, kind, slug="harbour", subject_id=subject_id, due_at=due_at)


def make_many(sessions: Sessions, number: int) -> list[int]:
    """Make so many, all due; return their ids."""
    with writing(sessions) as session:
        for subject_id in range(number):
            promise(session, KIND, slug="harbour", subject_id=subject_id)
    return [row.id for row in every(sessions)]


def every(sessions: Sessions) -> list[Promise]:
    """Return all rows, in the order in which they were made."""
    with sessions() as session:
        return list(session.scalars(select(Promise).order_by(Promise.id)))


def only(sessions: Sessions) -> Promise:
    [row] = every(sessions)
    return row


def claim(sessions: Sessions, worker: str = "one", *, lease: timedelta | None = None) -> Claimed:
    """Claim the one that is due first."""
    more = {} if lease is None else {"lease": lease}
    [claimed] = claim_due(sessions, worker=worker, most=1, **more)
    return claimed
