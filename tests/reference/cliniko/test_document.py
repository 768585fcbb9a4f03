"""What the vendor documents of appointments, times, patients and lists, request by request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.reference.cliniko.clinic import (
    BUSINESS,
    HILLTOP,
    ISLA,
    MONDAY,
    ROBIN,
    RUNNING,
    RUTH,
    Clinic,
    identity,
)
from tests.reference_process import RIVERSIDE, ReferenceDiary

if TYPE_CHECKING:
    import requests

AT = f"{MONDAY}T10:30:00Z"
NO_FRAME = {
    "message": "Invalid time frame definition. Please check from/to param limitations.",
}


class TestAvailableTimes:
    def test_they_are_the_true_ones_for_the_length_of_the_type(
        self, diary: ReferenceDiary, clinic: Clinic
    ):
        rows = clinic.times(last="2026-11-29", per_page=100).json()["available_times"]
        free = diary.free(RIVERSIDE.slug, staff_id=ISLA, section_id=BUSINESS, minutes=30)
        truth = [(day, at) for day, at in free if "20261123" <= day <= "20261129"]
        told = [one["appointment_start"] for one in rows]
        assert told == [f"{d[:4]}-{d[4:6]}-{d[6:]}T{at[:2]}:{at[2:]}:00Z" for d, at in truth]
        assert told
        shorter = diary.free(RIVERSIDE.slug, staff_id=ISLA, section_id=BUSINESS, minutes=15)
        assert len(shorter) > len(free)

    def test_wall_times_are_told_in_utc(self, diary: ReferenceDiary, http: requests.Session):
        diary.create_practice(
            "southbank",
            key=RIVERSIDE.key,
            zone="Australia/Melbourne",
            staff=[{"id": 1, "name": "Isla Bennett", "hours": {"mon": [["0900", "0945"]]}}],
            rooms=[{"id": 2, "name": "Southbank"}],
        )
        clinic = Clinic(diary, http, "southbank")
        path = (
            f"businesses/{identity(2)}/practitioners/{identity(1)}"
            f"/appointment_types/{identity(1)}/available_times"
        )
        rows = clinic.get(path, **{"from": MONDAY, "to": MONDAY}).json()["available_times"]
        [business] = clinic.get("businesses", "show_in_online_bookings:=true").json()["businesses"]
        diary.close_practice("southbank")
        assert rows == [{"appointment_start": "2026-11-22T22:00:00Z"}]
        assert business["time_zone_identifier"] == "Australia/Melbourne"

    @pytest.mark.parametrize(
        ("first", "last"),
        [
            ("2026-11-23", "2026-12-01"),  # Eight days apart
            ("2026-11-19", "2026-11-23"),  # From yesterday on
            ("2026-11-24", "2026-11-23"),
            ("soon", "2026-11-23"),
        ],
    )
    def test_a_wrong_time_frame_is_refused(self, clinic: Clinic, first: str, last: str):
        answer = clinic.times(first=first, last=last)
        assert (answer.status_code, answer.json()) == (400, NO_FRAME)

    def test_seven_days_apart_are_documented_to_be_all_right(self, clinic: Clinic):
        assert clinic.times(last="2026-11-30").status_code == 200

    def test_who_or_what_is_not_online_is_not_there(self, clinic: Clinic):
        for business, person, kind in (
            (9201, ISLA, RUNNING),
            (BUSINESS, 9301, RUNNING),
            (BUSINESS, ISLA, 9401),
            (BUSINESS, RUTH, RUNNING),  # Who does not offer it
        ):
            path = (
                f"businesses/{identity(business)}/practitioners/{identity(person)}"
                f"/appointment_types/{identity(kind)}/available_times"
            )
            answer = clinic.get(path, **{"from": MONDAY, "to": MONDAY})
            assert (answer.status_code, answer.content) == (404, b"")


class TestTheCatalogue:
    def test_who_offers_a_type_is_told_from_either_side(self, clinic: Clinic):
        def listed(path: str, key: str) -> set[str]:
            return {one["id"] for one in clinic.get(path).json()[key]}

        for kind in listed("appointment_types", "appointment_types"):
            assert listed(f"appointment_types/{kind}/practitioners", "practitioners") == {
                one
                for one in listed("practitioners", "practitioners")
                if kind in listed(f"practitioners/{one}/appointment_types", "appointment_types")
            }
        assert clinic.get(f"appointment_types/{identity(77)}/practitioners").status_code == 404

    def test_a_types_own_rules_for_online_bookings_are_told_and_its_lead_time_kept(
        self, diary: ReferenceDiary, http: requests.Session
    ):
        diary.create_practice(
            "southbank",
            key=RIVERSIDE.key,
            staff=[{"id": 1, "name": "Isla Bennett"}],
            rooms=[{"id": 2, "name": "Southbank", "zone": "Europe/Paris"}],
            types=[
                {"id": 3, "name": "Whole", "minutes": 60, "payment": "deposit_required"},
                {"id": 4, "name": "Half", "minutes": 30, "noticeHours": 72},
            ],
        )
        clinic = Clinic(diary, http, "southbank")
        whole, half, _hidden = clinic.get("appointment_types").json()["appointment_types"]
        assert (whole["online_payments_enabled"], whole["online_payments_mode"]) == (
            True,
            "deposit_required",
        )
        assert (half["online_payments_enabled"], half["online_bookings_lead_time_hours"]) == (
            False,
            72,
        )
        business = clinic.get(f"businesses/{identity(2)}").json()
        assert business["time_zone_identifier"] == "Europe/Paris"
        people = f"businesses/{identity(2)}/practitioners/{identity(1)}"
        days = {"from": "2026-11-20", "to": "2026-11-26", "per_page": 1}
        times = [
            clinic.get(f"{people}/appointment_types/{one['id']}/available_times", **days).json()
            for one in (whole, half)
        ]
        diary.close_practice("southbank")
        firsts = [one["available_times"][0]["appointment_start"] for one in times]
        # It is Friday morning, and three days later the doors are open
        assert firsts[0] < "2026-11-21" < firsts[1]
        assert firsts[1].startswith("2026-11-23T")


class TestLists:
    def test_pages_are_linked_absolutely_and_lead_to_the_end(self, clinic: Clinic):
        whole = clinic.times(last="2026-11-29", per_page=100).json()
        seen: list[object] = []
        page = clinic.times(last="2026-11-29", per_page=7).json()
        assert "previous" not in page["links"]
        while True:
            seen += page["available_times"]
            if "next" not in page["links"]:
                break
            page = clinic.get(page["links"]["next"]).json()
            assert page["links"]["previous"].startswith(f"{clinic.base}/")
        assert seen == whole["available_times"]
        assert page["total_entries"] == whole["total_entries"] == len(seen)

    def test_fifty_rows_are_usual_and_a_hundred_the_most(self, clinic: Clinic):
        for asked, rows in (({}, 50), ({"per_page": 100}, 100), ({"per_page": 500}, 100)):
            found = clinic.get("individual_appointments", **asked).json()
            assert len(found["individual_appointments"]) == rows

    def test_filters_all_hold_at_once(self, clinic: Clinic):
        found = clinic.get(
            "individual_appointments",
            f"practitioner_id:={identity(ISLA)},{identity(RUTH)}",
            f"business_id:!={identity(HILLTOP)}",
            f"starts_at:>={MONDAY}T00:00:00Z",
            f"starts_at:<{MONDAY}T12:00:00Z",
            sort="starts_at:desc",
        ).json()["individual_appointments"]
        starts = [one["starts_at"] for one in found]
        assert starts == sorted(starts, reverse=True)
        assert starts
        assert all(one.startswith(MONDAY) and one < f"{MONDAY}T12" for one in starts)

    def test_patients_are_found_by_words(self, clinic: Clinic):
        made = clinic.patient()
        for filters in (
            ("email:=robin@reed.example", "last_name:=Reed"),
            ("last_name:~ee", "first_name:~~R%n"),
            ("date_of_birth:=1976-05-24",),
        ):
            rows = clinic.get("patients", *filters).json()["patients"]
            assert made in [one["id"] for one in rows]
        assert clinic.get("patients", "email:=another@reed.example").json()["patients"] == []

    @pytest.mark.parametrize(
        "wrong", ["notes:=x", "starts_at:=2026-11-23T00:00:00Z", "starts_at:>monday", "id:=x", "x"]
    )
    def test_what_cannot_be_filtered_is_refused(self, clinic: Clinic, wrong: str):
        assert clinic.get("individual_appointments", wrong).status_code == 400


class TestAppointments:
    def test_one_is_as_long_as_its_type_unless_its_end_is_said(self, clinic: Clinic):
        made = clinic.appointment(AT, notes="Stiff neck")
        assert (made["starts_at"], made["ends_at"]) == (AT, f"{MONDAY}T11:00:00Z")
        assert made["patient"]["links"]["self"].startswith(f"{clinic.base}/patients/")
        assert made["practitioner"]["links"]["self"].endswith(f"/practitioners/{identity(ISLA)}")
        assert (made["patient_name"], made["notes"]) == ("Robin Reed", "Stiff neck")
        assert made["cancelled_at"] is None
        longer = clinic.appointment(AT, ends_at=f"{MONDAY}T12:00:00Z")
        assert longer["ends_at"] == f"{MONDAY}T12:00:00Z"

    def test_an_occupied_time_is_accepted_and_shows_as_a_conflict(self, clinic: Clinic):
        first = clinic.appointment(AT)
        address = f"individual_appointments/{first['id']}"
        assert clinic.get(f"{address}/conflicts").json() == {"conflicts": {"exist": False}}
        second = clinic.appointment(f"{MONDAY}T10:45:00Z")
        assert clinic.get(f"{address}/conflicts").json() == {"conflicts": {"exist": True}}
        other = f"individual_appointments/{second['id']}"
        clinic.patch(other, {"starts_at": f"{MONDAY}T11:00:00Z"}).raise_for_status()
        assert clinic.get(f"{address}/conflicts").json() == {"conflicts": {"exist": False}}

    def test_what_is_wrong_is_said_by_field(self, clinic: Clinic):
        body = clinic.wanted("tomorrow", patient_id="1", notes=5, business_id=identity(77))
        answer = clinic.post("individual_appointments", body)
        assert answer.status_code == 422
        assert answer.json()["message"] == "Validation Failed"
        assert answer.json()["errors"].keys() == {
            "starts_at", "patient_id", "notes", "business_id",
        }  # fmt: skip
        answer = clinic.post("patients", {**ROBIN, "last_name": " ", "email": "robin"})
        assert answer.json()["errors"].keys() == {"last_name", "email"}

    def test_a_cancellation_needs_a_reason_from_the_list_as_a_number(self, clinic: Clinic):
        made = clinic.appointment(AT)
        address = f"individual_appointments/{made['id']}"
        for wrong in (31, "50", "Other", None, True, 51):
            answer = clinic.patch(f"{address}/cancel", {"cancellation_reason": wrong})
            assert answer.status_code == 422
            assert answer.json()["errors"] == {"cancellation_reason": "is not included in the list"}
        assert clinic.get(address).json()["cancelled_at"] is None
        answer = clinic.patch(
            f"{address}/cancel", {"cancellation_reason": 30, "cancellation_note": "A cold"}
        )
        assert (answer.status_code, answer.content) == (204, b"")
        assert clinic.get(address).status_code == 404
        assert clinic.patch(f"{address}/cancel", {"cancellation_reason": 30}).status_code == 404
        shown = clinic.get(address, "cancelled_at:>2026-01-01T00:00:00Z").json()
        assert (shown["cancellation_reason"], shown["cancellation_reason_description"]) == (
            30,
            "Sick",
        )

    def test_lists_leave_out_what_is_cancelled_or_archived(self, clinic: Clinic):
        patient = clinic.patient()
        kept, cancelled, archived, deleted = (
            clinic.appointment(AT, patient_id=patient)["id"] for _ in range(4)
        )
        address = "individual_appointments"
        clinic.patch(f"{address}/{cancelled}/cancel", {"cancellation_reason": 50})
        assert clinic.post(f"{address}/{archived}/archive", {}).status_code == 204
        assert clinic.send("DELETE", f"{address}/{deleted}").status_code == 204
        theirs = f"patient_id:={patient}"
        rows = clinic.get(address, theirs).json()[address]
        assert [one["id"] for one in rows] == [kept]
        since = "2026-01-01T00:00:00Z"
        rows = clinic.get(address, theirs, f"cancelled_at:>{since}").json()[address]
        assert [one["id"] for one in rows] == [cancelled]
        rows = clinic.get(address, theirs, f"archived_at:>{since}").json()[address]
        assert [one["id"] for one in rows] == [archived, deleted]
