"""An offer as its patient's page knows it, without a database."""

from __future__ import annotations

from datetime import datetime

from tests.appointments.stored import NOW, START, a_booking
from tests.asap.ground import FAR
from webapp.appointments.model import Booking, State
from webapp.asap.endings import Known
from webapp.asap.model import Condition, Ended, Entry, Offer, Opening
from webapp.asap.statuses import Response

MINE, ANOTHERS = 1, 2


def known(
    response: Response = Response.VIEWED,
    *,
    condition: Condition = Condition.OPEN,
    claimed_by: int | None = None,
    ended: Ended | None = None,
    has: Booking | None = None,
    yes: State | None = None,
    is_given_up: bool = False,
    is_replaced: bool = False,
    is_in_motion: bool = False,
    has_booked_it: bool = False,
) -> Known:
    """An offer whose opening begins at START. ``yes`` is what the patient's latest yes came to."""
    booking = None
    if yes is not None:
        asked = NOW if is_given_up else None
        booking = a_booking(state=yes, release_asked_at_utc=asked)
    return Known(
        offer=Offer(id=MINE, response=response),
        opening=Opening(
            condition=condition, claimed_by_id=claimed_by, starts_at_utc=START, minutes=45
        ),
        entry=Entry(ended=ended, ended_at_utc=NOW if ended else None),
        appointment=has,
        booking=booking,
        is_replaced=is_replaced,
        is_in_motion=is_in_motion,
        has_booked_it=has_booked_it,
    )


def has(
    start: datetime = FAR, state: State = State.CONFIRMED, *, is_given_up: bool = False
) -> Booking:
    """The appointment that the patient has."""
    asked = NOW if is_given_up else None
    return a_booking(state=state, starts_at_utc=start, release_asked_at_utc=asked)
