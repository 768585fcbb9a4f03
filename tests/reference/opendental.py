"""Open Dental's documents as the vendor's pages write them, and who asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

from tests.reference_process import BRIDGE, ReferenceDiary

if TYPE_CHECKING:
    from collections.abc import Mapping

AMARA, RORY, LENA = 31, 32, 33
SURGERY_1, SURGERY_2, HYGIENE = 21, 22, 23
MONDAY = "2026-11-23"
NO_MOMENT = "0001-01-01 00:00:00"
APPOINTMENT = {
    "AptNum", "PatNum", "AptStatus", "Pattern", "Confirmed", "confirmed", "TimeLocked", "Op",
    "Note", "ProvNum", "provAbbr", "ProvHyg", "AptDateTime", "NextAptNum", "UnschedStatus",
    "unschedStatus", "IsNewPatient", "ProcDescript", "ClinicNum", "IsHygiene", "DateTStamp",
    "DateTimeArrived", "DateTimeSeated", "DateTimeDismissed", "InsPlan1", "InsPlan2",
    "DateTimeAskedToArrive", "colorOverride", "AppointmentTypeNum", "SecDateTEntry", "Priority",
    "PatternSecondary", "ItemOrderPlanned",
}  # fmt: skip
"""The keys of one appointment; the GETs tell ``serverDateTime`` besides."""
ROBIN: dict[str, Any] = {
    "LName": "Reed",
    "FName": "Robin",
    "Birthdate": "1976-05-24",
    "HmPhone": "",
    "WirelessPhone": "07700 900123",
    "Email": "robin@reed.example",
    "TxtMsgOk": "Yes",
}


class Office:
    """Asks the reference server as the vendor's customers do, on one connection."""

    def __init__(
        self, diary: ReferenceDiary, http: requests.Session, key: str = BRIDGE.key
    ) -> None:
        self.base = diary.opendental_url()
        self._http = http
        self._headers = {"Authorization": f"ODFHIR {key}", "Content-Type": "application/json"}

    def get(self, path: str, **query: str | int) -> requests.Response:
        return self._http.get(
            f"{self.base}/{path}", params=query, headers=self._headers, timeout=30
        )

    def post(self, path: str, document: Mapping[str, Any]) -> requests.Response:
        return self._http.post(
            f"{self.base}/{path}", json=dict(document), headers=self._headers, timeout=30
        )

    def put(self, path: str, document: Mapping[str, Any]) -> requests.Response:
        return self._http.put(
            f"{self.base}/{path}", json=dict(document), headers=self._headers, timeout=30
        )

    def patient(self) -> int:
        """Register Robin Reed; return the number."""
        answer = self.post("patients", ROBIN)
        assert answer.status_code == 201
        return answer.json()["PatNum"]

    def appointment(self, at: str = f"{MONDAY} 09:00:00", **said: object) -> dict[str, Any]:
        """Make an appointment with Amara in surgery 1, of half an hour."""
        patient = said.pop("PatNum", None) or self.patient()
        wanted = {
            "PatNum": patient,
            "Op": SURGERY_1,
            "AptDateTime": at,
            "ProvNum": AMARA,
            "Pattern": "XXXXXX",
        }
        answer = self.post("appointments", wanted | said)
        assert answer.status_code == 201, answer.text
        return answer.json()


def error_of(answer: requests.Response) -> tuple[int, str]:
    assert answer.headers["Content-Type"].startswith("text/plain")
    return answer.status_code, answer.text
