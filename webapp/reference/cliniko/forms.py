"""Reads the bodies that make and change appointments and patients. Raises ApiError, by field."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from webapp.reference.cliniko.directory import find_business, find_kind, find_practitioner
from webapp.reference.cliniko.documents import REASONS
from webapp.reference.cliniko.errors import BLANK, INVALID, NOT_LISTED, bad_request, invalid
from webapp.reference.cliniko.ids import read_id
from webapp.reference.cliniko.moments import read_day, read_moment
from webapp.reference.cliniko.records import Wanted
from webapp.reference.cliniko.register import NewPatient, Phone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from webapp.reference.cliniko.records import Record
    from webapp.reference.cliniko.register import Register
    from webapp.reference.plan import Plan

LONGEST = 255
_RELATIONS = ("appointment_type_id", "business_id", "patient_id", "practitioner_id")
_EMAIL = re.compile(r"[A-Z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Z0-9.-]+\.[A-Z]{2,63}", re.IGNORECASE)
_PHONE_TYPES = frozenset({"Fax", "Home", "Mobile", "Other", "Work"})
_REMINDERS = frozenset({"None", "SMS", "Email", "SMS & Email"})


def read_body(data: bytes) -> dict[str, object]:
    """Read a request's JSON object."""
    try:
        value: object = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise bad_request("the body must be a JSON object")
    return cast("dict[str, object]", value)


def read_appointment(
    body: Mapping[str, object], plan: Plan, register: Register, before: Record | None = None
) -> Wanted:
    """Read a new appointment, or what becomes of ``before``: what is not said stays.

    Without ``ends_at`` it is as long as its type, unless neither that nor its start is said. Ours:
    one that repeats is refused.
    """
    errors: dict[str, str] = {}
    numbers = {name: _relation(body, name, before, errors) for name in _RELATIONS}
    known = {
        "appointment_type_id": find_kind(plan, numbers["appointment_type_id"]),
        "business_id": find_business(plan, numbers["business_id"]),
        "patient_id": register.find(numbers["patient_id"]),
        "practitioner_id": find_practitioner(plan, numbers["practitioner_id"]),
    }
    for name, found in known.items():
        if found is None:
            errors.setdefault(name, INVALID)
    notes = body.get("notes", before.notes if before else None)
    if not isinstance(notes, str | None):
        errors["notes"] = INVALID
    if body.get("repeat_rule") is not None:
        errors["repeat_rule"] = INVALID
    kind = find_kind(plan, numbers["appointment_type_id"])
    times = _times(body, timedelta(minutes=kind.minutes if kind else 0), before, errors)
    if errors or kind is None or times is None:
        raise invalid(errors)
    return Wanted(
        patient=numbers["patient_id"] or 0,
        business=numbers["business_id"] or 0,
        practitioner=numbers["practitioner_id"] or 0,
        kind=kind.id,
        starts=times[0],
        ends=times[1],
        notes=cast("str | None", notes),
    )


def read_cancellation(body: Mapping[str, object]) -> tuple[int, str | None]:
    """Read the reason, a number that is on the vendor's list, and the note."""
    reason, note = body.get("cancellation_reason"), body.get("cancellation_note")
    if not isinstance(reason, int) or isinstance(reason, bool) or reason not in REASONS:
        raise invalid({"cancellation_reason": NOT_LISTED})
    if not isinstance(note, str | None):
        raise invalid({"cancellation_note": INVALID})
    if not isinstance(body.get("apply_to_repeats", False), bool):
        raise invalid({"apply_to_repeats": INVALID})
    return reason, note


def read_patient(body: Mapping[str, object]) -> NewPatient:
    """Read a new patient. Ours: both names must be there, of what the vendor marks optional."""
    errors: dict[str, str] = {}
    first, last = (_name(body, name, errors) for name in ("first_name", "last_name"))
    email = body.get("email")
    if not isinstance(email, str | None) or (
        email and (not _EMAIL.fullmatch(email) or len(email) > LONGEST)
    ):
        errors["email"] = INVALID
    born = read_day(body.get("date_of_birth"))
    if born is None and body.get("date_of_birth") is not None:
        errors["date_of_birth"] = INVALID
    reminder = body.get("reminder_type", "None")
    if reminder not in _REMINDERS:
        errors["reminder_type"] = NOT_LISTED
    policy = body.get("accepted_privacy_policy")
    if not isinstance(policy, bool | None):
        errors["accepted_privacy_policy"] = INVALID
    phones = _phones(body.get("patient_phone_numbers"), errors)
    if errors:
        raise invalid(errors)
    return NewPatient(
        first,
        last,
        phones,
        cast("str | None", email) or None,
        born,
        cast("str", reminder),
        cast("bool | None", policy),
    )


def _times(
    body: Mapping[str, object], length: timedelta, before: Record | None, errors: dict[str, str]
) -> tuple[datetime, datetime] | None:
    if before and body.keys().isdisjoint({"starts_at", "ends_at", "appointment_type_id"}):
        return before.starts, before.ends
    said = body.get("starts_at")
    starts = before.starts if before and "starts_at" not in body else read_moment(said)
    ends = read_moment(body.get("ends_at"))
    if ends is None and body.get("ends_at") is not None:
        errors["ends_at"] = INVALID
    if starts is None:
        errors["starts_at"] = INVALID if said else BLANK
        return None
    if ends is not None and ends <= starts:
        errors["ends_at"] = "must be after the start"
    return starts, ends or starts + length


def _relation(
    body: Mapping[str, object], name: str, before: Record | None, errors: dict[str, str]
) -> int | None:
    if name not in body and before is not None:
        return {
            "appointment_type_id": before.kind,
            "business_id": before.business,
            "patient_id": before.patient,
            "practitioner_id": before.practitioner,
        }[name]
    if body.get(name) in (None, ""):
        errors[name] = BLANK
    return read_id(body.get(name))


def _name(body: Mapping[str, object], name: str, errors: dict[str, str]) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        errors[name] = BLANK
        return ""
    if len(value) > LONGEST:
        errors[name] = f"is too long (maximum is {LONGEST} characters)"
    return value.strip()


def _phones(value: object, errors: dict[str, str]) -> tuple[Phone, ...]:
    listed = cast("list[object]", value) if isinstance(value, list) else []
    found: list[Phone] = []
    for one in listed:
        entry = cast("dict[str, object]", one) if isinstance(one, dict) else {}
        kind, number = entry.get("phone_type"), entry.get("number")
        if kind in _PHONE_TYPES and isinstance(number, str) and any(map(str.isdigit, number)):
            found.append(Phone(cast("str", kind), number))
    if len(found) != len(listed) or (value is not None and not isinstance(value, list)):
        errors["patient_phone_numbers"] = INVALID
    return tuple(found)
