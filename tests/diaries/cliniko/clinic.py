"""The practice's own hand in its Cliniko, and a booking that its patients may make there."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import requests

from tests.diaries.cliniko.riverside import identity
from tests.diaries.wire import ZONE
from tests.reference_process import RIVERSIDE, ReferenceDiary
from webapp.diaries.port import (
    AppointmentType,
    BookingRequest,
    Patient,
    PlacedBooking,
    Room,
    Slot,
    Staff,
)

ISLA, MATEO, RUTH = (
    Staff(identity(number), name)
    for number, name in ((51, "Isla Bennett"), (52, "Mateo Silva"), (53, "Ruth Okoye"))
)
RIVERSIDE_HOUSE = Room(identity(41), "Riverside", "3 Riverside Walk, London, SW13")
HILLTOP = Room(identity(42), "Hilltop", "18 Hill Crest, London, SE19")
FOLLOW_UP = AppointmentType(identity(402), "Follow-up", 30, frozenset({ISLA.id, MATEO.id, RUTH.id}))
RUNNING = AppointmentType(identity(403), "Running assessment", 60, frozenset({ISLA.id, MATEO.id}))
MONDAY = date(2026, 11, 23)
# Free at the start, as are the two hours after it
START = datetime(2026, 12, 15, 9, 0, tzinfo=ZONE)
SLOT = Slot(ISLA, RIVERSIDE_HOUSE, START, 30, FOLLOW_UP)
LATER = Slot(ISLA, RIVERSIDE_HOUSE, START + timedelta(hours=1), 30, FOLLOW_UP)
WORDS = ("Zebulon Quince", "07700 900142", "quince@patient.example", "throbbing molar")
"""What the patient typed: words that nothing else here contains."""
PATIENT_ASKING = Patient(name=WORDS[0], phone=WORDS[1], email=WORDS[2])
REQUEST = BookingRequest(SLOT, PATIENT_ASKING, reason=WORDS[3], key="a-journey")
PLACED = PlacedBooking(SLOT, PATIENT_ASKING, key="a-journey")
ANOTHERS_MARK = "openslot-" + "0" * 32


class Clinic:
    """Works in the practice's Cliniko as its desk, or other software, does."""

    def __init__(self, reference: ReferenceDiary) -> None:
        self._base = reference.cliniko_url()

    def ask(self, method: str, path: str, **rest: Any) -> requests.Response:  # noqa: ANN401
        return requests.request(
            method,
            f"{self._base}/{path}",
            auth=(RIVERSIDE.key, ""),
            headers={"User-Agent": "Desk (desk@riverside.example)"},
            timeout=30,
            **rest,
        )

    def know(self, **said: object) -> str:
        """Let the account know a patient; return the id."""
        patient = {
            "first_name": "Zebulon",
            "last_name": "Quince",
            "email": "quince@patient.example",
            **said,
        }
        return self.ask("POST", "patients", json=patient).json()["id"]

    def make(self, slot: Slot = SLOT, **said: object) -> str:
        """Make an appointment for another patient, whatever is there; return the id."""
        patient = said.pop("patient_id", None) or self.know(first_name="Vera", last_name="Cole")
        body = {
            "appointment_type_id": FOLLOW_UP.id,
            "business_id": slot.room.id,
            "patient_id": patient,
            "practitioner_id": slot.staff.id,
            "starts_at": slot.start.strftime("%Y-%m-%dT%H:%M:%SZ"),
            **said,
        }
        made = self.ask("POST", "individual_appointments", json=body)
        assert made.status_code == 201, made.text
        return made.json()["id"]

    def cancel(self, identity: str) -> None:
        path = f"individual_appointments/{identity}/cancel"
        self.ask("PATCH", path, json={"cancellation_reason": 50}).raise_for_status()

    def standing(self, slot: Slot = SLOT) -> list[dict[str, Any]]:
        """Return the practitioner's appointments that begin with the slot."""
        at = slot.start.strftime("%Y-%m-%dT%H:%M:%SZ")
        return self._list(f"starts_at:>={at}", f"starts_at:<={at}")

    def cancelled(self) -> list[dict[str, Any]]:
        return self._list("cancelled_at:>2026-01-01T00:00:00Z")

    def patients(self) -> list[dict[str, Any]]:
        """Return those of the last name that books."""
        found = self.ask("GET", "patients", params={"q[]": "last_name:=Quince"})
        return found.json()["patients"]

    def _list(self, *filters: str) -> list[dict[str, Any]]:
        asked = {"q[]": [f"practitioner_id:={ISLA.id}", *filters]}
        found = self.ask("GET", "individual_appointments", params=asked)
        return found.json()["individual_appointments"]
