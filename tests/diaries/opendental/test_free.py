"""Whole open ranges, cut into start times on the practice's wall."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.diaries.opendental.bridge import diary_at
from tests.diaries.opendental.vendor import GONE, Vendor, refuse, say_document
from tests.diaries.wire import ZONE
from webapp.diaries.errors import NoAnswer, NotAccepted, Unintelligible
from webapp.diaries.free_times import FreeTimes
from webapp.diaries.opendental import free
from webapp.diaries.opendental.mapping import Opening
from webapp.diaries.port import Room, Staff

MONDAY = date(2026, 11, 23)
SPRING, AUTUMN = date(2027, 3, 28), date(2026, 10, 25)
"""When London's clocks go forward at one in the morning, and back at two."""


def opening(start: str, end: str) -> Opening:
    return Opening(datetime.fromisoformat(start), datetime.fromisoformat(end), "31", "21")


def cut(
    *openings: Opening,
    first_day: date = MONDAY,
    days: int = 7,
    length: int = 30,
    step: int = 30,
    zone: ZoneInfo = ZONE,
) -> Mapping[date, tuple[time, ...]]:
    return free.days_of(
        openings,
        first_day=first_day,
        days=days,
        length=timedelta(minutes=length),
        step=timedelta(minutes=step),
        zone=zone,
    )


def at(*texts: str) -> tuple[time, ...]:
    return tuple(time.fromisoformat(one) for one in texts)


class TestCutting:
    @pytest.mark.parametrize(
        ("until", "length", "step", "times"),
        [
            ("10:30", 30, 30, ("09:00", "09:30", "10:00")),
            ("10:29", 30, 30, ("09:00", "09:30")),
            ("09:30", 30, 30, ("09:00",)),
            ("09:29", 30, 30, ()),
            ("10:00", 30, 10, ("09:00", "09:10", "09:20", "09:30")),
            ("10:30", 60, 15, ("09:00", "09:15", "09:30")),
            ("10:30", 20, 60, ("09:00", "10:00")),
        ],
    )
    def test_an_appointment_fits_into_what_is_left(
        self, until: str, length: int, step: int, times: tuple[str, ...]
    ):
        found = cut(opening("2026-11-23 09:00", f"2026-11-23 {until}"), length=length, step=step)
        assert found == ({MONDAY: at(*times)} if times else {})

    def test_starts_are_counted_from_where_the_range_opens(self):
        found = cut(opening("2026-11-23 08:50", "2026-11-23 10:00"))
        assert found == {MONDAY: at("08:50", "09:20")}

    def test_days_and_times_are_in_order_and_told_once(self):
        found = cut(
            opening("2026-11-24 09:00", "2026-11-24 10:00"),
            opening("2026-11-23 14:00", "2026-11-23 15:00"),
            opening("2026-11-23 09:00", "2026-11-23 10:00"),
            opening("2026-11-23 09:30", "2026-11-23 10:30"),
        )
        assert list(found) == [MONDAY, MONDAY + timedelta(days=1)]
        assert found[MONDAY] == at("09:00", "09:30", "10:00", "14:00", "14:30")

    def test_what_was_not_asked_for_is_left_out(self):
        found = cut(
            opening("2026-11-22 23:30", "2026-11-23 00:30"),
            opening("2026-11-29 23:30", "2026-11-30 00:30"),
        )
        assert found == {MONDAY: at("00:00"), date(2026, 11, 29): at("23:30")}


