"""Which appointment somebody on the list has now, and when there is nothing to better any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from tests.appointments.stored import Sessions, keep
from tests.asap.ground import FAR, NOW, OnTheList, on_the_list, with_a_list
from tests.services.both import on_both
from webapp import clock as clocks
from webapp.appointments.model import UNSETTLED, Booking, State
from webapp.asap.listing import appointment_of, end, is_over
from webapp.asap.model import Ended, Entry
from webapp.asap.people import in_motion, live_entries
from webapp.db.engine import writing

A_SECOND = timedelta(seconds=1)
UNKNOWN = [State.SENDING, State.UNKNOWN, State.PRACTICE_CHECKS]

pytestmark = pytest.mark.usefixtures("clock")


def has_now(sessions: Sessions, one: OnTheList) -> int | None:
    """The appointment that somebody on the list has, by its number, asked one by one."""
    with sessions() as session:
        found = appointment_of(session, session.get_one(Entry, one.entry_id))
    return found.id if found else None


def all_have(sessions: Sessions, slug: str = "harbour") -> dict[int, int | None]:
    """The same of everybody on the list, asked all at once."""
    with sessions() as session:
        return {one.id: has.id if has else None for one, has in live_entries(session, slug)}


def moving(sessions: Sessions) -> set[int]:
    with sessions() as session:
        return in_motion(session, live_entries(session, "harbour"))


def moved(sessions: Sessions, booking_id: int | None, state: State = State.CONFIRMED) -> int:
    """The old appointment is cancelled, another made in its place; return that one."""
    assert booking_id is not None
    with writing(sessions) as session:
        session.get_one(Booking, booking_id).state = State.CANCELLED
    return keep(sessions, state=state, replaces_id=booking_id, starts_at_utc=FAR)


class TestTheAppointmentTheyHave:
    def test_whoever_joined_without_one_has_none(self, sessions: Sessions):
        assert has_now(sessions, on_the_list(sessions, has=None)) is None

    def test_it_is_the_one_they_joined_with_or_what_replaced_it_since(self, sessions: Sessions):
        one = on_the_list(sessions)
        assert has_now(sessions, one) == one.booking_id
        second = moved(sessions, one.booking_id)
        assert has_now(sessions, one) == second
        third = moved(sessions, second)
        assert has_now(sessions, one) == third

    @pytest.mark.parametrize(
        "state", [one for one in State if one not in {State.CONFIRMED, State.CANCELLED}]
    )
    def test_one_that_did_not_come_about_replaces_nothing(self, sessions: Sessions, state: State):
        one = on_the_list(sessions)
        keep(sessions, state=state, replaces_id=one.booking_id)
        assert has_now(sessions, one) == one.booking_id

    def test_what_was_moved_and_then_cancelled_is_cancelled(self, sessions: Sessions):
        one = on_the_list(sessions)
        last = moved(sessions, one.booking_id, State.CANCELLED)
        assert has_now(sessions, one) == last


class TestEverybodyAtOnce:
    @on_both
    def test_it_is_told_of_each_as_it_is_one_by_one(self, sessions: Sessions):
        people = [on_the_list(sessions, has=None), *(on_the_list(sessions) for _ in range(5))]
        moved(sessions, people[1].booking_id)
        moved(sessions, moved(sessions, moved(sessions, people[2].booking_id)))
        moved(sessions, people[3].booking_id, State.CANCELLED)
        for state in (State.TAKEN, State.UNKNOWN, State.REFUSED):
            keep(sessions, state=state, replaces_id=people[4].booking_id)
        told = all_have(sessions)
        assert told == {one.entry_id: has_now(sessions, one) for one in people}
        assert len({one for one in told.values() if one is not None}) == 5

    def test_those_who_left_and_other_practices_lists_are_left_out(self, sessions: Sessions):
        first, gone, elsewhere = (on_the_list(sessions) for _ in range(3))
        with writing(sessions) as session:
            end(session.get_one(Entry, gone.entry_id), Ended.LEFT)
            session.get_one(Entry, elsewhere.entry_id).slug = "elm"
        assert list(all_have(sessions)) == [first.entry_id]
        assert list(all_have(sessions, "elm")) == [elsewhere.entry_id]

    def test_they_come_in_the_order_in_which_they_joined(self, sessions: Sessions):
        for has in (FAR, None, FAR, None):
            on_the_list(sessions, has=has)
        assert list(all_have(sessions)) == [1, 2, 3, 4]


class TestInMotion:
    """Of whom nobody knows what they have, since they have asked for another time."""

    @pytest.mark.parametrize("state", UNKNOWN)
    def test_those_whose_change_has_no_answer_yet(self, sessions: Sessions, state: State):
        one = on_the_list(sessions)
        on_the_list(sessions)
        keep(sessions, state=state, replaces_id=one.booking_id)
        assert moving(sessions) == {one.entry_id}

    @pytest.mark.parametrize("state", [one for one in State if one not in UNKNOWN])
    def test_not_those_whose_change_has_one(self, sessions: Sessions, state: State):
        one = on_the_list(sessions)
        keep(sessions, state=state, replaces_id=one.booking_id)
        assert moving(sessions) == set()

    @on_both
    def test_it_is_a_change_of_what_they_have_now_that_counts(self, sessions: Sessions):
        one = on_the_list(sessions)
        later = moved(sessions, one.booking_id)
        keep(sessions, state=State.UNKNOWN, replaces_id=later)
        assert moving(sessions) == {one.entry_id}


class TestWhenItIsOver:
    def over(self, sessions: Sessions, one: OnTheList, **asap: int) -> bool:
        with sessions() as session:
            entry = session.get_one(Entry, one.entry_id)
            has = appointment_of(session, entry)
            return is_over(entry, has, with_a_list(**asap), at=clocks.now())

    def test_without_an_appointment_after_as_many_days_as_the_practice_says(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        one = on_the_list(sessions, has=None)
        for days, over in ((10, False), (10.001, True)):
            clock.move_to(NOW + timedelta(days=days))
            assert self.over(sessions, one, list_days=10) is over
        assert not self.over(sessions, one, list_days=11)

    def test_with_one_when_that_begins(self, sessions: Sessions, clock: time_machine.Traveller):
        one = on_the_list(sessions, has=FAR)
        clock.move_to(FAR - A_SECOND)
        assert not self.over(sessions, one, list_days=1)
        clock.move_to(FAR)
        assert self.over(sessions, one)

    @pytest.mark.parametrize("state", [one for one in State if one is not State.CONFIRMED])
    def test_with_one_that_does_not_stand(self, sessions: Sessions, state: State):
        assert self.over(sessions, on_the_list(sessions, state=state))

    def test_with_one_that_is_to_be_taken_out(self, sessions: Sessions):
        one = on_the_list(sessions, release_asked_at_utc=NOW)
        assert self.over(sessions, one)

    def test_with_one_that_was_moved_it_is_not(self, sessions: Sessions):
        one = on_the_list(sessions)
        moved(sessions, one.booking_id)
        assert not self.over(sessions, one)

    @pytest.mark.parametrize("state", sorted(UNSETTLED))
    def test_while_a_change_of_it_is_under_way_it_is_not(self, sessions: Sessions, state: State):
        one = on_the_list(sessions)
        keep(sessions, state=state, replaces_id=one.booking_id)
        assert not self.over(sessions, one)
