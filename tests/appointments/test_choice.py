from __future__ import annotations

from datetime import date, datetime, time
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webapp.appointments.choice import ANY, Choice, ChoiceUnreadable, read_choice, read_day

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no failure."""

MONDAY = date(2026, 11, 23)
START = datetime(2026, 11, 23, 9, 15, tzinfo=ZoneInfo("Europe/London"))
FULL = Choice(ANY, "7322", MONDAY, time(9, 15), with_staff="42228")

ids = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=64)
days = st.dates(date(1000, 1, 1))
times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
choices = st.builds(
    Choice,
    *(st.none() | part for part in (ids, ids, days, times, ids, ids)),
)


def read(query: str) -> Choice:
    return read_choice(dict(parse_qsl(query.removeprefix("?"), strict_parsing=bool(query))))


class TestInTheUrl:
    @CALM
    @given(choices)
    def test_a_choice_is_read_back_as_it_was_written(self, choice: Choice):
        assert read(choice.query()) == choice

    def test_it_is_short_and_plain(self):
        assert FULL.query() == "?staff=any&room=7322&day=2026-11-23&time=0915&with=42228"

    def test_no_choice_is_no_query(self):
        assert Choice().query() == ""
        assert read("") == Choice()

    def test_unknown_and_empty_keys_are_passed_over(self):
        assert read_choice({"staff": "", "utm_source": "sms", "day": ""}) == Choice()

    def test_an_id_longer_than_any_is_cut(self):
        assert read_choice({"staff": "x" * 5000}).staff == "x" * 64

    @CALM
    @given(
        st.dictionaries(st.sampled_from(["staff", "room", "day", "time", "with", "in"]), st.text())
    )
    def test_whatever_stands_there_is_read_or_refused(self, arguments: dict[str, str]):
        try:
            choice = read_choice(arguments)
        except ChoiceUnreadable:
            return
        assert read(choice.query()) == choice

    @pytest.mark.parametrize(
        "text",
        [
            "2026-02-30",
            "2026-13-01",
            "23-11-2026",
            "20261123",
            "2026-W48-1",
            "2026-11-23T09:15",
            "tomorrow",
            "10000-01-01",
            "-1-01-01",
            "0000-00-00",
            "2026-11-23\n",
            "'; DROP TABLE booking",
        ],
    )
    def test_a_day_that_is_none_is_unreadable(self, text: str):
        with pytest.raises(ChoiceUnreadable, match="day"):
            read_choice({"day": text})

    @pytest.mark.parametrize(
        "text", ["2400", "0960", "915", "09:15", "noon", "٠٩١٥", "0915\n", "+915", " 915", "²³¹⁵"]
    )
    def test_a_time_that_is_none_is_unreadable(self, text: str):
        with pytest.raises(ChoiceUnreadable, match="time"):
            read_choice({"time": text})

    def test_no_day_is_none(self):
        assert read_day(None) is None
        assert read_day("") is None
        assert read_day("2026-11-23") == MONDAY


class TestWishes:
    def test_no_preference_is_no_id(self):
        assert (Choice(staff=ANY).staff_id, Choice(room=ANY).room_id) == (None, None)
        assert (Choice(staff="1").staff_id, Choice(room="7").room_id) == ("1", "7")

    def test_an_open_question_is_no_id_either(self):
        assert (Choice().staff_id, Choice().room_id) == (None, None)

    def test_whose_time_it_is_comes_from_the_wish_or_from_the_time(self):
        assert FULL.slot_staff == "42228"
        assert FULL.slot_room == "7322"
        assert Choice(staff="1", with_staff="2").slot_staff == "1"
        assert Choice(staff=ANY).slot_staff is None


class TestChanging:
    def test_a_time_is_opened_again_with_all_that_hung_on_it(self):
        assert FULL.without_time() == Choice(staff=ANY, room="7322")

    def test_another_day_keeps_the_wishes_and_no_time(self):
        assert FULL.on(date(2026, 11, 24)) == Choice(ANY, "7322", date(2026, 11, 24))

    def test_a_slot_adds_what_the_patient_left_open(self):
        chosen = Choice(staff=ANY, room=ANY).for_slot(START, staff_id="1", room_id="7")
        assert chosen == Choice(ANY, ANY, MONDAY, time(9, 15), "1", "7")

    def test_a_slot_says_nothing_twice(self):
        chosen = Choice(staff="1", room="7").for_slot(START, staff_id="1", room_id="7")
        assert (chosen.with_staff, chosen.in_room) == (None, None)

    @CALM
    @given(choices.filter(lambda one: one.staff is not None and one.room is not None), ids, ids)
    def test_a_chosen_slot_is_always_somebodys_somewhere(
        self, choice: Choice, staff_id: str, room_id: str
    ):
        chosen = choice.for_slot(START, staff_id=staff_id, room_id=room_id)
        assert chosen.slot_staff in {choice.staff_id, staff_id}
        assert chosen.slot_room in {choice.room_id, room_id}
        assert read(chosen.query()) == chosen
