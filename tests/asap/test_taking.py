"""The first yes has it: one claim, before the diary is asked, and one write."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.appointments.desk import LIMIT, promises, rows
from tests.asap.ground import (
    ANNA,
    NOW,
    ROOM_1,
    START,
    entry_now,
    offer_now,
    on_the_list,
    open_to_all,
    opening_now,
)
from tests.asap.takers import counter, meanwhile
from tests.services.both import on_both
from webapp.appointments.kinds import Kind as AppointmentKind
from webapp.appointments.model import GRACE, Booking, State
from webapp.asap.endings import Ending
from webapp.asap.kinds import Kind
from webapp.asap.model import Condition, Ended, Offer, Opening
from webapp.asap.statuses import Response
from webapp.asap.taking import Came
from webapp.diaries.port import Patient

if TYPE_CHECKING:
    from tests.appointments.stored import Sessions
    from webapp.outbox.model import Promise

pytestmark = pytest.mark.usefixtures("clock")
A_WHILE = 60.0
"""Seconds. No test waits so long unless something hangs."""


def test_the_first_yes_has_it_in_the_diary_and_on_the_list(sessions: Sessions) -> None:
    patient = on_the_list(sessions)
    [offer] = open_to_all(sessions)
    desk = counter(sessions)

    assert desk.take(offer) is Came.SEE_PAGE

    [asked] = desk.diary.requests
    assert (asked.slot.staff, asked.slot.room, asked.slot.start) == (ANNA, ROOM_1, START)
    assert desk.standing(offer) == (Condition.TAKEN, offer.id)
    assert opening_now(sessions, offer).live_key is None, "the slot may be opened anew one day"
    now = offer_now(sessions, offer)
    assert (now.response, now.answered_at_utc) == (Response.ACCEPTED_AND_MOVED, NOW)
    entry = entry_now(sessions, patient.entry_id)
    assert (entry.ended, entry.ended_at_utc) == (Ended.TAKEN, NOW)
    assert desk.ending(offer) is Ending.YOURS


@on_both
def test_it_is_claimed_in_the_orders_own_transaction_before_the_diary_is_asked(
    sessions: Sessions,
) -> None:
    patient = on_the_list(sessions)
    [offer] = open_to_all(sessions)
    desk = counter(sessions)
    seen: list[tuple[Opening, Offer, list[Booking], list[Promise]]] = []

    def look() -> None:
        seen.append(
            (
                opening_now(sessions, offer),
                offer_now(sessions, offer),
                rows(sessions),
                promises(sessions),
            )
        )

    meanwhile(desk.diary, look)
    desk.take(offer)

    [(opening, now, bookings, promised)] = seen
    assert (opening.condition, opening.claimed_by_id) == (Condition.OPEN, offer.id)
    order = bookings[-1]
    assert (order.state, order.replaces_id) == (State.SENDING, patient.booking_id)
    assert (now.booking_id, now.attempts, now.response) == (order.id, 1, Response.VIEWED)
    assert order.journey == now.journey
    deadline = NOW + timedelta(seconds=LIMIT) + GRACE
    due = {one.kind: (one.subject_id, one.due_at_utc) for one in promised}
    assert due[AppointmentKind.SETTLE] == (order.id, deadline)
    assert due[Kind.CONCLUDE] == (offer.id, deadline)


@on_both
def test_a_claim_that_comes_too_late_undoes_the_order(sessions: Sessions) -> None:
    on_the_list(sessions)
    on_the_list(sessions)
    quick, slow = open_to_all(sessions)
    desk, other = counter(sessions), counter(sessions)
    desk.free.on_asking = lambda: other.take(quick)

    assert desk.take(slow) is Came.SEE_PAGE

    assert desk.diary.requests == []
    assert len(other.diary.requests) == 1
    assert offer_now(sessions, slow).attempts == 0
    assert [row.replaces_id for row in rows(sessions)] == [None, None, rows(sessions)[0].id]
    assert desk.response(slow) is Response.ACCEPTED_AND_NOT_AVAILABLE
    assert desk.ending(slow) is Ending.GONE


@on_both
def test_of_many_who_say_yes_at_once_one_has_it(sessions: Sessions) -> None:
    for _ in range(6):
        on_the_list(sessions)
    made = open_to_all(sessions)
    desk = counter(sessions)
    together = threading.Barrier(len(made))
    desk.free.on_asking = lambda: together.wait(A_WHILE)

    with ThreadPoolExecutor(len(made)) as pool:
        assert set(pool.map(desk.take, made)) == {Came.SEE_PAGE}

    assert len(desk.diary.requests) == 1
    responses = sorted(desk.response(one) for one in made)
    assert responses == [Response.ACCEPTED_AND_MOVED] + [Response.ACCEPTED_AND_NOT_AVAILABLE] * 5
    [winner] = [one for one in made if desk.response(one) is Response.ACCEPTED_AND_MOVED]
    assert desk.standing(winner) == (Condition.TAKEN, winner.id)
    assert [desk.ending(one) for one in made].count(Ending.GONE) == 5


def test_who_says_yes_while_it_is_in_anothers_hand_is_told_and_may_have_it_yet(
    sessions: Sessions,
) -> None:
    on_the_list(sessions)
    on_the_list(sessions)
    quick, slow = open_to_all(sessions)
    desk, other = counter(sessions), counter(sessions)
    endings: list[Ending] = []

    def tap() -> None:
        assert other.take(slow) is Came.SEE_PAGE
        endings.append(other.ending(slow))

    meanwhile(desk.diary, tap)
    desk.take(quick)

    assert endings == [Ending.IN_HAND]
    assert other.diary.requests == []
    assert desk.response(slow) is Response.ACCEPTED_AND_NOT_AVAILABLE
    assert (desk.ending(quick), desk.ending(slow)) == (Ending.YOURS, Ending.GONE)


class TestWhatTheDiaryIsToldOfThePatient:
    def test_of_one_with_an_appointment_what_that_says_and_when_it_was(
        self, sessions: Sessions
    ) -> None:
        on_the_list(
            sessions,
            name="Ada Whitcombe",
            phone="+447700900123",
            patient_phone="020 7946 0999",
            patient_email="ada@whitcombe.example",
        )
        [offer] = open_to_all(sessions)
        desk = counter(sessions)
        desk.take(offer)
        [asked] = desk.diary.requests
        assert asked.patient == Patient("Ada Whitcombe", "020 7946 0999", "ada@whitcombe.example")
        assert asked.reason == "From the ASAP list: moved from Monday 4 January, 9:15am"

    def test_of_one_without_what_they_gave_when_they_joined(self, sessions: Sessions) -> None:
        patient = on_the_list(sessions, has=None, name="Ada Whitcombe", phone="+447700900123")
        [offer] = open_to_all(sessions)
        desk = counter(sessions)
        desk.take(offer)
        [asked] = desk.diary.requests
        email = entry_now(sessions, patient.entry_id).patient_email
        assert asked.patient == Patient("Ada Whitcombe", "+447700900123", email)
        assert asked.reason == "From the ASAP list"
        [booking] = rows(sessions)
        assert (booking.state, booking.replaces_id) == (State.CONFIRMED, None)
        assert entry_now(sessions, patient.entry_id).ended is Ended.TAKEN
