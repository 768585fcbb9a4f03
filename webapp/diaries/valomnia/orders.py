"""Writes bookings as Valomnia's appointments. Pure: no I/O, no clock.

An appointment knows no room, and belongs to whoever is logged in: whose and where ours are stands
in the first line of their note, before anything that a patient typed.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webapp.diaries.port import BookingRequest, Patient, PlacedBooking, Slot
    from webapp.diaries.valomnia.mapping import Whole

LONGEST_TITLE = 255
"""Characters. The document names no most; this is what such a column usually holds."""

_MARK = re.compile(r"Openslot: ([A-Za-z0-9_-]+) in ([A-Za-z0-9_-]+)")


@dataclass(frozen=True, slots=True)
class Mark:
    """Whose appointment it is and where, as we noted it: ids of the practice's own file."""

    person_id: str
    place_id: str

    def __str__(self) -> str:
        return f"Openslot: {self.person_id} in {self.place_id}"


def mark_of(slot: Slot) -> Mark:
    return Mark(slot.staff.id, slot.room.id)


def mark_in(note: str) -> Mark | None:
    """Find our mark in a note; of several lines like it the first is ours."""
    for line in note.splitlines():
        if found := _MARK.fullmatch(line.strip()):
            return Mark(found[1], found[2])
    return None


def reference_of(booking: BookingRequest | PlacedBooking) -> str:
    """Return our own reference for a booking, the same whenever it is asked about."""
    slot, patient = booking.slot, booking.patient
    told = [booking.key]
    if not booking.key:
        told = [slot.staff.id, slot.room.id, written(span_of(slot)[0])]
        told += [patient.name, patient.phone, patient.email]
    digest = hashlib.sha256(json.dumps(told).encode("ascii")).hexdigest()
    return f"openslot-{digest[:32]}"


def upsert_order(request: BookingRequest, category: str) -> dict[str, object]:
    """Write the booking as the vendor's upsert; the reference stands in its address."""
    lines = [
        str(mark_of(request.slot)),
        f"Name: {_line(request.patient.name)}",
        f"Phone: {_line(request.patient.phone)}",
        f"E-mail: {_line(request.patient.email)}",
    ]
    if reason := _tidy(request.reason):
        lines.append(f"Reason: {reason}")
    return {
        **_when(request.slot),
        "title": _title(request.patient, request.slot),
        "note": "\n".join(lines),
        "appointmentCategoryId": category,
    }


def move_order(whole: Whole, patient: Patient, to: Slot) -> dict[str, object]:
    """Write a move as the vendor's update: all as it was but when, whose and where."""
    first, _, rest = whole.note.partition("\n")
    rest = rest if mark_in(first) else whole.note
    return {
        **whole.kept,
        **_when(to),
        "title": _title(patient, to),
        "note": f"{mark_of(to)}\n{rest}".rstrip(),
    }


def span_of(slot: Slot) -> tuple[datetime, datetime]:
    """Return from when to when, in UTC: so many real minutes, whatever the clocks do."""
    if slot.start.tzinfo is None:
        raise ValueError("a slot's start must be aware")
    start = slot.start.astimezone(UTC)
    return start, start + timedelta(minutes=slot.minutes)


def written(moment: datetime) -> str:
    """Write an aware moment as the vendor does: ``2016-10-09T08:10:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _when(slot: Slot) -> dict[str, object]:
    start, end = span_of(slot)
    return {"startDate": written(start), "endDate": written(end)}


def _title(patient: Patient, slot: Slot) -> str:
    title = f"{_line(patient.name)} with {slot.staff.name}, {slot.room.name}"
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"


def _line(text: str) -> str:
    return " ".join(_tidy(text).split())


def _tidy(text: str) -> str:
    """Strip the text, of what databases do not take too: controls, half characters."""
    lines = "\n".join(text.splitlines())
    return "".join(
        " " if unicodedata.category(one) in {"Cc", "Cs"} and one != "\n" else one for one in lines
    ).strip()
