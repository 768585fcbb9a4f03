"""What a practice is before anyone books: its people, rooms, hours and how busy it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import time
    from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Hours:
    """One stretch of work in a day, in the practice's wall time.

    ``room_id`` is where one works then; without it, in whatever room is free.
    """

    start: time
    end: time
    room_id: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who treats, or merely stands in the list: no hours, never free.

    ``week`` maps a weekday (Monday is 0) to the hours worked. Before ``waiting_days`` have
    passed everything is taken. ``away_weeks`` counts weeks after the one the demo starts in.
    ``types`` are the kinds of visit that the person offers; none means all.
    """

    id: int
    name: str
    week: Mapping[int, tuple[Hours, ...]] = field(default_factory=dict[int, tuple[Hours, ...]])
    usual_room: int | None = None
    waiting_days: int = 0
    fully_booked: bool = False
    away_weeks: frozenset[int] = frozenset()
    types: frozenset[int] | None = None

    def offers(self, kind: VisitType) -> bool:
        return self.types is None or kind.id in self.types


@dataclass(frozen=True, slots=True)
class Room:
    """Where one is treated. ``street`` is a whole house's: street, town and post code.

    ``zone`` is what the system calls its time zone, where that is not the practice's; hours are in
    the practice's all the same.
    """

    id: int
    name: str
    street: str = ""
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class VisitType:
    """What somebody comes for, and how long that takes.

    ``payment`` is whether it is paid for when it is booked online, in the system's own word; empty
    where that is not asked for. Nearer than ``notice_hours`` it is not offered online.
    """

    id: int
    name: str
    minutes: int
    payment: str = ""
    notice_hours: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """A practice's fixed facts.

    ``near_share`` and ``far_share`` are the shares of slots that the desk has given away
    already: tomorrow, and a month or more ahead. With ``types``, visits take as long as theirs,
    and begin at whatever ``slot_minutes`` divide a day into. In ``rooms_for_many``, which are
    whole houses, each person has a room of their own.
    """

    slug: str
    name: str
    key: str
    zone: ZoneInfo
    slot_minutes: int
    people: tuple[Person, ...]
    rooms: tuple[Room, ...]
    near_share: float = 0.0
    far_share: float = 0.0
    seed: int = 1
    allowed_addresses: frozenset[str] = frozenset({"127.0.0.1", "::1"})
    address: str = "/api/request"
    """Behind the slug: where this practice's system is to be spoken to."""
    types: tuple[VisitType, ...] = ()
    rooms_for_many: bool = False
    has_updox: bool = False
    """Its day sheet shows what Updox was told, also before it is told anything."""

    def person(self, person_id: int) -> Person | None:
        return next((person for person in self.people if person.id == person_id), None)

    def room(self, room_id: int) -> Room | None:
        return next((room for room in self.rooms if room.id == room_id), None)

    def kind(self, type_id: int) -> VisitType | None:
        return next((kind for kind in self.types if kind.id == type_id), None)
