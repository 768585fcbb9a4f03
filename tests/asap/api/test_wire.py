"""What a client's words mean, and how ids are written, without a site or a database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from webapp.asap.api.wire import (
    LARGEST_DIARY_NUMBER,
    LARGEST_NUMBER,
    PAGE,
    BadRequest,
    number_or_text,
    read_listing,
    read_number,
    read_wanted,
)
from webapp.clock import to_utc

LONDON = ZoneInfo("Europe/London")
NEW_YORK = ZoneInfo("America/New_York")
WANTED = {"op": 2, "aptNum": 11939, "dateTimeStart": "2026-11-23 14:00:00"}
"""As in the document's example."""


def refused(arguments: dict[str, str]) -> str:
    with pytest.raises(BadRequest) as caught:
        read_listing(arguments, LONDON)
    return str(caught.value)


def not_wanted(body: bytes | Mapping[str, object]) -> str:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(BadRequest) as caught:
        read_wanted(sent, LONDON)
    return str(caught.value)


class TestListing:
    def test_days_begin_and_end_at_the_practices_midnight(self):
        found = read_listing({"dateStart": "2026-07-01", "dateEnd": "2026-07-03"}, NEW_YORK)
        assert to_utc(found.since) == datetime(2026, 7, 1, 4, tzinfo=UTC)
        assert to_utc(found.until) == datetime(2026, 7, 3, 4, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("now", "since", "until"),
        [
            ("2026-11-20T08:00", "2026-11-13", "2026-11-21"),
            ("2026-06-30T23:30", "2026-06-24", "2026-07-02"),
        ],
    )
    def test_without_any_they_are_the_last_seven_and_today(self, now: str, since: str, until: str):
        with time_machine.travel(datetime.fromisoformat(now).replace(tzinfo=UTC), tick=False):
            found = read_listing({}, LONDON)
        assert (f"{found.since:%Y-%m-%d %H:%M}", f"{found.until:%Y-%m-%d %H:%M}") == (
            f"{since} 00:00",
            f"{until} 00:00",
        )
        assert (found.clinic, found.offset, found.most) == (None, 0, PAGE)

    def test_numbers_are_taken_as_far_as_they_can_be_counted(self):
        found = read_listing({"ClinicNum": "4", "Offset": "200", "Limit": "7"}, LONDON)
        assert (found.clinic, found.offset, found.most) == (4, 200, 7)
        assert read_listing({"Limit": "5000"}, LONDON).most == PAGE
        assert read_number({"Offset": str(LARGEST_NUMBER)}, "Offset") == LARGEST_NUMBER

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ({"date": "01/09/2026"}, "date format must be yyyy-MM-dd."),
            ({"date": ""}, "date format must be yyyy-MM-dd."),
            ({"date": "2026-9-1"}, "date format must be yyyy-MM-dd."),
            ({"dateStart": "2026-02-30"}, "dateStart is not a date."),
            ({"dateEnd": "0000-01-01"}, "dateEnd is not a date."),
            ({"dateEnd": "9999-12-31"}, "dateEnd is not a date."),
            ({"dateStart": "2026-11-01 10:00:00"}, "dateStart format must be yyyy-MM-dd."),
            ({"dateStart": "2026-11-01\0"}, "dateStart format must be yyyy-MM-dd."),
            ({"date": "2026-11-01", "dateEnd": "2026-11-02"}, "not both"),
            ({"date": "2026-11-01", "dateStart": "2026-11-02"}, "not both"),
            ({"ClinicNum": "x"}, "ClinicNum is invalid."),
            ({"ClinicNum": "-1"}, "ClinicNum is invalid."),
            ({"Offset": "1.5"}, "Offset is invalid."),
            ({"Offset": "9" * 5000}, "Offset is invalid."),
            ({"Offset": str(LARGEST_NUMBER + 1)}, "Offset is invalid."),
            ({"Limit": "all"}, "Limit is invalid."),
            ({"datestart": "2026-11-01"}, "datestart is not a parameter"),
            ({"PatNum": "1"}, "PatNum is not a parameter"),
        ],
    )
    def test_what_cannot_be_read_is_said(self, query: dict[str, str], words: str):
        assert words in refused(query)

    def test_what_is_said_repeats_no_more_of_it_than_a_name(self):
        assert len(refused({"x" * 5000: "secret"})) < 100
        assert "secret" not in refused({"date": "secret"})


