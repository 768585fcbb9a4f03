"""Remembers who works where and offers what, so that only what can be is asked for."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.diaries.errors import Unintelligible
from webapp.diaries.roster import Listed

if TYPE_CHECKING:
    from webapp.diaries.cliniko.reading import Reader
    from webapp.diaries.port import AppointmentType, Room, Staff


@dataclass(frozen=True, slots=True)
class Wanted:
    """With whom, where and what for. ``can_be`` is whether that is ever to be had."""

    person: Staff
    room: Room
    type: AppointmentType
    can_be: bool


class Catalogue:
    """One account's practitioners, businesses and appointment types. Safe between threads.

    Deadlines are on the ``time.monotonic`` scale.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.staff = Listed(reader.staff)
        self.rooms = Listed(reader.rooms)
        self.types = Listed(self._ask_types)
        self._lock = threading.Lock()
        self._at: dict[str, Listed[Staff]] = {}

    def find(self, staff_id: str, room_id: str, type_id: str, *, deadline: float) -> Wanted:
        """Look all three up. Raises a ReadFailed or NotAccepted; Unintelligible for strangers."""
        person = self.staff.find(staff_id, deadline=deadline)
        room = self.rooms.find(room_id, deadline=deadline)
        kind = self.types.find(type_id, deadline=deadline)
        if person is None or room is None or kind is None:
            raise Unintelligible("the diary does not show this person, place or type online")
        can_be = kind.is_offered_by(staff_id) and any(
            one.id == staff_id for one in self._staff_at(room_id).lately(deadline=deadline)
        )
        return Wanted(person, room, kind, can_be)

    def _staff_at(self, room_id: str) -> Listed[Staff]:
        with self._lock:
            if room_id not in self._at:

                def ask(deadline: float) -> tuple[Staff, ...]:
                    return self._reader.staff_at(room_id, deadline)

                self._at[room_id] = Listed(ask)
            return self._at[room_id]

    def _ask_types(self, deadline: float) -> tuple[AppointmentType, ...]:
        staff = self.staff.lately(deadline=deadline)
        return self._reader.types(staff, deadline)
