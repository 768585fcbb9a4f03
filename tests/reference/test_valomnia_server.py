"""Valomnia's appointments and the desk's day sheet are one truth; and what can go wrong there."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.reference.valomnia import APPOINTMENT, GONE, UPSERT, error_of, log_in
from tests.reference_process import MEADOW, ReferenceDiary

if TYPE_CHECKING:
    from collections.abc import Mapping

GRACE, EWAN = 811, 812
GARDEN, UPSTAIRS = 81, 82
UPSERTED = "appointments/reference/ref-07"
TUESDAY = {"startDate": "2026-11-24T09:00:00Z", "endDate": "2026-11-24T09:40:00Z"}
WITH_GRACE: dict[str, Any] = {
    **TUESDAY,
    "title": "Robin Reed with Grace Adeyemi, Garden Room",
    "note": "Phone: 020 7946 0101",
    "appointmentCategoryId": "1",
}


def sheet(diary: ReferenceDiary, day: str, by: str = "person") -> dict[str, str]:
    """Return the day sheet's columns, by their names."""
    page = requests.get(f"{diary.sheet_url(MEADOW.slug)}?day={day}&by={by}", timeout=30).text
    columns = page.split("Booked online")[0].split('<h3 class="column__name">')[1:]
    return {one.strip().split("\n", 1)[0]: one for one in columns}


def overlapping(
    base: str, who: requests.Session, times: Mapping[str, str], **others: str
) -> list[dict[str, Any]]:
    asked = {"endDate_gt": times["startDate"], "startDate_lt": times["endDate"], **others}
    return who.get(f"{base}/appointments", params=asked, timeout=30).json()["data"]