class TestWanted:
    def test_the_documents_example(self):
        room, number, start = read_wanted(json.dumps(WANTED).encode(), LONDON)
        assert (room, number) == ("2", 11939)
        assert to_utc(start) == datetime(2026, 11, 23, 14, tzinfo=UTC)

    def test_a_room_may_have_a_name_for_its_number_and_more_may_be_said(self):
        body = WANTED | {"op": "gym-1", "Note": "x", "extra": [1]}
        assert read_wanted(json.dumps(body).encode(), LONDON)[0] == "gym-1"

    def test_the_moment_is_that_of_the_practices_clocks(self):
        body = WANTED | {"dateTimeStart": "2026-07-01 09:00:00"}
        start = read_wanted(json.dumps(body).encode(), NEW_YORK)[2]
        assert to_utc(start) == datetime(2026, 7, 1, 13, tzinfo=UTC)

    @pytest.mark.parametrize(
        "body", [b"", b"nonsense", b"[]", b"null", b'"text"', b"\xff\xfe", b"[" * 50_000, b"{"]
    )
    def test_a_body_must_be_an_object(self, body: bytes):
        assert not_wanted(body) == "The body must be a JSON object."

    @pytest.mark.parametrize("field", WANTED)
    def test_every_field_is_required(self, field: str):
        rest = {name: value for name, value in WANTED.items() if name != field}
        assert not_wanted(rest) == f"{field} is required."

    def test_an_office_may_number_its_appointments_beyond_ours(self):
        body = json.dumps(WANTED | {"aptNum": LARGEST_DIARY_NUMBER}).encode()
        assert read_wanted(body, LONDON)[1] == LARGEST_DIARY_NUMBER

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("op", None),
            ("op", 1.5),
            ("op", True),
            ("op", [2]),
            ("aptNum", "11939"),
            ("aptNum", 0),
            ("aptNum", -1),
            ("aptNum", LARGEST_DIARY_NUMBER + 1),
            ("aptNum", 10**400),
            ("aptNum", True),
            ("aptNum", None),
            ("dateTimeStart", 20261123),
            ("dateTimeStart", None),
        ],
    )
    def test_a_value_of_another_kind_is_named(self, field: str, value: object):
        assert not_wanted(WANTED | {field: value}) == f"{field} is invalid."

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("2026-11-23", "format must be yyyy-MM-dd HH:mm:ss"),
            ("2026-11-23T14:00:00", "format must be yyyy-MM-dd HH:mm:ss"),
            ("2026-11-23 14:00:00Z", "format must be yyyy-MM-dd HH:mm:ss"),
            ("2026-11-23 14:00:00\n", "format must be yyyy-MM-dd HH:mm:ss"),
            ("", "format must be yyyy-MM-dd HH:mm:ss"),
            ("2026-02-30 14:00:00", "not a moment"),
            ("2026-11-23 24:00:00", "not a moment"),
            ("0000-01-01 00:00:00", "not a moment"),
            # The clocks go from 1am to 2am.
            ("2027-03-28 01:30:00", "not a moment"),
        ],
    )
    def test_a_moment_that_no_clock_shows_is_none(self, text: str, words: str):
        said = not_wanted(WANTED | {"dateTimeStart": text})
        assert said.startswith("dateTimeStart")
        assert words in said

    @pytest.mark.parametrize("text", ["0001-01-01 00:00:00", "9999-12-31 23:59:59"])
    def test_the_ends_of_time_can_be_read(self, text: str):
        start = read_wanted(json.dumps(WANTED | {"dateTimeStart": text}).encode(), LONDON)[2]
        assert f"{start:%H:%M:%S}" == text[-8:]


class TestIds:
    @pytest.mark.parametrize(
        ("written", "read"),
        [("7322", 7322), ("0", 0), ("gym", "gym"), ("7a", "7a"), ("007", "007"), ("٣", "٣")],
    )
    def test_an_id_is_a_number_where_it_reads_as_one(self, written: str, read: int | str):
        assert number_or_text(written) == read
        assert str(number_or_text(written)) == written, "what a client gets, it can send back"
