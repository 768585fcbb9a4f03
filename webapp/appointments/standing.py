"""What a patient may still do with a booking, and what is being done with it. Pure."""

from __future__ import annotations

import enum
from datetime import timedelta
from typing import TYPE_CHECKING

from webapp.appointments.model import UNSETTLED, Booking, State

if TYPE_CHECKING:
    from datetime import datetime

    from webapp.practices.model import Practice


class Standing(enum.Enum):
    """How a booking stands, as its own page tells it."""

    STANDS = "stands"
    """It may be changed or cancelled here."""
    TOO_LATE_ONLINE = "too_late"
    """It stands; to change it now takes a call."""
    BY_PHONE = "by_phone"
    """It stands; the practice made it, and changes it."""
    PAST = "past"
    LOOKING = "looking"
    """Nobody knows yet whether it stands."""
    PRACTICE_CHECKS = "practice_checks"
    BEING_CANCELLED = "being_cancelled"
    """The diary is being told."""
    CANCEL_ASKED = "cancel_asked"
    """The practice was asked to take it out of a diary that only it can change."""
    MOVED = "moved"
    """Another booking has taken its place."""
    BEING_MOVED = "being_moved"
    """The diary is asked to move it, or was and has not answered."""
    MOVE_UNCLEAR = "move_unclear"
    """It may have been moved or not: the practice must look."""
    NOT_FOUND = "not_found"
    """When it was to be moved, the diary had it no more where we knew it."""
    CHANGED_THERE = "changed_there"
    """The practice made it, and has moved it or taken it out since: only it can say which."""
    CANCELLED = "cancelled"
    NOT_BOOKED = "not_booked"


def standing(
    booking: Booking,
    practice: Practice,
    *,
    at: datetime,
    is_replaced: bool,
    diary_cancels: bool,
    moving: Booking | None = None,
) -> Standing:
    """Return how the booking stands at this moment; ``moving`` is as ``finding.move_of`` has it."""
    state = booking.state_at(at)
    if state in UNSETTLED:
        return Standing.LOOKING
    if state is State.PRACTICE_CHECKS:
        return Standing.PRACTICE_CHECKS
    if is_replaced:
        return Standing.MOVED
    if state is State.CANCELLED:
        return Standing.CHANGED_THERE if booking.is_the_diarys_own else Standing.CANCELLED
    if state is not State.CONFIRMED:
        return Standing.NOT_BOOKED
    if moving is not None:
        return _of_a_move(moving, at)
    return _of_one_that_stands(booking, practice, at, diary_cancels=diary_cancels)


def _of_one_that_stands(
    booking: Booking, practice: Practice, at: datetime, *, diary_cancels: bool
) -> Standing:
    if booking.release_asked_at_utc is not None:
        return Standing.BEING_CANCELLED if diary_cancels else Standing.CANCEL_ASKED
    if booking.starts_at_utc <= at:
        return Standing.PAST
    if booking.is_the_diarys_own:
        return Standing.BY_PHONE
    notice = timedelta(hours=practice.booking.change_notice_hours)
    return Standing.STANDS if booking.starts_at_utc - at >= notice else Standing.TOO_LATE_ONLINE


def _of_a_move(moving: Booking, at: datetime) -> Standing:
    if moving.found_nothing_to_move:
        return Standing.NOT_FOUND
    is_open = moving.state_at(at) in UNSETTLED
    return Standing.BEING_MOVED if is_open else Standing.MOVE_UNCLEAR
