from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from icalendar import Calendar

from tests.db.rows import WORDS, booking
from tests.practices.examples import practice
from webapp.appointments.calendar_file import calendar_file, calendar_links, map_link, place
from webapp.appointments.model import State
from webapp.practices.model import Practice

HARBOUR = practice()
WINTER = datetime(2026, 11, 23, 9, 15, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 8, 15, tzinfo=UTC)
"""Both are 9:15 in London."""


def the_file(starts_at: datetime = WINTER, where: Practice = HARBOUR, **fields: Any) -> bytes:  # noqa: ANN401
    return calendar_file(booking(state=State.CONFIRMED, starts_at=starts_at, **fields), where)


def event(content: bytes) -> Any:  # noqa: ANN401 - icalendar's own classes tell little
    [found] = Calendar.from_ical(content).walk("VEVENT")
    return found


class TestTheFile:
    @pytest.mark.parametrize(("starts_at", "offset"), [(WINTER, 0), (SUMMER, 1)])
    def test_it_says_the_practices_own_time_in_winter_and_in_summer(
        self, starts_at: datetime, offset: int
    ):
        start = event(the_file(starts_at)).decoded("dtstart")
        assert start == starts_at
        assert (start.hour, start.minute) == (9, 15)
        assert start.utcoffset() == timedelta(hours=offset)

    def test_it_ends_when_the_appointment_does(self):
        found = event(the_file())
        assert found.decoded("dtend") - found.decoded("dtstart") == timedelta(minutes=45)

    def test_over_the_clock_change_it_is_as_long_as_it_is(self):
        # 0:45 in London, a quarter of an hour before clocks go to 2:00.
        found = event(the_file(datetime(2026, 3, 29, 0, 45, tzinfo=UTC)))
        end = found.decoded("dtend")
        assert end.astimezone(UTC) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
        assert end.hour == 2

    @pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Pacific/Auckland"])
    def test_it_brings_its_time_zone_along(self, zone: str):
        content = the_file(where=practice(timezone=zone))
        [defined] = Calendar.from_ical(content).walk("VTIMEZONE")
        assert str(defined["tzid"]) == zone
        assert event(content)["dtstart"].params["TZID"] == zone

    def test_it_is_one_event_however_often_it_is_added(self):
        uids = set[str]()
        for moment in (WINTER - timedelta(days=3), WINTER - timedelta(days=1)):
            with time_machine.travel(moment, tick=False):
                uids.add(str(event(the_file())["uid"]))
        assert len(uids) == 1
        assert uids != {str(event(the_file(journey="another"))["uid"])}

    def test_it_says_who_and_where_and_whom_to_call(self):
        found = event(the_file())
        assert str(found["summary"]) == "Harbour Physiotherapy: Anna Müller"
        assert str(found["location"]) == "Treatment Room 1, 1 Quay Street, London"
        assert "020 7946 0123" in str(found["description"])
        assert str(found["status"]) == "CONFIRMED"

    def test_it_has_nothing_that_the_patient_typed(self):
        text = the_file().decode()
        assert not any(word in text for word in WORDS)

    def test_it_is_made_as_calendars_ask(self):
        content = the_file()
        assert content.startswith(b"BEGIN:VCALENDAR\r\n")
        assert content.endswith(b"END:VCALENDAR\r\n")
        assert all(len(line) <= 75 for line in content.split(b"\r\n"))
        assert str(Calendar.from_ical(content)["version"]) == "2.0"

    def test_commas_and_line_breaks_cannot_add_a_line(self):
        where = practice(name="Harbour; Physio, and\nBEGIN:VALARM")
        assert str(event(the_file(where=where))["summary"]).startswith("Harbour; Physio, and")
        assert not Calendar.from_ical(the_file(where=where)).walk("VALARM")


class TestLinks:
    def test_they_are_filled_in_with_the_same_moment(self):
        links = calendar_links(booking(starts_at=SUMMER), HARBOUR)
        google = parse_qs(urlsplit(links.google).query)
        assert google["dates"] == ["20260701T081500Z/20260701T090000Z"]
        assert google["ctz"] == ["Europe/London"]
        outlook = parse_qs(urlsplit(links.outlook).query)
        assert datetime.fromisoformat(outlook["startdt"][0]) == SUMMER
        assert datetime.fromisoformat(outlook["enddt"][0]) == SUMMER + timedelta(minutes=45)

    def test_they_have_nothing_that_the_patient_typed(self):
        links = calendar_links(booking(), HARBOUR)
        shown = parse_qs(urlsplit(links.google).query) | parse_qs(urlsplit(links.outlook).query)
        assert not any(word in str(shown) for word in WORDS)

    def test_the_map_finds_the_practice(self):
        query = parse_qs(urlsplit(map_link(booking(), HARBOUR)).query)["query"]
        assert query == ["Harbour Physiotherapy, 1 Quay Street, London"]

    def test_the_place_is_room_and_address(self):
        assert place(booking(), HARBOUR) == "Treatment Room 1, 1 Quay Street, London"
