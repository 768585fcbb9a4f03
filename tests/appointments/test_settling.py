"""A booking without an outcome is settled by looking."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from tests.appointments.settlers import (
    FINDS,
    PLAIN,
    AbleDiary,
    FreeList,
    settler_over,
)
from tests.appointments.stored import (
    DEADLINE,
    START,
    Sessions,
    claimed,
    keep,
    opened,
    promised,
    read,
)
from tests.services.both import on_both
from webapp.appointments.kinds import Kind
from webapp.appointments.model import UNSETTLED, State
from webapp.availability.answers import Answer
from webapp.diaries.errors import (
    DiaryError,
    NoAnswer,
    NotAccepted,
    NotReached,
    Unintelligible,
)
from webapp.diaries.port import Capability, Confirmation, Room, Slot, Staff
from webapp.outbox.results import MOST_ATTEMPTS, TryLater

A_WHILE = 60.0
"""Seconds. No test waits so long unless something hangs."""
TOLD = {
    State.CONFIRMED: [Kind.PATIENT_BOOKED],
    State.NOT_BOOKED: [Kind.PATIENT_NOT_BOOKED],
    State.PRACTICE_CHECKS: [Kind.PATIENT_UNCONFIRMED, Kind.PRACTICE_CHECK],
}
FAILURES = [NotReached("x"), NoAnswer("x"), Unintelligible("x"), NotAccepted("x")]
TWENTY_MINUTES = timedelta(minutes=20)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """It is the moment from which no answer can come any more."""
    with time_machine.travel(DEADLINE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sessions(database_url: str) -> Iterator[Sessions]:
    yield from opened(database_url)


def failing(error: DiaryError) -> Callable[[], Confirmation | None]:
    def fail() -> Confirmation | None:
        raise error

    return fail


def settle(
    sessions: Sessions, row_id: int, diary: AbleDiary | None = None, free: FreeList | None = None
) -> None:
    settler_over(diary or AbleDiary(), free or FreeList(), sessions).settle(claimed(row_id))


class TestADiaryThatFinds:
    @pytest.mark.parametrize("before", sorted(UNSETTLED))
    @pytest.mark.parametrize(
        ("found", "state"),
        [(Confirmation(60, "R-1"), State.CONFIRMED), (None, State.NOT_BOOKED)],
    )
    def test_it_is_asked_and_believed(
        self, sessions: Sessions, before: State, found: Confirmation | None, state: State
    ):
        row_id = keep(sessions, state=before)
        diary, free = AbleDiary(FINDS, on_find=lambda: found), FreeList()
        settle(sessions, row_id, diary, free)
        row = read(sessions, row_id)
        assert (row.state, row.reason, row.settled_at_utc) == (state, None, DEADLINE)
        assert (row.minutes, row.diary_reference) == ((60, "R-1") if found else (45, None))
        assert promised(sessions) == TOLD[state]
        assert free.asked == []

    def test_it_is_asked_for_this_patient_and_this_slot(self, sessions: Sessions):
        diary = AbleDiary(FINDS)
        settle(sessions, keep(sessions, state=State.UNKNOWN, journey="a-journey"), diary)
        [asked] = diary.looked_for
        assert asked.key == "a-journey"
        staff, room = Staff("42228", "Anna Müller"), Room("7322", "Treatment Room 1")
        assert asked.slot == Slot(staff, room, START, 45)
        assert str(asked.slot.start.tzinfo) == "Europe/London"
        assert (asked.patient.name, asked.patient.email) == (
            "Zebulon Quince",
            "quince@patient.example",
        )

    @pytest.mark.parametrize("error", FAILURES)
    def test_while_it_does_not_answer_nothing_is_concluded(
        self, sessions: Sessions, error: DiaryError
    ):
        row_id = keep(sessions, state=State.UNKNOWN)
        free = FreeList()
        with pytest.raises(TryLater) as caught:
            settle(sessions, row_id, AbleDiary(FINDS, on_find=failing(error)), free)
        assert type(error).__name__ in caught.value.reason
        # A patient is waiting, so pauses do not grow; and it must not be parked before its end.
        assert caught.value.after_seconds is not None
        assert TWENTY_MINUTES.total_seconds() / caught.value.after_seconds < MOST_ATTEMPTS
        assert (read(sessions, row_id).state, promised(sessions)) == (State.UNKNOWN, [])
        assert read(sessions, row_id).reason, "it is kept until the outcome is known"
        assert free.asked == []


class TestADiaryThatDoesNot:
    @pytest.mark.parametrize("before", sorted(UNSETTLED))
    @pytest.mark.parametrize(
        ("answer", "state"),
        [(Answer.FREE, State.NOT_BOOKED), (Answer.NONE, State.PRACTICE_CHECKS)],
    )
    def test_the_slot_tells(self, sessions: Sessions, before: State, answer: Answer, state: State):
        row_id, free = keep(sessions, state=before), FreeList(answer)
        settle(sessions, row_id, free=free)
        row = read(sessions, row_id)
        assert (row.state, row.reason, row.settled_at_utc) == (state, None, DEADLINE)
        assert promised(sessions) == TOLD[state]
        assert free.asked == [("42228", "7322", START)]

    def test_while_it_does_not_answer_nothing_is_concluded(self, sessions: Sessions):
        row_id = keep(sessions, state=State.UNKNOWN)
        with pytest.raises(TryLater, match="the free list could not be had"):
            settle(sessions, row_id, free=FreeList(Answer.UNCHECKED))
        assert (read(sessions, row_id).state, promised(sessions)) == (State.UNKNOWN, [])


@pytest.mark.parametrize("can", [PLAIN, FINDS])
def test_after_twenty_minutes_without_an_answer_the_practice_is_asked(
    sessions: Sessions, clock: time_machine.Traveller, can: Capability
):
    row_id = keep(sessions, state=State.UNKNOWN)
    diary = AbleDiary(can, on_find=failing(NoAnswer("x")))
    free = FreeList(Answer.UNCHECKED)
    clock.move_to(DEADLINE + TWENTY_MINUTES - timedelta(seconds=1))
    with pytest.raises(TryLater):
        settle(sessions, row_id, diary, free)
    clock.move_to(DEADLINE + TWENTY_MINUTES)
    settle(sessions, row_id, diary, free)
    assert read(sessions, row_id).state is State.PRACTICE_CHECKS
    assert promised(sessions) == TOLD[State.PRACTICE_CHECKS]


@pytest.mark.parametrize("can", [PLAIN, FINDS])
def test_before_the_writes_own_deadline_nobody_is_asked(
    sessions: Sessions, clock: time_machine.Traveller, can: Capability
):
    row_id, diary, free = keep(sessions), AbleDiary(can), FreeList()
    clock.move_to(DEADLINE - timedelta(seconds=7))
    with pytest.raises(TryLater) as caught:
        settle(sessions, row_id, diary, free)
    assert caught.value.after_seconds == 7
    assert (diary.looked_for, free.asked) == ([], [])
    assert read(sessions, row_id).state is State.SENDING


@pytest.mark.parametrize("state", [one for one in State if one not in UNSETTLED])
def test_what_is_settled_is_not_looked_at_again(sessions: Sessions, state: State):
    row_id, diary, free = keep(sessions, state=state), AbleDiary(FINDS), FreeList()
    settle(sessions, row_id, diary, free)
    assert (diary.looked_for, free.asked) == ([], [])
    assert (read(sessions, row_id).state, promised(sessions)) == (state, [])


def test_one_that_was_erased_meanwhile_needs_nothing(sessions: Sessions):
    diary, free = AbleDiary(FINDS), FreeList()
    settle(sessions, 99, diary, free)
    assert (diary.looked_for, free.asked, promised(sessions)) == ([], [], [])


@on_both
@pytest.mark.parametrize("answer", [Answer.FREE, Answer.NONE])
def test_settled_by_two_at_once_it_is_told_once(sessions: Sessions, answer: Answer):
    row_id, together = keep(sessions, state=State.UNKNOWN), threading.Barrier(2)
    free = FreeList(answer, on_asking=lambda: together.wait(A_WHILE))
    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(settle, sessions, row_id, free=free) for _ in range(2)]:
            one.result(A_WHILE)
    assert len(free.asked) == 2
    state = read(sessions, row_id).state
    assert promised(sessions) == TOLD[state]


def test_the_answer_of_the_write_that_comes_first_after_all_counts(sessions: Sessions):
    row_id = keep(sessions, state=State.SENDING)

    def quicker() -> Confirmation | None:
        settle(sessions, row_id, AbleDiary(FINDS, on_find=lambda: Confirmation(45)))
        return None

    settle(sessions, row_id, AbleDiary(FINDS, on_find=quicker))
    assert read(sessions, row_id).state is State.CONFIRMED
    assert promised(sessions) == [Kind.PATIENT_BOOKED]
