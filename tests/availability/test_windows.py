"""A diary that is asked by the week: the first useful week first, the rest as one looks further."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from tests.availability.fakes import ANNA, ROOM_1, ROOM_2, SIAN
from tests.availability.weekly import FIRST, FOLLOW_UP, NINE, WeeklyDiary
from webapp.availability.answers import Answer, DiaryUnavailable
from webapp.availability.service import Availability
from webapp.availability.windows import Look, piece_of, pieces

LONDON = ZoneInfo("Europe/London")
FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)
TENTH_WEEK = FRIDAY + timedelta(days=66)
LAST_DAY = FRIDAY + timedelta(days=89)
WEEKS = 14

Open = Callable[..., Availability]


@pytest.fixture
def diary() -> Iterator[WeeklyDiary]:
    diary = WeeklyDiary()
    yield diary
    diary.close()


@pytest.fixture
def typed(diary: WeeklyDiary) -> WeeklyDiary:
    diary.types = (FIRST, FOLLOW_UP)
    return diary


class TestThePieces:
    @given(first=st.dates(date(2026, 1, 1), date(2030, 1, 1)), days=st.integers(1, 90))
    def test_they_are_weeks_from_monday_and_hold_each_day_once(self, first: date, days: int):
        found = pieces(first, days, 7)
        every = [one.first + timedelta(days=at) for one in found for at in range(one.count)]
        assert every == [first + timedelta(days=at) for at in range(days)]
        assert all(one.first.weekday() == 0 for one in found[1:])
        assert all(one.count <= 7 for one in found)
        assert [piece_of(found, day) for day in every] == sorted(
            piece_of(found, day) or 0 for day in every
        )

    def test_without_a_limit_it_is_one(self):
        [whole] = pieces(FRIDAY, 90, None)
        assert (whole.first, whole.last) == (FRIDAY, LAST_DAY)
        assert piece_of([whole], LAST_DAY + timedelta(days=1)) is None

    def test_a_limit_below_a_week_is_none_of_ours(self):
        with pytest.raises(ValueError, match="week"):
            pieces(FRIDAY, 90, 6)


@pytest.mark.usefixtures("clock")
class TestLooking:
    def test_who_has_something_this_week_is_asked_about_no_other(
        self, open_: Open, diary: WeeklyDiary
    ):
        diary.days = {ANNA.id: {FRIDAY, TENTH_WEEK}, SIAN.id: {FRIDAY}}
        picture = open_(minimum_notice_hours=0).picture()
        assert picture.calendar(ANNA.id).first() == datetime(2026, 11, 20, 9, tzinfo=LONDON)
        assert sorted(diary.weeks_asked) == [(ANNA.id, FRIDAY, 3), (SIAN.id, FRIDAY, 3)]

    def test_who_is_free_late_is_found_and_nobody_else_asked_for_it(
        self, open_: Open, diary: WeeklyDiary
    ):
        diary.days = {ANNA.id: {FRIDAY}, SIAN.id: {TENTH_WEEK}}
        picture = open_(minimum_notice_hours=0).picture()
        first = picture.calendar(SIAN.id).first()
        assert first is not None
        assert first.date() == TENTH_WEEK
        assert picture.calendar().first() == datetime(2026, 11, 20, 9, tzinfo=LONDON)
        assert len(diary.weeks_of(ANNA.id)) == 1
        assert not picture.calendar(SIAN.id).is_partial

    def test_nothing_in_all_the_weeks_is_none_and_no_doubt(self, open_: Open, diary: WeeklyDiary):
        diary.days[ANNA.id] = {MONDAY}
        picture = open_().picture()
        assert len(diary.weeks_of(SIAN.id)) == WEEKS
        calendar = picture.calendar(SIAN.id)
        assert (calendar.answer, calendar.is_partial) == (Answer.NONE, False)
        assert calendar.last_day == LAST_DAY

    def test_a_week_that_cannot_be_had_is_a_doubt_and_never_none(
        self, open_: Open, diary: WeeklyDiary
    ):
        diary.days[ANNA.id] = {MONDAY}
        diary.broken = {MONDAY + timedelta(weeks=1)}
        picture = open_().picture()
        assert picture.calendar(SIAN.id).answer is Answer.UNCHECKED
        assert picture.calendar(ANNA.id).answer is Answer.FREE
        assert picture.calendar().is_partial

    def test_a_page_of_the_calendar_asks_for_its_weeks_of_one_person(
        self, open_: Open, diary: WeeklyDiary
    ):
        diary.days = {ANNA.id: {FRIDAY, MONDAY}, SIAN.id: {FRIDAY}}
        availability = open_(minimum_notice_hours=0)
        look = Look(staff_id=ANNA.id, until=MONDAY + timedelta(days=27))
        calendar = availability.picture(look).calendar(ANNA.id)
        assert len(diary.weeks_of(ANNA.id)) == 5
        assert diary.weeks_of(SIAN.id) == []
        assert calendar.times(MONDAY) == (NINE,)
        assert calendar.last_day == MONDAY + timedelta(days=27)

    def test_a_day_asks_for_its_week_alone(self, open_: Open, diary: WeeklyDiary):
        diary.days[ANNA.id] = {TENTH_WEEK}
        picture = open_().picture(Look(staff_id=ANNA.id, only=TENTH_WEEK))
        [slot] = picture.calendar(ANNA.id).slots_at(TENTH_WEEK, NINE)
        assert slot.start.date() == TENTH_WEEK
        assert diary.weeks_of(ANNA.id) == [TENTH_WEEK - timedelta(days=TENTH_WEEK.weekday())]

    def test_a_slot_that_went_makes_its_own_week_doubtful_and_no_other(
        self, open_: Open, diary: WeeklyDiary
    ):
        diary.days[ANNA.id] = {MONDAY}
        availability, look = open_(), Look(staff_id=ANNA.id, until=LAST_DAY)
        availability.picture(look)
        diary.weeks_asked.clear()
        start = datetime(2026, 11, 23, 9, tzinfo=LONDON)
        availability.drop(staff_id=ANNA.id, room_id=ROOM_1.id, start=start)
        availability.picture(look)
        assert diary.weeks_of(ANNA.id) == [MONDAY]

    def test_nobody_answers(self, open_: Open, diary: WeeklyDiary):
        diary.broken = {FRIDAY}
        with pytest.raises(DiaryUnavailable):
            open_().picture()


@pytest.mark.usefixtures("clock", "typed")
class TestTypes:
    def test_until_one_is_chosen_nothing_else_is_asked(self, open_: Open, diary: WeeklyDiary):
        picture = open_().picture()
        assert picture.roster.types == (FIRST, FOLLOW_UP)
        assert diary.weeks_asked == []

    def test_the_chosen_one_is_asked_of_those_who_offer_it(self, open_: Open, diary: WeeklyDiary):
        diary.days = {ANNA.id: {MONDAY}, SIAN.id: {MONDAY}}
        picture = open_().picture(Look(type_id=FOLLOW_UP.id))
        assert picture.roster.staff == (ANNA,)
        assert set(diary.types_asked) == {FOLLOW_UP.id}
        [slot] = picture.calendar().slots_at(MONDAY, NINE)
        assert (slot.type, slot.minutes) == (FOLLOW_UP, 30)

    def test_the_practices_file_says_which_and_in_which_order(self, open_: Open):
        assert open_(types=[FOLLOW_UP.id]).roster().types == (FOLLOW_UP,)

    def test_what_nobody_here_offers_is_not_asked_about(self, open_: Open):
        assert open_(staff=[SIAN.id]).roster().types == (FIRST,)

    def test_a_slot_is_one_of_its_purpose(self, open_: Open, diary: WeeklyDiary):
        diary.days = {ANNA.id: {MONDAY}, SIAN.id: {MONDAY}}
        availability = open_()
        availability.picture()
        start = datetime(2026, 11, 23, 9, tzinfo=LONDON)

        def slot(staff_id: str, type_id: str | None) -> Answer:
            return availability.slot(
                staff_id=staff_id,
                room_id=ROOM_1.id,
                start=start,
                stale_will_do=False,
                type_id=type_id,
            )[0]

        assert slot(ANNA.id, FOLLOW_UP.id) is Answer.FREE
        # Siân does not offer it, and without a purpose there is no slot.
        assert slot(SIAN.id, FOLLOW_UP.id) is Answer.NONE
        assert slot(ANNA.id, None) is Answer.NONE
        assert slot(ANNA.id, "90000000000000009") is Answer.NONE


@pytest.mark.usefixtures("clock")
class TestWhatLooksLikeTheWholeAndIsNot:
    def test_a_room_that_was_not_asked_about_to_the_end_is_in_doubt_and_never_none(
        self, open_: Open, diary: WeeklyDiary
    ):
        diary.places = (ROOM_1, ROOM_2)
        diary.days = {ANNA.id: {FRIDAY}, SIAN.id: {FRIDAY}}
        diary.only_room = ROOM_1.id
        availability = open_(minimum_notice_hours=0)
        picture = availability.picture()
        assert picture.calendar(ANNA.id, ROOM_2.id).answer is Answer.UNCHECKED
        asked_whole = availability.picture(Look(staff_id=ANNA.id, by_room=True))
        assert asked_whole.calendar(ANNA.id, ROOM_2.id).answer is Answer.NONE

    def test_what_was_seen_for_one_day_is_no_calendar(self, open_: Open, diary: WeeklyDiary):
        diary.days[ANNA.id] = {FRIDAY, TENTH_WEEK}
        availability = open_(minimum_notice_hours=0)
        availability.picture(Look(staff_id=ANNA.id, only=FRIDAY))
        calendar = availability.picture(Look(staff_id=ANNA.id)).calendar(ANNA.id)
        assert calendar.last_day < TENTH_WEEK, "it is known that more was not asked"

    def test_a_bounded_look_goes_no_farther(self, open_: Open, diary: WeeklyDiary):
        since, until = FRIDAY + timedelta(days=30), FRIDAY + timedelta(days=40)
        diary.days[ANNA.id] = {TENTH_WEEK}
        open_().picture(Look(since=since, until=until, bounded=True))
        assert len(diary.weeks_of(ANNA.id)) == 3

    def test_somebody_who_left_is_no_outage(self, open_: Open, diary: WeeklyDiary):
        diary.days[ANNA.id] = {MONDAY}
        picture = open_().picture(Look(staff_id="99"))
        assert picture.roster.find_staff("99") is None

    def test_another_process_forgets_what_one_booked(
        self, open_: Open, typed: WeeklyDiary, cache_url: str
    ):
        typed.days[ANNA.id] = {MONDAY}
        one, other = open_(), open_()
        look = Look(type_id=FIRST.id, staff_id=ANNA.id, until=MONDAY)
        one.picture(look)
        typed.weeks_asked.clear()
        start = datetime(2026, 11, 23, 9, tzinfo=LONDON)
        other.drop(staff_id=ANNA.id, room_id=ROOM_1.id, start=start, type_id=FIRST.id)
        one.picture(look)
        assert diary_was_asked(typed) == bool(cache_url)

    def test_the_day_that_midnight_brings_is_asked_for(
        self, open_: Open, diary: WeeklyDiary, clock: time_machine.Traveller
    ):
        diary.days[ANNA.id] = {LAST_DAY + timedelta(days=1)}
        availability = open_()
        assert availability.picture(Look(until=LAST_DAY)).calendar(ANNA.id).first() is None
        clock.move_to(datetime(2026, 11, 21, 0, 1, tzinfo=LONDON))
        assert availability.picture().calendar(ANNA.id).first() is not None


def diary_was_asked(diary: WeeklyDiary) -> bool:
    return bool(diary.weeks_asked)