class TestSummerTime:
    def test_an_hour_that_the_clocks_skip_is_never_offered(self):
        found = cut(opening("2027-03-28 00:00", "2027-03-28 03:00"), first_day=SPRING)
        assert found == {SPRING: at("00:00", "00:30", "02:00", "02:30")}

    def test_an_hour_that_they_repeat_is_offered_once(self):
        found = cut(opening("2026-10-25 00:30", "2026-10-25 03:00"), first_day=AUTUMN)
        assert found == {AUTUMN: at("00:30", "01:00", "01:30", "02:00", "02:30")}
        assert all(one.fold == 0 for one in found[AUTUMN])

    def test_another_zone_has_its_own(self):
        spring = date(2027, 3, 14)
        found = cut(
            opening("2027-03-14 01:00", "2027-03-14 04:00"),
            first_day=spring,
            zone=ZoneInfo("America/Los_Angeles"),
        )
        assert found == {spring: at("01:00", "01:30", "03:00", "03:30")}

    @pytest.mark.parametrize("day", [SPRING, AUTUMN])
    def test_on_either_day_the_hours_after_it_are_as_ever(self, day: date):
        found = cut(opening(f"{day} 09:00", f"{day} 10:30"), first_day=day)
        assert found == {day: at("09:00", "09:30", "10:00")}


class TestWhatCanBeHad:
    """What is listed moves with where a range opens; what is free does not."""

    def had(self, *openings: Opening, day: date = MONDAY, length: int = 30) -> FreeTimes:
        spans = free.spans_of(openings, first_day=day, days=1, length=timedelta(minutes=length))
        return FreeTimes(Staff("31", "Amara Obi"), Room("21", ""), length, {}, spans=spans)

    def test_every_start_that_lies_wholly_in_one_range_and_no_other(self):
        found = self.had(
            opening("2026-11-23 09:45", "2026-11-23 11:00"),
            opening("2026-11-23 11:00", "2026-11-23 11:20"),
            opening("2026-11-23 23:00", "2026-11-24 00:00"),
        )
        minutes = [
            datetime(2026, 11, 23, tzinfo=ZONE) + timedelta(minutes=number)
            for number in range(-1440, 2 * 1440, 5)
        ]
        had = [f"{one:%d %H:%M}" for one in minutes if found.has(one)]
        assert (had[0], had[9], had[10], had[-1]) == (
            "23 09:45",
            "23 10:30",
            "23 23:00",
            "23 23:30",
        )
        assert len(had) == 17
        assert not found.has(datetime(2026, 11, 23, 10, 0, 30, tzinfo=ZONE))

    def test_a_range_over_midnight_counts_on_both_days(self):
        range_ = opening("2026-11-22 23:30", "2026-11-23 00:45")
        assert self.had(range_).spans == {MONDAY: ((time(0), time(0, 15)),)}
        the_day_before = self.had(range_, day=MONDAY - timedelta(days=1))
        assert the_day_before.has(datetime(2026, 11, 22, 23, 55, tzinfo=ZONE))

    def test_of_an_hour_that_clocks_repeat_the_first_pass_can_be_had(self):
        found = self.had(opening("2026-10-25 00:30", "2026-10-25 03:00"), day=AUTUMN)
        at_quarter_past = datetime(2026, 10, 25, 1, 15, tzinfo=ZONE)
        assert found.has(at_quarter_past)
        assert not found.has(at_quarter_past.replace(fold=1))


