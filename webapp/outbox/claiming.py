"""Claims due promises for one worker, and writes down what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select, update

from webapp import clock
from webapp.db.engine import writing
from webapp.outbox.model import Promise, Status
from webapp.outbox.results import MOST_ATTEMPTS, pause

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

LEASE = timedelta(seconds=90)
"""How long a claim holds: longer than any handler's slow call. A killed worker's claims lapse."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A promise in this worker's hands. ``claim`` tells this claim from any later one."""

    id: int
    slug: str
    kind: str
    subject_id: int
    key: str
    attempts: int
    created_at: datetime
    claim: str


def claim_due(
    new_session: Callable[[], Session], *, worker: str, most: int, lease: timedelta = LEASE
) -> list[Claimed]:
    """Claim up to ``most`` due promises, the longest due first, in one short transaction.

    On PostgreSQL rows that another worker is claiming are skipped; on SQLite the one UPDATE
    holds the write lock. Either way a promise has one owner while its lease runs.
    """
    return _claim(new_session, worker=worker, most=most, lease=lease)


def claim_more(new_session: Callable[[], Session], first: Claimed, *, most: int) -> list[Claimed]:
    """Claim up to ``most`` further due promises of the same kind and practice as ``first``.

    They are under its claim, so that one call may keep all of them; each has a lease from now on.
    """
    alike = (Promise.kind == first.kind, Promise.slug == first.slug)
    return _claim(new_session, *alike, worker=first.claim, most=most, lease=LEASE)


def _claim(
    new_session: Callable[[], Session],
    *which: ColumnElement[bool],
    worker: str,
    most: int,
    lease: timedelta,
) -> list[Claimed]:
    now = clock.now()
    due = (
        select(Promise.id)
        .where(
            Promise.status == Status.DUE,
            Promise.due_at_utc <= now,
            or_(Promise.claimed_until_utc.is_(None), Promise.claimed_until_utc < now),
            *which,
        )
        .order_by(Promise.due_at_utc, Promise.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    claimed = (
        update(Promise)
        .where(Promise.id.in_(due.scalar_subquery()))
        .values(
            claimed_by=worker,
            claimed_until_utc=now + lease,
            attempts=Promise.attempts + 1,
        )
        .returning(Promise)
        .execution_options(synchronize_session=False)
    )
    with writing(new_session) as session:
        rows = session.scalars(claimed).all()
        found = [
            Claimed(
                row.id,
                row.slug,
                row.kind,
                row.subject_id,
                row.key,
                row.attempts,
                row.created_at_utc,
                worker,
            )
            for row in rows
        ]
    return sorted(found, key=lambda one: one.id)


def finish(new_session: Callable[[], Session], claimed: Claimed) -> None:
    """Record that the promise was kept."""
    _record(new_session, claimed, status=Status.DONE, done_at_utc=clock.now(), reason=None)


def postpone(
    new_session: Callable[[], Session],
    claimed: Claimed,
    reason: str,
    *,
    after_seconds: float | None,
) -> None:
    """Record a failure and when to try again; after MOST_ATTEMPTS, park it."""
    if claimed.attempts >= MOST_ATTEMPTS:
        park(new_session, claimed, f"gave up after {claimed.attempts} attempts: {reason}")
        return
    wait = pause(claimed.attempts) if after_seconds is None else timedelta(seconds=after_seconds)
    _record(new_session, claimed, status=Status.DUE, due_at_utc=clock.now() + wait, reason=reason)


def park(new_session: Callable[[], Session], claimed: Claimed, reason: str) -> None:
    """Record that a person must look, and why."""
    _record(new_session, claimed, status=Status.PARKED, reason=reason)


def depth(session: Session) -> dict[Status, int]:
    """Return how many promises stand where."""
    rows = session.execute(select(Promise.status, func.count()).group_by(Promise.status))
    return {row[0]: row[1] for row in rows}


def oldest_due(session: Session) -> datetime | None:
    """Return since when the longest-waiting promise has been due, or None."""
    return session.scalar(
        select(func.min(Promise.due_at_utc)).where(
            Promise.status == Status.DUE, Promise.due_at_utc <= clock.now()
        )
    )


def _record(new_session: Callable[[], Session], claimed: Claimed, **values: object) -> None:
    with writing(new_session) as session:
        session.execute(
            update(Promise)
            # A lapsed claim is no longer ours: what its next owner does, counts.
            .where(Promise.id == claimed.id, Promise.claimed_by == claimed.claim)
            .values(claimed_by=None, claimed_until_utc=None, **values)
        )
