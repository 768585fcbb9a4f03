"""Finds a booking by the secret part of one of its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from webapp.appointments.kinds import Kind
from webapp.appointments.model import UNSETTLED, Booking, State
from webapp.outbox.model import Promise
from webapp.web.tokens import hash_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def by_outcome(session: Session, slug: str, token: str) -> Booking | None:
    """Return the booking whose outcome page this is, or None."""
    found = select(Booking).where(Booking.slug == slug, Booking.outcome_hash == hash_of(token))
    return session.scalar(found)


def by_page(session: Session, slug: str, token: str) -> Booking | None:
    """Return the booking whose own page this is, or None."""
    found = select(Booking).where(Booking.slug == slug, Booking.page_hash == hash_of(token))
    return session.scalar(found)


def is_release_stuck(session: Session, booking: Booking) -> bool:
    """Say whether the practice had to be asked because the diary did not take a booking out."""
    asked = select(Promise.id).where(
        Promise.kind == Kind.PRACTICE_RELEASE_STUCK, Promise.subject_id == booking.id
    )
    return booking.state is State.CONFIRMED and session.scalar(asked) is not None


def in_place_of(session: Session, booking: Booking) -> Booking | None:
    """Return the booking that took this one's place, whatever became of it since; or None."""
    found = select(Booking).where(
        Booking.replaces_id == booking.id,
        Booking.state.in_([State.CONFIRMED, State.CANCELLED]),
    )
    return session.scalar(found)


def move_of(session: Session, booking: Booking) -> Booking | None:
    """Return the move of this booking that leaves open where its appointment is; or None.

    Nobody knows what became of it, or it found nothing to move. One that came about is
    ``in_place_of``; one that came to nothing left all as it was.
    """
    found = (
        select(Booking)
        .where(
            Booking.replaces_id == booking.id,
            Booking.diary_key.is_not(None),
            Booking.state.in_([*UNSETTLED, State.PRACTICE_CHECKS, State.REFUSED]),
            Booking.refused_fields.is_(None),
        )
        .order_by(Booking.id.desc())
    )
    return session.scalars(found).first()
