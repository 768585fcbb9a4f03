"""Puts a new booking in the place of an old one, and only one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from webapp.appointments.model import STANDS_OR_MAY, Booking

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class AlreadyReplaced(Exception):
    """Another journey has changed, or is changing, the same booking."""

    def __init__(self, by: Booking) -> None:
        super().__init__("already replaced")
        self.by = by


class NotToBeMoved(Exception):
    """The diary's own appointment, which cannot be moved here."""


def continue_event(session: Session, row: Booking, replaced_id: int) -> Booking:
    """Make the new booking the same event in calendars as the one that it replaces; return that."""
    # Locked, so that of two changes at once the second sees the first.
    replaced = session.get_one(Booking, replaced_id, with_for_update=True)
    row.uid, row.sequence = replaced.uid, replaced.sequence + 1
    return replaced


def refuse_second_change(session: Session, row: Booking) -> None:
    """Raise AlreadyReplaced where another change of the same booking stands, or may stand."""
    other = session.scalars(
        select(Booking).where(
            Booking.replaces_id == row.replaces_id,
            Booking.id != row.id,
            Booking.state.in_(STANDS_OR_MAY),
        )
    ).first()
    if other is not None:
        # Kept as it was read: the transaction's end would make it forget.
        session.expunge(other)
        raise AlreadyReplaced(other)
