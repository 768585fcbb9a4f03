"""Open Dental and the day sheet are one truth; who is let in there, and what can go wrong."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
import requests

from tests.reference.opendental import (
    AMARA,
    MONDAY,
    ROBIN,
    SURGERY_1,
    SURGERY_2,
    Office,
    error_of,
)
from tests.reference_process import BRIDGE, ReferenceDiary

if TYPE_CHECKING:
    from collections.abc import Mapping


def at(day: str, hour: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:]} {hour[:2]}:{hour[2:]}:00"


def sheet(diary: ReferenceDiary, day: str = MONDAY) -> str:
    page = requests.get(f"{diary.sheet_url(BRIDGE.slug)}?day={day}", timeout=30).text
    return page.split("Booked online")[0]


class TestOneTruth:
    def test_all_that_is_free_is_open(self, diary: ReferenceDiary, office: Office):
        free = diary.free(BRIDGE.slug, staff_id=AMARA, section_id=SURGERY_1)
        days = {"dateStart": "2026-11-21", "dateEnd": "2027-02-18"}
        rows: list[dict[str, str]] = []
        while len(rows) % 100 == 0:
            rows += office.get(
                "appointments/Slots", **days, ProvNum=AMARA, OpNum=SURGERY_1, Offset=len(rows)
            ).json()
        for day, hour in free:
            if day != "20261120":
                start = at(day, hour)
                assert any(one["DateTimeStart"] <= start < one["DateTimeEnd"] for one in rows)

    def test_what_the_desk_takes_is_an_appointment_of_a_patient(
        self, diary: ReferenceDiary, office: Office
    ):
        day, hour = diary.free(BRIDGE.slug, staff_id=AMARA, section_id=SURGERY_1)[0]
        last = office.appointment("2027-01-05 09:00:00")["AptNum"]
        diary.take(
            BRIDGE.slug,
            date=day,
            time=hour,
            staff_id=AMARA,
            section_id=SURGERY_1,
            name="Vera Cole",
        )
        rows = office.get("appointments", date=at(day, hour)[:10], Op=SURGERY_1).json()
        [row] = [one for one in rows if one["AptDateTime"] == at(day, hour)]
        assert (row["ProvNum"], row["Pattern"]) == (AMARA, "XXXXXX")
        assert row["AptNum"] > last
        assert office.get(f"patients/{row['PatNum']}").json()["LName"] == "Cole"
        diary.release(BRIDGE.slug, date=day, time=hour, staff_id=AMARA, section_id=SURGERY_1)
        assert office.get(f"appointments/{row['AptNum']}").status_code == 404

    def test_what_is_made_changed_and_broken_shows_on_the_day_sheet(
        self, diary: ReferenceDiary, office: Office
    ):
        made = office.appointment(Note="Chipped tooth")
        assert "Robin Reed" in sheet(diary)
        [booked] = diary.bookings(BRIDGE.slug)
        assert (booked["date"], booked["time"], booked["duration"]) == ("20261123", "0900", 30)
        assert (booked["phone"], booked["desc"]) == ("07700 900123", "Chipped tooth")
        address = f"appointments/{made['AptNum']}"
        office.put(address, {"AptDateTime": "2026-11-24 11:00:00"}).raise_for_status()
        assert "Robin Reed" not in sheet(diary)
        assert "Robin Reed" in sheet(diary, "2026-11-24")
        office.put(f"{address}/Break", {"sendToUnscheduledList": "true"}).raise_for_status()
        assert "Robin Reed" not in sheet(diary, "2026-11-24")
        assert [one["released"] for one in diary.bookings(BRIDGE.slug)] == [True]

    def test_the_desks_own_appointments_can_be_moved(self, diary: ReferenceDiary, office: Office):
        row = office.get("appointments", date="2026-11-25").json()[0]
        address = f"appointments/{row['AptNum']}"
        office.put(address, {"AptDateTime": "2026-11-29 11:00:00"}).raise_for_status()
        [told] = office.get("appointments", date="2026-11-29").json()
        assert (told["AptNum"], told["PatNum"]) == (row["AptNum"], row["PatNum"])

    def test_two_in_one_slot_are_both_to_be_seen(self, diary: ReferenceDiary, office: Office):
        other = {"LName": "Cole", "FName": "Vera", "Email": "vera@cole.example"}
        office.appointment()
        office.appointment(PatNum=office.post("patients", other).json()["PatNum"])
        assert "Robin Reed" in sheet(diary)
        assert "Vera Cole" in sheet(diary)


class TestWhoIsLetIn:
    @pytest.mark.parametrize("key", ["another/key", "bridge-demo-developer/x", "", "/"])
    def test_both_keys_must_be_right(self, key: str, diary: ReferenceDiary, http: requests.Session):
        assert error_of(Office(diary, http, key).get("providers")) == (401, "Invalid credentials")

    def test_every_request_says_that_it_is_json(
        self, diary: ReferenceDiary, http: requests.Session
    ):
        headers = {"Authorization": f"ODFHIR {BRIDGE.key}"}
        address = f"{diary.opendental_url()}/providers"
        status, told = error_of(http.get(address, headers=headers, timeout=30))
        assert (status, "Content-Type" in told) == (400, True)

    def test_an_unknown_practice_or_resource_is_not_there(
        self, diary: ReferenceDiary, http: requests.Session, office: Office
    ):
        assert office.get("provider").status_code == 404
        address = f"{diary.opendental_url('nowhere')}/providers"
        assert http.get(address, timeout=30).status_code == 404

    def test_the_throttle_lets_one_in_and_says_when_to_come_again(
        self, diary: ReferenceDiary, office: Office
    ):
        diary.throttle(BRIDGE.slug, 30)
        assert office.get("providers").status_code == 200
        refused = office.get("providers")
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "30")
        diary.throttle(BRIDGE.slug, 0)
        assert office.get("providers").status_code == 200


class TestFaults:
    @pytest.mark.parametrize(
        ("kind", "status", "content"),
        [
            ("refuse", 401, b"Invalid permissions"),
            ("too_many", 429, b""),
            ("server_error", 500, b"An unexpected error"),
            ("rubbish_html", 200, b"<!doctype html>"),
            ("empty_object", 200, b"{}"),
            ("empty_body", 200, b""),
        ],
    )
    def test_answers_that_are_no_answer_do_nothing(
        self, kind: str, status: int, content: bytes, diary: ReferenceDiary, office: Office
    ):
        patient = office.patient()
        diary.fault(BRIDGE.slug, "save", kind, times=1)
        answer = office.post("appointments", appointment_of(patient))
        assert answer.status_code == status
        assert answer.content.startswith(content)
        assert diary.bookings(BRIDGE.slug) == []

    def test_any_explanation_can_be_given(self, diary: ReferenceDiary, office: Office):
        failure = {"message": "eConnector is not running"}
        diary.fault(BRIDGE.slug, "list", "field_errors", errors=[failure], times=1)
        assert error_of(office.get("appointments")) == (400, "eConnector is not running")

    @pytest.mark.parametrize(("kind", "made"), [("drop_before", 0), ("drop_after", 1)])
    def test_a_call_is_dropped_before_it_is_carried_out_or_after(
        self, kind: str, made: int, diary: ReferenceDiary, office: Office
    ):
        patient = office.patient()
        diary.fault(BRIDGE.slug, "save", kind, times=1)
        with pytest.raises(requests.ConnectionError):
            office.post("appointments", appointment_of(patient))
        assert len(diary.bookings(BRIDGE.slug)) == made

    def test_a_slow_answer_comes_in_the_end(self, diary: ReferenceDiary, office: Office):
        diary.fault(BRIDGE.slug, "slots", "slow", seconds=0.2, times=1)
        began = time.monotonic()
        assert office.get("appointments/Slots").ok
        assert time.monotonic() - began >= 0.2

    def test_a_wrong_echo_is_an_hour_late(self, diary: ReferenceDiary, office: Office):
        diary.fault(BRIDGE.slug, "save", "wrong_echo", times=1)
        made = office.appointment()
        assert made["AptDateTime"] == f"{MONDAY} 10:00:00"
        shown = office.get(f"appointments/{made['AptNum']}").json()
        assert shown["AptDateTime"] == f"{MONDAY} 09:00:00"


def test_the_call_log_has_neither_the_keys_nor_a_word(diary: ReferenceDiary, office: Office):
    office.appointment(Note="Chipped tooth")
    office.get("patients", LName="Reed", FName="Robin")
    office.get("appointments/Slots", ProvNum=AMARA, OpNum=SURGERY_2, date=MONDAY, Offset=100)
    calls = diary.calls(BRIDGE.slug)
    assert [one["action"] for one in calls] == ["register", "save", "patients", "slots"]
    asked = tuple(calls[3][name] for name in ("staffId", "sectionId", "date", "offset"))
    assert asked == ("31", "22", MONDAY, "100")
    for word in (*BRIDGE.key.split("/"), "Reed", "Robin", "Chipped", ROBIN["WirelessPhone"]):
        assert word not in str(calls)


def appointment_of(patient: int) -> Mapping[str, object]:
    return {"PatNum": patient, "Op": SURGERY_1, "AptDateTime": "2026-11-30 09:00:00"}
