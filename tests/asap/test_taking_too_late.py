"""A yes to what cannot be had any more sends nothing and changes nothing but its own record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.appointments.stored import keep
from tests.asap.ground import (
    FAR,
    NOW,
    START,
    OnTheList,
    on_the_list,
    open_to_all,
    slot,
    with_a_list,
)
from tests.asap.takers import Counter, counter, everything
from webapp.appointments.model import Booking, State
from webapp.appointments.recording import ask_release
from webapp.asap.endings import Ending
from webapp.asap.listing import end
from webapp.asap.model import Condition, Ended, Entry, Offer
from webapp.asap.recording import close, expire, locked_opening
from webapp.asap.statuses import Response
from webapp.asap.taking import Came
from webapp.db.engine import writing

if TYPE_CHECKING:
    import time_machine

    from tests.appointments.stored import Sessions

pytestmark = pytest.mark.usefixtures("clock")
Happens = Callable[["Sessions", "time_machine.Traveller", OnTheList, Offer], None]


def it_begins(
    _sessions: Sessions, clock: time_machine.Traveller, _patient: OnTheList, _offer: Offer
) -> None:
    clock.move_to(START)


def it_is_withdrawn(
    sessions: Sessions, _clock: time_machine.Traveller, _patient: OnTheList, offer: Offer
) -> None:
    with writing(sessions) as session:
        close(session, locked_opening(session, offer.opening_id), Condition.WITHDRAWN)


def they_leave_the_list(
    sessions: Sessions, _clock: time_machine.Traveller, patient: OnTheList, _offer: Offer
) -> None:
    with writing(sessions) as session:
        end(session.get_one(Entry, patient.entry_id), Ended.LEFT)


def they_cancel_their_appointment(
    sessions: Sessions, _clock: time_machine.Traveller, patient: OnTheList, _offer: Offer
) -> None:
    with writing(sessions) as session:
        assert ask_release(session, session.get_one(Booking, patient.booking_id))


def they_move_it_to_something_sooner(
    sessions: Sessions, _clock: time_machine.Traveller, patient: OnTheList, _offer: Offer
) -> None:
    they_move_it(sessions, patient.booking_id, to=START - timedelta(hours=1))


def they_move_it(sessions: Sessions, booking_id: int | None, *, to: datetime) -> int:
    """Move an appointment on the booking pages; return the new one."""
    with writing(sessions) as session:
        assert ask_release(session, session.get_one(Booking, booking_id))
    return keep(
        sessions, state=State.CONFIRMED, starts_at_utc=to, replaces_id=booking_id, reason=None
    )


def its_time_is_over(
    sessions: Sessions, clock: time_machine.Traveller, _patient: OnTheList, offer: Offer
) -> None:
    clock.move_to(offer.expires_at_utc)
    with writing(sessions) as session:
        expire(session, locked_opening(session, offer.opening_id))


def the_desk_gives_them_something_sooner(
    sessions: Sessions, _clock: time_machine.Traveller, patient: OnTheList, _offer: Offer
) -> None:
    """As a diary's own list tells it: the row follows the appointment."""
    with writing(sessions) as session:
        session.get_one(Booking, patient.booking_id).starts_at_utc = START - timedelta(hours=1)


HAPPENS = [
    (it_begins, Ending.EXPIRED, Response.VIEWED),
    (it_is_withdrawn, Ending.WITHDRAWN, Response.VIEWED_NOT_AVAILABLE),
    (they_leave_the_list, Ending.LEFT, Response.VIEWED),
    (they_cancel_their_appointment, Ending.LEFT, Response.VIEWED),
    (they_move_it_to_something_sooner, Ending.NOT_SOONER, Response.VIEWED),
    (the_desk_gives_them_something_sooner, Ending.NOT_SOONER, Response.VIEWED),
    (its_time_is_over, Ending.EXPIRED, Response.EXPIRED),
]
"""What may happen before the yes; what the page says then; and what the API."""


@pytest.fixture
def patient(clock: time_machine.Traveller, sessions: Sessions) -> OnTheList:
    """Somebody with an appointment in six weeks."""
    return on_the_list(sessions)


@pytest.fixture
def offer(patient: OnTheList, sessions: Sessions) -> Offer:
    """What they were offered, and have looked at."""
    [offer] = open_to_all(sessions)
    counter(sessions).look(offer)
    return offer


