"""The vendor's page "API Appointments" on PUT (update) and PUT Break, request by request."""

from __future__ import annotations

import pytest

from tests.reference.opendental import RORY, SURGERY_1, SURGERY_2, Office, error_of

GONE = 999_999


class TestChangingAppointments:
    def test_what_is_left_out_stays(self, office: Office):
        made = office.appointment(Note="Sensitive tooth")
        answer = office.put(f"appointments/{made['AptNum']}", {"Note": "Note on appointment."})
        assert answer.status_code == 200
        changed = {key for key in made if answer.json()[key] != made[key]}
        assert {"Note"} <= changed <= {"Note", "DateTStamp"}

    def test_an_appointment_is_moved(self, office: Office):
        made = office.appointment(Priority="ASAP")
        moved = {
            "AptDateTime": "2026-11-24 10:00:00",
            "Op": SURGERY_2,
            "ProvNum": RORY,
            "AptStatus": "Scheduled",
            "Priority": "Normal",
        }
        told = office.put(f"appointments/{made['AptNum']}", moved).json()
        assert {key: told[key] for key in moved} == moved
        shown = office.get(f"appointments/{made['AptNum']}").json()
        assert {key: shown[key] for key in moved} == moved
        assert office.put(f"appointments/{GONE}", moved).status_code == 404

    @pytest.mark.parametrize(("to_list", "status"), [("true", "UnschedList"), ("false", "Broken")])
    def test_a_broken_one_can_be_scheduled_again(self, to_list: str, status: str, office: Office):
        made = office.appointment()
        address = f"appointments/{made['AptNum']}"
        answer = office.put(f"{address}/Break", {"sendToUnscheduledList": to_list})
        assert answer.status_code == 200
        assert office.get(address).json()["AptStatus"] == status
        again = {"AptStatus": "Scheduled", "AptDateTime": "2026-11-25 09:00:00", "Op": SURGERY_1}
        assert office.put(address, again).json()["AptStatus"] == "Scheduled"

    def test_only_scheduled_ones_can_be_broken(self, office: Office):
        made = office.appointment(AptStatus="Complete")
        address = f"appointments/{made['AptNum']}/Break"
        status, told = error_of(office.put(address, {"sendToUnscheduledList": "true"}))
        assert (status, "Scheduled" in told) == (400, True)

    @pytest.mark.parametrize(
        "said",
        [
            {},
            {"sendToUnscheduledList": True},
            {"sendToUnscheduledList": "true", "breakType": "Late"},
            {"sendToUnscheduledList": "true", "breakType": "Cancelled"},
        ],
    )
    def test_a_break_that_cannot_be(self, said: dict[str, object], office: Office):
        made = office.appointment()
        assert error_of(office.put(f"appointments/{made['AptNum']}/Break", said))[0] == 400
        assert office.put(f"appointments/{GONE}/Break", said).status_code == 404
