"""Writes an appointment as AppointmentsSync wants it. Pure.

Fields are those of Updox's page "API Method AppointmentsSync", every one of which is sent. Neither
it nor its error codes say in which zone ``date`` is, nor whether it has a time: the practice's own
clocks, and ``YYYY-MM-DD HH:MM`` as a client of others' sends it, are taken for right. Nor do they
say whether an empty ``patientId`` or ``locationId`` is taken; the setting ``patient_id`` is for an
account that refuses it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webapp.practices.updox import UpdoxSettings
    from webapp.sync.changes import Change

_SUMMARY = "Booked online"


def write_appointment(
    change: Change, settings: UpdoxSettings, *, updox_id: str | None
) -> dict[str, object] | None:
    """Return the appointment, or None where the practice's file names no calendar for it.

    ``id`` is what Updox finds it again by, and ``updox_id`` its own name for it, if it is known.
    Nothing tells who the patient is, or why they come.
    """
    calendar = settings.calendar_of(change.staff_id)
    if calendar is None:
        return None
    written: dict[str, object] = {
        "id": change.key,
        "calendarId": calendar,
        "date": f"{change.start:%Y-%m-%d %H:%M}",
        "duration": change.minutes,
        "summary": _SUMMARY,
        "details": "",
        "patientId": settings.patient_id,
        "typeId": settings.type_id,
        "locationId": settings.locations.get(change.room_id, ""),
        "blocked": False,
        "cancelled": change.is_cancelled,
    }
    return written if updox_id is None else {**written, "updoxId": updox_id}
