"""Who asks Cliniko's reference server, the way the vendor's customers do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

from tests.reference_process import RIVERSIDE, ReferenceDiary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ISLA, MATEO, RUTH = 51, 52, 53
BUSINESS, HILLTOP = 41, 42
FIRST, FOLLOW_UP, RUNNING = 401, 402, 403
MONDAY = "2026-11-23"
CALLER = "Openslot (desk@openslot.example)"
ROBIN: dict[str, Any] = {
    "first_name": "Robin",
    "last_name": "Reed",
    "email": "robin@reed.example",
    "date_of_birth": "1976-05-24",
    "patient_phone_numbers": [{"phone_type": "Mobile", "number": "07700 900123"}],
    "reminder_type": "SMS & Email",
    "accepted_privacy_policy": True,
}


def identity(number: int) -> str:
    """Return the id under which the API knows what the practice's plan numbers so."""
    return str(1_702_000_000_000_000_000 + number)


class Clinic:
    """Asks on one connection, and shows every exchange to ``watch``."""

    def __init__(
        self, diary: ReferenceDiary, http: requests.Session, slug: str = RIVERSIDE.slug
    ) -> None:
        self.base = diary.cliniko_url(slug)
        self.watch: Callable[[requests.Response], object] = lambda _answer: None
        self._http = http

    def get(self, path: str, *filters: str, **query: str | int) -> requests.Response:
        asked = {**query, **({"q[]": list(filters)} if filters else {})}
        return self.send("GET", path, params=asked)

    def post(self, path: str, document: Mapping[str, Any]) -> requests.Response:
        return self.send("POST", path, json=dict(document))

    def patch(self, path: str, document: Mapping[str, Any]) -> requests.Response:
        return self.send("PATCH", path, json=dict(document))

    def send(self, method: str, path: str, **rest: Any) -> requests.Response:  # noqa: ANN401
        rest = {"auth": (RIVERSIDE.key, ""), "headers": {"User-Agent": CALLER}} | rest
        url = path if path.startswith("http") else f"{self.base}/{path}"
        answer = self._http.request(method, url, timeout=30, **rest)
        self.watch(answer)
        return answer

    def times(self, *, first: str = MONDAY, last: str = MONDAY, **query: Any) -> requests.Response:  # noqa: ANN401
        """Ask when Isla is free for a follow-up at Riverside."""
        path = (
            f"businesses/{identity(BUSINESS)}/practitioners/{identity(ISLA)}"
            f"/appointment_types/{identity(FOLLOW_UP)}/available_times"
        )
        return self.get(path, **{"from": first, "to": last}, **query)

    def patient(self) -> str:
        answer = self.post("patients", ROBIN)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def wanted(self, at: str, **said: object) -> dict[str, Any]:
        """Return a request for a follow-up with Isla at Riverside."""
        return {
            "appointment_type_id": identity(FOLLOW_UP),
            "business_id": identity(BUSINESS),
            "patient_id": said.pop("patient_id", None) or self.patient(),
            "practitioner_id": identity(ISLA),
            "starts_at": at,
            **said,
        }

    def appointment(self, at: str, **said: object) -> dict[str, Any]:
        """Make one."""
        answer = self.post("individual_appointments", self.wanted(at, **said))
        assert answer.status_code == 201, answer.text
        return answer.json()
