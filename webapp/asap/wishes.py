"""What a patient wants sooner, and which slots are that. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from webapp import clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webapp.asap.model import Entry
    from webapp.diaries.port import Slot

_NOON, _EVENING = 12, 17
EVERY_DAY = frozenset(range(7))


class Part(enum.StrEnum):
    """A part of the day, by the practice's clocks: before midday, before five, and after."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


def part_of(start: datetime) -> Part:
    """Return the part of the day in which an appointment begins."""
    if start.hour < _NOON:
        return Part.MORNING
    return Part.AFTERNOON if start.hour < _EVENING else Part.EVENING


@dataclass(frozen=True, slots=True)
class Wish:
    """What suits a patient. ``staff_id`` and ``room_id`` are None for any.

    ``notice`` is how long before it they must know.
    """

    weekdays: frozenset[int] = EVERY_DAY
    parts: frozenset[Part] = frozenset(Part)
    notice: timedelta = timedelta()
    staff_id: str | None = None
    room_id: str | None = None
    type_id: str | None = None
    """What it is for, where the diary knows types: a slot for another purpose is none for them."""


@dataclass(frozen=True, slots=True)
class Held:
    """The appointment that a patient has."""

    start: datetime
    minutes: int


def wish_of(entry: Entry) -> Wish:
    """Return what somebody on the list wants."""
    return Wish(
        weekdays=frozenset(int(one) for one in entry.weekdays),
        parts=frozenset(Part(one) for one in entry.parts.split(",")),
        notice=timedelta(hours=entry.notice_hours),
        staff_id=entry.staff_id,
        room_id=entry.room_id,
        type_id=entry.type_id,
    )


def fits(wish: Wish, held: Held | None, slot: Slot, *, at: datetime) -> bool:
    """Say whether a slot is what the patient wants, told of it now.

    Sooner than what they have, long enough for it, on their days, in their parts of the day,
    and with the notice that they need. ``slot.start`` is in the practice's zone.
    """
    start = clock.to_utc(slot.start)
    if held is not None and (start >= clock.to_utc(held.start) or slot.minutes < held.minutes):
        return False
    return (
        slot.start.weekday() in wish.weekdays
        and part_of(slot.start) in wish.parts
        and start - at > wish.notice
        and wish.staff_id in {None, slot.staff.id}
        and wish.room_id in {None, slot.room.id}
        and wish.type_id == (slot.type.id if slot.type is not None else None)
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom a slot fits. ``waits_since`` is when they joined the list."""

    entry_id: int
    held: Held | None
    waits_since: datetime


def in_order(
    candidates: Iterable[Candidate], *, unscheduled_first: bool, farthest_first: bool
) -> list[Candidate]:
    """Return whom to ask first: without an appointment, then whose is farthest away.

    Equals go by who has waited longest. The order is that of Open Dental's Web Sched ASAP
    (unscheduled, planned, scheduled with the farthest first, recalls); a list of ours knows the
    first and the third of these.
    """

    def rank(one: Candidate) -> tuple[bool, float, datetime, int]:
        is_later = (one.held is not None) if unscheduled_first else (one.held is None)
        away = one.held.start.timestamp() if one.held else 0.0
        return is_later, -away if farthest_first else away, one.waits_since, one.entry_id

    return sorted(candidates, key=rank)
