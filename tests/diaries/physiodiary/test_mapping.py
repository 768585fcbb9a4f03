from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from tests.diaries.physiodiary.examples import (
    ANNA,
    FREE_LIST,
    REQUEST,
    ROOM_2,
    SECTION_LIST,
    STAFF_LIST,
)
from tests.diaries.wire import ZONE
from webapp.diaries.errors import NotAccepted, Unintelligible
from webapp.diaries.free_times import FreeTimes
from webapp.diaries.physiodiary import mapping
from webapp.diaries.physiodiary.faults import Fault, Field, Number, Refusal
from webapp.diaries.port import Room, Staff

MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)


def free(
    answer: Mapping[str, object], *, first_day: date = MONDAY, days: int = 7, zone: ZoneInfo = ZONE
) -> FreeTimes:
    return mapping.free_times(
        answer, staff_id="42230", room_id="7323", first_day=first_day, days=days, zone=zone
    )


def with_days(*days: object) -> dict[str, object]:
    return {**FREE_LIST, "free": list(days)}


class TestQuestions:
    def test_staff_and_rooms(self):
        assert mapping.staff_question() == {"action": "staffList"}
        assert mapping.rooms_question() == {"action": "sectionList"}

    def test_free_times(self):
        asked = mapping.free_question(
            staff_id="43987", room_id="1245", first_day=date(2017, 10, 7), days=2
        )
        assert asked == {
            "action": "freeList",
            "date": "20171007",
            "numDays": 2,
            "sectionId": 1245,
            "staffId": 43987,
        }

    @pytest.mark.parametrize(
        ("identity", "written"),
        [
            ("42228", 42228),
            ("0", 0),
            ("007", "007"),
            ("-1", "-1"),
            ("A7", "A7"),
            ("١٢", "١٢"),
            ("9" * 30, "9" * 30),
        ],
    )
    def test_an_id_goes_back_as_it_came(self, identity: str, written: int | str):
        asked = mapping.free_question(staff_id=identity, room_id=identity, first_day=MONDAY, days=1)
        assert (asked["staffId"], asked["sectionId"]) == (written, written)

    @pytest.mark.parametrize("days", [-1, 0, 91])
    def test_days_outside_one_to_ninety(self, days: int):
        with pytest.raises(ValueError, match="1 to 90"):
            mapping.free_question(staff_id="1", room_id="2", first_day=MONDAY, days=days)

    def test_a_booking_is_on_the_practices_wall(self):
        summer = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
        request = replace(REQUEST, slot=replace(REQUEST.slot, start=summer))
        order = mapping.booking_order(request, ZONE)
        assert (order["date"], order["time"]) == ("20260702", "0030")

    def test_a_start_without_a_zone_is_a_mistake(self):
        naive = REQUEST.slot.start.replace(tzinfo=None)
        request = replace(REQUEST, slot=replace(REQUEST.slot, start=naive))
        with pytest.raises(ValueError, match="aware"):
            mapping.booking_order(request, ZONE)

    @pytest.mark.parametrize("fold", [0, 1])
    def test_either_of_two_equal_times_in_autumn_is_written_the_same(self, fold: int):
        twice = datetime(2026, 10, 25, 1, 30, fold=fold, tzinfo=ZONE)
        request = replace(REQUEST, slot=replace(REQUEST.slot, start=twice))
        assert mapping.booking_order(request, ZONE)["time"] == "0130"


class TestLists:
    def test_staff_come_in_the_diarys_order(self):
        assert mapping.staff(STAFF_LIST) == (Staff("42228", "John"), Staff("42230", "Anna"))

    def test_rooms(self):
        assert mapping.rooms(SECTION_LIST) == (Room("7322", "Treatment Room 1"),)

    def test_nobody_at_all(self):
        assert mapping.staff({"staff": []}) == ()

    def test_ids_may_be_text_and_names_are_stripped(self):
        rows = [{"id": " A7 ", "name": "\tAnna \n"}, {"id": -3, "name": "Bo\0b", "title": "Dr"}]
        assert mapping.staff({"staff": rows}) == (Staff("A7", "Anna"), Staff("-3", "Bo b"))

    @pytest.mark.parametrize("row", [{"id": 1, "name": " "}, {"id": "", "name": "Anna"}])
    def test_a_row_without_name_or_id_is_left_out(self, row: object):
        assert mapping.staff({"staff": [row, {"id": 2, "name": "Bo"}]}) == (Staff("2", "Bo"),)

    def test_an_id_that_comes_twice_counts_once(self):
        rows = [{"id": 1, "name": "Anna"}, {"id": "1", "name": "Bo"}]
        assert mapping.staff({"staff": rows}) == (Staff("1", "Anna"),)

    def test_half_a_character_is_left_out(self):
        assert mapping.staff({"staff": [{"id": 1, "name": "Zoë\ud800 "}]}) == (Staff("1", "Zoë"),)

    def test_markup_stays_text(self):
        rows = [{"id": 1, "name": "<b>Anna</b> & co"}]
        assert mapping.staff({"staff": rows})[0].name == "<b>Anna</b> & co"

    @pytest.mark.parametrize(
        "answer",
        [
            {},
            {"staff": None},
            {"staff": {}},
            {"staff": "Anna"},
            {"staff": [None]},
            {"staff": [["1", "Anna"]]},
            {"staff": [{"id": 1}]},
            {"staff": [{"name": "Anna"}]},
            {"staff": [{"id": None, "name": "Anna"}]},
            {"staff": [{"id": True, "name": "Anna"}]},
            {"staff": [{"id": 1.0, "name": "Anna"}]},
            {"staff": [{"id": 1, "name": None}]},
            {"staff": [{"id": 1, "name": False}]},
            {"staff": [{"id": 1, "name": 7}]},
        ],
    )
    def test_what_is_not_as_documented(self, answer: dict[str, object]):
        with pytest.raises(Unintelligible) as caught:
            mapping.staff(answer)
        assert caught.value.__cause__ is caught.value.__context__ is None

    def test_a_refusal(self):
        with pytest.raises(NotAccepted):
            mapping.staff(Refusal((Fault(Number.KEY, Field.KEY),)))