def nothing_was_sent(desk: Counter) -> bool:
    return desk.diary.requests == []


@pytest.mark.parametrize(("happens", "ending", "response"), HAPPENS)
def test_what_happened_before_the_yes(
    sessions: Sessions,
    clock: time_machine.Traveller,
    patient: OnTheList,
    offer: Offer,
    *,
    happens: Happens,
    ending: Ending,
    response: Response,
) -> None:
    desk = counter(sessions)
    happens(sessions, clock, patient, offer)
    before = everything(sessions)

    assert desk.take(offer) is Came.SEE_PAGE

    assert nothing_was_sent(desk)
    assert everything(sessions) == before
    assert (desk.ending(offer), desk.response(offer)) == (ending, response)


@pytest.mark.parametrize(("happens", "ending", "response"), HAPPENS)
def test_what_happens_between_the_yes_and_the_claim(
    sessions: Sessions,
    clock: time_machine.Traveller,
    patient: OnTheList,
    offer: Offer,
    *,
    happens: Happens,
    ending: Ending,
    response: Response,
) -> None:
    desk = counter(sessions)
    before: list[object] = []

    def meanwhile() -> None:
        happens(sessions, clock, patient, offer)
        before.extend(everything(sessions))

    desk.free.on_asking = meanwhile

    assert desk.take(offer) is Came.SEE_PAGE

    assert nothing_was_sent(desk)
    assert everything(sessions) == before
    assert (desk.ending(offer), desk.response(offer)) == (ending, response)


def test_an_appointment_that_is_over_cannot_be_bettered(
    sessions: Sessions, clock: time_machine.Traveller
) -> None:
    on_the_list(sessions, has=NOW + timedelta(hours=2))
    [offer] = open_to_all(sessions, slot(NOW + timedelta(hours=1)))
    clock.move_to(NOW + timedelta(hours=2))
    desk = counter(sessions)
    assert desk.take(offer) is Came.SEE_PAGE
    assert nothing_was_sent(desk)


def test_who_has_waited_long_without_an_appointment_has_what_was_offered_in_time(
    sessions: Sessions, clock: time_machine.Traveller
) -> None:
    practice = with_a_list(list_days=1)
    on_the_list(sessions, has=None)
    [offer] = open_to_all(sessions, of=practice)
    desk = counter(sessions, practice=practice)
    clock.move_to(NOW + timedelta(days=1, seconds=1))
    assert desk.ending(offer) is Ending.OFFERED
    desk.take(offer)
    assert desk.ending(offer) is Ending.YOURS


def test_what_has_replaced_their_appointment_is_what_is_moved(
    sessions: Sessions, patient: OnTheList, offer: Offer
) -> None:
    desk = counter(sessions)
    first = they_move_it(sessions, patient.booking_id, to=FAR - timedelta(weeks=1))
    latest = they_move_it(sessions, first, to=FAR - timedelta(weeks=2))

    desk.take(offer)

    [asked] = desk.diary.requests
    assert asked.reason == "From the ASAP list: moved from Monday 21 December, 9:15am"
    with sessions() as session:
        assert session.get_one(Booking, latest).release_asked_at_utc == NOW
    assert desk.response(offer) is Response.ACCEPTED_AND_MOVED


@pytest.mark.parametrize("condition", [Condition.TAKEN, Condition.GONE])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Response.PENDING_RSVP, Response.ACCEPTED_AND_NOT_AVAILABLE),
        (Response.VIEWED, Response.ACCEPTED_AND_NOT_AVAILABLE),
        (Response.VIEWED_NOT_AVAILABLE, Response.ACCEPTED_AND_NOT_AVAILABLE),
        # Said before, and no arrow leads away from it.
        (Response.DECLINED, Response.DECLINED),
        (Response.ACCEPTED_AND_NOT_AVAILABLE, Response.ACCEPTED_AND_NOT_AVAILABLE),
    ],
)
def test_a_yes_to_what_another_has_is_recorded_as_that(
    sessions: Sessions, offer: Offer, *, condition: Condition, before: Response, after: Response
) -> None:
    with writing(sessions) as session:
        opening = locked_opening(session, offer.opening_id)
        opening.condition, opening.claimed_by_id = condition, offer.id + 1
        session.get_one(Offer, offer.id).response = before
    desk = counter(sessions)

    assert desk.take(offer) is Came.SEE_PAGE

    assert nothing_was_sent(desk)
    assert desk.response(offer) is after
