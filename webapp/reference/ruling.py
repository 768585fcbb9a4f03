"""Rules a day's paper: columns of lines, by person or by room. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from webapp.reference.practice import Practice
    from webapp.reference.schedule import Appointment


@dataclass(frozen=True, slots=True)
class Line:
    """One ruled line of a column. Neither appointment nor ``is_open``: nobody works then."""

    start: datetime
    at: str
    is_open: bool = False
    is_past: bool = False
    appointment: Appointment | None = None
    beside: str = ""

    @property
    def can_be_cancelled(self) -> bool:
        return self.appointment is not None and not self.is_past


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    lines: list[Line]
    taken: int
    open: int

    @property
    def is_working(self) -> bool:
        return self.taken + self.open > 0


def rule_by_person(practice: Practice, day: date) -> list[Column]:
    """Return a column for everyone who ever works, all ruled at the same times."""
    plan, appointments = practice.plan, practice.day(day)
    rooms = {room.id: room.name for room in plan.rooms}
    starts = {person.id: set(practice.starts(person.id, day)) for person in plan.people}
    rows = _list_rows(practice, day, appointments)
    columns: list[Column] = []
    for person in plan.people:
        theirs = [each for each in appointments if each.person_id == person.id]
        mine = _by_start(theirs)
        lines = [
            _rule(
                practice,
                start,
                appointment=each,
                is_open=start in starts[person.id] and not _is_under_way(start, theirs),
                beside=rooms.get(each.room_id, "") if each else "",
            )
            for start in rows
            for each in mine.get(start, [None])
        ]
        if person.week or mine:
            columns.append(_head(person.name, lines))
    nobodys = [each for each in appointments if plan.person(each.person_id) is None]
    if nobodys:
        lines = [
            _rule(
                practice,
                each.start,
                appointment=each,
                is_open=False,
                beside=rooms.get(each.room_id, ""),
            )
            for each in nobodys
        ]
        columns.append(_head("With nobody named", lines))
    return columns


def rule_by_room(practice: Practice, day: date) -> list[Column]:
    """Return a column for every room; it is open while anybody works who is in no other."""
    plan, appointments = practice.plan, practice.day(day)
    people = {person.id: person.name for person in plan.people}
    engaged = {each: [one for one in appointments if one.person_id == each] for each in people}
    rows = _list_rows(practice, day, appointments)
    columns: list[Column] = []
    for room in plan.rooms:
        here = [each for each in appointments if each.room_id == room.id]
        mine = _by_start(here)
        open_starts = {
            start
            for person in plan.people
            for start in practice.starts(person.id, day, room_id=room.id)
            if not any(one.start <= start < one.end for one in engaged[person.id])
            and (plan.rooms_for_many or not _is_under_way(start, here))
        }
        lines = [
            _rule(
                practice,
                start,
                appointment=each,
                is_open=start in open_starts,
                beside=people.get(each.person_id, "") if each else "",
            )
            for start in rows
            for each in mine.get(start, [None])
        ]
        columns.append(_head(room.name, lines))
    return columns


def _is_under_way(moment: datetime, appointments: Iterable[Appointment]) -> bool:
    """Say whether one of them has begun before, and is longer than a row."""
    return any(one.start < moment < one.end for one in appointments)


def _by_start(appointments: Iterable[Appointment]) -> Mapping[datetime, list[Appointment]]:
    """Return them by their time; where two were given one, there are two."""
    found: dict[datetime, list[Appointment]] = {}
    for each in appointments:
        found.setdefault(each.start, []).append(each)
    return found


def _list_rows(practice: Practice, day: date, appointments: list[Appointment]) -> list[datetime]:
    starts = {start for each in practice.plan.people for start in practice.starts(each.id, day)}
    return sorted(starts | {appointment.start for appointment in appointments})


def _rule(
    practice: Practice,
    start: datetime,
    *,
    appointment: Appointment | None,
    is_open: bool,
    beside: str,
) -> Line:
    return Line(start, say_time(start), is_open, start <= practice.now(), appointment, beside)


def _head(name: str, lines: list[Line]) -> Column:
    taken = sum(line.appointment is not None for line in lines)
    still_open = sum(
        line.is_open and line.appointment is None and not line.is_past for line in lines
    )
    return Column(name, lines, taken, still_open)


def say_time(moment: datetime) -> str:
    """Return the time as a desk writes it."""
    return f"{moment.hour}:{moment:%M}"
