"""One row, one write, and what became of it: the desk over a diary that does as it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest
import time_machine
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from tests.booking.desk import (
    LIMIT,
    NOW,
    ORDER,
    SLOT,
    START,
    KnownAvailability,
    ObedientDiary,
    desk_over,
    rows,
)
from webapp.availability.answers import Answer
from webapp.booking import placing
from webapp.booking.model import GRACE, Booking, State
from webapp.booking.placing import Desk
from webapp.diaries.errors import (
    DiaryError,
    FieldsRefused,
    NotAccepted,
    NotReached,
    OutcomeUnknown,
    PatientField,
    SlotTaken,
    Unintelligible,
)
from webapp.diaries.port import BookingRequest, Confirmation
from webapp.web.tokens import hash_of

A_WHILE = 10.0
"""Seconds. No test waits so long unless something hangs."""


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def diary() -> ObedientDiary:
    return ObedientDiary()


@pytest.fixture
def free() -> KnownAvailability:
    return KnownAvailability()


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    return sessionmaker(engine, expire_on_commit=False)


@pytest.fixture
def desk(diary: ObedientDiary, free: KnownAvailability, sessions: sessionmaker[Session]) -> Desk:
    return desk_over(diary, free, sessions)


def test_a_confirmed_booking_is_recorded_as_the_diary_gave_it(
    desk: Desk, diary: ObedientDiary, free: KnownAvailability, sessions: sessionmaker[Session]
) -> None:
    diary.answer = lambda _request: Confirmation(minutes=60, reference="R-1")
    placed = desk.place(ORDER)
    assert placed.state is State.CONFIRMED
    assert diary.requests == [BookingRequest(SLOT, ORDER.patient, ORDER.reason)]
    (row,) = rows(sessions)
    assert (row.minutes, row.diary_reference, row.settled_at_utc) == (60, "R-1", NOW)
    assert (row.staff_name, row.room_name, row.starts_at_utc) == (
        "Siân O'Brien",
        "Treatment Room 2",
        START,
    )
    assert (row.any_staff, row.any_room) == (False, True)
    assert row.outcome_hash == hash_of(placed.token)
    assert free.dropped == [("42230", "7323")]


FIELDS = frozenset({PatientField.NAME, PatientField.REASON})


@pytest.mark.parametrize(
    ("error", "state", "is_settled", "drops"),
    [
        (SlotTaken("12"), State.TAKEN, True, True),
        (FieldsRefused(FIELDS), State.REFUSED, True, True),
        (NotReached("no route"), State.UNREACHABLE, True, False),
        (NotAccepted("our key"), State.UNREACHABLE, True, False),
        (OutcomeUnknown("silence"), State.UNKNOWN, False, True),
        # What ``book`` may not raise: the least is believed.
        (Unintelligible("rubbish"), State.UNKNOWN, False, True),
    ],
)
def test_what_the_diary_says_becomes_a_state_and_settles_the_reason(
    *,
    desk: Desk,
    diary: ObedientDiary,
    free: KnownAvailability,
    sessions: sessionmaker[Session],
    error: DiaryError,
    state: State,
    is_settled: bool,
    drops: bool,
) -> None:
    diary.fail_with(error)
    placed = desk.place(ORDER)
    assert placed.state is state
    assert placed.refused == (FIELDS if state is State.REFUSED else frozenset())
    assert placed.diary_refuses_us is isinstance(error, NotAccepted)
    (row,) = rows(sessions)
    assert row.state is state
    assert (row.reason, row.settled_at_utc) == ((None, NOW) if is_settled else ("Stiff neck", None))
    assert bool(free.dropped) is drops
    # Once more: told the same, and nothing is sent for it.
    again = desk.place(ORDER)
    assert (again.state, again.token, again.refused) == (state, placed.token, placed.refused)
    assert len(diary.requests) == 1


def test_the_row_stands_as_sending_before_the_diary_is_asked(
    desk: Desk, diary: ObedientDiary, sessions: sessionmaker[Session]
) -> None:
    seen: list[Booking] = []

    def look(_request: BookingRequest) -> Confirmation:
        seen.extend(rows(sessions))
        return Confirmation(45)

    diary.answer = look
    desk.place(ORDER)
    (row,) = seen
    assert (row.state, row.reason) == (State.SENDING, "Stiff neck")
    assert row.created_at_utc == NOW
    assert row.deadline_utc == NOW + timedelta(seconds=LIMIT) + GRACE


def test_a_submit_at_the_same_moment_waits_for_the_first_and_sends_nothing(
    desk: Desk, diary: ObedientDiary
) -> None:
    arrived, go_on = threading.Event(), threading.Event()

    def hold(_request: BookingRequest) -> Confirmation:
        arrived.set()
        go_on.wait(A_WHILE)
        return Confirmation(45)

    diary.answer = hold
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(desk.place, ORDER)
        assert arrived.wait(A_WHILE)
        second = pool.submit(desk.place, ORDER)
        go_on.set()
        assert first.result(A_WHILE) == second.result(A_WHILE)
    assert len(diary.requests) == 1


def test_a_submit_waits_only_a_moment_for_the_first(
    desk: Desk, diary: ObedientDiary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placing, "_WAIT_FOR_OTHER_SECONDS", -1)
    states: list[State] = []

    def submit_again(_request: BookingRequest) -> Confirmation:
        states.append(desk.place(ORDER).state)
        return Confirmation(45)

    diary.answer = submit_again
    assert desk.place(ORDER).state is State.CONFIRMED
    assert states == [State.SENDING]


def test_a_row_left_in_sending_past_its_deadline_counts_as_unknown(
    desk: Desk, diary: ObedientDiary, clock: time_machine.Traveller
) -> None:
    diary.fail_with(cast("DiaryError", KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        desk.place(ORDER)
    clock.move_to(NOW + timedelta(seconds=LIMIT) + GRACE)
    assert desk.place(ORDER).state is State.UNKNOWN
    assert len(diary.requests) == 1


@pytest.mark.parametrize(
    ("answer", "state"),
    [(Answer.NONE, State.TAKEN), (Answer.UNCHECKED, State.UNREACHABLE)],
)
def test_a_slot_that_is_not_to_be_had_writes_nothing_anywhere(
    *,
    desk: Desk,
    diary: ObedientDiary,
    free: KnownAvailability,
    sessions: sessionmaker[Session],
    answer: Answer,
    state: State,
) -> None:
    free.answer = (answer, None)
    assert desk.place(ORDER).state is state
    assert diary.requests == []
    assert rows(sessions) == []


def test_journeys_of_two_practices_are_two(desk: Desk, sessions: sessionmaker[Session]) -> None:
    one, other = desk.place(ORDER), desk.place(replace(ORDER, slug="elm"))
    assert one.token != other.token
    assert len(rows(sessions)) == 2


def _away() -> OperationalError:
    return OperationalError("SELECT 1", {}, Exception("gone"))


def test_without_a_database_nothing_is_sent(diary: ObedientDiary, free: KnownAvailability) -> None:
    def new_session() -> Session:
        raise _away()

    with pytest.raises(OperationalError):
        desk_over(diary, free, new_session).place(ORDER)
    assert diary.requests == []


@pytest.mark.parametrize(
    ("failures", "state"), [(1, State.CONFIRMED), (3, State.CONFIRMED), (99, State.SENDING)]
)
def test_an_outcome_is_recorded_again_until_it_stands_and_told_all_the_same(
    *,
    diary: ObedientDiary,
    free: KnownAvailability,
    sessions: sessionmaker[Session],
    monkeypatch: pytest.MonkeyPatch,
    failures: int,
    state: State,
) -> None:
    monkeypatch.setattr(placing, "_LOOK_EVERY_SECONDS", 0)
    left = failures

    def new_session() -> Session:
        nonlocal left
        if diary.requests and left:
            left -= 1
            raise _away()
        return sessions()

    placed = desk_over(diary, free, new_session).place(ORDER)
    assert placed.state is State.CONFIRMED
    assert [row.state for row in rows(sessions)] == [state]
    assert len(diary.requests) == 1
