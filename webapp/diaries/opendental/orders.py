"""Writes bookings as Open Dental's patients and appointments. Pure: no I/O, no clock.

Times are the office's own wall times, without a zone ("API Implementation").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.diaries.marks import mark_of
from webapp.diaries.people import names_of, one_line
from webapp.diaries.settings import MARK_MINUTES

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from webapp.diaries.opendental.mapping import Entry
    from webapp.diaries.port import BookingRequest, Patient, Slot

STATUS_OF_AN_UNDONE = "UnschedList"
_UNDONE = "Openslot: not wanted. Somebody else had the time first, and the patient was told so."


def wall_start(slot: Slot, zone: ZoneInfo) -> datetime:
    """Return what the office's clock shows when the slot begins, without a zone."""
    if slot.start.tzinfo is None:
        raise ValueError("a slot's start must be aware")
    return slot.start.astimezone(zone).replace(tzinfo=None)


def marks_of(slot: Slot) -> int:
    """Return how many marks of ``Pattern`` a slot takes up."""
    return -(-slot.minutes // MARK_MINUTES)


def written(moment: datetime) -> str:
    """Write a wall time as the vendor does: ``2026-11-23 09:15:00``."""
    return moment.isoformat(sep=" ", timespec="seconds")


def patient_search(patient: Patient) -> dict[str, str]:
    """Ask for everybody of such a name; the vendor finds parts of names, in either case.

    Phones are not asked for: how they are written is nobody's rule.
    """
    names = names_of(patient)
    return {"LName": names.last, "FName": names.first.split()[0]}


def patient_order(patient: Patient) -> dict[str, object]:
    """Write a new patient."""
    names = names_of(patient)
    return {
        "LName": names.last,
        "FName": names.first,
        "WirelessPhone": one_line(patient.phone),
        "Email": one_line(patient.email),
    }


def booking_order(
    request: BookingRequest, zone: ZoneInfo, *, patient: int, is_new: bool
) -> dict[str, object]:
    """Write the booking as "Appointments POST (create)". The mark comes first in its note.

    ``Pattern`` has an X, the provider's own time, for each five minutes.
    """
    slot = request.slot
    lines = [
        f"Booked online ({mark_of(request)}).",
        f"Phone: {one_line(request.patient.phone)}.",
        f"E-mail: {one_line(request.patient.email)}.",
    ]
    if reason := one_line(request.reason):
        lines.append(f"Reason: {reason}")
    return {
        "PatNum": patient,
        "Op": _number(slot.room.id),
        "AptDateTime": written(wall_start(slot, zone)),
        "ProvNum": _number(slot.staff.id),
        "Pattern": "X" * marks_of(slot),
        "Note": "\n".join(lines),
        **({"IsNewPatient": "true"} if is_new else {}),
    }


def move_order(entry: Entry) -> dict[str, object]:
    """Write where and when an appointment is to be, as "Appointments PUT (update)"."""
    return {
        "AptDateTime": written(entry.start),
        "Op": _number(entry.room_id),
        "ProvHyg" if entry.is_hygiene else "ProvNum": _number(entry.staff_id),
        "AptStatus": entry.status,
        "Priority": entry.priority,
    }


def priority_order(priority: str) -> dict[str, object]:
    """Put an appointment on the ASAP list or take it off; all else stays as it is."""
    return {"Priority": priority}


def offer_order(number: int, slot: Slot, zone: ZoneInfo) -> dict[str, object]:
    """Offer a slot to an appointment's patient, as "AsapComms POST (create)"."""
    return {
        "op": _number(slot.room.id),
        "aptNum": number,
        "dateTimeStart": written(wall_start(slot, zone)),
    }


def undo_order() -> dict[str, object]:
    """Take an appointment off the book; its note then says why, and no longer what for."""
    return {"AptStatus": STATUS_OF_AN_UNDONE, "Note": _UNDONE}


def break_order() -> dict[str, object]:
    """Cancel as "Appointments PUT Break" advises, so that the desk sees it can be rescheduled.

    Without ``breakType``: "Cancelled" charges the patient for late notice, and is refused where
    the office has not set it up.
    """
    return {"sendToUnscheduledList": "true"}


def _number(identity: str) -> int | str:
    return int(identity) if identity.isascii() and identity.isdigit() else identity
