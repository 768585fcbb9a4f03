from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webapp import clock

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no failure."""

LONDON = ZoneInfo("Europe/London")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
AUCKLAND = ZoneInfo("Pacific/Auckland")

MONDAY = date(2026, 11, 23)
SPRING = date(2026, 3, 29)
"""Clocks in London go from 1:00 to 2:00."""
AUTUMN = date(2026, 10, 25)
"""Clocks in London go from 2:00 back to 1:00."""

moments = st.builds(datetime.fromtimestamp, st.integers(0, 2_200_000_000), st.just(UTC))
zones = st.sampled_from([LONDON, BERLIN, NEW_YORK, AUCKLAND, ZoneInfo("Asia/Kathmandu")])


class TestNow:
    def test_it_is_aware_and_in_utc(self):
        with time_machine.travel(datetime(2026, 11, 20, 8, tzinfo=UTC), tick=False):
            assert clock.now() == datetime(2026, 11, 20, 8, tzinfo=UTC)
            assert clock.now().tzinfo is UTC

    @pytest.mark.parametrize(
        ("zone", "day"),
        [(LONDON, date(2026, 7, 1)), (AUCKLAND, date(2026, 7, 1)), (NEW_YORK, date(2026, 6, 30))],
    )
    def test_today_is_the_day_where_the_practice_is(self, zone: ZoneInfo, day: date):
        with time_machine.travel(datetime(2026, 6, 30, 23, 30, tzinfo=UTC), tick=False):
            assert clock.today(zone) == day


class TestWords:
    @pytest.mark.parametrize(
        ("at", "words"),
        [
            (time(9, 15), "9:15am"),
            (time(10), "10am"),
            (time(12), "midday"),
            (time(12, 5), "12:05pm"),
            (time(17, 30), "5:30pm"),
            (time(23, 59), "11:59pm"),
            (time(0), "midnight"),
            (time(0, 15), "12:15am"),
        ],
    )
    def test_a_time_is_written_as_people_say_it(self, at: time, words: str):
        assert clock.say_time(at) == words

    def test_every_minute_of_the_day_has_words_of_its_own(self):
        minutes = [time(hour, minute) for hour in range(24) for minute in range(60)]
        assert len({clock.say_time(at) for at in minutes}) == len(minutes)

    def test_a_day_has_its_weekday_and_no_year(self):
        assert clock.say_day(MONDAY) == "Monday 23 November"

    def test_a_day_far_off_has_its_year(self):
        assert clock.say_day_and_year(date(2027, 1, 4)) == "Monday 4 January 2027"

    @pytest.mark.parametrize(
        ("day", "words"),
        [
            (MONDAY, "Mon 23 Nov"),
            (date(2026, 9, 2), "Wed 2 Sept"),
            (date(2027, 5, 30), "Sun 30 May"),
        ],
    )
    def test_a_day_for_a_text_is_as_short_as_it_can_be_read(self, day: date, words: str):
        assert clock.say_day_in_short(day) == words

    def test_no_day_of_a_text_is_longer_than_eleven_letters_and_all_are_plain(self):
        said = [
            clock.say_day_in_short(date(2026, 1, 1) + timedelta(days=one)) for one in range(365)
        ]
        assert max(len(one) for one in said) == 11
        assert all(one.isascii() for one in said)
        assert len(set(said)) == 365

    def test_a_day_in_short_has_no_weekday(self):
        assert clock.say_day_without_weekday(date(2027, 2, 17)) == "17 February"

    def test_months_and_weekdays_have_a_long_and_a_short_form(self):
        assert (clock.say_month(11), clock.say_month_in_short(11)) == ("November", "Nov")
        assert (clock.say_month(9), clock.say_month_in_short(5)) == ("September", "May")
        assert (clock.say_weekday(0), clock.say_weekday_in_short(6)) == ("Monday", "Sun")

    @pytest.mark.parametrize(
        ("moment", "words"),
        [
            (datetime(2026, 11, 23, 14, tzinfo=LONDON), "today, 2pm"),
            (datetime(2026, 11, 24, 9, 15, tzinfo=LONDON), "tomorrow, 9:15am"),
            (datetime(2026, 11, 25, 12, tzinfo=LONDON), "Wednesday 25 November, midday"),
            (datetime(2026, 11, 22, 12, tzinfo=LONDON), "Sunday 22 November, midday"),
        ],
    )
    def test_a_moment_near_today_is_said_from_today(self, moment: datetime, words: str):
        assert clock.say_moment_from(MONDAY, moment) == words

    def test_tomorrow_reaches_over_the_new_year(self):
        moment = datetime(2027, 1, 1, 10, tzinfo=LONDON)
        assert clock.say_moment_from(date(2026, 12, 31), moment) == "tomorrow, 10am"

    @pytest.mark.parametrize(
        ("day", "words"),
        [(MONDAY, "London time (GMT)"), (date(2026, 7, 1), "London time (BST)")],
    )
    def test_a_zone_is_named_by_its_town_and_the_seasons_letters(self, day: date, words: str):
        assert clock.say_zone(LONDON, datetime.combine(day, time(12), UTC)) == words

    def test_a_town_of_two_words_has_no_underscore(self):
        assert clock.say_zone(NEW_YORK, datetime(2026, 7, 1, tzinfo=UTC)) == "New York time (EDT)"


class TestSpans:
    def test_a_span_is_from_start_to_end(self):
        start = datetime(2026, 11, 23, 9, 15, tzinfo=LONDON)
        assert clock.say_span(start, 45) == "9:15am to 10am"
        assert clock.say_span(start, 165) == "9:15am to midday"

    def test_a_span_over_the_spring_change_ends_an_hour_later_by_the_clock(self):
        assert clock.say_span(clock.wall(SPRING, time(0, 30), LONDON), 60) == "12:30am to 2:30am"

    def test_a_span_over_the_autumn_change_ends_an_hour_earlier_by_the_clock(self):
        assert clock.say_span(clock.wall(AUTUMN, time(0, 30), LONDON), 120) == "12:30am to 1:30am"

    @CALM
    @given(moments, zones, st.integers(0, 2000))
    def test_later_counts_real_minutes_and_keeps_the_zone(
        self, moment: datetime, zone: ZoneInfo, minutes: int
    ):
        start = moment.astimezone(zone)
        end = clock.later(start, minutes)
        assert end.tzinfo is zone
        assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(minutes=minutes)


class TestWallTime:
    @CALM
    @given(moments, zones)
    def test_every_real_moment_exists(self, moment: datetime, zone: ZoneInfo):
        assert clock.exists(moment.astimezone(zone))

    @pytest.mark.parametrize("at", [time(1), time(1, 15), time(1, 59)])
    def test_the_hour_that_spring_skips_does_not_exist(self, at: time):
        assert not clock.exists(clock.wall(SPRING, at, LONDON))

    @pytest.mark.parametrize("at", [time(0, 59), time(2)])
    def test_the_minutes_around_the_skipped_hour_exist(self, at: time):
        assert clock.exists(clock.wall(SPRING, at, LONDON))

    def test_the_repeated_hour_means_its_first_pass(self):
        moment = clock.wall(AUTUMN, time(1, 30), LONDON)
        assert moment.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
        assert clock.exists(moment)

    def test_the_second_pass_can_be_asked_for(self):
        moment = clock.wall(AUTUMN, time(1, 30, fold=1), LONDON)
        assert moment.astimezone(UTC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
        assert clock.exists(moment)

    @pytest.mark.parametrize(
        ("day", "at", "zone"),
        [
            (date.min, time(0), BERLIN),
            (date.max, time(23, 59), NEW_YORK),
        ],
    )
    def test_a_day_at_the_end_of_counting_does_not_exist_rather_than_failing(
        self, day: date, at: time, zone: ZoneInfo
    ):
        assert not clock.exists(clock.wall(day, at, zone))
