"""Writes bookings as Cliniko's patients and appointments. Pure: no I/O, no clock.

Moments are in UTC, ids are text ("string <int64>").
"""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from webapp.diaries.marks import mark_of
from webapp.diaries.people import names_of, one_line
from webapp.diaries.port import CancelReason

if TYPE_CHECKING:
    from datetime import datetime

    from webapp.diaries.cliniko.mapping import Entry
    from webapp.diaries.port import BookingRequest, Patient, Slot

REASONS = {
    CancelReason.FEELING_BETTER: 10,
    CancelReason.CONDITION_WORSE: 20,
    CancelReason.SICK: 30,
    CancelReason.AWAY: 40,
    CancelReason.OTHER: 50,
    CancelReason.WORK: 60,
}
"""The numbers of the page "Individual Appointment". There is a 31 to be read; it is not taken."""
_BY_THE_PATIENT = "Cancelled online by the patient."
_UNDONE = "Openslot: not wanted. Somebody else had the time first, and the patient was told so."


def span_of(slot: Slot) -> tuple[datetime, datetime]:
    """Return when a slot begins and ends, in UTC."""
    if slot.start.tzinfo is None:
        raise ValueError("a slot's start must be aware")
    start = slot.start.astimezone(UTC)
    return start, start + timedelta(minutes=slot.minutes)


def written(moment: datetime) -> str:
    """Write a moment as the vendor does: ``2026-11-23T09:15:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def patient_search(patient: Patient) -> list[str]:
    """Ask for everybody of such a last name who has this address, where one was given."""
    email = one_line(patient.email)
    return [f"last_name:={names_of(patient).last}", *([f"email:={email}"] if email else [])]


def patient_order(patient: Patient) -> dict[str, object]:
    """Write a new patient."""
    names = names_of(patient)
    order: dict[str, object] = {"first_name": names.first, "last_name": names.last}
    if email := one_line(patient.email):
        order["email"] = email
    if phone := one_line(patient.phone):
        order["patient_phone_numbers"] = [{"phone_type": "Mobile", "number": phone}]
    return order


def booking_order(request: BookingRequest, wanted: Entry) -> dict[str, object]:
    """Write the booking as "Create individual appointment". The mark comes first in its notes.

    Its end is told, so that it is as long as the patient was told even when its type has changed.
    """
    lines = [
        f"Booked online ({mark_of(request)}).",
        f"Phone: {one_line(request.patient.phone)}.",
        f"E-mail: {one_line(request.patient.email)}.",
    ]
    if reason := one_line(request.reason):
        lines.append(f"Reason: {reason}")
    return {
        "patient_id": wanted.patient,
        "appointment_type_id": wanted.kind,
        **place_order(wanted),
        "notes": "\n".join(lines),
    }


def place_order(entry: Entry) -> dict[str, object]:
    """Write with whom, where and when, as "Update individual appointment" moves one."""
    return {
        "business_id": entry.business,
        "practitioner_id": entry.practitioner,
        "starts_at": written(entry.starts),
        "ends_at": written(entry.ends),
    }


def cancel_order(reason: CancelReason | None) -> dict[str, object]:
    """Write a cancellation. Without a reason it is "Other": one must be given."""
    return {
        "cancellation_reason": REASONS[reason or CancelReason.OTHER],
        "cancellation_note": _BY_THE_PATIENT,
    }


def undo_order() -> dict[str, object]:
    """Cancel what came second, and say why."""
    return {
        "cancellation_reason": REASONS[CancelReason.OTHER],
        "cancellation_note": _UNDONE,
    }