class TestFreeTimes:
    def test_the_vendors_repeated_and_unsorted_times_are_told_once_in_order(self):
        found = free(FREE_LIST)
        assert found == FreeTimes(ANNA, ROOM_2, 45, {MONDAY: (time(9, 15), time(14, 15))})

    def test_a_day_that_comes_twice_is_one_day_and_days_are_in_order(self):
        found = free(
            with_days(
                {"date": "20261124", "times": ["1000"]},
                {"date": "20261123", "times": ["1100"]},
                {"date": "20261124", "times": ["0900", "1000"]},
            )
        )
        assert list(found.days.items()) == [
            (MONDAY, (time(11),)),
            (TUESDAY, (time(9), time(10))),
        ]

    def test_no_day_at_all_is_nothing_free(self):
        assert free(with_days()).days == {}

    def test_a_day_without_times_is_absent(self):
        assert free(with_days({"date": "20261123", "times": []})).days == {}

    def test_days_outside_the_question_are_left_out(self):
        days = [{"date": f"202611{day}", "times": ["0900"]} for day in (22, 23, 24, 25)]
        assert list(free(with_days(*days), days=2).days) == [MONDAY, TUESDAY]

    @pytest.mark.parametrize("at", ["0000", "2359"])
    def test_the_ends_of_the_day_are_times(self, at: str):
        assert len(free(with_days({"date": "20261123", "times": [at]})).days) == 1

    def test_times_that_the_clocks_skip_are_left_out(self, caplog: pytest.LogCaptureFixture):
        caplog.set_level(logging.DEBUG)
        spring = date(2026, 3, 29)
        found = free(
            with_days({"date": "20260329", "times": ["0030", "0100", "0145", "0200"]}),
            first_day=spring,
        )
        assert found.days == {spring: (time(0, 30), time(2))}
        assert "2026-03-29T01:45:00" in caplog.text

    def test_times_that_come_twice_in_autumn_stay(self):
        autumn = date(2026, 10, 25)
        found = free(with_days({"date": "20261025", "times": ["0130"]}), first_day=autumn)
        assert found.days == {autumn: (time(1, 30),)}

    @pytest.mark.parametrize(
        "at", ["", "915", "9:15", "09:15", "2400", "0960", "09150", "noon", "٠٩١٥", "-915"]
    )
    def test_a_time_that_is_none(self, at: str):
        with pytest.raises(Unintelligible, match="HHMM"):
            free(with_days({"date": "20261123", "times": ["0900", at]}))

    @pytest.mark.parametrize(
        "day", ["", "2026-11-23", "20261131", "20260229", "23112026", "00001123", "٢٠٢٦١١٢٣"]
    )
    def test_a_date_that_is_none(self, day: str):
        with pytest.raises(Unintelligible, match="YYYYMMDD") as caught:
            free(with_days({"date": day, "times": ["0900"]}))
        assert caught.value.__context__ is None

    def test_nonsense_outside_the_question_is_nonsense_too(self):
        with pytest.raises(Unintelligible):
            free(with_days({"date": "20301123", "times": ["nine"]}))

    @pytest.mark.parametrize("minutes", [0, -45, 1441, None, True, "45", 45.0, 10**300])
    def test_a_length_that_is_none(self, minutes: object):
        with pytest.raises(Unintelligible, match="slotLength"):
            free({**FREE_LIST, "slotLength": minutes})

    @pytest.mark.parametrize("minutes", [1, 1440])
    def test_the_shortest_and_the_longest_slot(self, minutes: int):
        assert free({**FREE_LIST, "slotLength": minutes}).minutes == minutes

    @pytest.mark.parametrize("key", ["slotLength", "free", "staffName", "sectionName"])
    def test_a_key_that_is_missing_or_null(self, key: str):
        without = {name: value for name, value in FREE_LIST.items() if name != key}
        for answer in (without, {**FREE_LIST, key: None}):
            with pytest.raises(Unintelligible, match=key):
                free(answer)

    @pytest.mark.parametrize("key", ["staffName", "sectionName"])
    def test_a_name_that_is_empty(self, key: str):
        with pytest.raises(Unintelligible, match="empty"):
            free({**FREE_LIST, key: " "})

    @pytest.mark.parametrize(
        "day",
        [
            None,
            "20261123",
            {"date": "20261123"},
            {"times": []},
            {"date": 20261123, "times": []},
            {"date": "20261123", "times": None},
            {"date": "20261123", "times": "0900"},
            {"date": "20261123", "times": [900]},
            {"date": "20261123", "times": [None]},
            {"date": "20261123", "times": [["0900"]]},
        ],
    )
    def test_a_day_that_is_not_as_documented(self, day: object):
        with pytest.raises(Unintelligible):
            free(with_days(day))

    def test_ids_in_the_answer_do_not_count(self):
        answer = {**FREE_LIST, "staffId": None, "sectionId": ["x"]}
        assert (free(answer).staff.id, free(answer).room.id) == ("42230", "7323")
