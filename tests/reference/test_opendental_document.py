"""The vendor's pages on appointments, patients, providers and operatories, request by request.

Requests have the shape of the pages' own examples, and answers the keys of their samples.
Changes to appointments, AsapComms, and what surrounds every request, have files of their own.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.reference.opendental import (
    AMARA,
    APPOINTMENT,
    HYGIENE,
    LENA,
    MONDAY,
    NO_MOMENT,
    ROBIN,
    RORY,
    SURGERY_1,
    SURGERY_2,
    Office,
    error_of,
)

GONE = 999_999


class TestProvidersAndOperatories:
    def test_providers_are_listed_with_those_whom_nobody_can_book(self, office: Office):
        answer = office.get("providers")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/json"
        rows = answer.json()
        assert [(one["ProvNum"], one["FName"], one["LName"]) for one in rows[:3]] == [
            (AMARA, "Dr Amara", "Obi"),
            (RORY, "Dr Rory", "Maclean"),
            (LENA, "Lena", "Fischer"),
        ]
        assert {one["IsHidden"] for one in rows} == {"true", "false"}
        assert {one["ProvStatus"] for one in rows} == {"Active", "Deleted"}
        assert {one["IsNotPerson"] for one in rows} == {"true", "false"}

    def test_providers_that_changed_since(self, office: Office):
        since = {"DateTStamp": "2026-11-20 00:00:01"}
        assert office.get("providers", **since).json() == []
        assert office.get("providers", DateTStamp="2021-08-01 05:30:00").json()
        assert error_of(office.get("providers", DateTStamp="yesterday")) == (
            400,
            "DateTStamp format must be yyyy-MM-dd HH:mm:ss",
        )

    def test_operatories_are_listed_with_a_hidden_one(self, office: Office):
        rows = office.get("operatories").json()
        assert [(one["OperatoryNum"], one["OpName"], one["IsHidden"]) for one in rows] == [
            (SURGERY_1, "Surgery 1", "false"),
            (SURGERY_2, "Surgery 2", "false"),
            (HYGIENE, "Hygiene Room", "false"),
            (9101, "Old X-ray Room", "true"),
        ]
        assert [one["ItemOrder"] for one in rows] == [0, 1, 2, 3]


class TestPatients:
    def test_a_patient_is_made(self, office: Office):
        answer = office.post("patients", ROBIN)
        assert answer.status_code == 201
        made = answer.json()
        assert answer.headers["Location"] == f"{office.base}/patients/{made['PatNum']}"
        assert {key: made[key] for key in ROBIN if key != "TxtMsgOk"} == {
            key: value for key, value in ROBIN.items() if key != "TxtMsgOk"
        }
        assert (made["PatStatus"], made["DateFirstVisit"]) == ("Patient", "0001-01-01")
        assert office.get(f"patients/{made['PatNum']}").json()["LName"] == "Reed"

    def test_only_the_names_are_required(self, office: Office):
        made = office.post("patients", {"LName": "Reed", "FName": "Robin"}).json()
        assert (made["Birthdate"], made["Email"]) == ("0001-01-01", "")
        for name in ("LName", "FName"):
            lacking = {key: value for key, value in ROBIN.items() if key != name}
            assert error_of(office.post("patients", lacking)) == (400, f"{name} is required")

    @pytest.mark.parametrize(
        "asked",
        [
            {"LName": "ree"},
            {"LName": "reed", "FName": "r", "Birthdate": "1976-05-24", "hideInactive": "true"},
            {"Phone": "900123", "LName": "Reed"},
            {"Email": "ROBIN@reed"},
        ],
    )
    def test_parts_of_words_find_a_patient(self, asked: dict[str, str], office: Office):
        number = office.patient()
        assert number in [one["PatNum"] for one in office.get("patients", **asked).json()]

    @pytest.mark.parametrize("name", ["LName", "FName", "Phone", "Email", "Birthdate"])
    def test_who_does_not_fit_is_not_found(self, name: str, office: Office):
        office.patient()
        other = "1999-09-09" if name == "Birthdate" else "1234567890"
        asked = {"LName": "Reed", "FName": "Robin"} | {name: other}
        assert office.get("patients", **asked).json() == []

    def test_the_same_patient_is_not_made_twice(self, office: Office):
        office.patient()
        assert error_of(office.post("patients", ROBIN)) == (400, "Patient already exists")
        office.post("patients", ROBIN | {"Birthdate": "2001-01-01"}).raise_for_status()
        assert office.get(f"patients/{GONE}").status_code == 404


class TestMakingAppointments:
    def test_the_documents_example(self, office: Office):
        wanted = {
            "PatNum": office.patient(),
            "Op": SURGERY_2,
            "AptDateTime": "2026-11-30 09:00:00",
            "colorOverride": "100,0,255",
        }
        answer = office.post("appointments", wanted)
        assert answer.status_code == 201
        made = answer.json()
        assert set(made) == APPOINTMENT
        assert answer.headers["Location"] == f"{office.base}/appointments/{made['AptNum']}"
        assert (made["AptStatus"], made["Pattern"], made["Priority"]) == (
            "Scheduled",
            "/XX/",
            "Normal",
        )
        assert (made["ProvNum"], made["Note"], made["IsNewPatient"]) == (AMARA, "", "false")
        assert made["DateTimeArrived"] == NO_MOMENT
        assert made["SecDateTEntry"].startswith("2026-11-20 08:")

    def test_line_ends_in_a_note_come_out_as_spaces(self, office: Office):
        made = office.appointment(Note="First\r\nSecond\nThird")
        assert made["Note"] == "First Second Third"

    def test_an_overlap_is_taken_without_a_word(self, office: Office):
        first, second = office.appointment(), office.appointment(PatNum=office_patient(office))
        assert first["AptDateTime"] == second["AptDateTime"]
        assert first["Op"] == second["Op"]
        assert first["AptNum"] < second["AptNum"]

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            ({"PatNum": GONE}, (404, "Patient not found")),
            ({"Op": GONE}, (404, "Operatory not found")),
            ({"ProvNum": GONE}, (404, "Provider not found")),
            (
                {"AptDateTime": "2026-11-30T09:00:00"},
                (400, "AptDateTime format must be yyyy-MM-dd HH:mm:ss"),
            ),
            ({"Pattern": "XOX"}, (400, "Pattern format must be X and / characters only")),
            ({"AptStatus": "Sheduled"}, (400, "AptStatus is invalid")),
            ({"Priority": "Urgent"}, (400, "Priority is invalid")),
            ({"IsNewPatient": True}, (400, 'IsNewPatient must be either "true" or "false"')),
            ({"PatNum": None}, (400, "PatNum is required")),
        ],
    )
    def test_what_cannot_be_is_told(
        self, said: dict[str, object], told: tuple[int, str], office: Office
    ):
        wanted = {
            "PatNum": office.patient(),
            "Op": SURGERY_1,
            "AptDateTime": "2026-11-30 09:00:00",
        }
        assert error_of(office.post("appointments", wanted | said)) == told

    def test_nine_hours_are_the_most(self, office: Office):
        assert len(office.appointment(Pattern="X" * 200)["Pattern"]) == 108


class TestReadingAppointments:
    def test_one(self, office: Office):
        made = office.appointment()
        told = office.get(f"appointments/{made['AptNum']}").json()
        assert set(told) == APPOINTMENT | {"serverDateTime"}
        assert {key: told[key] for key in made} == made
        assert error_of(office.get(f"appointments/{GONE}")) == (404, "Appointment not found")

    def test_a_page_holds_a_hundred(self, office: Office):
        first = office.get("appointments").json()
        assert len(first) == 100
        second = office.get("appointments", Offset=100).json()
        assert {one["AptNum"] for one in first}.isdisjoint(one["AptNum"] for one in second)
        assert len(office.get("appointments", Limit=3, Offset=99).json()) == 3
        assert len(office.get("appointments", Limit=500).json()) == 100
        assert office.get("appointments", Offset=100_000).json() == []

    def test_by_day_patient_operatory_and_status(self, office: Office):
        made = office.appointment()
        number = made["AptNum"]

        def found(**asked: str | int) -> bool:
            rows = office.get("appointments", **asked).json()
            return number in [one["AptNum"] for one in rows]

        assert found(date=MONDAY)
        assert found(dateStart=MONDAY, dateEnd=MONDAY)
        assert found(dateStart="2026-11-20", dateEnd=MONDAY, Op=SURGERY_1)
        assert found(PatNum=made["PatNum"])
        assert found(PatNum=made["PatNum"], AptStatus="Scheduled")
        assert not found(date="2026-11-24")
        assert not found(date=MONDAY, Op=SURGERY_2)
        assert not found(PatNum=made["PatNum"], AptStatus="Broken")
        assert error_of(office.get("appointments", date="23/11/2026"))[0] == 400
        assert error_of(office.get("appointments", Op="x"))[0] == 400

    def test_by_what_has_changed_since(self, office: Office):
        assert office.get("appointments", DateTStamp="2026-11-20 07:59:00").json() == []
        made = office.appointment()
        [row] = office.get("appointments", DateTStamp="2026-11-20 07:59:00").json()
        assert row["AptNum"] == made["AptNum"]
        assert office.get("appointments", DateTStamp=row["serverDateTime"]).json() == []

    def test_the_asap_list_is_what_has_that_priority(self, office: Office):
        made = office.appointment(Priority="ASAP")
        listed = office.get("appointments/ASAP").json()
        assert {one["Priority"] for one in listed} == {"ASAP"}
        assert made["AptNum"] in [one["AptNum"] for one in listed]
        assert len(listed) > 1
        hers = office.get("appointments/ASAP", ProvNum=LENA).json()
        assert {one["ProvNum"] for one in hers} == {LENA}


class TestSlots:
    def test_whole_open_ranges_are_told(self, office: Office):
        asked = {"ProvNum": AMARA, "OpNum": SURGERY_1}
        rows = office.get(
            "appointments/Slots", **asked, dateStart="2027-01-04", dateEnd="2027-01-05"
        ).json()
        assert set(rows[0]) == {"DateTimeStart", "DateTimeEnd", "ProvNum", "OpNum"}
        assert {(one["ProvNum"], one["OpNum"]) for one in rows} == {(AMARA, SURGERY_1)}
        assert {one["DateTimeStart"][:10] for one in rows} == {"2027-01-04", "2027-01-05"}
        assert all(one["DateTimeStart"] < one["DateTimeEnd"] for one in rows)

    def test_a_range_ends_where_an_appointment_begins(self, office: Office):
        asked = {"date": "2027-01-04", "ProvNum": AMARA, "OpNum": SURGERY_2}
        before = office.get("appointments/Slots", **asked).json()
        whole = next(one for one in before if one["DateTimeEnd"] == "2027-01-04 17:30:00")
        office.appointment("2027-01-04 17:10:00", Pattern="XX", Op=HYGIENE)
        after = office.get("appointments/Slots", **asked).json()
        assert {**whole, "DateTimeEnd": "2027-01-04 17:10:00"} in after
        assert {**whole, "DateTimeStart": "2027-01-04 17:20:00"} in after
        long_enough = office.get("appointments/Slots", **asked, lengthMinutes=15).json()
        assert {**whole, "DateTimeStart": "2027-01-04 17:20:00"} not in long_enough

    def test_the_usual_days_are_fourteen_and_the_usual_provider_the_first(self, office: Office):
        rows = office.get("appointments/Slots").json()
        last = date(2026, 11, 20) + timedelta(days=13)
        assert {one["ProvNum"] for one in rows} == {AMARA}
        assert max(one["DateTimeStart"] for one in rows)[:10] <= last.isoformat()

    def test_days_that_have_passed_are_refused(self, office: Office):
        answer = office.get("appointments/Slots", date="2026-11-19")
        assert error_of(answer) == (400, "date must be today or a future date")
        assert office.get("appointments/Slots", ProvNum=GONE).status_code == 404
        assert office.get("appointments/Slots", OpNum=GONE).status_code == 404


def office_patient(office: Office) -> int:
    """Register somebody else."""
    return office.post("patients", {"LName": "Cole", "FName": "Vera"}).json()["PatNum"]
