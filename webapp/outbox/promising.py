"""Promises work in a transaction that is already open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from webapp import clock
from webapp.outbox.model import Promise, Status

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def promise(
    session: Session,
    kind: str,
    *,
    slug: str,
    subject_id: int,
    turn: str = "",
    due_at: datetime | None = None,
) -> None:
    """Add a promise to the session's transaction; it counts when that commits.

    One that stands already, kept or not, is not made again.
    ``turn`` tells apart two promises of one kind about one subject, such as its second change.
    ``due_at`` is now without it.
    """
    now = clock.now()
    key = ":".join(part for part in (kind, str(subject_id), turn) if part)
    if session.scalar(select(Promise.id).where(Promise.key == key)) is not None:
        return
    session.add(
        Promise(
            slug=slug,
            kind=kind,
            subject_id=subject_id,
            key=key,
            status=Status.DUE,
            due_at_utc=due_at or now,
            attempts=0,
            created_at_utc=now,
        )
    )


def take_back(session: Session, kind: str, subject_id: int) -> None:
    """Remove a promise that nobody has begun to keep, because it is no longer needed.

    A claimed one is left: its handler looks at the subject again before it acts.
    """
    session.execute(
        delete(Promise).where(
            Promise.kind == kind,
            Promise.subject_id == subject_id,
            Promise.status == Status.DUE,
            Promise.claimed_by.is_(None),
        )
    )
