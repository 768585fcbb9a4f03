"""The rows of the outbox: one promise each."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import Enum, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db.base import Base, UtcDateTime


class Status(enum.StrEnum):
    """Where a promise stands."""

    DUE = "due"
    """To be done at ``due_at_utc``; while ``claimed_until_utc`` lies ahead, by one worker."""
    DONE = "done"
    PARKED = "parked"
    """A person must look: ``reason`` says why."""


def _values(statuses: type[Status]) -> list[str]:
    return [one.value for one in statuses]


class Promise(Base):
    """One piece of promised work.

    It names its subject and holds no word of a patient's: what to say is read from the booking
    when it is said. ``key`` is unique, so that one change of state is promised once.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_outbox_due", "status", "due_at_utc"),
        Index("ix_outbox_subject", "kind", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    """The row that the work is about, in the table that ``kind`` implies."""
    key: Mapped[str] = mapped_column(String(100))
    status: Mapped[Status] = mapped_column(
        Enum(
            Status,
            native_enum=False,
            length=20,
            create_constraint=True,
            name="status",
            values_callable=_values,
        )
    )
    due_at_utc: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_until_utc: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(100))
    attempts: Mapped[int]
    reason: Mapped[str | None] = mapped_column(Text)
    """Why it waits or is parked: our words, never a patient's."""
    created_at_utc: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at_utc: Mapped[datetime | None] = mapped_column(UtcDateTime)
