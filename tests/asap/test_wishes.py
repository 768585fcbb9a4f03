"""Which slots are what a patient wants, and who is asked first."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.asap.ground import ANNA, NOW, ROOM_1, ROOM_2, SIAN
from webapp.asap.model import Entry
from webapp.asap.wishes import (
    EVERY_DAY,
    Candidate,
    Held,
    Part,
    Wish,
    fits,
    in_order,
    part_of,
    wish_of,
)
from webapp.diaries.port import Room, Slot, Staff

LONDON = ZoneInfo("Europe/London")
START = datetime(2026, 11, 23, 9, 15, tzinfo=LONDON)
"""A Monday."""
FAR = Held(START + timedelta(weeks=6), 45)
A_MINUTE = timedelta(minutes=1)
ANY_TIME = Wish()
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
"""Days of 23 and of 25 hours in London."""


def slot(
    start: datetime = START, *, minutes: int = 45, staff: Staff = ANNA, room: Room = ROOM_1
) -> Slot:
    return Slot(staff, room, start, minutes)


def suits(
    slot: Slot, held: Held | None = FAR, *, at: datetime = NOW, wish: Wish = ANY_TIME
) -> bool:
    return fits(wish, held, slot, at=at)


class TestSooner:
    @pytest.mark.parametrize(
        ("held", "sooner"), [(-A_MINUTE, False), (timedelta(), False), (A_MINUTE, True)]
    )
    def test_than_what_they_have_by_a_minute_at_least(self, held: timedelta, sooner: bool):
        assert suits(slot(), Held(START + held, 45)) is sooner

    def test_whoever_has_nothing_can_have_any_time(self):
        assert suits(slot(), None)
        assert suits(slot(minutes=5), None)

    @pytest.mark.parametrize(("minutes", "enough"), [(44, False), (45, True), (60, True)])
    def test_as_long_as_what_they_have_at_least(self, minutes: int, enough: bool):
        assert suits(slot(minutes=minutes)) is enough

    @pytest.mark.parametrize(("first", "second"), [(0, 1), (1, 0)])
    def test_the_hour_that_autumn_repeats_is_told_apart_by_real_time(self, first: int, second: int):
        """At 1:30 clocks in London show, for the second time, what they showed an hour ago."""
        one = datetime.combine(AUTUMN, time(1, 30, fold=first), LONDON)
        other = datetime.combine(AUTUMN, time(1, 30, fold=second), LONDON)
        at = datetime(2026, 10, 20, tzinfo=UTC)
        assert suits(slot(one), Held(other, 45), at=at) is (first < second)

    def test_a_clock_that_shows_more_may_be_the_earlier_moment(self):
        """1:59 for the first time is before 1:01 for the second time."""
        one = datetime(2026, 10, 25, 1, 59, tzinfo=LONDON)
        other = datetime(2026, 10, 25, 1, 1, fold=1, tzinfo=LONDON)
        at = datetime(2026, 10, 20, tzinfo=UTC)
        assert suits(slot(one), Held(other, 45), at=at)
        assert not suits(slot(other), Held(one, 45), at=at)

    def test_over_the_spring_change_too(self):
        """0:59 and 2:00 are one minute apart."""
        one = datetime(2026, 3, 29, 0, 59, tzinfo=LONDON)
        other = datetime(2026, 3, 29, 2, 0, tzinfo=LONDON)
        at = datetime(2026, 3, 20, tzinfo=UTC)
        assert suits(slot(one), Held(other, 45), at=at)
        assert not suits(slot(other), Held(one, 45), at=at)


class TestDaysAndParts:
    @pytest.mark.parametrize("day", range(7))
    def test_on_the_days_that_suit_them(self, day: int):
        start = START + timedelta(days=day)
        assert suits(slot(start), wish=Wish(weekdays=frozenset({day})))
        assert not suits(slot(start), wish=Wish(weekdays=EVERY_DAY - {day}))

    @pytest.mark.parametrize(
        ("at", "part"),
        [
            (time(0), Part.MORNING),
            (time(11, 59), Part.MORNING),
            (time(12), Part.AFTERNOON),
            (time(16, 59), Part.AFTERNOON),
            (time(17), Part.EVENING),
            (time(23, 59), Part.EVENING),
        ],
    )
    def test_in_the_parts_of_the_day_that_suit_them(self, at: time, part: Part):
        start = datetime.combine(START.date(), at, LONDON)
        assert part_of(start) is part
        assert suits(slot(start), wish=Wish(parts=frozenset({part})))
        assert not suits(slot(start), wish=Wish(parts=frozenset(Part) - {part}))

    def test_day_and_part_are_those_of_the_practices_clocks(self):
        # Sunday evening in London is Monday morning in Auckland.
        auckland = ZoneInfo("Pacific/Auckland")
        start = datetime(2026, 11, 22, 20, tzinfo=UTC)
        monday = Wish(weekdays=frozenset({0}), parts=frozenset({Part.MORNING}))
        assert suits(slot(start.astimezone(auckland)), wish=monday)
        assert not suits(slot(start.astimezone(LONDON)), wish=monday)


class TestNotice:
    @pytest.mark.parametrize("hours", [0, 2, 24, 48])
    def test_they_know_longer_before_it_than_they_need(self, hours: int):
        notice = timedelta(hours=hours)
        assert suits(slot(), at=START - notice - A_MINUTE, wish=Wish(notice=notice))
        assert not suits(slot(), at=START - notice, wish=Wish(notice=notice))

    def test_what_has_begun_suits_nobody(self):
        assert not suits(slot(), at=START)
        assert not suits(slot(), at=START + A_MINUTE)

    @pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25)])
    def test_it_is_real_time_on_a_day_of_23_or_25_hours(self, day: date, hours: int):
        midnight = datetime.combine(day, time(), LONDON).astimezone(UTC)
        next_midnight = datetime.combine(day + timedelta(days=1), time(), LONDON)
        enough, too_much = timedelta(hours=hours - 1), timedelta(hours=hours)
        assert suits(slot(next_midnight), at=midnight, wish=Wish(notice=enough))
        assert not suits(slot(next_midnight), at=midnight, wish=Wish(notice=too_much))


class TestWhoAndWhere:
    def test_with_the_person_that_they_want(self):
        assert suits(slot(staff=ANNA), wish=Wish(staff_id=ANNA.id))
        assert not suits(slot(staff=SIAN), wish=Wish(staff_id=ANNA.id))

    def test_in_the_room_that_they_want(self):
        assert suits(slot(room=ROOM_1), wish=Wish(room_id=ROOM_1.id))
        assert not suits(slot(room=ROOM_2), wish=Wish(room_id=ROOM_1.id))

    def test_without_a_wish_anybody_anywhere_at_any_time_suits(self):
        assert suits(slot(START.replace(hour=20), staff=SIAN, room=ROOM_2))


def test_what_is_stored_of_a_wish_reads_as_it_was():
    entry = Entry(
        weekdays="135",
        parts="evening,morning",
        notice_hours=24,
        staff_id=ANNA.id,
        room_id=None,
    )
    assert wish_of(entry) == Wish(
        weekdays=frozenset({1, 3, 5}),
        parts=frozenset({Part.MORNING, Part.EVENING}),
        notice=timedelta(days=1),
        staff_id=ANNA.id,
        room_id=None,
    )


NEW, FREE_LONG = Candidate(1, None, NOW), Candidate(2, None, NOW - timedelta(days=9))
SOON = Candidate(3, Held(START + timedelta(days=1), 45), NOW - timedelta(days=30))
LATE = Candidate(4, Held(START + timedelta(weeks=9), 45), NOW)
LATE_AND_LONG = replace(LATE, entry_id=5, waits_since=NOW - timedelta(days=9))


class TestTheOrder:
    @pytest.mark.parametrize(
        ("unscheduled_first", "farthest_first", "asked"),
        [
            (True, True, [2, 1, 5, 4, 3]),
            (True, False, [2, 1, 3, 5, 4]),
            (False, True, [5, 4, 3, 2, 1]),
            (False, False, [3, 5, 4, 2, 1]),
        ],
    )
    def test_without_an_appointment_then_the_farthest_then_who_waited_longest(
        self, unscheduled_first: bool, farthest_first: bool, asked: list[int]
    ):
        everybody = [NEW, FREE_LONG, SOON, LATE, LATE_AND_LONG]
        random.Random(7).shuffle(everybody)
        found = in_order(
            everybody, unscheduled_first=unscheduled_first, farthest_first=farthest_first
        )
        assert [one.entry_id for one in found] == asked

    def test_those_who_are_equal_in_all_keep_the_order_of_the_list(self):
        equals = [replace(LATE, entry_id=number) for number in (9, 7, 8)]
        found = in_order(equals, unscheduled_first=True, farthest_first=True)
        assert [one.entry_id for one in found] == [7, 8, 9]

    def test_the_farthest_is_so_in_real_time(self):
        """Of two at half past one on the day of the change, the second pass is farther away."""
        first = Held(datetime(2026, 10, 25, 1, 30, tzinfo=LONDON), 45)
        second = Held(datetime(2026, 10, 25, 1, 30, fold=1, tzinfo=LONDON), 45)
        both = [Candidate(1, first, NOW), Candidate(2, second, NOW)]
        for farthest_first, asked in ((True, [2, 1]), (False, [1, 2])):
            found = in_order(both, unscheduled_first=True, farthest_first=farthest_first)
            assert [one.entry_id for one in found] == asked

    @given(st.permutations([NEW, FREE_LONG, SOON, LATE, LATE_AND_LONG]))
    def test_it_does_not_matter_in_which_order_they_are_given(self, given_in: list[Candidate]):
        found = in_order(given_in, unscheduled_first=True, farthest_first=True)
        assert found == [FREE_LONG, NEW, LATE_AND_LONG, LATE, SOON]
