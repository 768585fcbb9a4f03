"""What is free is worked out: hours, breaks, closed days, buffers, and the clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diaries.valomnia.meadow import settings_for
from webapp.diaries.valomnia.free import Span, days_of

LONDON = ZoneInfo("Europe/London")
MONDAY = date(2026, 11, 23)
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)
"""Sundays on which clocks in London skip 01:00 to 02:00, and repeat it."""


def times_of(
    day: date = MONDAY,
    *stretches: str,
    minutes: int = 30,
    taken: tuple[Span, ...] = (),
    **others: Any,  # noqa: ANN401 - a table's values
) -> list[str]:
    weekday = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day.weekday()]
    settings = settings_for(
        "https://valomnia.example",
        slot_minutes=minutes,
        hours={weekday: list(stretches)},
        people=[{"id": "1", "name": "Somebody"}],
        **others,
    )
    found = days_of(settings.people[0], settings, first_day=day, days=1, zone=LONDON, taken=taken)
    assert set(found) <= {day}
    return [f"{one:%H:%M}" for one in found.get(day, ())]


def at(text: str, day: date = MONDAY, minutes: int = 30) -> Span:
    """A span in UTC."""
    start = datetime.combine(day, time.fromisoformat(text), UTC)
    return start, start + timedelta(minutes=minutes)


class TestHours:
    def test_slots_follow_each_other_to_the_end_of_the_stretch(self):
        assert times_of(MONDAY, "09:00-10:40") == ["09:00", "09:30", "10:00"]
        assert times_of(MONDAY, "09:00-10:30") == ["09:00", "09:30", "10:00"]
        assert times_of(MONDAY, "09:00-09:29") == []

    def test_each_stretch_begins_anew_after_a_break(self):
        assert times_of(MONDAY, "09:00-10:10", "13:15-14:15") == [
            "09:00",
            "09:30",
            "13:15",
            "13:45",
        ]

    def test_a_day_without_hours_has_none_and_is_absent(self):
        settings = settings_for("https://valomnia.example")
        grace = settings.people[0]
        found = days_of(grace, settings, first_day=MONDAY, days=7, zone=LONDON, taken=())
        assert [day.weekday() for day in found] == [0, 1, 2, 4]

    def test_closed_days_have_none(self):
        closed = [MONDAY, date(2026, 12, 25)]
        assert times_of(MONDAY, "09:00-12:00", closed_days=closed) == []
        assert times_of(MONDAY, "09:00-12:00", closed_days=closed[1:]) != []

    def test_a_persons_own_hours_outweigh_the_practices(self):
        settings = settings_for(
            "https://valomnia.example",
            hours={"mon": ["09:00-17:00"]},
            people=[{"id": "1", "name": "A", "hours": {"tue": ["09:00-09:40"]}}],
        )
        found = days_of(
            settings.people[0], settings, first_day=MONDAY, days=7, zone=LONDON, taken=()
        )
        assert found == {MONDAY + timedelta(days=1): (time(9),)}

    def test_days_are_as_many_as_asked_for_the_first_included(self):
        settings = settings_for("https://valomnia.example")
        for days in (0, 1, 2):
            found = days_of(
                settings.people[0], settings, first_day=MONDAY, days=days, zone=LONDON, taken=()
            )
            assert len(found) == days


class TestTaken:
    def test_whatever_shares_time_with_a_slot_takes_it(self):
        hours = "09:00-11:00"
        assert times_of(MONDAY, hours, taken=(at("09:30"),)) == ["09:00", "10:00", "10:30"]
        assert times_of(MONDAY, hours, taken=(at("09:29", minutes=2),)) == ["10:00", "10:30"]
        assert times_of(MONDAY, hours, taken=(at("09:20", minutes=10),)) == [
            "09:30",
            "10:00",
            "10:30",
        ]

    def test_the_order_and_overlaps_of_what_is_taken_do_not_matter(self):
        taken = (at("10:30"), at("08:00", minutes=180), at("09:00"), at("09:10", minutes=5))
        assert times_of(MONDAY, "09:00-12:00", taken=taken) == ["11:00", "11:30"]

    def test_what_lasts_for_days_takes_all_of_them(self):
        start = datetime(2026, 11, 20, tzinfo=UTC)
        holiday = (start, start + timedelta(days=14))
        assert times_of(MONDAY, "09:00-17:00", taken=(holiday,)) == []

    @given(
        st.lists(
            st.tuples(st.integers(0, 700), st.integers(1, 200)).map(
                lambda one: (
                    datetime(2026, 11, 23, 6, tzinfo=UTC) + timedelta(minutes=one[0]),
                    datetime(2026, 11, 23, 6, tzinfo=UTC) + timedelta(minutes=sum(one)),
                )
            ),
            max_size=12,
        ),
        st.integers(0, 20),
    )
    def test_it_is_what_a_look_at_each_of_them_finds(self, taken: list[Span], buffer: int):
        found = times_of(
            MONDAY, "07:00-16:00", taken=tuple(taken), buffer_minutes=buffer, minutes=25
        )
        every = times_of(MONDAY, "07:00-16:00", buffer_minutes=buffer, minutes=25)
        gap = timedelta(minutes=buffer)
        clear = [
            one
            for one in every
            if all(
                end <= at(one, minutes=25)[0] - gap or at(one, minutes=25)[1] + gap <= start
                for start, end in taken
            )
        ]
        assert found == clear


class TestBuffers:
    def test_starts_lie_a_slot_and_a_buffer_apart(self):
        assert times_of(MONDAY, "09:00-11:00", buffer_minutes=10) == ["09:00", "09:40", "10:20"]

    def test_the_last_slot_needs_no_buffer_after_it(self):
        assert times_of(MONDAY, "09:00-10:10", buffer_minutes=10) == ["09:00", "09:40"]

    @pytest.mark.parametrize(
        ("taken", "left"),
        [
            (at("10:20"), ["09:00", "09:40"]),
            (at("10:19"), ["09:00"]),
            (at("08:20"), ["09:00", "09:40", "10:20"]),
            (at("08:21"), ["09:40", "10:20"]),
        ],
        ids=["touching", "a_minute_too_near", "before", "before_and_too_near"],
    )
    def test_it_stays_free_before_and_after_everything(self, taken: Span, left: list[str]):
        assert times_of(MONDAY, "09:00-11:00", buffer_minutes=10, taken=(taken,)) == left


class TestClockChanges:
    def test_hours_are_wall_time_in_summer_and_in_winter(self):
        for day, hour in ((date(2027, 3, 26), "09:00"), (date(2027, 3, 29), "08:00")):
            assert times_of(day, "09:00-10:00", taken=(at(hour, day),)) == ["09:30"]

    def test_the_hour_that_spring_skips_is_never_offered(self):
        assert times_of(SPRING, "00:00-03:00") == ["00:00", "00:30", "02:00", "02:30"]

    def test_the_hour_that_autumn_repeats_is_offered_in_its_first_pass(self):
        assert times_of(AUTUMN, "00:30-02:30") == ["00:30", "01:00", "01:30", "02:00"]
        first_pass, second_pass = at("00:00", AUTUMN), at("01:00", AUTUMN)
        assert times_of(AUTUMN, "00:30-02:30", taken=(first_pass,)) == ["00:30", "01:30", "02:00"]
        assert times_of(AUTUMN, "00:30-02:30", taken=(second_pass,)) == [
            "00:30",
            "01:00",
            "01:30",
            "02:00",
        ]

    def test_a_slot_over_the_change_lasts_its_real_minutes(self):
        # From 00:30 to 02:10 on the wall, and 40 minutes for whoever is there
        over = at("00:55", SPRING, minutes=10)
        assert times_of(SPRING, "00:30-03:30", minutes=40, taken=(over,)) == ["02:30"]
        after = at("01:10", SPRING, minutes=10)
        assert "00:30" in times_of(SPRING, "00:30-03:30", minutes=40, taken=(after,))
