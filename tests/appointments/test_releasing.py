"""A booking that is let go is taken out of the diary, and never before the one in its place."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import time_machine

from tests.appointments.settlers import CANCELS, PLAIN, AbleDiary, FreeList, settler_over
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
from webapp.appointments.finding import is_release_stuck
from webapp.appointments.kinds import Kind
from webapp.appointments.model import Booking, State
from webapp.diaries.errors import (
    DiaryError,
    NoAnswer,
    NotAccepted,
    NotReached,
    Unintelligible,
)
from webapp.diaries.port import Capability, Confirmation
from webapp.outbox.results import Park, TryLater

FINDS_TOO = CANCELS | Capability.FIND
FAILURES = [NotReached("x"), NoAnswer("x"), Unintelligible("x"), NotAccepted("x")]
CANCELLED = [Kind.SLOT_FREED, Kind.PATIENT_CANCELLED]
"""What follows where it was cancelled; where it has moved, its patient hears nothing more."""
MOVED = [Kind.SLOT_FREED]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(DEADLINE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sessions(tmp_path: Path, migrated_file: Path) -> Iterator[Sessions]:
    """On SQLite alone: what is decided here is decided in Python."""
    yield from opened(f"sqlite:///{shutil.copy(migrated_file, tmp_path)}")


@pytest.fixture
def row_id(sessions: Sessions) -> int:
    """A booking that is to be taken out."""
    return keep(
        sessions,
        state=State.CONFIRMED,
        reason=None,
        diary_reference="R-1",
        release_asked_at_utc=DEADLINE,
    )


def failing(error: DiaryError) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def release(
    sessions: Sessions,
    row_id: int,
    diary: AbleDiary,
    free: FreeList | None = None,
    *,
    attempts: int = 1,
) -> None:
    promise = replace(claimed(row_id, Kind.RELEASE), attempts=attempts)
    settler_over(diary, free or FreeList(), sessions).release(promise)


def is_stuck(sessions: Sessions, row_id: int) -> bool:
    with sessions() as session:
        return is_release_stuck(session, session.get_one(Booking, row_id))


class TestADiaryThatCancels:
    def test_it_takes_it_out_once_and_the_patient_is_told_and_its_time_is_free(
        self, sessions: Sessions, row_id: int
    ):
        diary, free = AbleDiary(CANCELS), FreeList()
        for _ in range(2):
            release(sessions, row_id, diary, free)
        [asked] = diary.cancelled
        assert (asked.reference, asked.slot.start) == ("R-1", START)
        row = read(sessions, row_id)
        assert (row.state, row.sequence) == (State.CANCELLED, 1)
        assert promised(sessions) == CANCELLED
        assert free.dropped == [("42228", "7322")], "the time is free for others"

    def test_it_takes_nothing_out_that_is_anothers_too_and_the_practice_hears(
        self, sessions: Sessions, row_id: int
    ):
        keep(sessions, journey="moved-by-the-desk", state=State.CONFIRMED, diary_reference="R-1")
        diary = AbleDiary(CANCELS)
        with pytest.raises(Park):
            release(sessions, row_id, diary)
        assert diary.cancelled == []
        assert is_stuck(sessions, row_id)

    @pytest.mark.parametrize("error", FAILURES)
    def test_while_it_does_not_answer_the_booking_stands_and_nobody_is_told(
        self, sessions: Sessions, row_id: int, error: DiaryError
    ):
        diary = AbleDiary(CANCELS, on_cancel=failing(error))
        with pytest.raises(TryLater, match=type(error).__name__):
            release(sessions, row_id, diary)
        assert (read(sessions, row_id).state, promised(sessions)) == (State.CONFIRMED, [])
        diary.on_cancel = lambda: None
        release(sessions, row_id, diary)
        assert promised(sessions) == CANCELLED

    def test_that_fails_four_times_tells_the_practice_once_and_goes_on(
        self, sessions: Sessions, row_id: int
    ):
        diary = AbleDiary(CANCELS, on_cancel=failing(NoAnswer("x")))
        told: list[list[str]] = []
        for attempts in range(1, 7):
            with pytest.raises(TryLater):
                release(sessions, row_id, diary, attempts=attempts)
            told.append(promised(sessions))
        assert told == [[]] * 3 + [[Kind.PRACTICE_RELEASE_STUCK]] * 3
        assert is_stuck(sessions, row_id)
        diary.on_cancel = lambda: None
        release(sessions, row_id, diary, attempts=7)
        assert read(sessions, row_id).state is State.CANCELLED
        assert promised(sessions) == [Kind.PRACTICE_RELEASE_STUCK, *CANCELLED]
        assert not is_stuck(sessions, row_id), "once it is out, nothing is stuck any more"

    def test_one_that_the_practice_was_not_asked_about_is_not_stuck(
        self, sessions: Sessions, row_id: int
    ):
        keep(sessions, state=State.CONFIRMED)
        assert not is_stuck(sessions, row_id)


class TestADiaryThatDoesNotCancel:
    def test_the_practice_is_asked_and_the_patient_told_once(self, sessions: Sessions, row_id: int):
        for _ in range(2):
            release(sessions, row_id, AbleDiary(PLAIN))
        assert read(sessions, row_id).state is State.CONFIRMED
        assert promised(sessions) == [Kind.PRACTICE_RELEASE, Kind.PATIENT_CANCEL_ASKED]


class TestOneThatHasMoved:
    @pytest.mark.parametrize(
        ("can", "told"), [(CANCELS, MOVED), (FINDS_TOO, MOVED), (PLAIN, [Kind.PRACTICE_RELEASE])]
    )
    @pytest.mark.parametrize("later", [State.CONFIRMED, State.CANCELLED])
    def test_its_patient_hears_nothing_more(
        self, sessions: Sessions, row_id: int, can: Capability, told: list[str], later: State
    ):
        keep(sessions, state=later, replaces_id=row_id)
        diary = AbleDiary(can, on_find=lambda: Confirmation(45))
        release(sessions, row_id, diary)
        assert promised(sessions) == told

    @pytest.mark.parametrize(
        "other", [one for one in State if one not in {State.CONFIRMED, State.CANCELLED}]
    )
    def test_another_that_did_not_come_about_is_no_move(
        self, sessions: Sessions, row_id: int, other: State
    ):
        keep(sessions, state=other, replaces_id=row_id)
        diary = AbleDiary(FINDS_TOO)
        release(sessions, row_id, diary)
        assert promised(sessions) == CANCELLED
        assert diary.looked_for == [], "there is no other one to look for"

    def test_a_diary_that_can_find_is_asked_for_the_new_one_first(
        self, sessions: Sessions, row_id: int
    ):
        keep(sessions, state=State.CONFIRMED, replaces_id=row_id, diary_reference="R-2")
        order: list[str] = []

        def found() -> Confirmation:
            order.append("looked")
            return Confirmation(45)

        diary = AbleDiary(FINDS_TOO, on_find=found, on_cancel=lambda: order.append("cancelled"))
        release(sessions, row_id, diary)
        assert order == ["looked", "cancelled"]
        assert [one.reference for one in diary.looked_for] == ["R-2"]
        assert [one.reference for one in diary.cancelled] == ["R-1"]

    def test_without_the_new_one_the_old_one_is_left_alone_and_a_person_must_look(
        self, sessions: Sessions, row_id: int
    ):
        keep(sessions, state=State.CONFIRMED, replaces_id=row_id)
        diary = AbleDiary(FINDS_TOO, on_find=lambda: None)
        for _ in range(2):
            with pytest.raises(Park, match="the booking that replaces it is not in the diary"):
                release(sessions, row_id, diary)
        assert diary.cancelled == []
        assert read(sessions, row_id).state is State.CONFIRMED
        assert promised(sessions) == [Kind.PRACTICE_RELEASE_STUCK]
        assert is_stuck(sessions, row_id)

    @pytest.mark.parametrize("error", FAILURES)
    def test_while_the_new_one_cannot_be_looked_for_the_old_one_is_left_alone(
        self, sessions: Sessions, row_id: int, error: DiaryError
    ):
        keep(sessions, state=State.CONFIRMED, replaces_id=row_id)
        diary = AbleDiary(FINDS_TOO, on_find=failing(error))
        with pytest.raises(TryLater, match=type(error).__name__):
            release(sessions, row_id, diary)
        assert diary.cancelled == []
        assert promised(sessions) == []

    def test_where_the_new_one_was_cancelled_since_nobody_looks_for_it(
        self, sessions: Sessions, row_id: int
    ):
        keep(sessions, state=State.CANCELLED, replaces_id=row_id)
        diary = AbleDiary(FINDS_TOO)
        release(sessions, row_id, diary)
        assert (diary.looked_for, len(diary.cancelled)) == ([], 1)


def test_one_that_was_erased_meanwhile_needs_nothing(sessions: Sessions):
    diary = AbleDiary(FINDS_TOO)
    release(sessions, 99, diary)
    assert (diary.cancelled, promised(sessions)) == ([], [])
