"""Whole open ranges, as Appointments GET Slots has them. Pure but for the practice's truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from webapp.reference.plan import Person
    from webapp.reference.practice import Practice

    Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Opening:
    """One range in which nothing is booked."""

    start: datetime
    end: datetime
    provider: int
    op: int

    @property
    def length(self) -> timedelta:
        return self.end - self.start


def list_openings(
    practice: Practice,
    person: Person,
    op: int | None,
    *,
    days: tuple[date, date],
    length: timedelta,
) -> list[Opening]:
    """Return where ``person`` is free from the first to the last of ``days``, both included.

    What is shorter than ``length`` is left out. Without an operatory it must be free in all that
    the person has appointments in, as the document says; ours: in all. Ours, too: times of today
    that have passed are told all the same, and nothing beyond the desk's horizon.
    """
    ops = [room.id for room in practice.plan.rooms] if op is None else [op]
    told = op or person.usual_room or ops[0]
    found: list[Opening] = []
    first, last = days[0], min(days[1], practice.last_day())
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        # In a week off there is none
        if not practice.starts(person.id, day):
            continue
        busy = [
            (one.start, one.end)
            for one in practice.day(day)
            if one.person_id == person.id or one.room_id in ops
        ]
        for hours in person.week.get(day.weekday(), ()):
            stretch = datetime.combine(day, hours.start), datetime.combine(day, hours.end)
            found += [Opening(*span, person.id, told) for span in _left_of(stretch, busy)]
    return [one for one in found if one.length >= max(length, timedelta(minutes=1))]


def _left_of(stretch: Span, busy: Iterable[Span]) -> Iterator[Span]:
    start, end = stretch
    for began, ended in sorted(one for one in busy if one[0] < end and stretch[0] < one[1]):
        if start < began:
            yield start, min(began, end)
        start = max(start, ended)
    if start < end:
        yield start, end
