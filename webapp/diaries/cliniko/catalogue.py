"""Remembers who works where and offers what, so that only what can be is asked for."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp import clock
from webapp.diaries.cliniko import offering
from webapp.diaries.errors import Unintelligible
from webapp.diaries.roster import Listed

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from webapp.diaries.cliniko.reading import Reader
    from webapp.diaries.port import AppointmentType, Room, Staff
    from webapp.diaries.remarks import Remark

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """With whom, where and what for. ``can_be`` is whether that is ever to be had."""

    person: Staff
    room: Room
    type: AppointmentType
    can_be: bool


class Catalogue:
    """One account's practitioners, businesses and appointment types. Safe between threads.

    ``zone`` is the practice's. Deadlines are on the ``time.monotonic`` scale.
    """

    def __init__(self, reader: Reader, zone: ZoneInfo, *, host: str) -> None:
        """Take where the account is, too, for the log."""
        self._reader = reader
        self._zone = zone
        self._host = host
        self.staff = Listed(reader.staff)
        self.rooms = Listed(self._ask_rooms)
        self.types = Listed(self._ask_types)
        self._lock = threading.Lock()
        self._at: dict[str, Listed[Staff]] = {}
        self._warned: set[str] = set()

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

    def remarks(self, *, deadline: float) -> tuple[Remark, ...]:
        """Ask what is left out, and what else a practice should know of its account.

        Raises a ReadFailed or NotAccepted.
        """
        since = clock.today(self._zone)
        found = self._reader.businesses(deadline)
        return (
            *offering.in_other_zones(found, self._zone, since=since),
            *offering.about_types(self._reader.kinds(deadline)),
        )

    def _staff_at(self, room_id: str) -> Listed[Staff]:
        with self._lock:
            if room_id not in self._at:

                def ask(deadline: float) -> tuple[Staff, ...]:
                    return self._reader.staff_at(room_id, deadline)

                self._at[room_id] = Listed(ask)
            return self._at[room_id]

    def _ask_rooms(self, deadline: float) -> tuple[Room, ...]:
        found, since = self._reader.businesses(deadline), clock.today(self._zone)
        for one in offering.in_other_zones(found, self._zone, since=since):
            self._warn_of(one.room)
        return offering.rooms(found, self._zone, since=since)

    def _warn_of(self, room: Room) -> None:
        with self._lock:
            if room.id in self._warned:
                return
            self._warned.add(room.id)
        log.warning(
            "%s: business %s is in another time zone than the practice's file, and is not offered; "
            "run `flask --app wsgi doctor`",
            self._host,
            room.id,
        )

    def _ask_types(self, deadline: float) -> tuple[AppointmentType, ...]:
        staff = self.staff.lately(deadline=deadline)
        return self._reader.types(staff, deadline)
