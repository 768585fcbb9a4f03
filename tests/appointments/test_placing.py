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
from sqlalchemy.orm import Session, sessionmaker

from tests.appointments.desk import (
    LIMIT,
    NOW,
    ORDER,
    SLOT,
    START,
    KnownAvailability,
    ObedientDiary,
    promises,
    rows,
)
from tests.services.both import on_both
from webapp.appointments import outcomes
from webapp.appointments.kinds import Kind
from webapp.appointments.model import GRACE, Booking, State
from webapp.appointments.placing import Desk
from webapp.availability.answers import Answer
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
from webapp.outbox.model import Promise
from webapp.web.tokens import hash_of

A_WHILE = 60.0
"""Seconds. No test waits so long unless something hangs."""


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@on_both
def test_a_confirmed_booking_is_recorded_as_the_diary_gave_it(
    desk: Desk, diary: ObedientDiary, free: KnownAvailability, sessions: sessionmaker[Session]
) -> None:
    diary.answer = lambda _request: Confirmation(minutes=60, reference="R-1")
    placed = desk.place(ORDER)
    assert placed.state is State.CONFIRMED
    assert diary.requests == [BookingRequest(SLOT, ORDER.patient, ORDER.reason, ORDER.journey)]
    (row,) = rows(sessions)
    assert (row.minutes, row.diary_reference, row.settled_at_utc) == (60, "R-1", NOW)
    assert (row.staff_name, row.room_name, row.starts_at_utc) == (
        "Siân O'Brien",
        "Treatment Room 2",
        START,
    )
    assert (row.any_staff, row.any_room) == (False, True)
    assert (row.outcome_hash, row.page_hash) == (hash_of(placed.token), hash_of(placed.page))
    assert placed.token != placed.page
    assert row.uid
    assert (row.sequence, row.replaces_id, row.release_asked_at_utc) == (0, None, None)
    assert free.dropped == [("42230", "7323")]


FIELDS = frozenset({PatientField.NAME, PatientField.REASON})


@pytest.mark.parametrize(
    ("error", "state", "is_settled", "drops"),
    [
        # A lost slot is forgotten by itself: many may lose it, and the first makes it known.
        (SlotTaken("12"), State.TAKEN, True, False),
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
    assert free.slots_lost == ([("42230", "7323", START)] if state is State.TAKEN else [])
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


def test_with_the_row_it_is_promised_that_somebody_finds_out_what_became_of_it(
    desk: Desk, diary: ObedientDiary, sessions: sessionmaker[Session]
) -> None:
    seen: list[Promise] = []

    def look(_request: BookingRequest) -> Confirmation:
        seen.extend(promises(sessions))
        return Confirmation(45)

    diary.answer = look
    desk.place(ORDER)
    (promised,) = seen
    (row,) = rows(sessions)
    assert (promised.kind, promised.subject_id) == (Kind.SETTLE, row.id)
    assert promised.due_at_utc == row.deadline_utc
    # Known by now: nobody need look, and the patient is to be told.
    assert [one.kind for one in promises(sessions)] == [Kind.PATIENT_BOOKED]


def test_an_unclear_outcome_stays_to_be_settled_and_nobody_is_told_anything(
    desk: Desk, diary: ObedientDiary, sessions: sessionmaker[Session]
) -> None:
    diary.fail_with(OutcomeUnknown("silence"))
    desk.place(ORDER)
    assert [one.kind for one in promises(sessions)] == [Kind.SETTLE]


@on_both
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
    monkeypatch.setattr(outcomes, "_WAIT_FOR_OTHER_SECONDS", -1)
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


@on_both
def test_of_two_changes_of_one_booking_at_once_one_is_made(
    desk: Desk, diary: ObedientDiary, free: KnownAvailability, sessions: sessionmaker[Session]
) -> None:
    desk.place(ORDER)
    (first,) = rows(sessions)
    together = threading.Barrier(2)
    free.on_asking = lambda: together.wait(A_WHILE)
    changes = [
        replace(
            ORDER,
            journey=f"change {hours}",
            slot_start=START + timedelta(hours=hours),
            replaces_id=first.id,
        )
        for hours in (1, 2)
    ]
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(desk.place, changes)
    assert one.token == other.token
    assert len(diary.requests) == 2
    (_, row) = rows(sessions)
    assert (row.replaces_id, row.uid, row.sequence) == (first.id, first.uid, 1)
