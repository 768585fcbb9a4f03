"""Cliniko and the day sheet are one truth; who is let in there, and what can go wrong."""

from __future__ import annotations

import time

import pytest
import requests

from tests.reference.cliniko.clinic import BUSINESS, CALLER, ISLA, MATEO, MONDAY, Clinic, identity
from tests.reference_process import RIVERSIDE, ReferenceDiary

AT = f"{MONDAY}T10:30:00Z"


def sheet(diary: ReferenceDiary) -> str:
    page = requests.get(f"{diary.sheet_url(RIVERSIDE.slug)}?day={MONDAY}", timeout=30).text
    return page.split("Booked online")[0]


class TestOneTruth:
    def test_what_is_made_moved_and_cancelled_shows_on_the_day_sheet(
        self, diary: ReferenceDiary, clinic: Clinic
    ):
        made = clinic.appointment(AT, notes="Stiff neck")
        assert "Robin Reed" in sheet(diary)
        [booked] = diary.bookings(RIVERSIDE.slug)
        assert (booked["date"], booked["time"], booked["duration"]) == ("20261123", "1030", 30)
        assert (booked["phone"], booked["desc"]) == ("07700 900123", "Stiff neck")
        address = f"individual_appointments/{made['id']}"
        clinic.patch(address, {"starts_at": "2026-11-24T10:30:00Z"}).raise_for_status()
        assert "Robin Reed" not in sheet(diary)
        clinic.patch(address, {"starts_at": AT}).raise_for_status()
        clinic.patch(f"{address}/cancel", {"cancellation_reason": 50}).raise_for_status()
        assert "Robin Reed" not in sheet(diary)

    def test_what_the_desk_takes_is_an_appointment_until_it_strikes_it_out(
        self, diary: ReferenceDiary, clinic: Clinic
    ):
        diary.take(
            RIVERSIDE.slug,
            date="20261123",
            time="1030",
            staff_id=ISLA,
            section_id=BUSINESS,
            name="Vera Cole",
            minutes=45,
        )
        filters = f"practitioner_id:={identity(ISLA)}", f"starts_at:>={AT}"
        rows = clinic.get("individual_appointments", *filters, sort="starts_at").json()
        row = rows["individual_appointments"][0]
        assert (row["patient_name"], row["ends_at"]) == ("Vera Cole", f"{MONDAY}T11:15:00Z")
        assert AT not in clinic.times().text
        diary.release(
            RIVERSIDE.slug, date="20261123", time="1030", staff_id=ISLA, section_id=BUSINESS
        )
        assert clinic.get(f"individual_appointments/{row['id']}").status_code == 404
        assert AT in clinic.times().text

    def test_a_house_has_room_for_several_people_at_once(
        self, diary: ReferenceDiary, clinic: Clinic
    ):
        before = diary.free(RIVERSIDE.slug, staff_id=ISLA, section_id=BUSINESS)
        clinic.appointment(AT, practitioner_id=identity(MATEO))
        assert diary.free(RIVERSIDE.slug, staff_id=ISLA, section_id=BUSINESS) == before


class TestAccess:
    @pytest.mark.parametrize("key", [RIVERSIDE.key, "riverside-demo-key"])
    def test_the_key_is_the_user_with_or_without_its_shard(self, clinic: Clinic, key: str):
        assert clinic.send("GET", "businesses", auth=(key, "")).status_code == 200

    @pytest.mark.parametrize(
        "auth", [("another-key-uk1", ""), (RIVERSIDE.key, "secret"), ("", RIVERSIDE.key), None]
    )
    def test_nobody_else_is_let_in(self, clinic: Clinic, auth: tuple[str, str] | None):
        assert clinic.send("GET", "businesses", auth=auth).status_code == 401

    @pytest.mark.parametrize("caller", ["Openslot", "Openslot (desk)", "", "(a@b.example)"])
    def test_a_caller_names_itself_and_whom_to_write_to(self, clinic: Clinic, caller: str):
        answer = clinic.send("GET", "businesses", headers={"User-Agent": caller})
        assert answer.status_code == 403
        assert clinic.send("GET", "businesses", headers={"User-Agent": CALLER}).ok

    def test_after_so_many_requests_it_says_when_to_come_again(
        self, diary: ReferenceDiary, clinic: Clinic
    ):
        diary.limit(RIVERSIDE.slug, 2, seconds=30)
        answers = [clinic.get("businesses") for _ in range(3)]
        assert [one.status_code for one in answers] == [200, 200, 429]
        headers = answers[-1].headers
        assert 0 < int(headers["X-RateLimit-Reset"]) - time.time() <= 31
        assert 0 < int(headers["Retry-After"]) <= 30
        assert clinic.send("GET", "businesses", auth=("x", "")).status_code == 401


class TestFaults:
    def test_a_fault_may_hide_what_was_done(self, diary: ReferenceDiary, clinic: Clinic):
        body = clinic.wanted(AT)
        diary.fault(RIVERSIDE.slug, "save", "drop_after", times=1)
        with pytest.raises(requests.ConnectionError):
            clinic.post("individual_appointments", body)
        assert len(diary.bookings(RIVERSIDE.slug)) == 1

    def test_the_call_log_tells_days_and_small_ids_but_nobodys_words(
        self, diary: ReferenceDiary, clinic: Clinic
    ):
        clinic.times(last="2026-11-29")
        clinic.get("patients", "email:=robin@reed.example")
        times, patients = diary.calls(RIVERSIDE.slug)
        assert (times["action"], times["staffId"], times["sectionId"]) == ("times", ISLA, BUSINESS)
        assert (times["date"], times["numDays"], times["page"]) == (MONDAY, 7, "1")
        assert "robin" not in str(patients)

    def test_another_hour_and_field_errors_can_be_asked_for(
        self, diary: ReferenceDiary, clinic: Clinic
    ):
        diary.fault(RIVERSIDE.slug, "save", "wrong_echo", times=1)
        assert clinic.appointment(AT)["starts_at"] == f"{MONDAY}T11:30:00Z"
        errors = {"last_name": "is reserved"}
        diary.fault(RIVERSIDE.slug, "register", "field_errors", times=1, errors=[errors])
        answer = clinic.post("patients", {})
        assert (answer.status_code, answer.json()["errors"]) == (422, errors)
