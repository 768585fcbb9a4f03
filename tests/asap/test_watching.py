"""A time that was taken and has become free in the diary is found, once, and offered."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests.appointments.stored import NOW
from tests.asap.ground import ANNA, ROOM_1, ROOM_2, SIAN, offers, on_the_list, open_to_all, slot
from tests.asap.watched import (
    A_MINUTE,
    AUTOMATIC,
    ELEVEN,
    MONDAY,
    NINE,
    PAIRS,
    TEN,
    TUESDAY,
    Watched,
)
from tests.availability.fakes import pair
from webapp.asap.model import Entry, Opening, Watch
from webapp.asap.wishes import Wish
from webapp.db.engine import writing
from webapp.diaries.port import Room


class TestWhatIsFound:
    def test_the_first_look_finds_nothing(self, watched: Watched):
        assert watched.look() == 0
        assert watched.opened() == []

    def test_a_time_that_was_taken_and_is_free_is_found_once(self, watched: Watched):
        watched.look()
        watched.frees(NINE)
        assert [watched.look() for _ in range(3)] == [1, 0, 0]
        assert watched.opened() == [(ANNA.name, ROOM_1.name, "Mon 09:00")]
        assert len(offers(watched.sessions)) == 1

    def test_so_are_several_at_once_each_by_itself(self, watched: Watched):
        watched.look()
        watched.frees(ELEVEN)
        watched.frees(NINE, SIAN, ROOM_2)
        assert watched.look() == 2
        assert watched.opened() == [
            (SIAN.name, ROOM_2.name, "Mon 09:00"),
            (ANNA.name, ROOM_1.name, "Mon 11:00"),
        ]

    def test_what_was_free_all_the_time_is_not_offered(self, watched: Watched):
        assert [watched.look() for _ in range(3)] == [0, 0, 0]
        assert watched.opened() == []

    def test_what_is_taken_and_freed_again_is_found_again(self, watched: Watched):
        watched.look()
        watched.takes(TEN)
        assert watched.look() == 0
        watched.frees(TEN)
        assert watched.look() == 1
        assert watched.opened() == [(ANNA.name, ROOM_1.name, "Mon 10:00")]

    def test_a_whole_day_may_become_free(self, watched: Watched):
        watched.look()
        watched.diary.free[ANNA, ROOM_1] = {MONDAY: (TEN,), TUESDAY: (NINE,)}
        assert watched.look() == 1
        assert watched.opened() == [(ANNA.name, ROOM_1.name, "Tue 09:00")]

    def test_one_that_suits_nobody_is_not_opened(self, watched: Watched):
        watched.look()
        with writing(watched.sessions) as session:
            session.get_one(Entry, 1).weekdays = "6"
        watched.frees(NINE)
        assert watched.look() == 0
        assert watched.opened() == []

    def test_how_many_were_found_is_logged_and_nothing_else(
        self, watched: Watched, caplog: pytest.LogCaptureFixture
    ):
        watched.look()
        watched.frees(NINE)
        with caplog.at_level(logging.INFO, "openslot.asap"):
            watched.look()
            watched.look()
        [record] = caplog.records
        assert record.__dict__["fields"] == {"practice": "harbour", "openings": 1}


class TestRooms:
    def test_whoever_was_free_in_another_room_was_not_taken(self, watched: Watched):
        watched.frees(NINE, ANNA, ROOM_2)
        watched.look()
        watched.frees(NINE, ANNA, ROOM_1)
        assert watched.look() == 0
        assert watched.opened() == []

    def test_whoever_is_freed_in_both_is_offered_in_the_one_that_suits_most(self, watched: Watched):
        for _ in range(2):
            on_the_list(watched.sessions, wish=Wish(room_id=ROOM_2.id))
        watched.look()
        watched.frees(NINE, ANNA, ROOM_1)
        watched.frees(NINE, ANNA, ROOM_2)
        assert watched.look() == 1
        assert watched.opened() == [(ANNA.name, ROOM_2.name, "Mon 09:00")]
        assert len(offers(watched.sessions)) == 3

    def test_one_that_is_on_offer_in_another_room_keeps_no_other_from_being_found(
        self, watched: Watched
    ):
        watched.look()
        watched.frees(NINE)
        watched.look()
        watched.takes(NINE)
        watched.frees(NINE, ANNA, ROOM_2)
        with writing(watched.sessions) as session:
            # Still on offer where it was, because a patient has it in hand.
            session.scalars(select(Opening)).one().claimed_by_id = 1
        watched.look()
        watched.takes(NINE)
        watched.look()
        watched.frees(NINE, ANNA, ROOM_2)
        watched.frees(ELEVEN)
        assert watched.look() == 1
        assert watched.opened() == [
            (ANNA.name, ROOM_1.name, "Mon 09:00"),
            (ANNA.name, ROOM_1.name, "Mon 11:00"),
        ]


class TestSeveralPeopleAtOnce:
    """A person and a room serve once: what became free together is not all to be had."""

    def test_two_in_two_rooms_are_two_openings(self, watched: Watched):
        watched.look()
        watched.frees(NINE, ANNA, ROOM_1)
        watched.frees(NINE, SIAN, ROOM_2)
        assert watched.look() == 2
        assert watched.opened() == [
            (ANNA.name, ROOM_1.name, "Mon 09:00"),
            (SIAN.name, ROOM_2.name, "Mon 09:00"),
        ]

    def test_two_who_share_the_only_room_are_one_opening(self, watched: Watched):
        watched.look()
        watched.frees(NINE, ANNA, ROOM_1)
        watched.frees(NINE, SIAN, ROOM_1)
        assert watched.look() == 1
        assert watched.opened() == [(ANNA.name, ROOM_1.name, "Mon 09:00")]

    def test_of_two_who_share_it_whoever_suits_most_is_offered(self, watched: Watched):
        on_the_list(watched.sessions, wish=Wish(staff_id=SIAN.id))
        watched.look()
        watched.frees(NINE, ANNA, ROOM_1)
        watched.frees(NINE, SIAN, ROOM_1)
        assert watched.look() == 1
        assert watched.opened() == [(SIAN.name, ROOM_1.name, "Mon 09:00")]

    def test_both_free_in_both_rooms_are_two_openings(self, watched: Watched):
        watched.look()
        for staff in (ANNA, SIAN):
            for room in (ROOM_1, ROOM_2):
                watched.frees(NINE, staff, room)
        assert watched.look() == 2
        assert {(staff, room) for staff, room, _at in watched.opened()} == {
            (ANNA.name, ROOM_1.name),
            (SIAN.name, ROOM_2.name),
        }

    @pytest.mark.parametrize("room", [ROOM_1, ROOM_2])
    def test_one_of_whom_all_know_already_keeps_no_other_from_being_offered(
        self, watched: Watched, room: Room
    ):
        """Such as one whose patient has cancelled online, which was offered at that moment."""
        watched.look()
        watched.frees(NINE, ANNA, room)
        nine = datetime.combine(MONDAY, NINE, AUTOMATIC.zone)
        open_to_all(watched.sessions, slot(nine, ANNA, ROOM_1), AUTOMATIC)
        watched.frees(NINE, SIAN, ROOM_2)
        watched.frees(ELEVEN, SIAN, ROOM_2)
        watched.look()
        assert (SIAN.name, ROOM_2.name, "Mon 09:00") in watched.opened()
        assert (SIAN.name, ROOM_2.name, "Mon 11:00") in watched.opened()
        assert len(watched.opened()) == 3


class TestWhatCannotBeTold:
    @pytest.mark.parametrize("room", [ROOM_1, ROOM_2])
    def test_whoever_was_not_checked_in_every_room_is_not_found_at_the_next_look(
        self, watched: Watched, room: Room
    ):
        watched.diary.fail(pair(ANNA, room))
        watched.look()
        watched.diary.recover()
        watched.frees(NINE, ANNA)
        watched.frees(NINE, SIAN)
        assert watched.look() == 1
        assert watched.opened() == [(SIAN.name, ROOM_1.name, "Mon 09:00")]

    def test_whoever_cannot_be_checked_now_is_not_found_now_and_not_later(self, watched: Watched):
        watched.look()
        watched.frees(NINE)
        watched.diary.fail(pair(ANNA, ROOM_1))
        assert watched.look() == 0
        watched.diary.recover()
        assert watched.look() == 0, "nobody knows since when it has been free"
        assert watched.opened() == []

    def test_an_outage_is_no_look_at_all(self, watched: Watched):
        watched.look()
        for one in PAIRS:
            watched.diary.fail(one)
        watched.frees(NINE)
        assert watched.look() == 0
        watched.diary.recover()
        assert watched.look() == 1, "what was seen before the outage still counts"

    def test_what_was_seen_more_than_half_an_hour_ago_says_nothing(self, watched: Watched):
        watched.look()
        watched.frees(NINE)
        assert watched.look(timedelta(minutes=30, seconds=1)) == 0
        watched.frees(ELEVEN)
        assert watched.look(timedelta(minutes=30)) == 1
        assert watched.opened() == [(ANNA.name, ROOM_1.name, "Mon 11:00")]

    def test_the_horizons_new_last_day_is_not_freed(self, watched: Watched):
        last_day = NOW.date() + timedelta(days=AUTOMATIC.booking.days_ahead)
        with writing(watched.sessions) as session:
            session.get_one(Entry, 1).booking_id = None
        for person in (ANNA, SIAN):
            watched.diary.free[person, ROOM_1] = {last_day: (NINE,)}
        watched.clock.move_to(NOW + timedelta(hours=15, minutes=59, seconds=30))
        watched.look()
        assert watched.look() == 0, "at midnight a day has come into sight"
        watched.diary.free[ANNA, ROOM_1] = {last_day: (NINE, TEN)}
        assert watched.look() == 1, "from then on it is watched like the others"

    def test_a_person_who_has_come_since_was_not_taken_before(self, watched: Watched):
        watched.diary.people = (SIAN,)
        watched.look()
        watched.diary.people = (ANNA, SIAN)
        # Names hold for ten minutes.
        assert [watched.look(11 * A_MINUTE), watched.look()] == [0, 0]
        assert watched.opened() == []

    @pytest.mark.parametrize("text", ["", "{}", "not json", '{"at": 1, "free": []}'])
    def test_what_another_version_wrote_down_is_no_look(self, watched: Watched, text: str):
        watched.look()
        with writing(watched.sessions) as session:
            session.get_one(Watch, "harbour").seen = text
        watched.frees(NINE)
        assert watched.look() == 0
        watched.frees(ELEVEN)
        assert watched.look() == 1
