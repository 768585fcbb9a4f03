"""Taps come twice, and together: each yes reaches the diary once, and a patient has one slot."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.appointments.desk import rows
from tests.appointments.settlers import PLAIN, AbleDiary, FreeList
from tests.appointments.stored import DEADLINE, START
from tests.asap.ground import FAR, offer_now, on_the_list, open_to_all, slot
from tests.asap.takers import booking_of, counter, everything, meanwhile
from tests.services.both import on_both
from webapp.appointments import outcomes
from webapp.appointments.model import State
from webapp.asap.endings import Ending
from webapp.asap.model import Condition
from webapp.asap.statuses import Response
from webapp.asap.taking import Came
from webapp.availability.answers import Answer
from webapp.diaries.errors import (
    DiaryError,
    FieldsRefused,
    NotReached,
    OutcomeUnknown,
    PatientField,
)
from webapp.diaries.port import Confirmation

if TYPE_CHECKING:
    import time_machine

    from tests.appointments.stored import Sessions

pytestmark = pytest.mark.usefixtures("clock")
A_WHILE = 60.0
"""Seconds. No test waits so long unless something hangs."""
ANOTHER_TIME = START + timedelta(hours=1)


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tap that follows another one's journey does not wait for its outcome."""
    monkeypatch.setattr(outcomes, "_WAIT_FOR_OTHER_SECONDS", -1)


@pytest.mark.usefixtures("no_waiting")
def test_a_second_tap_while_the_diary_is_asked_sends_nothing(sessions: Sessions) -> None:
    on_the_list(sessions)
    [offer] = open_to_all(sessions)
    desk, other = counter(sessions), counter(sessions)
    endings: list[Ending] = []

    def tap_again() -> None:
        assert other.take(offer) is Came.SEE_PAGE
        endings.append(other.ending(offer))

    meanwhile(desk.diary, tap_again)
    assert desk.take(offer) is Came.SEE_PAGE

    assert other.diary.requests == []
    assert endings == [Ending.LOOKING]
    assert desk.ending(offer) is Ending.YOURS
    assert len(rows(sessions)) == 2


@on_both
def test_two_taps_that_both_see_it_free_are_one_journey(sessions: Sessions) -> None:
    on_the_list(sessions)
    [offer] = open_to_all(sessions)
    desk = counter(sessions)
    together = threading.Barrier(2)
    desk.free.on_asking = lambda: together.wait(A_WHILE)

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(desk.take, [offer, offer])) == [Came.SEE_PAGE] * 2

    assert len(desk.diary.requests) == 1
    assert desk.response(offer) is Response.ACCEPTED_AND_MOVED
    assert offer_now(sessions, offer).attempts == 1


@pytest.mark.parametrize(
    ("error", "ending"),
    [(None, Ending.YOURS), (OutcomeUnknown("silence"), Ending.LOOKING)],
)
def test_a_tap_after_it_leads_to_what_became_of_it(
    sessions: Sessions, error: DiaryError | None, ending: Ending
) -> None:
    on_the_list(sessions)
    [offer] = open_to_all(sessions)
    desk = counter(sessions)
    if error is not None:
        desk.diary.fail_with(error)
    desk.take(offer)
    before = everything(sessions)

    assert desk.take(offer) is Came.SEE_PAGE

    assert len(desk.diary.requests) == 1
    assert everything(sessions) == before
    assert desk.ending(offer) is ending


def test_a_tap_while_the_practice_looks_sends_nothing(
    sessions: Sessions, clock: time_machine.Traveller
) -> None:
    on_the_list(sessions)
    [offer] = open_to_all(sessions)
    desk = counter(sessions)
    desk.diary.fail_with(OutcomeUnknown("silence"))
    desk.take(offer)
    clock.move_to(DEADLINE)
    desk.settle(offer, AbleDiary(PLAIN), FreeList(Answer.NONE))
    before = everything(sessions)

    assert desk.take(offer) is Came.SEE_PAGE

    assert len(desk.diary.requests) == 1
    assert everything(sessions) == before


