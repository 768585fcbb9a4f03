"""A place on the ASAP list is forgotten with its appointment, and nobody else's with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import select

from tests.appointments.stored import NOW, START, Sessions, keep, opened, read
from tests.asap.ground import FAR, OnTheList, offers, on_the_list, open_to_all
from tests.practices.examples import practice
from tests.services.both import on_both
from webapp.appointments.kinds import Kind
from webapp.appointments.model import Booking, State
from webapp.asap.kinds import Kind as AsapKind
from webapp.asap.listing import appointment_of, end
from webapp.asap.model import Ended, Entry, Offer, Opening, Watch
from webapp.db.engine import writing
from webapp.notify.optouts import OptOut, opt_out
from webapp.outbox.model import Promise
from webapp.outbox.promising import promise
from webapp.privacy.forgetting import erase_by_email, purge

if TYPE_CHECKING:
    from webapp.db.base import Base

PRACTICES = {
    "harbour": practice(privacy={"keep_days": 10}),
    "elm": practice(slug="elm", privacy={"keep_days": 100}),
}
OF_THE_LIST = [(kind, 1) for kind in sorted(AsapKind)]
OF_THE_BOOKING = [(Kind.PATIENT_BOOKED, 1), (Kind.SLOT_FREED, 1)]
TEN_DAYS, A_SECOND = timedelta(days=10), timedelta(seconds=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sessions(database_url: str) -> Iterator[Sessions]:
    yield from opened(database_url)


def ids(sessions: Sessions, table: type[Booking | Entry | Offer | Opening]) -> list[int]:
    with sessions() as session:
        return list(session.scalars(select(table.id).order_by(table.id)))


def count(sessions: Sessions, table: type[Base]) -> int:
    with sessions() as session:
        return len(session.scalars(select(table)).all())


def promises(sessions: Sessions) -> list[tuple[str, int]]:
    with sessions() as session:
        rows = session.scalars(select(Promise).order_by(Promise.kind, Promise.subject_id))
        return [(row.kind, row.subject_id) for row in rows]


def email_of(sessions: Sessions, one: OnTheList) -> str:
    with sessions() as session:
        return session.get_one(Entry, one.entry_id).patient_email


def leave(sessions: Sessions, one: OnTheList) -> None:
    with writing(sessions) as session:
        assert end(session.get_one(Entry, one.entry_id), Ended.LEFT)


class TestWithItsAppointment:
    @on_both
    def test_place_offers_and_what_was_promised_go_with_the_appointment(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        on_the_list(sessions)
        open_to_all(sessions)
        clock.move_to(FAR + TEN_DAYS)
        assert purge(sessions, PRACTICES) == 0
        assert (len(ids(sessions, Entry)), len(ids(sessions, Offer))) == (1, 1)
        clock.shift(A_SECOND)
        assert purge(sessions, PRACTICES) == 1
        for table in (Booking, Entry, Offer, Opening):
            assert ids(sessions, table) == []
        assert promises(sessions) == []

    def test_an_opening_stays_as_long_as_anybody_has_an_offer_of_it(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        on_the_list(sessions, has=START + timedelta(days=1))
        later = on_the_list(sessions, has=FAR)
        open_to_all(sessions)
        clock.move_to(START + timedelta(days=12))
        assert purge(sessions, PRACTICES) == 1
        assert [one.entry_id for one in offers(sessions)] == [later.entry_id]
        assert len(ids(sessions, Opening)) == 1
        clock.move_to(FAR + timedelta(days=11))
        assert purge(sessions, PRACTICES) == 1
        assert ids(sessions, Opening) == []

    def test_an_opening_that_nobody_has_an_offer_of_stays_until_it_is_old(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        on_the_list(sessions, has=FAR, patient_email="ada@whitcombe.example")
        open_to_all(sessions)
        erase_by_email(sessions, "ada@whitcombe.example")
        assert offers(sessions) == []
        clock.move_to(START + TEN_DAYS)
        purge(sessions, PRACTICES)
        assert len(ids(sessions, Opening)) == 1
        clock.shift(A_SECOND)
        purge(sessions, PRACTICES)
        assert ids(sessions, Opening) == []

    @on_both
    def test_an_appointment_that_was_taken_goes_before_the_one_it_bettered(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        one = on_the_list(sessions, has=FAR)
        [offer] = open_to_all(sessions)
        taken = keep(sessions, state=State.CONFIRMED, replaces_id=one.booking_id)
        with writing(sessions) as session:
            session.get_one(Offer, offer.id).booking_id = taken
            end(session.get_one(Entry, one.entry_id), Ended.TAKEN)
        clock.move_to(START + timedelta(days=11))
        assert purge(sessions, PRACTICES) == 1
        assert ids(sessions, Booking) == [one.booking_id]
        [left] = offers(sessions)
        assert (left.id, left.booking_id) == (offer.id, None)

    SOON = START + timedelta(days=2)

    def moved_to_a_later_one(self, sessions: Sessions) -> tuple[OnTheList, int]:
        """Somebody on the list who had something soon, and has moved it far away."""
        one = on_the_list(sessions, has=self.SOON)
        assert one.booking_id is not None
        with writing(sessions) as session:
            session.get_one(Booking, one.booking_id).state = State.CANCELLED
        later = keep(sessions, state=State.CONFIRMED, replaces_id=one.booking_id, starts_at_utc=FAR)
        return one, later

    def test_a_place_goes_on_with_what_its_patient_moved_to(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        one, later = self.moved_to_a_later_one(sessions)
        [offer] = open_to_all(sessions)
        clock.move_to(self.SOON + timedelta(days=11))
        assert purge(sessions, PRACTICES) == 1
        with sessions() as session:
            entry = session.get_one(Entry, one.entry_id)
            appointment = appointment_of(session, entry)
        assert entry.ended_at_utc is None
        assert appointment is not None
        assert appointment.id == later
        assert [left.id for left in offers(sessions)] == [offer.id]
        clock.move_to(FAR + timedelta(days=11))
        assert purge(sessions, PRACTICES) == 1
        assert ids(sessions, Entry) == []

    def test_a_place_that_was_given_up_goes_with_the_first_appointment(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        one, later = self.moved_to_a_later_one(sessions)
        leave(sessions, one)
        clock.move_to(self.SOON + timedelta(days=11))
        assert purge(sessions, PRACTICES) == 1
        assert (ids(sessions, Entry), ids(sessions, Booking)) == ([], [later])


class TestWithoutAnAppointment:
    def test_it_goes_so_long_after_its_patient_left_the_list(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        gone, waits = on_the_list(sessions, has=None), on_the_list(sessions, has=None)
        open_to_all(sessions)
        clock.shift(timedelta(days=1))
        leave(sessions, gone)
        clock.shift(TEN_DAYS)
        assert purge(sessions, PRACTICES) == 0
        assert ids(sessions, Entry) == [gone.entry_id, waits.entry_id]
        clock.shift(A_SECOND)
        assert purge(sessions, PRACTICES) == 0, "it counts bookings"
        assert ids(sessions, Entry) == [waits.entry_id]
        assert [one.entry_id for one in offers(sessions)] == [waits.entry_id]

    def test_who_waits_stays_however_long_that_is(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        on_the_list(sessions, has=None)
        clock.shift(timedelta(days=400))
        purge(sessions, PRACTICES)
        assert len(ids(sessions, Entry)) == 1

    def test_each_practice_says_how_long_and_one_that_has_gone_keeps_for_thirty_days(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        ours, theirs, closed = (on_the_list(sessions, has=None) for _ in range(3))
        with writing(sessions) as session:
            session.get_one(Entry, theirs.entry_id).slug = "elm"
            session.get_one(Entry, closed.entry_id).slug = "closed"
        for one in (ours, theirs, closed):
            leave(sessions, one)
        for days, left in (
            (10, [ours, theirs, closed]),
            (11, [theirs, closed]),
            (30, [theirs, closed]),
            (31, [theirs]),
            (101, []),
        ):
            clock.move_to(NOW + timedelta(days=days))
            purge(sessions, PRACTICES)
            assert ids(sessions, Entry) == [one.entry_id for one in left]


class TestWhatHasTheSameNumber:
    """Bookings, entries, openings and offers are counted apart, and so are their promises."""

    @pytest.fixture
    def booking_id(self, sessions: Sessions) -> int:
        """A booking number 1 with two promises, beside an entry, an opening and an offer 1."""
        booking_id = keep(sessions, state=State.CONFIRMED, patient_email="ada@whitcombe.example")
        with writing(sessions) as session:
            for kind in (Kind.PATIENT_BOOKED, Kind.SLOT_FREED):
                promise(session, kind, slug="harbour", subject_id=booking_id)
        on_the_list(sessions, has=None)
        open_to_all(sessions)
        with writing(sessions) as session:
            promise(session, AsapKind.CONCLUDE, slug="harbour", subject_id=1, turn="1")
            for kind in (AsapKind.LIST, AsapKind.UNLIST):
                promise(session, kind, slug="harbour", subject_id=1)
        assert {subject for _kind, subject in promises(sessions)} == {booking_id}
        return booking_id

    def test_a_purged_booking_leaves_the_promises_of_the_offer(
        self, sessions: Sessions, booking_id: int, clock: time_machine.Traveller
    ):
        clock.move_to(START + timedelta(days=11))
        assert purge(sessions, PRACTICES) == 1
        assert promises(sessions) == OF_THE_LIST

    def test_an_erased_booking_does_so_too(self, sessions: Sessions, booking_id: int):
        assert erase_by_email(sessions, "ada@whitcombe.example") == 1
        assert promises(sessions) == OF_THE_LIST

    def test_an_erased_offer_leaves_the_promises_of_the_booking_and_of_the_opening(
        self, sessions: Sessions, booking_id: int
    ):
        email = email_of(sessions, OnTheList(1, None))
        assert erase_by_email(sessions, email) == 0
        assert (ids(sessions, Offer), ids(sessions, Booking)) == ([], [booking_id])
        assert promises(sessions) == [(AsapKind.EXPIRE, 1), *OF_THE_BOOKING]


def test_who_wants_no_texts_and_what_was_seen_of_the_diary_outlive_appointments(
    sessions: Sessions, clock: time_machine.Traveller
):
    one = on_the_list(sessions)
    assert one.booking_id is not None
    phone = read(sessions, one.booking_id).patient_phone
    with writing(sessions) as session:
        opt_out(session, sender="+447700900800", phone=phone)
        session.add(Watch(slug="harbour", due_at_utc=NOW))
    erase_by_email(sessions, email_of(sessions, one))
    clock.shift(timedelta(days=400))
    purge(sessions, PRACTICES)
    assert (count(sessions, OptOut), count(sessions, Watch)) == (1, 1)
