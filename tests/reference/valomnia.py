"""Appointments as the vendor's document writes them, and who asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import requests

    from tests.reference_process import ReferenceDiary

ROW = {
    "id", "dateCreated", "lastUpdated", "title", "note", "startDate", "endDate", "done",
    "customerId", "customer", "appointmentCategoryId", "appointmentCategory", "contacts",
}  # fmt: skip
WHOLE = ROW | {"reference", "user", "organization"}
APPOINTMENT: dict[str, Any] = {
    "reference": "ref-01",
    "title": "Check the rest",
    "note": "checking if the rest of merchandise is transfered",
    "startDate": "2026-11-30T09:20:00Z",
    "endDate": "2026-11-30T09:25:00Z",
    "appointmentCategoryId": 1,
    "done": True,
    "customerId": 81,
    "contacts": [9, 8],
}
UPSERT: dict[str, Any] = {
    key: value for key, value in APPOINTMENT.items() if key not in {"reference", "contacts"}
} | {"appointmentCategoryId": "1", "customerId": "81"}
GONE = 999_999


def log_in(diary: ReferenceDiary, http: requests.Session, password: str) -> requests.Response:
    words = {"j_username": "openslot", "j_password": password, "ajax": "true"}
    address = f"{diary.valomnia_url()}/j_spring_security_check"
    return http.post(address, data=words, timeout=30, allow_redirects=False)


def error_of(answer: requests.Response) -> tuple[int, str, str]:
    document = answer.json()
    assert set(document) == {"error", "error_description"}
    return answer.status_code, document["error"], document["error_description"]
