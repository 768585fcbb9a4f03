"""The bookings that we tried to place: one row a journey, whatever came of it."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta

from sqlalchemy import Enum, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db.base import Base, UtcDateTime
from webapp.diaries.port import CancelReason


class State(enum.StrEnum):
    """What became of a journey's booking."""

    SENDING = "sending"
    """Handed to the diary, no outcome yet; after ``deadline_utc`` it counts as UNKNOWN."""
    CONFIRMED = "confirmed"
    TAKEN = "taken"
    REFUSED = "refused"
    """The diary found fault with an answer."""
    UNREACHABLE = "unreachable"
    """It never reached the diary: nothing was booked."""
    UNKNOWN = "unknown"
    """Sent, and no answer: it may or may not stand. We are looking."""
    NOT_BOOKED = "not_booked"
    """Settled by looking: it does not stand in the diary."""
    PRACTICE_CHECKS = "practice_checks"
    """Settled as far as we can: the slot is gone, and the practice was told to check and ring."""
    CANCELLED = "cancelled"
    """It stood, and was taken out of the diary."""


def _values(states: type[enum.StrEnum]) -> list[str]:
    return [one.value for one in states]


UNSETTLED = frozenset({State.SENDING, State.UNKNOWN})
"""The states in which nobody knows yet."""
STANDS_OR_MAY = UNSETTLED | {State.CONFIRMED, State.PRACTICE_CHECKS}
"""The states in which the slot is, or may be, this patient's."""


DIARYS_OWN = "diary."
"""Begins the journeys of appointments that nobody made here."""


class Booking(Base):
    """One journey's booking.

    The database holds a journey to one row, and so to one write. ``reason`` is health data: it
    is erased in the same transaction that records an outcome.
    """

    __tablename__ = "booking"
    __table_args__ = (
        UniqueConstraint("slug", "journey"),
        Index("ix_booking_slot", "slug", "starts_at_utc", "staff_id"),
        Index("ix_booking_patient_email", "patient_email"),
        Index("ix_booking_diary_reference", "slug", "diary_reference"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60))
    journey: Mapped[str] = mapped_column(String(64))
    outcome_hash: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[State] = mapped_column(
        Enum(
            State,
            native_enum=False,
            length=20,
            create_constraint=True,
            name="state",
            values_callable=_values,
        )
    )

    staff_id: Mapped[str] = mapped_column(String(64))
    staff_name: Mapped[str] = mapped_column(String(200))
    room_id: Mapped[str] = mapped_column(String(64))
    room_name: Mapped[str] = mapped_column(String(200))
    room_address: Mapped[str | None] = mapped_column(String(300))
    """Where to go, if that is not the practice's own address."""
    starts_at_utc: Mapped[datetime] = mapped_column(UtcDateTime)
    minutes: Mapped[int]
    type_id: Mapped[str | None] = mapped_column(String(64))
    """What it is for, where the diary knows types."""
    type_name: Mapped[str | None] = mapped_column(String(200))
    any_staff: Mapped[bool]
    """The patient had no preference for a person; what else to offer follows from it."""
    any_room: Mapped[bool]

    patient_name: Mapped[str] = mapped_column(String(200))
    patient_phone: Mapped[str] = mapped_column(String(60))
    patient_email: Mapped[str] = mapped_column(String(254))
    reason: Mapped[str | None] = mapped_column(Text)

    created_at_utc: Mapped[datetime] = mapped_column(UtcDateTime)
    deadline_utc: Mapped[datetime] = mapped_column(UtcDateTime)
    """After this the write is as done as it gets: no answer will come."""
    settled_at_utc: Mapped[datetime | None] = mapped_column(UtcDateTime)
    diary_reference: Mapped[str | None] = mapped_column(String(100))
    diary_key: Mapped[str | None] = mapped_column(String(64))
    """Where the diary's own appointment was to be moved here: the key by which the diary knows
    it. What we placed anew it knows by ``journey``."""
    refused_fields: Mapped[str | None] = mapped_column(String(100))
    """The names of the answers that the diary refused, with commas."""

    page_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Finds the booking's own page by its secret address."""
    uid: Mapped[str] = mapped_column(String(64))
    """The appointment's name in calendars; a changed appointment keeps it."""
    sequence: Mapped[int]
    """Counts the changes, for calendars: the later one wins."""
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)
    """The booking in whose place this one was made."""
    release_asked_at_utc: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when it is to be taken out of the diary: cancelled, or replaced by another."""
    cancel_reason: Mapped[CancelReason | None] = mapped_column(
        Enum(
            CancelReason,
            native_enum=False,
            length=20,
            create_constraint=False,
            values_callable=_values,
        )
    )
    """Why its patient cancels it, until the diary knows: it may tell of their health."""

    @property
    def is_move(self) -> bool:
        """Whether it was to move the diary's own appointment, and not to be another beside it."""
        return self.diary_key is not None

    @property
    def is_mirrored(self) -> bool:
        """Whether it was read off the diary's ASAP list, and nobody asked for it here."""
        return self.journey.startswith(DIARYS_OWN)

    @property
    def is_the_diarys_own(self) -> bool:
        """Whether somebody at the practice made it: it stands here for the ASAP list alone.

        It is moved in place or not at all, and its patient changes it by phone.
        """
        return (self.diary_key or self.journey).startswith(DIARYS_OWN)

    @property
    def was_not_as_offered(self) -> bool:
        """Whether the diary had it off the ASAP list, or of another length: nothing was asked."""
        is_refused = self.state is State.REFUSED and self.refused_fields is None
        return is_refused and not self.is_move

    @property
    def found_nothing_to_move(self) -> bool:
        """Whether the diary had the appointment no more where it was to be moved from."""
        return self.is_move and self.state is State.REFUSED and self.refused_fields is None

    def state_at(self, moment: datetime) -> State:
        """Return the state as it may be told: an overdue SENDING is UNKNOWN."""
        if self.state is State.SENDING and moment >= self.deadline_utc:
            return State.UNKNOWN
        return self.state


GRACE = timedelta(seconds=5)
"""Between the write's own limit and the moment from which it counts as unanswered."""
