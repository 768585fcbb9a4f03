"""What is recorded of an outcome, and what is promised with it, for every state before."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tests.appointments.desk import ORDER, KnownAvailability, ObedientDiary, desk_over
from tests.appointments.stored import (
    HARBOUR,
    NOW,
    START,
    WORDS,
    Sessions,
    keep,
    opened,
    promised,
    read,
)
from tests.practices.examples import practice
from tests.services.both import on_both
from webapp.appointments.kinds import Kind
from webapp.appointments.model import UNSETTLED, Booking, State
from webapp.appointments.placing import Placed
from webapp.appointments.recording import ask_release, record, record_release
from webapp.db.engine import writing
from webapp.diaries.errors import PatientField
from webapp.diaries.port import Confirmation
from webapp.outbox.promising import promise

REASON = WORDS[3]
A_WHILE = 60.0
"""Seconds. No test waits so long unless something hangs."""
OPEN = (State.SENDING, State.UNKNOWN)
KNOWN = tuple(state for state in State if state not in UNSETTLED and state is not State.CANCELLED)
FOLLOWS = {
    State.CONFIRMED: [Kind.PATIENT_BOOKED],
    State.NOT_BOOKED: [Kind.PATIENT_NOT_BOOKED],
    State.PRACTICE_CHECKS: [Kind.PATIENT_UNCONFIRMED, Kind.PRACTICE_CHECK],
}
"""Whom a known outcome is told; of the others the page tells at once."""


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sessions(database_url: str) -> Iterator[Sessions]:
    yield from opened(database_url)


def tell(sessions: Sessions, row_id: int, state: State, **more: Any) -> bool:  # noqa: ANN401
    with writing(sessions) as session:
        return record(session, row_id, state, HARBOUR, **more)


def release(sessions: Sessions, row_id: int) -> bool:
    with writing(sessions) as session:
        return ask_release(session, session.get_one(Booking, row_id))


class TestAnOutcome:
    @pytest.mark.parametrize("after", KNOWN)
    @pytest.mark.parametrize("before", OPEN)
    def test_it_replaces_what_was_open_erases_the_reason_and_is_promised(
        self, sessions: Sessions, before: State, after: State
    ):
        row_id = keep(sessions, state=before, reason=REASON)
        assert tell(sessions, row_id, after)
        row = read(sessions, row_id)
        assert (row.state, row.reason, row.settled_at_utc) == (after, None, NOW)
        assert promised(sessions) == FOLLOWS.get(after, [])

    @pytest.mark.parametrize("after", State)
    @pytest.mark.parametrize("before", [one for one in State if one not in UNSETTLED])
    def test_what_was_known_stays_but_for_a_late_yes(
        self, sessions: Sessions, before: State, after: State
    ):
        row_id = keep(sessions, state=before, reason=None, settled_at_utc=NOW)
        is_late_yes = after is State.CONFIRMED and before in {
            State.NOT_BOOKED,
            State.PRACTICE_CHECKS,
        }
        assert tell(sessions, row_id, after) is is_late_yes
        assert read(sessions, row_id).state is (after if is_late_yes else before)
        assert promised(sessions) == ([Kind.PATIENT_BOOKED] if is_late_yes else [])

    def test_while_it_is_unknown_the_reason_and_the_settling_stay(self, sessions: Sessions):
        row_id = keep(sessions, state=State.SENDING)
        with writing(sessions) as session:
            promise(session, Kind.SETTLE, slug=HARBOUR.slug, subject_id=row_id)
        assert tell(sessions, row_id, State.UNKNOWN)
        row = read(sessions, row_id)
        assert (row.state, row.reason, row.settled_at_utc) == (State.UNKNOWN, REASON, None)
        assert promised(sessions) == [Kind.SETTLE]

    def test_once_it_is_known_there_is_nothing_to_settle(self, sessions: Sessions):
        row_id, other = keep(sessions), keep(sessions)
        with writing(sessions) as session:
            for subject_id in (row_id, other):
                promise(session, Kind.SETTLE, slug=HARBOUR.slug, subject_id=subject_id)
        tell(sessions, row_id, State.CONFIRMED)
        assert promised(sessions, row_id) == [Kind.PATIENT_BOOKED]
        assert promised(sessions, other) == [Kind.SETTLE]

    def test_it_is_told_once(self, sessions: Sessions):
        row_id = keep(sessions)
        assert [tell(sessions, row_id, State.CONFIRMED) for _ in range(3)] == [True, False, False]
        assert promised(sessions) == [Kind.PATIENT_BOOKED]

    def test_what_the_diary_gave_is_kept(self, sessions: Sessions):
        row_id = keep(sessions)
        tell(sessions, row_id, State.CONFIRMED, confirmation=Confirmation(60, "R-1"))
        row = read(sessions, row_id)
        assert (row.minutes, row.diary_reference) == (60, "R-1")

    def test_the_refused_answers_are_kept_by_name(self, sessions: Sessions):
        row_id = keep(sessions)
        refused = frozenset({PatientField.PHONE, PatientField.EMAIL})
        tell(sessions, row_id, State.REFUSED, refused=refused)
        assert read(sessions, row_id).refused_fields == "email,phone"

    def test_a_practice_that_wants_to_know_is_told_of_new_bookings(self, sessions: Sessions):
        row_id = keep(sessions)
        curious = practice(notify={"new_bookings": True})
        with writing(sessions) as session:
            record(session, row_id, State.CONFIRMED, curious)
        assert promised(sessions) == [Kind.PATIENT_BOOKED, Kind.PRACTICE_BOOKED]

    def test_a_transaction_that_fails_leaves_the_reason_and_promises_nothing(
        self, sessions: Sessions
    ):
        row_id = keep(sessions)

        def fail() -> None:
            with writing(sessions) as session:
                record(session, row_id, State.CONFIRMED, HARBOUR)
                session.flush()
                raise LookupError

        with pytest.raises(LookupError):
            fail()
        assert (read(sessions, row_id).state, promised(sessions)) == (State.SENDING, [])
        assert read(sessions, row_id).reason == REASON

    @on_both
    def test_of_two_at_once_one_is_news(self, sessions: Sessions):
        row_id = keep(sessions)
        together = threading.Barrier(2)

        def at_once(state: State) -> bool:
            together.wait(A_WHILE)
            return tell(sessions, row_id, state)

        with ThreadPoolExecutor(2) as pool:
            news = list(pool.map(at_once, [State.NOT_BOOKED, State.PRACTICE_CHECKS]))
        assert sorted(news) == [False, True]
        assert promised(sessions) == FOLLOWS[read(sessions, row_id).state]


class TestAChange:
    def test_its_patient_is_told_of_the_change_and_the_old_one_is_let_go_once(
        self, sessions: Sessions
    ):
        old = keep(sessions, state=State.CONFIRMED)
        new = keep(sessions, replaces_id=old)
        for _ in range(2):
            tell(sessions, new, State.CONFIRMED)
        assert promised(sessions, new) == [Kind.PATIENT_CHANGED]
        assert promised(sessions, old) == [Kind.RELEASE]
        row = read(sessions, old)
        assert (row.state, row.release_asked_at_utc) == (State.CONFIRMED, NOW)

    @pytest.mark.parametrize("state", [one for one in State if one is not State.CONFIRMED])
    def test_until_the_new_one_is_confirmed_the_old_one_stands(
        self, sessions: Sessions, state: State
    ):
        old = keep(sessions, state=State.CONFIRMED)
        tell(sessions, keep(sessions, replaces_id=old), state)
        assert promised(sessions, old) == []
        assert read(sessions, old).release_asked_at_utc is None

    @on_both
    def test_of_two_at_once_to_two_times_one_is_sent_to_the_diary(self, sessions: Sessions):
        old, together = keep(sessions, state=State.CONFIRMED), threading.Barrier(2)
        diary, free = ObedientDiary(), KnownAvailability()
        free.on_asking = lambda: together.wait(A_WHILE)

        def change(number: int) -> Placed:
            start = START + timedelta(hours=number)
            order = replace(ORDER, journey=f"{number}", slot_start=start, replaces_id=old)
            return desk_over(diary, free, sessions).place(order)

        with ThreadPoolExecutor(2) as pool:
            placed = list(pool.map(change, range(2)))
        assert len(diary.requests) == 1
        assert len({one.page for one in placed}) == 1
        assert promised(sessions, old) == [Kind.RELEASE]

    def test_a_late_yes_lets_the_old_one_go_too(self, sessions: Sessions):
        old = keep(sessions, state=State.CONFIRMED)
        new = keep(sessions, replaces_id=old)
        tell(sessions, new, State.NOT_BOOKED)
        tell(sessions, new, State.CONFIRMED)
        assert promised(sessions, new) == [Kind.PATIENT_NOT_BOOKED, Kind.PATIENT_CHANGED]
        assert promised(sessions, old) == [Kind.RELEASE]

    def test_one_that_its_patient_had_cancelled_already_is_let_go_once(self, sessions: Sessions):
        old = keep(sessions, state=State.CONFIRMED)
        release(sessions, old)
        tell(sessions, keep(sessions, replaces_id=old), State.CONFIRMED)
        assert promised(sessions, old) == [Kind.RELEASE]


class TestARelease:
    def test_it_is_promised_once_and_the_booking_stands_until_it_is_done(self, sessions: Sessions):
        row_id = keep(sessions, state=State.CONFIRMED)
        assert [release(sessions, row_id) for _ in range(3)] == [True, False, False]
        assert promised(sessions) == [Kind.RELEASE]
        assert read(sessions, row_id).state is State.CONFIRMED

    @pytest.mark.parametrize("state", [one for one in State if one is not State.CONFIRMED])
    def test_what_does_not_stand_cannot_be_let_go(self, sessions: Sessions, state: State):
        row_id = keep(sessions, state=state)
        assert not release(sessions, row_id)
        assert promised(sessions) == []
        assert read(sessions, row_id).release_asked_at_utc is None

    @on_both
    def test_asked_for_by_two_at_once_it_is_promised_once(self, sessions: Sessions):
        row_id = keep(sessions, state=State.CONFIRMED)
        together = threading.Barrier(2)

        def at_once(_number: int) -> None:
            with writing(sessions) as session:
                # As the page does it: loaded, not locked.
                row = session.get_one(Booking, row_id)
                if sessions.kw["bind"].dialect.name == "postgresql":
                    together.wait(A_WHILE)
                ask_release(session, row)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(at_once, range(2)))
        assert promised(sessions) == [Kind.RELEASE]

    @pytest.mark.parametrize(
        ("is_replaced", "told"),
        [(False, [Kind.SLOT_FREED, Kind.PATIENT_CANCELLED]), (True, [Kind.SLOT_FREED])],
    )
    def test_once_the_diary_has_done_it_the_booking_is_cancelled_and_its_slot_promised(
        self, sessions: Sessions, told: list[str], *, is_replaced: bool
    ):
        row_id = keep(sessions, state=State.CONFIRMED, sequence=2)
        for _ in range(2):
            with writing(sessions) as session:
                record_release(session, row_id, HARBOUR, is_replaced=is_replaced)
        row = read(sessions, row_id)
        assert (row.state, row.sequence) == (State.CANCELLED, 3)
        assert promised(sessions) == told
