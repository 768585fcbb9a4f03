"""A practice's account at Updox: the calendars that it has, and the appointments it was told of."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from webapp.reference.plan import Plan
    from webapp.reference.updox.forms import Appointment

APPLICATION_ID = "openslot-demo"
APPLICATION_PASSWORD = "updox-demo-password"  # noqa: S105 - it opens nothing but a stand-in
PATH = "/updox/api/io"
"""Where the calls stand on this server; at Updox ``https://myupdox.com/api/io``."""
OLDER_PATH = "/updox/io/syncAppointments"


@dataclass(frozen=True, slots=True)
class Entry:
    """An appointment as Updox has it; ``updox_id`` is its own number for it."""

    appointment: Appointment
    updox_id: int
    told_at: datetime
    times_told: int = 1


class Account:
    """One practice's. Every method may be called from any thread.

    Ours: its calendars and locations are synced already, as ``cal-`` and ``loc-`` with the diary's
    number of each person and room.
    """

    def __init__(self, plan: Plan) -> None:
        self.calendars = {f"cal-{one.id}": one.name for one in plan.people}
        self.locations = {f"loc-{one.id}": one.name for one in plan.rooms}
        self._lock = threading.Lock()
        self._entries: dict[str, Entry] = {}
        self._batches: list[list[Mapping[str, object]]] = []

    def put(self, appointment: Appointment, *, at: datetime) -> Entry:
        """Update the one of that id, else the one of that old id, else insert it."""
        with self._lock:
            before = self._entries.get(appointment.id) or self._by_updox_id(appointment.updox_id)
            if before is None:
                entry = Entry(appointment, len(self._entries) + 1, at)
            else:
                self._entries.pop(before.appointment.id)
                entry = replace(
                    before,
                    appointment=appointment,
                    told_at=at,
                    times_told=before.times_told + 1,
                )
            self._entries[appointment.id] = entry
            return entry

    def note(self, appointments: Sequence[Mapping[str, object]]) -> int:
        """Keep a call's appointments as they came; return how many calls there were before."""
        with self._lock:
            self._batches.append(list(appointments))
            return len(self._batches) - 1

    def all(self) -> list[Entry]:
        """Return what it has, what was told last first."""
        with self._lock:
            return list(self._entries.values())[::-1]

    def batches(self) -> list[list[Mapping[str, object]]]:
        with self._lock:
            return list(self._batches)

    def _by_updox_id(self, updox_id: str) -> Entry | None:
        found = (one for one in self._entries.values() if updox_id == str(one.updox_id))
        return next(found, None)
