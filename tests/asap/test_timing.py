"""When texts about an opening go out: the gaps, the practice's hours, the last moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp import clock
from webapp.asap.timing import allowed_at, gap, is_too_late, next_allowed, when_to_text
from webapp.practices.asap import AsapRules

LONDON = ZoneInfo("Europe/London")
NEW_YORK = ZoneInfo("America/New_York")
AT_ANY_HOUR = AsapRules(texts_after=time(0), texts_before=time(23, 59))
USUAL = AsapRules()
"""From 8am to 8pm."""
MONDAY = date(2026, 11, 23)
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
"""Clocks in London skip 1am to 2am, and show it twice."""
A_SECOND, A_MINUTE, AN_HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def london(day: date, hour: int, minute: int = 0, *, fold: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute, fold=fold), LONDON).astimezone(UTC)


def texts(
    number: int, *, at: datetime, start: datetime, rules: AsapRules = USUAL
) -> list[datetime]:
    """When the first so many texts are due."""
    return list(islice(when_to_text(rules, LONDON, start=start, at=at), number))


class TestGaps:
    @pytest.mark.parametrize(
        ("to_go", "minutes"),
        [
            (timedelta(), 1),
            (timedelta(hours=2) - A_SECOND, 1),
            (timedelta(hours=2), 2),
            (timedelta(hours=12) - A_SECOND, 2),
            (timedelta(hours=12), 4),
            (timedelta(hours=48) - A_SECOND, 4),
            (timedelta(hours=48), 8),
            (timedelta(days=90), 8),
        ],
    )
    def test_the_nearer_the_slot_the_shorter_they_are(self, to_go: timedelta, minutes: int):
        assert gap(USUAL, to_go=to_go) == timedelta(minutes=minutes)

    def test_a_practice_may_have_its_own(self):
        rules = AsapRules(gap_minutes=(0, 0.5, 30, 60))
        hours = (1, 3, 13, 49)
        found = [gap(rules, to_go=timedelta(hours=one)) for one in hours]
        assert found == [timedelta(minutes=one) for one in (0, 0.5, 30, 60)]


class TestOneAfterAnother:
    @pytest.mark.parametrize(
        ("hours", "minutes"), [(1, [0, 1, 2, 3]), (6, [0, 2, 4, 6]), (72, [0, 8, 16, 24])]
    )
    def test_the_first_goes_at_once_and_each_other_a_gap_later(
        self, hours: int, minutes: list[int]
    ):
        at = london(MONDAY, 9)
        due = texts(4, at=at, start=at + timedelta(hours=hours), rules=AT_ANY_HOUR)
        assert due == [at + timedelta(minutes=one) for one in minutes]

    def test_as_the_slot_comes_nearer_the_gaps_grow_shorter_on_the_way(self):
        start = london(MONDAY, 18)
        at = start - timedelta(hours=12, minutes=3)
        due = texts(4, at=at, start=start, rules=AT_ANY_HOUR)
        assert due == [at, at + 4 * A_MINUTE, at + 6 * A_MINUTE, at + 8 * A_MINUTE]

    def test_they_are_told_in_utc_whatever_the_zone_of_what_is_given(self):
        at = datetime(2026, 7, 1, 10, tzinfo=LONDON)
        first, second = texts(2, at=at.astimezone(UTC), start=at + AN_HOUR)
        assert (first, second) == (at, at + A_MINUTE)
        assert first.utcoffset() == second.utcoffset() == timedelta()

    def test_what_would_run_past_the_end_of_the_hours_goes_at_their_end(self):
        at = london(MONDAY, 19, 50)
        due = texts(5, at=at, start=at + timedelta(days=3))
        assert due == [at, at + 8 * A_MINUTE, *[london(MONDAY, 20)] * 3]


class TestTheHours:
    @pytest.mark.parametrize(
        ("moment", "allowed"),
        [
            (london(MONDAY, 8) - A_SECOND, False),
            (london(MONDAY, 8), True),
            (london(MONDAY, 13), True),
            (london(MONDAY, 20), True),
            (london(MONDAY, 20) + A_SECOND, False),
            (london(MONDAY, 0), False),
        ],
    )
    def test_texts_go_out_from_their_beginning_to_their_end(self, moment: datetime, allowed: bool):
        assert allowed_at(USUAL, LONDON, moment) is allowed
        assert (next_allowed(USUAL, LONDON, moment) == moment) is allowed

    @pytest.mark.parametrize(
        ("due", "minutes", "allowed"),
        [
            (london(MONDAY, 20), 15, True),
            (london(MONDAY, 20), 16, False),
            (london(MONDAY, 8), 15, True),
            (london(MONDAY, 20) + A_SECOND, 1, False),
            (london(MONDAY, 7), 1, False),
        ],
    )
    def test_one_that_was_due_in_them_may_be_some_minutes_late_at_their_end(
        self, due: datetime, minutes: int, allowed: bool
    ):
        """A worker is never on the dot."""
        moment = london(MONDAY, 20) + minutes * A_MINUTE
        assert allowed_at(USUAL, LONDON, moment, due=due) is allowed
        assert not allowed_at(USUAL, LONDON, london(MONDAY, 8) - minutes * A_MINUTE, due=due)

    def test_they_are_the_practices_own(self):
        moment = london(MONDAY, 9)
        assert allowed_at(USUAL, LONDON, moment)
        assert not allowed_at(USUAL, NEW_YORK, moment)
        at_eight_there = datetime.combine(MONDAY, time(8), NEW_YORK)
        assert next_allowed(USUAL, NEW_YORK, moment) == at_eight_there

    def test_what_comes_at_night_waits_for_the_morning(self):
        for at in (london(MONDAY, 20) + A_SECOND, london(MONDAY, 23, 59)):
            tomorrow = MONDAY + timedelta(days=1)
            due = texts(2, at=at, start=at + timedelta(days=5))
            assert due == [london(tomorrow, 8), london(tomorrow, 8, 8)]

    def test_what_comes_before_they_begin_waits_for_the_same_morning(self):
        due = texts(2, at=london(MONDAY, 0, 1), start=london(MONDAY, 9))
        assert due == [london(MONDAY, 8), london(MONDAY, 8, 1)]

    def test_on_the_last_day_of_the_year_the_next_morning_is_next_years(self):
        assert next_allowed(USUAL, LONDON, london(date(2026, 12, 31), 21)) == london(
            date(2027, 1, 1), 8
        )


class TestTheClockChanges:
    @pytest.mark.parametrize(
        ("day", "opens"),
        [
            (SPRING, datetime(2026, 3, 29, 7, tzinfo=UTC)),
            (AUTUMN, datetime(2026, 10, 25, 8, tzinfo=UTC)),
        ],
    )
    def test_what_waits_over_the_night_goes_when_clocks_show_the_hour(
        self, day: date, opens: datetime
    ):
        evening = london(day - timedelta(days=1), 22)
        assert texts(1, at=evening, start=evening + timedelta(days=9)) == [opens]
        assert allowed_at(USUAL, LONDON, opens)
        assert not allowed_at(USUAL, LONDON, opens - A_SECOND)

    @pytest.mark.parametrize(("day", "hours"), [(SPRING, 11), (AUTUMN, 13), (MONDAY, 12)])
    def test_the_hours_are_as_long_as_that_days_clocks_make_them(self, day: date, hours: int):
        rules = AsapRules(texts_after=time(0), texts_before=time(12))
        opens = london(day, 0)
        closes = opens + timedelta(hours=hours)
        assert london(day, 12) == closes
        assert allowed_at(rules, LONDON, opens)
        assert allowed_at(rules, LONDON, closes)
        assert not allowed_at(rules, LONDON, opens - A_SECOND)
        assert not allowed_at(rules, LONDON, closes + A_SECOND)
        # An hour before the end, and whichever clock reads it: inside.
        assert allowed_at(rules, LONDON, closes - AN_HOUR)

    def test_both_passes_of_the_repeated_hour_are_told_apart(self):
        rules = AsapRules(texts_after=time(1, 30), texts_before=time(12))
        first, second = london(AUTUMN, 1, 15), london(AUTUMN, 1, 15, fold=1)
        assert second - first == AN_HOUR
        assert not allowed_at(rules, LONDON, first)
        assert next_allowed(rules, LONDON, first) == london(AUTUMN, 1, 30)
        # The clocks show less than half past one again; it has been half past one.
        assert allowed_at(rules, LONDON, second)

    def test_hours_that_end_in_the_repeated_hour_end_in_its_first_pass(self):
        rules = AsapRules(texts_after=time(0), texts_before=time(1, 30))
        assert allowed_at(rules, LONDON, london(AUTUMN, 1, 30))
        assert not allowed_at(rules, LONDON, london(AUTUMN, 1, 15, fold=1))
        tomorrow = AUTUMN + timedelta(days=1)
        assert next_allowed(rules, LONDON, london(AUTUMN, 1, 15, fold=1)) == london(tomorrow, 0)

    def test_a_moment_may_be_told_in_the_practices_own_zone(self):
        """Two moments of one zone compare by their clocks, unless somebody sees to that."""
        rules = AsapRules(texts_after=time(0), texts_before=time(1, 30))
        for fold, allowed in ((0, True), (1, False)):
            moment = datetime.combine(AUTUMN, time(1, 15, fold=fold), LONDON)
            assert allowed_at(rules, LONDON, moment) is allowed

    def test_hours_that_begin_in_the_skipped_hour_begin_all_the_same(self):
        rules = AsapRules(texts_after=time(1, 30), texts_before=time(12))
        opens = next_allowed(rules, LONDON, london(SPRING, 0))
        # Nobody's clock shows half past one; half past two comes after just as long.
        assert opens == london(SPRING, 2, 30)
        assert allowed_at(rules, LONDON, opens)

    @pytest.mark.parametrize(
        ("at", "start", "minutes"),
        [
            # By the clocks 2 h 45 min, in truth an hour less; and 1 h 45 min, in truth one more.
            (london(SPRING - timedelta(days=1), 23, 30), london(SPRING, 2, 15), 1),
            (london(AUTUMN, 0, 30), london(AUTUMN, 2, 15), 2),
        ],
    )
    def test_gaps_follow_the_real_time_that_is_left(
        self, at: datetime, start: datetime, minutes: int
    ):
        first, second = texts(2, at=at, start=start, rules=AT_ANY_HOUR)
        assert second - first == timedelta(minutes=minutes)


class TestTooLate:
    @pytest.mark.parametrize(
        ("to_go", "late"),
        [
            (timedelta(minutes=30), False),
            (timedelta(minutes=30) - A_SECOND, True),
            (timedelta(), True),
            (-A_MINUTE, True),
            (timedelta(days=1), False),
        ],
    )
    def test_no_text_is_sent_in_the_last_half_hour(self, to_go: timedelta, late: bool):
        start = london(MONDAY, 9, 15)
        assert is_too_late(USUAL, start=start, at=start - to_go) is late

    def test_a_practice_may_want_more_or_no_time(self):
        start = london(MONDAY, 9, 15)
        assert is_too_late(AsapRules(last_text_minutes=120), start=start, at=start - AN_HOUR)
        assert not is_too_late(AsapRules(last_text_minutes=0), start=start, at=start)


times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.lists(times, min_size=2, max_size=2, unique=True), moments, st.integers(0, 200))
def test_whatever_the_hours_every_text_lies_inside_them_and_none_before_another(
    hours: list[time], at: datetime, to_go: int
):
    after, before = sorted(hours)
    rules = AsapRules(texts_after=after, texts_before=before)
    start = at + timedelta(hours=to_go)
    due = texts(30, at=at, start=start, rules=rules)
    assert all(one <= other for one, other in pairwise(due))
    assert due[0] >= at
    assert all(allowed_at(rules, LONDON, one) for one in due)
    assert len({one.astimezone(LONDON).date() for one in due}) == 1
    # No later than the beginning of the hours of the day after.
    tomorrow = at.astimezone(LONDON).date() + timedelta(days=1)
    assert due[0] <= clock.to_utc(clock.wall(tomorrow, after, LONDON))
