"""Marks our bookings in a diary that has a place for words and none for references of ours."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webapp.diaries.port import BookingRequest, PlacedBooking

_MARK = re.compile(r"\bopenslot-[0-9a-f]{32}\b")


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