class TestOneTruth:
    def test_what_the_desk_takes_is_an_appointment(
        self, base: str, diary: ReferenceDiary, signed_in: requests.Session
    ):
        day, at = diary.free(MEADOW.slug, staff_id=EWAN, section_id=UPSTAIRS)[0]
        diary.take(
            MEADOW.slug, date=day, time=at, staff_id=EWAN, section_id=UPSTAIRS, name="Vera Cole"
        )
        start = f"{day[:4]}-{day[4:6]}-{day[6:]}T{at[:2]}:{at[2:]}:00Z"
        asked = {"startDate_gte": start, "startDate_lte": start, "employeeReference": "emp-812"}
        [row] = signed_in.get(f"{base}/appointments", params=asked, timeout=30).json()["data"]
        assert (row["title"], row["customer"]["reference"]) == ("Vera Cole", "room-82")
        shown = signed_in.get(f"{base}/appointments/{row['id']}", timeout=30).json()
        assert shown["user"]["reference"] == "emp-812"
        assert shown["reference"] is None

    def test_what_the_desk_strikes_out_is_none_any_more(
        self, base: str, diary: ReferenceDiary, signed_in: requests.Session
    ):
        made = signed_in.post(f"{base}/{UPSERTED}", json=WITH_GRACE, timeout=30).json()
        diary.release(MEADOW.slug, date="20261124", time="0900", staff_id=GRACE, section_id=GARDEN)
        gone = signed_in.get(f"{base}/appointments/{made['id']}", timeout=30)
        assert gone.status_code == 404

    def test_what_is_saved_stands_where_its_words_say(
        self, base: str, diary: ReferenceDiary, signed_in: requests.Session
    ):
        signed_in.post(f"{base}/{UPSERTED}", json=WITH_GRACE, timeout=30).raise_for_status()
        assert "Robin Reed" in sheet(diary, "2026-11-24")["Grace Adeyemi"]
        assert "Robin Reed" in sheet(diary, "2026-11-24", by="room")["Garden Room"]
        [booked] = diary.bookings(MEADOW.slug)
        assert (booked["date"], booked["time"], booked["duration"]) == ("20261124", "0900", 40)
        assert (booked["staffId"], booked["sectionId"]) == (GRACE, GARDEN)

    def test_what_names_nobody_has_a_column_of_its_own(
        self, base: str, diary: ReferenceDiary, signed_in: requests.Session
    ):
        nobodys = {**WITH_GRACE, "title": "Window cleaner"}
        signed_in.post(f"{base}/{UPSERTED}", json=nobodys, timeout=30).raise_for_status()
        assert "Window cleaner" in sheet(diary, "2026-11-24")["With nobody named"]

    def test_two_in_one_slot_are_both_to_be_seen(
        self, base: str, diary: ReferenceDiary, signed_in: requests.Session
    ):
        for number in (1, 2):
            twice = {**WITH_GRACE, "title": f"Patient {number} with Grace Adeyemi, Garden Room"}
            address = f"{base}/appointments/reference/ref-{number}"
            signed_in.post(address, json=twice, timeout=30).raise_for_status()
        for column in (
            sheet(diary, "2026-11-24")["Grace Adeyemi"],
            sheet(diary, "2026-11-24", by="room")["Garden Room"],
        ):
            assert "Patient 1" in column
            assert "Patient 2" in column

    def test_what_is_moved_or_deleted_leaves_its_place(
        self, base: str, diary: ReferenceDiary, signed_in: requests.Session
    ):
        signed_in.post(f"{base}/{UPSERTED}", json=WITH_GRACE, timeout=30).raise_for_status()
        later = {"startDate": "2026-11-25T14:00:00Z", "endDate": "2026-11-25T14:40:00Z"}
        moved = {**WITH_GRACE, **later, "reference": "ref-07", "appointmentCategoryId": 1}
        signed_in.put(f"{base}/{UPSERTED}", json=moved, timeout=30).raise_for_status()
        assert "Robin Reed" not in sheet(diary, "2026-11-24")["Grace Adeyemi"]
        assert "Robin Reed" in sheet(diary, "2026-11-25")["Grace Adeyemi"]
        signed_in.delete(f"{base}/{UPSERTED}", timeout=30).raise_for_status()
        assert "Robin Reed" not in sheet(diary, "2026-11-25")["Grace Adeyemi"]
        assert diary.bookings(MEADOW.slug)[0]["released"]

    def test_summer_is_an_hour_off(
        self, base: str, diary: ReferenceDiary, signed_in: requests.Session
    ):
        summer = {"startDate": "2027-06-01T09:00:00Z", "endDate": "2027-06-01T09:40:00Z"}
        signed_in.post(f"{base}/{UPSERTED}", json=WITH_GRACE | summer, timeout=30)
        [booked] = diary.bookings(MEADOW.slug)
        assert (booked["date"], booked["time"]) == ("20270601", "1000")
        rows = overlapping(base, signed_in, summer)
        [row] = [one for one in rows if one["title"] == WITH_GRACE["title"]]
        assert row["startDate"] == summer["startDate"]

    def test_an_unknown_practice_has_no_valomnia(
        self, diary: ReferenceDiary, http: requests.Session
    ):
        address = diary.valomnia_url("nowhere")
        for path in ("/api/v1.0/appointments", "/login/auth", "/login/ajaxSuccess"):
            assert http.get(address + path, timeout=30).status_code == 404
        assert http.post(f"{address}/j_spring_security_check", timeout=30).status_code == 404