class TestAsking:
    def test_ninety_days_are_one_question(self):
        with Vendor() as vendor, closing(diary_at(vendor.root, length_minutes=45)) as diary:
            vendor.lists["slots"] = [range_of("2026-11-23 09:00:00", "2026-11-23 10:45:00")]
            found = diary.free_times(staff_id="31", room_id="21", first_day=MONDAY, days=90)
        assert (found.staff.name, found.room.name, found.minutes) == (
            "Amara Obi",
            "Surgery 1",
            45,
        )
        assert found.days == {MONDAY: at("09:00", "09:45")}
        assert found.spans == {MONDAY: (at("09:00", "10:00"),)}
        assert vendor.actions == ["providers", "operatories", "slots"]
        assert vendor.queries[-1] == {
            "dateStart": "2026-11-23",
            "dateEnd": "2027-02-20",
            "lengthMinutes": "45",
            "ProvNum": "31",
            "OpNum": "21",
            "Offset": "0",
            "Limit": "100",
        }

    def test_starts_may_lie_closer_than_an_appointment_is_long(self):
        with Vendor() as vendor, closing(diary_at(vendor.root, step_minutes=10)) as diary:
            vendor.lists["slots"] = [range_of("2026-11-23 09:00:00", "2026-11-23 09:50:00")]
            found = diary.free_times(staff_id="31", room_id="21", first_day=MONDAY, days=1)
        assert found.days == {MONDAY: at("09:00", "09:10", "09:20")}

    def test_names_are_asked_for_once(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            for room in ("21", "22", "21"):
                diary.free_times(staff_id="32", room_id=room, first_day=MONDAY, days=7)
            assert vendor.actions == ["providers", "operatories", "slots", "slots", "slots"]
            vendor.lists["providers"].append({"ProvNum": 34, "FName": "New", "LName": "Dentist"})
            found = diary.free_times(staff_id="34", room_id="21", first_day=MONDAY, days=7)
            assert found.staff.name == "New Dentist"
            assert vendor.count("providers") == 2

    def test_ranges_of_others_are_left_out(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.lists["slots"] = [
                range_of("2026-11-23 09:00:00", "2026-11-23 09:30:00", OpNum=22),
                range_of("2026-11-23 10:00:00", "2026-11-23 10:30:00", ProvNum=32),
                range_of("2026-11-23 11:00:00", "2026-11-23 11:30:00"),
            ]
            found = diary.free_times(staff_id="31", room_id="21", first_day=MONDAY, days=7)
        assert found.days == {MONDAY: at("11:00")}

    def test_three_hundred_ranges_are_read_page_by_page(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            days = [MONDAY + timedelta(days=number) for number in range(75)]
            vendor.lists["slots"] = [
                range_of(f"{day} {hour}:00:00", f"{day} {hour}:30:00")
                for day in days
                for hour in ("09", "11", "14", "16")
            ]
            found = diary.free_times(staff_id="31", room_id="21", first_day=MONDAY, days=90)
        assert list(found.days) == days
        offsets = [query["Offset"] for query in vendor.queries if "ProvNum" in query]
        assert offsets == ["0", "100", "200", "300"]

    def test_a_list_without_end_is_not_read_for_ever(self):
        page = [range_of("2026-11-23 09:00:00", "2026-11-23 09:30:00")] * 100
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.instead["slots"] = [say_document(page)] * 99
            with pytest.raises(Unintelligible, match="no end"):
                diary.free_times(staff_id="31", room_id="21", first_day=MONDAY, days=90)

    @pytest.mark.parametrize(("staff", "room"), [("39", "21"), ("31", "29")])
    def test_who_is_not_listed_is_not_asked_about(self, staff: str, room: str):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            with pytest.raises(Unintelligible):
                diary.free_times(staff_id=staff, room_id=room, first_day=MONDAY, days=7)
            assert vendor.count("slots") == 0

    def test_what_has_no_answer_is_never_nothing_free(self):
        failures = {
            "away": (refuse(words="eConnector is not running"), NoAnswer),
            "too_slow": (refuse("504 Gateway Time-out"), NoAnswer),
            "not_accepted": (refuse("401 Unauthorized"), NotAccepted),
            "unknown": (GONE, Unintelligible),
            "deprecated": (refuse("410 Gone"), Unintelligible),
            "no_list": (say_document({}), Unintelligible),
            "no_row": (say_document([1]), Unintelligible),
            "wrong_row": (say_document([range_of("2026-11-23 09:00:00", "noon")]), Unintelligible),
            "backwards": (
                say_document([range_of("2026-11-23 09:00:00", "2026-11-23 08:00:00")]),
                Unintelligible,
            ),
        }
        for answer, error in failures.values():
            with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
                vendor.instead["slots"] = [answer] * 9
                with pytest.raises(error):
                    diary.free_times(staff_id="31", room_id="21", first_day=MONDAY, days=7)


def range_of(start: str, end: str, **said: int) -> dict[str, str | int]:
    return {"DateTimeStart": start, "DateTimeEnd": end, "ProvNum": 31, "OpNum": 21} | said
