"""The reference server's answers are such as the vendor's own description has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import requests

from tests.cliniko_description import Description
from tests.reference.cliniko.clinic import BUSINESS, FOLLOW_UP, ISLA, MONDAY, Clinic, identity

if TYPE_CHECKING:
    from tests.reference_process import ReferenceDiary

AT = f"{MONDAY}T10:30:00Z"


def test_whatever_a_client_needs_is_asked_and_answered_as_described(
    diary: ReferenceDiary, clinic: Clinic
):
    described = Description(diary.cliniko_url())

    def compare(answer: requests.Response) -> None:
        sent = answer.request
        body = sent.body if isinstance(sent.body, bytes) else b""
        described.check_request(str(sent.method), str(sent.url), body)
        described.check_answer(str(sent.method), answer.url, answer.status_code, answer.content)

    clinic.watch = compare
    for path in (
        "businesses",
        f"businesses/{identity(BUSINESS)}",
        f"businesses/{identity(BUSINESS)}/practitioners",
        "practitioners",
        f"practitioners/{identity(ISLA)}",
        f"practitioners/{identity(ISLA)}/appointment_types",
        "appointment_types",
        f"appointment_types/{identity(FOLLOW_UP)}/practitioners",
    ):
        assert clinic.get(path).status_code == 200
    assert clinic.times(per_page=2, page=2).json()["available_times"]
    made = clinic.appointment(AT, notes="Stiff neck", ends_at=f"{MONDAY}T11:15:00Z")
    address = f"individual_appointments/{made['id']}"
    clinic.get("individual_appointments", f"patient_id:={made['patient']['links']['self'][-19:]}")
    clinic.get("patients", "email:=robin@reed.example", "last_name:=Reed")
    clinic.get(f"{address}/conflicts")
    clinic.patch(address, {"starts_at": f"{MONDAY}T13:00:00Z", "notes": None})
    clinic.patch(f"{address}/cancel", {"cancellation_reason": 50, "cancellation_note": "Away"})
    clinic.get("individual_appointments", "cancelled_at:>=2026-01-01T00:00:00Z")
    assert clinic.post("patients", {"first_name": ""}).status_code == 422
    assert clinic.post("individual_appointments", {"notes": "x"}).status_code == 422
