"""Reads one appointment of a call, and finds its faults. The words are ours, but for the date's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.reference.updox.account import Account

_FIELDS = frozenset(
    {"id", "updoxId", "calendarId", "date", "duration", "patientId", "typeId", "locationId"}
    | {"summary", "details", "blocked", "cancelled", "reminderTokens"}
)
_FORMS = ("%Y-%m-%d %H:%M", "%Y-%m-%d")
_LONGEST = 255


class Refused(Exception):
    """One appointment is not taken; its text is the status's message."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment as it was told. ``start`` is naive: nobody says in which zone it is."""

    id: str
    updox_id: str
    calendar_id: str
    start: datetime
    minutes: int
    location_id: str
    type_id: str
    patient_id: str
    summary: str
    details: str
    is_blocked: bool
    is_cancelled: bool


def read_appointment(told: Mapping[str, object], account: Account) -> Appointment:
    """Check every field. Raises Refused."""
    unknown = sorted(set(told) - _FIELDS)
    if unknown:
        raise Refused(f"The appointment has an unknown field: {unknown[0]}")
    calendar_id = _text(told, "calendarId")
    if calendar_id not in account.calendars:
        raise Refused(f"The appointment calendar is not known: {calendar_id}")
    location_id = _text(told, "locationId")
    if location_id and location_id not in account.locations:
        raise Refused(f"The appointment location is not known: {location_id}")
    name = _text(told, "id")
    if not name:
        raise Refused("The appointment id is required")
    return Appointment(
        id=name,
        updox_id=_text(told, "updoxId"),
        calendar_id=calendar_id,
        start=_start(_text(told, "date")),
        minutes=_minutes(_text(told, "duration")),
        location_id=location_id,
        type_id=_text(told, "typeId"),
        patient_id=_text(told, "patientId"),
        summary=_text(told, "summary"),
        details=_text(told, "details"),
        is_blocked=_truth(told, "blocked"),
        is_cancelled=_truth(told, "cancelled"),
    )


def _text(told: Mapping[str, object], name: str) -> str:
    """Numbers come as such or as text: the page's samples and its message have them either way."""
    value = told.get(name, "")
    if isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > _LONGEST:
        raise Refused(f"The appointment {name} is not valid")
    return str(value)


def _start(text: str) -> datetime:
    for form in _FORMS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - nobody says in which zone
        except ValueError:
            continue
    # Seen so, with what was told behind the colon
    raise Refused(f"The appointment date is not valid: {text}")


def _minutes(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) == 0:
        raise Refused(f"The appointment duration is not valid: {text}")
    return int(text)


def _truth(told: Mapping[str, object], name: str) -> bool:
    value = told.get(name, False)
    found = value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value))
    if found is None:
        raise Refused(f"The appointment {name} is not true or false")
    return found
