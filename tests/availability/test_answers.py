from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.availability.fakes import ANNA, CHRIS, ROOM_1, ROOM_2, SIAN, Days, free
from webapp.availability.answers import Answer, Calendar, Merged, Picture, Roster, Window
from webapp.diaries.free_times import FreeTimes
from webapp.diaries.port import Room, Staff

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no failure."""

LONDON = ZoneInfo("Europe/London")
FRIDAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)
LAST_DAY = FRIDAY + timedelta(days=89)
NINE, TEN, NOON, TWO = time(9), time(10), time(12), time(14)

WINDOW = Window(
    earliest=datetime(2026, 11, 20, 10, tzinfo=LONDON),
    first_day=FRIDAY,
    last_day=LAST_DAY,
    zone=LONDON,
)

quarters = [time(hour, minute) for hour in (0, 9, 10, 23) for minute in (0, 15, 45)]
some_days = st.dictionaries(
    st.sampled_from([FRIDAY + timedelta(days=at) for at in (-1, 0, 1, 3, 88, 89, 90)]),
    st.sets(st.sampled_from(quarters), min_size=1, max_size=5).map(sorted).map(tuple),
    max_size=4,
)
some_pairs = st.lists(some_days, max_size=4).map(
    lambda several: tuple(
        free(Staff(str(at), f"Person {at}"), ROOM_1, days) for at, days in enumerate(several)
    )
)


def calendar(*days: Days, unchecked: bool = False, window: Window = WINDOW) -> Calendar:
    people = (ANNA, SIAN, CHRIS)
    pairs = tuple(free(people[at], ROOM_1, one) for at, one in enumerate(days))
    return Calendar(Merged(pairs, unchecked), window)


def picture(pairs: dict[tuple[Staff, Room], FreeTimes | None]) -> Picture:
    staff = tuple(dict.fromkeys(one for one, _ in pairs))
    rooms = tuple(dict.fromkeys(room for _, room in pairs))
    by_id = {(one.id, room.id): answer for (one, room), answer in pairs.items()}
    return Picture(Roster(staff, rooms), by_id, WINDOW)


class TestTheThreeAnswers:
    def test_something_free_is_free(self):
        assert calendar({MONDAY: (NINE,)}).answer is Answer.FREE

    def test_nothing_free_is_none(self):
        assert calendar({}, {}).answer is Answer.NONE

    def test_nothing_free_and_somebody_unchecked_is_unchecked(self):
        assert calendar({}, unchecked=True).answer is Answer.UNCHECKED

    def test_something_free_and_somebody_unchecked_is_free_and_partial(self):
        found = calendar({MONDAY: (NINE,)}, unchecked=True)
        assert found.answer is Answer.FREE
        assert found.is_partial

    def test_what_is_only_free_outside_the_window_is_none(self):
        days = {FRIDAY: (NINE,), LAST_DAY + timedelta(days=1): (NINE,)}
        assert calendar(days).answer is Answer.NONE

    @CALM
    @given(some_pairs, st.booleans())
    def test_none_is_only_said_when_all_were_checked(
        self, pairs: tuple[FreeTimes, ...], unchecked: bool
    ):
        found = Calendar(Merged(pairs, unchecked), WINDOW)
        assert (found.answer is Answer.FREE) == (next(found.starts(), None) is not None)
        if found.answer is Answer.NONE:
            assert not unchecked


class TestMerging:
    @CALM
    @given(some_pairs)
    def test_a_time_is_there_once_when_anybody_has_it(self, pairs: tuple[FreeTimes, ...]):
        days = Merged(pairs, unchecked=False).days
        assert list(days) == sorted(days)
        for day, times in days.items():
            assert list(times) == sorted(set(times))
            assert set(times) == {at for one in pairs for at in one.days.get(day, ())}
        assert set(days) == {day for one in pairs for day in one.days}

    @CALM
    @given(some_pairs)
    def test_starts_come_in_order_and_inside_the_window(self, pairs: tuple[FreeTimes, ...]):
        starts = list(Calendar(Merged(pairs, unchecked=False), WINDOW).starts())
        assert starts == sorted(set(starts))
        assert all(WINDOW.earliest <= one and one.date() <= LAST_DAY for one in starts)

    @CALM
    @given(some_pairs)
    def test_every_time_that_is_shown_can_be_had_from_somebody(self, pairs: tuple[FreeTimes, ...]):
        found = Calendar(Merged(pairs, unchecked=False), WINDOW)
        for start in found.starts():
            slots = found.slots_at(start.date(), start.time())
            assert slots
            assert {one.start for one in slots} == {start}


class TestTheWindow:
    def test_notice_cuts_the_first_day_at_the_minute(self):
        times = (time(9, 59), TEN, NOON)
        assert calendar({FRIDAY: times}).times(FRIDAY) == (TEN, NOON)

    def test_notice_of_days_cuts_whole_days(self):
        late = Window(datetime(2026, 11, 23, 12, tzinfo=LONDON), FRIDAY, LAST_DAY, LONDON)
        found = calendar({FRIDAY: (TWO,), MONDAY: (NINE, NOON), TUESDAY: (NINE,)}, window=late)
        assert found.times(FRIDAY) == ()
        assert found.times(MONDAY) == (NOON,)
        assert found.times(TUESDAY) == (NINE,)

    def test_the_last_day_belongs_to_it_to_its_end(self):
        days = {LAST_DAY: (NINE, time(23, 59)), LAST_DAY + timedelta(days=1): (time(0),)}
        assert calendar(days).count(LAST_DAY) == 2
        assert calendar(days).count(LAST_DAY + timedelta(days=1)) == 0

    def test_a_start_is_allowed_from_the_earliest_on(self):
        assert WINDOW.allows(WINDOW.earliest)
        assert not WINDOW.allows(WINDOW.earliest - timedelta(minutes=1))
        assert not WINDOW.allows(datetime(2027, 2, 18, tzinfo=LONDON))

    def test_what_has_gone_by_is_not_shown(self):
        assert calendar({FRIDAY - timedelta(days=1): (TWO,)}).first() is None


class TestDays:
    def test_the_first_is_found(self):
        found = calendar({MONDAY: (TWO,), TUESDAY: (NINE,)}, {MONDAY: (TEN,)})
        assert found.first() == datetime(2026, 11, 23, 10, tzinfo=LONDON)

    def test_neighbours_are_days_with_something_free(self):
        far = TUESDAY + timedelta(days=30)
        found = calendar({FRIDAY: (NINE,), MONDAY: (NINE,), far: (NINE,)})
        assert found.first_day_from(FRIDAY) == MONDAY
        assert found.first_day_from(TUESDAY) == far
        assert found.first_day_from(far + timedelta(days=1)) is None
        assert found.last_day_before(far) == MONDAY
        assert found.last_day_before(MONDAY) is None


class TestWhoGetsATime:
    def test_whoever_has_most_room_that_day_comes_first(self):
        found = calendar({MONDAY: (NINE,)}, {MONDAY: (NINE, TEN)}, {MONDAY: (NINE, TEN, NOON)})
        assert [one.staff for one in found.slots_at(MONDAY, NINE)] == [CHRIS, SIAN, ANNA]

    def test_equals_stay_in_the_practices_order(self):
        found = calendar({MONDAY: (NINE,)}, {MONDAY: (NINE,)})
        assert [one.staff for one in found.slots_at(MONDAY, NINE)] == [ANNA, SIAN]

    def test_another_days_room_does_not_count(self):
        found = calendar({MONDAY: (NINE,), TUESDAY: (NINE, TEN, NOON)}, {MONDAY: (NINE, TEN)})
        assert found.slots_at(MONDAY, NINE)[0].staff == SIAN

    def test_a_time_that_nobody_has_has_no_slots(self):
        assert calendar({MONDAY: (NINE,)}).slots_at(MONDAY, TEN) == []
        assert calendar({FRIDAY: (NINE,)}).slots_at(FRIDAY, NINE) == []

    def test_a_slot_says_who_where_when_and_for_how_long(self):
        merged = Merged((free(ANNA, ROOM_2, {MONDAY: (NINE,)}, minutes=30),), unchecked=False)
        [slot] = Calendar(merged, WINDOW).slots_at(MONDAY, NINE)
        assert (slot.staff, slot.room, slot.minutes) == (ANNA, ROOM_2, 30)
        assert slot.start == datetime(2026, 11, 23, 9, tzinfo=LONDON)


class TestThePicture:
    PAIRS: ClassVar[dict[tuple[Staff, Room], FreeTimes | None]] = {
        (ANNA, ROOM_1): free(ANNA, ROOM_1, {MONDAY: (NINE,)}),
        (ANNA, ROOM_2): free(ANNA, ROOM_2, {MONDAY: (TEN,)}),
        (SIAN, ROOM_1): None,
        (SIAN, ROOM_2): free(SIAN, ROOM_2, {}),
    }

    def test_each_person_has_an_answer_of_their_own(self):
        found = picture(self.PAIRS)
        assert found.calendar(ANNA.id).answer is Answer.FREE
        assert not found.calendar(ANNA.id).is_partial
        assert found.calendar(SIAN.id).answer is Answer.UNCHECKED

    def test_each_room_has_one_too(self):
        found = picture(self.PAIRS)
        assert found.calendar(None, ROOM_1.id).times(MONDAY) == (NINE,)
        assert found.calendar(None, ROOM_1.id).is_partial
        assert not found.calendar(None, ROOM_2.id).is_partial
        assert found.calendar(SIAN.id, ROOM_2.id).answer is Answer.NONE

    def test_anybody_anywhere_is_everything(self):
        found = picture(self.PAIRS).calendar()
        assert found.times(MONDAY) == (NINE, TEN)
        assert found.is_partial

    def test_somebody_who_was_never_asked_about_is_unchecked_not_fully_booked(self):
        assert picture(self.PAIRS).calendar("99").answer is Answer.UNCHECKED

    def test_it_knows_when_the_diary_answered_nothing(self):
        assert not picture(self.PAIRS).nothing_was_checked
        assert picture(dict.fromkeys(self.PAIRS)).nothing_was_checked
