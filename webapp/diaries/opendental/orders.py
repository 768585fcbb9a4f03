"""Writes bookings as Open Dental's patients and appointments. Pure: no I/O, no clock.

Times are the office's own wall times, without a zone ("API Implementation").
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from webapp.diaries.settings import MARK_MINUTES

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from webapp.diaries.opendental.mapping import Entry
    from webapp.diaries.port import BookingRequest, Patient, PlacedBooking, Slot

STATUS_OF_AN_UNDONE = "UnschedList"
_MARK = re.compile(r"\bopenslot-[0-9a-f]{32}\b")
_UNDONE = "Openslot: not wanted. Somebody else had the time first, and the patient was told so."


@dataclass(frozen=True, slots=True)
class Names:
    """A name in two parts; neither is empty, as the vendor requires of patients."""

    first: str = field(repr=False)
    last: str = field(repr=False)


def names_of(patient: Patient) -> Names:
    """Split a name before its last word. One word alone stands in both parts."""
    words = _line(patient.name).split() or ["-"]
    return Names(" ".join(words[:-1]) or words[-1], words[-1])


def mark_of(booking: BookingRequest | PlacedBooking) -> str:
    """Return what an appointment's note tells a booking by, the same whenever it is asked for."""
    slot, patient = booking.slot, booking.patient
    told = [booking.key]
    if not booking.key:
        told = [slot.staff.id, slot.room.id, str(slot.start.timestamp())]
        told += [patient.name, patient.phone, patient.email]
    return f"openslot-{hashlib.sha256(json.dumps(told).encode('ascii')).hexdigest()[:32]}"


def mark_in(note: str) -> str | None:
    """Find a mark; of several the first is ours, for it stands before the patient's words."""
    found = _MARK.search(note)
    return found[0] if found else None


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
        "WirelessPhone": _line(patient.phone),
        "Email": _line(patient.email),
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
        f"Phone: {_line(request.patient.phone)}.",
        f"E-mail: {_line(request.patient.email)}.",
    ]
    if reason := _line(request.reason):
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


def _line(text: str) -> str:
    """Return the text in one line, without what databases do not take."""
    plain = (" " if unicodedata.category(one) in {"Cc", "Cs"} else one for one in text)
    return " ".join("".join(plain).split())
