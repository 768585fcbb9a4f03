"""Who joins the list, who leaves it, and which appointment each of them has now."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from tests.appointments.stored import Sessions, keep, promised
from tests.asap.ground import (
    ANNA,
    FAR,
    NOW,
    ROOM_1,
    TOKENS,
    entry_now,
    on_the_list,
)
from tests.services.both import on_both
from webapp.appointments.model import Booking, State
from webapp.asap.kinds import Kind
from webapp.asap.listing import (
    Joining,
    by_page,
    end,
    has_anybody,
    join,
    live_entry_of,
    places_of,
)
from webapp.asap.model import Ended, Entry
from webapp.asap.wishes import EVERY_DAY, Part, Wish, wish_of
from webapp.db.engine import writing
from webapp.diaries.port import Patient

ADA = Patient(name="Ada Whitcombe", phone="+447700900123", email="Ada@whitcombe.example")
FORM = Joining(slug="harbour", journey="a-form", patient=ADA, wish=Wish())
A_WHILE = 60.0
"""Seconds. No test waits so long unless something hangs."""
A_SECOND, A_DAY = timedelta(seconds=1), timedelta(days=1)

pytestmark = pytest.mark.usefixtures("clock")


def send(sessions: Sessions, form: Joining = FORM) -> Entry:
    with writing(sessions) as session:
        return join(session, form, TOKENS)


def leave(sessions: Sessions, entry_id: int, why: Ended = Ended.LEFT) -> bool:
    with writing(sessions) as session:
        return end(session.get_one(Entry, entry_id), why)


def entries(sessions: Sessions) -> list[Entry]:
    with sessions() as session:
        return list(session.scalars(select(Entry).order_by(Entry.id)))


def moved(sessions: Sessions, booking_id: int | None, state: State = State.CONFIRMED) -> int:
    """The old appointment is cancelled, another made in its place; return that one."""
    assert booking_id is not None
    with writing(sessions) as session:
        session.get_one(Booking, booking_id).state = State.CANCELLED
    return keep(sessions, state=state, replaces_id=booking_id, starts_at_utc=FAR)


class TestJoining:
    @on_both
    def test_everything_that_was_sent_is_kept_and_a_letter_promised(self, sessions: Sessions):
        wish = Wish(
            weekdays=frozenset({4, 0}),
            parts=frozenset({Part.EVENING, Part.MORNING}),
            notice=timedelta(hours=24),
            staff_id=ANNA.id,
            room_id=ROOM_1.id,
        )
        entry = send(sessions, replace(FORM, wish=wish))
        [kept] = entries(sessions)
        assert kept.id == entry.id
        assert (kept.patient_name, kept.patient_phone, kept.patient_email) == (
            ADA.name,
            ADA.phone,
            ADA.email,
        )
        assert wish_of(kept) == wish
        assert (kept.created_at_utc, kept.consented_at_utc) == (NOW, NOW)
        assert (kept.ended_at_utc, kept.ended, kept.booking_id) == (None, None, None)
        assert kept.first_name == "Ada"
        assert promised(sessions, kept.id) == [Kind.JOINED]

    @on_both
    def test_a_form_sent_many_times_makes_one_place_and_one_letter(self, sessions: Sessions):
        first = send(sessions)
        assert [send(sessions).id for _ in range(2)] == [first.id] * 2
        assert len(entries(sessions)) == 1
        assert promised(sessions) == [Kind.JOINED]

    def test_sent_again_it_says_what_they_want_now(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        entry = send(sessions)
        clock.shift(60)
        phone = replace(ADA, phone="+447700900124")
        send(sessions, replace(FORM, patient=phone, wish=Wish(weekdays=frozenset({2}))))
        now = entry_now(sessions, entry.id)
        assert (now.patient_phone, wish_of(now).weekdays) == ("+447700900124", frozenset({2}))
        assert (now.created_at_utc, now.consented_at_utc) == (NOW, NOW + timedelta(seconds=60))

    def test_a_form_whose_place_was_given_up_does_not_bring_it_back(self, sessions: Sessions):
        entry = send(sessions)
        leave(sessions, entry.id)
        again = send(sessions, replace(FORM, wish=Wish(weekdays=frozenset({2}))))
        assert (again.id, again.ended) == (entry.id, Ended.LEFT)
        assert wish_of(entry_now(sessions, entry.id)).weekdays == EVERY_DAY

    def test_whoever_waits_already_has_no_second_place_whichever_form_comes(
        self, sessions: Sessions
    ):
        first = send(sessions)
        shouted = replace(ADA, name="ADA WHITCOMBE", email="other@whitcombe.example")
        again = replace(FORM, journey="another", patient=shouted, wish=Wish(notice=A_DAY))
        assert send(sessions, again).id == first.id
        assert entry_now(sessions, first.id).notice_hours == 24
        assert promised(sessions) == [Kind.JOINED]

    def test_after_they_left_another_form_is_another_place(self, sessions: Sessions):
        first = send(sessions)
        leave(sessions, first.id)
        assert send(sessions, replace(FORM, journey="another")).id != first.id

    def test_somebody_else_with_the_same_phone_has_a_place_of_their_own(self, sessions: Sessions):
        first = send(sessions)
        son = replace(ADA, name="Ben Whitcombe")
        assert send(sessions, replace(FORM, journey="another", patient=son)).id != first.id

    def test_how_many_places_without_an_appointment_a_number_has_can_be_told(
        self, sessions: Sessions
    ):
        def places(phone: str = ADA.phone, slug: str = "harbour") -> int:
            with sessions() as session:
                return places_of(session, slug, phone)

        assert places() == 0
        for number in range(3):
            patient = replace(ADA, name=f"Patient {number}")
            send(sessions, replace(FORM, journey=f"form {number}", patient=patient))
        on_the_list(sessions, phone=ADA.phone)
        assert (places(), places("+447700900124"), places(slug="elm")) == (3, 0, 0)
        leave(sessions, 1)
        assert places() == 2

    def test_at_another_practice_the_same_form_is_another_place(self, sessions: Sessions):
        assert send(sessions).id != send(sessions, replace(FORM, slug="elm")).id

    def test_their_page_is_found_by_the_address_that_the_form_makes_and_by_no_other(
        self, sessions: Sessions
    ):
        entry = send(sessions)
        token = TOKENS.entry_of(slug="harbour", journey=FORM.journey)
        with sessions() as session:
            found = by_page(session, "harbour", token)
            assert found is not None
            assert found.id == entry.id
            assert by_page(session, "elm", token) is None
            assert by_page(session, "harbour", token[:-1]) is None
        assert token not in entry.page_hash


class TestForAnAppointment:
    def test_it_has_one_place_whichever_form_comes(self, sessions: Sessions):
        booking_id = keep(sessions, state=State.CONFIRMED, starts_at_utc=FAR)
        forms = [replace(FORM, journey=one, booking_id=booking_id) for one in ("a", "b")]
        first, second = (send(sessions, one) for one in forms)
        assert (first.id, second.id) == (1, 1)
        assert promised(sessions, 1) == [Kind.JOINED]

    def test_one_that_replaced_another_has_the_place_of_that(self, sessions: Sessions):
        one = on_the_list(sessions)
        later = moved(sessions, moved(sessions, one.booking_id))
        again = send(
            sessions, replace(FORM, booking_id=later, wish=Wish(notice=timedelta(hours=2)))
        )
        assert again.id == one.entry_id
        assert entry_now(sessions, one.entry_id).notice_hours == 2

    def test_after_they_left_another_form_makes_another_place(self, sessions: Sessions):
        one = on_the_list(sessions)
        leave(sessions, one.entry_id)
        again = send(sessions, replace(FORM, booking_id=one.booking_id))
        assert again.id != one.entry_id
        with sessions() as session:
            booking = session.get_one(Booking, one.booking_id)
            found = live_entry_of(session, booking)
        assert found is not None
        assert found.id == again.id

    @on_both
    def test_of_two_tabs_at_once_the_second_finds_the_place_of_the_first(self, sessions: Sessions):
        booking_id = keep(sessions, state=State.CONFIRMED, starts_at_utc=FAR)
        together = threading.Barrier(2)

        def come(journey: str) -> int:
            together.wait(A_WHILE)
            return send(sessions, replace(FORM, journey=journey, booking_id=booking_id)).id

        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(come, ["a", "b"])) == [1, 1]
        assert len(entries(sessions)) == 1

    def test_nobody_elses_appointment_has_it(self, sessions: Sessions):
        on_the_list(sessions)
        other = keep(sessions, state=State.CONFIRMED)
        with sessions() as session:
            assert live_entry_of(session, session.get_one(Booking, other)) is None


class TestTheNumberOfAPatient:
    @staticmethod
    def number(sessions: Sessions, has: int | None, patient: Patient, slug: str = "harbour") -> int:
        journey = f"form {len(entries(sessions))}"
        return send(sessions, Joining(slug, journey, patient, Wish(), has)).patient_number

    def test_it_is_that_of_their_first_place(self, sessions: Sessions):
        bookings = [keep(sessions, state=State.CONFIRMED) for _ in range(2)]
        shouted = replace(ADA, name="ADA WHITCOMBE", email="another@whitcombe.example")
        assert self.number(sessions, bookings[0], ADA) == 1
        assert self.number(sessions, bookings[1], shouted) == 1
        assert self.number(sessions, None, ADA) == 1
        assert len(entries(sessions)) == 3

    def test_another_name_another_phone_or_another_practice_is_somebody_else(
        self, sessions: Sessions
    ):
        assert self.number(sessions, None, ADA) == 1
        assert self.number(sessions, None, replace(ADA, name="Ben Whitcombe")) == 2
        assert self.number(sessions, None, replace(ADA, phone="+447700900124")) == 3
        assert self.number(sessions, None, ADA, slug="elm") == 4


class TestWhetherAnybodyIsOnIt:
    def test_a_list_is_empty_once_everybody_has_left(self, sessions: Sessions):
        def is_anybody() -> bool:
            with sessions() as session:
                return has_anybody(session, "harbour")

        assert not is_anybody()
        one = on_the_list(sessions)
        assert is_anybody()
        leave(sessions, one.entry_id)
        assert not is_anybody()

    def test_another_practices_list_is_another_list(self, sessions: Sessions):
        send(sessions, replace(FORM, slug="elm"))
        with sessions() as session:
            assert not has_anybody(session, "harbour")
            assert has_anybody(session, "elm")


def test_whoever_has_left_cannot_leave_again(sessions: Sessions, clock: time_machine.Traveller):
    entry = send(sessions)
    assert leave(sessions, entry.id, Ended.STOPPED)
    clock.shift(60)
    assert not leave(sessions, entry.id, Ended.TAKEN)
    now = entry_now(sessions, entry.id)
    assert (now.ended, now.ended_at_utc) == (Ended.STOPPED, NOW)