@pytest.mark.parametrize(
    "error", [NotReached("no route"), FieldsRefused(frozenset({PatientField.NAME}))]
)
def test_a_tap_after_one_that_booked_nothing_is_a_new_one(
    sessions: Sessions, error: DiaryError
) -> None:
    on_the_list(sessions)
    [offer] = open_to_all(sessions)
    desk = counter(sessions)
    desk.diary.fail_with(error)
    desk.take(offer)
    first = booking_of(sessions, offer)
    desk.diary.answer = lambda _request: Confirmation(45)

    assert desk.take(offer) is Came.SEE_PAGE

    second = booking_of(sessions, offer)
    assert len(desk.diary.requests) == 2
    assert (second.journey, offer_now(sessions, offer).attempts) != (first.journey, 1)
    assert second.state is State.CONFIRMED
    assert desk.response(offer) is Response.ACCEPTED_AND_MOVED


def test_after_one_who_could_not_reach_the_diary_another_may_have_it(sessions: Sessions) -> None:
    on_the_list(sessions)
    on_the_list(sessions)
    first, second = open_to_all(sessions)
    desk = counter(sessions)
    desk.diary.fail_with(NotReached("no route"))
    assert desk.take(first) is Came.UNREACHABLE
    desk.diary.answer = lambda _request: Confirmation(45)
    desk.take(second)
    assert (desk.ending(first), desk.ending(second)) == (Ending.GONE, Ending.YOURS)


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("has", [FAR, None], ids=["with an appointment", "without"])
class TestOfTwoOffersOfOnePatient:
    def test_the_one_tapped_while_the_other_is_in_hand_sends_nothing(
        self, sessions: Sessions, has: datetime | None
    ) -> None:
        on_the_list(sessions, has=has)
        [one] = open_to_all(sessions)
        [two] = open_to_all(sessions, slot(ANOTHER_TIME))
        desk, other = counter(sessions), counter(sessions)
        meanwhile(desk.diary, lambda: other.take(two))

        desk.take(one)

        assert other.diary.requests == []
        assert desk.standing(two) == (Condition.OPEN, None)
        assert desk.response(one) is Response.ACCEPTED_AND_MOVED
        assert desk.response(two) is Response.CHOSE_DIFFERENT_SLOT

    @on_both
    def test_one_is_taken_when_both_are_tapped_at_once(
        self, sessions: Sessions, has: datetime | None
    ) -> None:
        on_the_list(sessions, has=has)
        made = [*open_to_all(sessions), *open_to_all(sessions, slot(ANOTHER_TIME))]
        desk = counter(sessions)
        together = threading.Barrier(2)
        desk.free.on_asking = lambda: together.wait(A_WHILE)

        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(desk.take, made)) == [Came.SEE_PAGE] * 2

        assert len(desk.diary.requests) == 1
        assert sorted(desk.response(each) for each in made) == [
            Response.ACCEPTED_AND_MOVED,
            Response.CHOSE_DIFFERENT_SLOT,
        ]


@on_both
def test_two_patients_with_two_offers_each_may_tap_across(sessions: Sessions) -> None:
    on_the_list(sessions)
    on_the_list(sessions)
    ones, twos = open_to_all(sessions), open_to_all(sessions, slot(ANOTHER_TIME))
    desk = counter(sessions)
    together = threading.Barrier(2)
    desk.free.on_asking = lambda: together.wait(A_WHILE)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(desk.take, [ones[0], twos[1]]))

    assert len(desk.diary.requests) == 2
    assert desk.response(ones[0]) is desk.response(twos[1]) is Response.ACCEPTED_AND_MOVED
    assert desk.standing(ones[0]) == (Condition.TAKEN, ones[0].id)
    assert desk.standing(twos[1]) == (Condition.TAKEN, twos[1].id)
    assert {desk.ending(ones[1]), desk.ending(twos[0])} <= {Ending.CHOSE_ANOTHER, Ending.GONE}


@pytest.mark.parametrize("has", [FAR, None], ids=["with an appointment", "without"])
def test_while_the_practice_looks_what_became_of_one_yes_another_sends_nothing(
    sessions: Sessions, clock: time_machine.Traveller, has: datetime | None
) -> None:
    on_the_list(sessions, has=has)
    [one] = open_to_all(sessions)
    [two] = open_to_all(sessions, slot(ANOTHER_TIME))
    desk = counter(sessions)
    desk.diary.fail_with(OutcomeUnknown("silence"))
    desk.take(one)
    clock.move_to(DEADLINE)
    desk.settle(one, AbleDiary(PLAIN), FreeList(Answer.NONE))
    assert desk.ending(two) is Ending.WAITING

    assert desk.take(two) is Came.SEE_PAGE

    assert len(desk.diary.requests) == 1
    assert desk.standing(two) == (Condition.OPEN, None)
    assert desk.ending(two) is Ending.WAITING
