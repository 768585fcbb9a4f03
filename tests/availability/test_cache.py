from __future__ import annotations

import json
from datetime import date, time
from typing import cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.availability.fakes import ANNA, ROOM_1, free
from webapp.availability.cache import Stored, Value, _read, _write
from webapp.diaries.free_times import FreeTimes
from webapp.diaries.port import Room, Staff

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no failure."""

words = st.text(max_size=40).filter(lambda text: text.isprintable())
people = st.builds(Staff, words, words)
places = st.builds(Room, words, words)
minutes_of_the_day = st.builds(time, st.integers(0, 23), st.integers(0, 59))
days = st.dictionaries(
    st.dates(),
    st.lists(minutes_of_the_day, min_size=1, unique=True).map(sorted).map(tuple),
    max_size=5,
)
spans = st.dictionaries(
    st.dates(),
    st.lists(st.tuples(minutes_of_the_day, st.times()), min_size=1).map(tuple),
    max_size=3,
)
answers = st.one_of(
    st.builds(FreeTimes, people, places, st.integers(1, 600), days, spans=spans),
    st.lists(people, max_size=4).map(tuple),
    st.lists(places, max_size=4).map(tuple),
)


@CALM
@given(answers, st.floats(0, 4e9))
def test_what_is_written_is_read_back_as_it_was(value: object, fetched_at: float):
    stored = Stored(cast("Value", value), fetched_at)
    assert _read(_write(stored)) == stored


def test_what_is_kept_is_plain_text_and_can_run_nothing():
    stored = Stored(free(ANNA, ROOM_1, {date(2026, 11, 23): (time(9, 15),)}), 1.5)
    assert json.loads(_write(stored)) == {
        "at": 1.5,
        "staff": ["1", "Anna Müller"],
        "room": ["7", "Treatment Room 1"],
        "minutes": 45,
        "days": {"2026-11-23": ["09:15"]},
    }
