"""The end of a yes may be recorded at any time, by anybody, any number of times."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError

from tests.appointments.desk import rows
from tests.appointments.settlers import PLAIN, AbleDiary, FreeList
from tests.appointments.stored import DEADLINE, HARBOUR, START, promised
from tests.asap.ground import offer_now, on_the_list, open_to_all, slot
from tests.asap.takers import Away, Counter, booking_of, counter, everything, meanwhile
from tests.services.both import on_both
from webapp.appointments.model import State
from webapp.appointments.recording import record_release
from webapp.asap.endings import Ending
from webapp.asap.kinds import Kind
from webapp.asap.model import Condition, Offer
from webapp.asap.statuses import Response
from webapp.asap.taking import Came
from webapp.availability.answers import Answer
from webapp.db.engine import writing
from webapp.diaries.errors import DiaryError, NotReached, OutcomeUnknown, SlotTaken

if TYPE_CHECKING:
    import time_machine

    from tests.appointments.stored import Sessions

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def offer(clock: time_machine.Traveller, sessions: Sessions) -> Offer:
    """Offered to a patient with an appointment, who has looked."""
    on_the_list(sessions)
    [offer] = open_to_all(sessions)
    counter(sessions).look(offer)
    return offer


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (None, State.CONFIRMED),
        (SlotTaken("12"), State.TAKEN),
        (NotReached("no route"), State.UNREACHABLE),
        (OutcomeUnknown("silence"), State.UNKNOWN),
    ],
)
def test_once_more_changes_nothing(
    sessions: Sessions, offer: Offer, error: DiaryError | None, state: State
) -> None:
    desk = counter(sessions)
    if error is not None:
        desk.diary.fail_with(error)
    desk.take(offer)
    before = everything(sessions)

    assert [desk.conclude(offer) for _ in range(2)] == [state, state]

    assert everything(sessions) == before


def test_while_the_practice_looks_once_more_changes_nothing(
    sessions: Sessions, offer: Offer, clock: time_machine.Traveller
) -> None:
    desk = counter(sessions)
    desk.diary.fail_with(OutcomeUnknown("silence"))
    desk.take(offer)
    clock.move_to(DEADLINE)
    desk.settle(offer, AbleDiary(PLAIN), FreeList(Answer.NONE))
    before = everything(sessions)
    assert desk.conclude(offer) is State.PRACTICE_CHECKS
    assert everything(sessions) == before


def test_of_a_yes_that_nobody_has_said_there_is_no_end(sessions: Sessions, offer: Offer) -> None:
    before = everything(sessions)
    assert counter(sessions).conclude(offer) is None
    assert everything(sessions) == before


def test_while_the_diary_is_asked_there_is_nothing_to_record(
    sessions: Sessions, offer: Offer
) -> None:
    desk = counter(sessions)
    seen: list[object] = []

    def conclude() -> None:
        before = everything(sessions)
        seen.append(desk.conclude(offer))
        assert everything(sessions) == before

    meanwhile(desk.diary, conclude)
    desk.take(offer)
    assert seen == [State.SENDING]
    assert desk.ending(offer) is Ending.YOURS


def test_a_refusal_is_not_recorded_over_anothers_yes(sessions: Sessions) -> None:
    on_the_list(sessions)
    on_the_list(sessions)
    first, second = open_to_all(sessions)
    desk = counter(sessions)
    desk.diary.fail_with(NotReached("no route"))
    desk.take(first)
    desk.diary.fail_with(OutcomeUnknown("silence"))
    desk.take(second)
    before = everything(sessions)

    # The end of the first comes once more, and with what the desk said of a free list by then.
    assert desk.conclude(first) is State.UNREACHABLE
    assert desk.taking.conclude(first.id, "asap.a-tap-without-a-booking", State.TAKEN) is None

    assert everything(sessions) == before
    assert desk.standing(second) == (Condition.OPEN, second.id)


@on_both
def test_by_two_at_once_it_is_recorded_once(sessions: Sessions, offer: Offer) -> None:
    on_the_list(sessions)
    [other] = [one for one in open_to_all(sessions) if one.id != offer.id]
    desk = counter(sessions, away=Away.ONCE_THE_DIARY_WAS_ASKED)
    desk.take(offer)
    both = [counter(sessions), counter(sessions)]
    together = threading.Barrier(2)

    def conclude(one: Counter) -> object:
        together.wait(60)
        return one.conclude(offer)

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(conclude, both)) == [State.CONFIRMED] * 2
    assert desk.standing(offer) == (Condition.TAKEN, offer.id)
    assert desk.response(offer) is Response.ACCEPTED_AND_MOVED
    assert desk.response(other) is Response.FAILED


def test_a_booking_that_was_given_up_before_its_end_was_recorded_was_theirs(
    sessions: Sessions, offer: Offer
) -> None:
    desk = counter(sessions, away=Away.ONCE_THE_DIARY_WAS_ASKED)
    desk.take(offer)
    with writing(sessions) as session:
        record_release(session, booking_of(sessions, offer).id, HARBOUR, is_replaced=False)

    assert counter(sessions).conclude(offer) is State.CANCELLED

    assert desk.standing(offer) == (Condition.TAKEN, offer.id), "its slot is a new opening"
    assert desk.response(offer) is Response.ACCEPTED_AND_MOVED
    assert desk.ending(offer) is Ending.GIVEN_UP


class TestADatabaseThatGoesAway:
    def test_before_the_diary_was_asked_is_told_to_the_caller(
        self, sessions: Sessions, offer: Offer
    ) -> None:
        desk = counter(sessions, away=Away.AT_ONCE)
        with pytest.raises(OperationalError):
            desk.take(offer)
        assert desk.diary.requests == []

    def test_after_the_diary_said_yes_costs_nobody_anything(
        self, sessions: Sessions, offer: Offer
    ) -> None:
        desk = counter(sessions, away=Away.ONCE_THE_DIARY_WAS_ASKED)

        assert desk.take(offer) is Came.SEE_PAGE

        assert desk.ending(offer) is Ending.YOURS, "the booking tells"
        assert desk.standing(offer) == (Condition.OPEN, offer.id), "so that nobody else has it"
        assert Kind.CONCLUDE in promised(sessions, offer.id)
        assert counter(sessions).conclude(offer) is State.CONFIRMED
        assert desk.response(offer) is Response.ACCEPTED_AND_MOVED

    def test_after_the_diary_could_not_be_reached_still_says_so(
        self, sessions: Sessions, offer: Offer
    ) -> None:
        desk = counter(sessions, away=Away.ONCE_THE_DIARY_WAS_ASKED)
        desk.diary.fail_with(NotReached("no route"))
        assert desk.take(offer) is Came.UNREACHABLE
        # The next tap records the first one's end, and is a new one.
        again = counter(sessions)
        assert again.take(offer) is Came.SEE_PAGE
        assert len(again.diary.requests) == 1
        assert again.response(offer) is Response.ACCEPTED_AND_MOVED
        assert offer_now(sessions, offer).attempts == 2


def test_each_yes_is_promised_an_end_of_its_own(sessions: Sessions, offer: Offer) -> None:
    desk = counter(sessions)
    desk.diary.fail_with(NotReached("no route"))
    desk.take(offer)
    desk.take(offer)
    assert len(rows(sessions)) == 3
    assert promised(sessions, offer.id).count(Kind.CONCLUDE) == 2


def test_the_end_of_one_offer_leaves_the_openings_of_another_time_alone(
    sessions: Sessions, offer: Offer
) -> None:
    on_the_list(sessions)
    mine, theirs = open_to_all(sessions, slot(START + timedelta(hours=1)))
    desk = counter(sessions)
    desk.take(offer)
    assert desk.standing(mine) == (Condition.OPEN, None)
    assert desk.ending(theirs) is Ending.OFFERED