class TestFaults:
    @pytest.mark.parametrize(
        ("kind", "status", "content"),
        [
            ("refuse", 401, b""),
            ("too_many", 429, b""),
            ("rubbish_html", 200, b"<!doctype html>"),
            ("empty_object", 200, b"{}"),
            ("empty_body", 200, b""),
        ],
    )
    def test_answers_that_are_no_answer_do_nothing(
        self,
        base: str,
        diary: ReferenceDiary,
        signed_in: requests.Session,
        *,
        kind: str,
        status: int,
        content: bytes,
    ):
        diary.fault(MEADOW.slug, "upsert", kind, times=1)
        answer = signed_in.post(f"{base}/{UPSERTED}", json=UPSERT, timeout=30)
        assert answer.status_code == status
        assert answer.content.startswith(content)
        assert diary.bookings(MEADOW.slug) == []

    def test_a_server_error_is_the_documents_own(
        self, base: str, diary: ReferenceDiary, signed_in: requests.Session
    ):
        diary.fault(MEADOW.slug, "list", "server_error", times=1)
        assert error_of(signed_in.get(f"{base}/appointments", timeout=30)) == (
            500,
            "server_error",
            "Oops! Something went wrong...",
        )

    def test_any_failure_of_the_document_can_be_given(
        self, base: str, diary: ReferenceDiary, signed_in: requests.Session
    ):
        failure = {"error": "delete_failed", "error_description": "Failed to delete instance."}
        diary.fault(MEADOW.slug, "delete", "field_errors", errors=[failure], times=1)
        answer = signed_in.delete(f"{base}/appointments/{GONE}", timeout=30)
        assert (answer.status_code, answer.json()) == (400, failure)

    @pytest.mark.parametrize(("kind", "made"), [("drop_before", 0), ("drop_after", 1)])
    def test_a_call_is_dropped_before_it_is_carried_out_or_after(
        self, base: str, diary: ReferenceDiary, signed_in: requests.Session, kind: str, made: int
    ):
        diary.fault(MEADOW.slug, "upsert", kind, times=1)
        with pytest.raises(requests.ConnectionError):
            signed_in.post(f"{base}/{UPSERTED}", json=UPSERT, timeout=30)
        assert len(diary.bookings(MEADOW.slug)) == made

    def test_a_slow_answer_comes_in_the_end(
        self, base: str, diary: ReferenceDiary, signed_in: requests.Session
    ):
        diary.fault(MEADOW.slug, "list", "slow", seconds=0.2, times=1)
        began = time.monotonic()
        assert signed_in.get(f"{base}/appointments", timeout=30).ok
        assert time.monotonic() - began >= 0.2

    def test_a_wrong_echo_is_an_hour_late(
        self, base: str, diary: ReferenceDiary, signed_in: requests.Session
    ):
        diary.fault(MEADOW.slug, "upsert", "wrong_echo", times=1)
        echoed = signed_in.post(f"{base}/{UPSERTED}", json=UPSERT, timeout=30).json()
        assert echoed["startDate"] == "2026-11-30T10:20:00Z"
        shown = signed_in.get(f"{base}/{UPSERTED}", timeout=30).json()
        assert shown["startDate"] == UPSERT["startDate"]

    def test_a_login_can_be_refused(self, diary: ReferenceDiary, http: requests.Session):
        diary.fault(MEADOW.slug, "login", "refuse", times=1)
        assert "authfail" in log_in(diary, http, MEADOW.key).headers["Location"]
        assert "ajaxSuccess" in log_in(diary, http, MEADOW.key).headers["Location"]

    def test_a_login_can_be_dropped(self, diary: ReferenceDiary, http: requests.Session):
        diary.fault(MEADOW.slug, "login", "drop_before", times=1)
        with pytest.raises(requests.ConnectionError):
            log_in(diary, http, MEADOW.key)


def test_the_call_log_has_neither_the_password_nor_a_word(
    base: str, diary: ReferenceDiary, signed_in: requests.Session
):
    signed_in.post(f"{base}/{UPSERTED}", json=APPOINTMENT | UPSERT, timeout=30)
    signed_in.get(f"{base}/appointments?max=5&offset=10&employeeReference=emp-811", timeout=30)
    login, upsert, listed = diary.calls(MEADOW.slug)
    assert [one["action"] for one in (login, upsert, listed)] == ["login", "upsert", "list"]
    assert (login["outcome"], upsert["outcome"]) == ("logged in", "answered")
    asked = (listed["max"], listed["offset"], listed["employeeReference"])
    assert asked == ("5", "10", "emp-811")
    for word in (MEADOW.key, str(UPSERT["title"]), str(UPSERT["note"])):
        assert word not in str(diary.calls(MEADOW.slug))
