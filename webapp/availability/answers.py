"""Rules over what the diary said: free, none, or could not check. Pure; asks nobody."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING

from webapp import clock
from webapp.diaries.free_times import FreeTimes
from webapp.diaries.port import AppointmentType, Room, Slot, Staff

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from zoneinfo import ZoneInfo


class Answer(enum.Enum):
    """The three answers about a person, a room or a day. They are never confused."""

    FREE = "free"
    NONE = "none"
    UNCHECKED = "unchecked"


class DiaryUnavailable(Exception):
    """The diary answered nothing at all. ``not_accepted``: it refused us, an operator's matter."""

    def __init__(self, *, not_accepted: bool) -> None:
        super().__init__("the diary answered nothing")
        self.not_accepted = not_accepted


@dataclass(frozen=True, slots=True)
class Roster:
    """Whom and where the practice offers, in its own order."""

    staff: tuple[Staff, ...]
    rooms: tuple[Room, ...]
    types: tuple[AppointmentType, ...] = ()
    """What an appointment can be for; empty where the diary knows no types."""

    def find_type(self, type_id: str | None) -> AppointmentType | None:
        """Return the type with this id, the only one there is, or None."""
        if type_id is None and len(self.types) == 1:
            return self.types[0]
        return next((one for one in self.types if one.id == type_id), None)

    def offering(self, type_: AppointmentType | None) -> Roster:
        """Return the same places and types, and those people who offer this one."""
        if type_ is None or type_.staff_ids is None:
            return self
        return replace(self, staff=tuple(one for one in self.staff if type_.is_offered_by(one.id)))

    def find_staff(self, staff_id: str) -> Staff | None:
        """Return the person with this id, or None."""
        return next((one for one in self.staff if one.id == staff_id), None)

    def find_room(self, room_id: str) -> Room | None:
        """Return the room with this id, or None."""
        return next((one for one in self.rooms if one.id == room_id), None)


@dataclass(frozen=True, slots=True)
class Window:
    """Which starts may be offered at this moment: from ``earliest`` to the end of ``last_day``."""

    earliest: datetime
    first_day: date
    last_day: date
    zone: ZoneInfo

    def allows(self, start: datetime) -> bool:
        """Say whether an appointment may begin then."""
        return start >= self.earliest and start.date() <= self.last_day


@dataclass(frozen=True, eq=False)
class Merged:
    """The free times of several pairs as one calendar, before the present moment cuts it.

    ``unchecked`` tells that at least one pair has no answer, or only a part of one. ``until`` is
    the last day that was asked about, where that is not the whole horizon. Made once for each set
    of answers and shared by all who ask until one of them changes: two are equal only if they are
    the same.
    """

    pairs: tuple[FreeTimes, ...]
    unchecked: bool
    until: date | None = None

    @cached_property
    def days(self) -> dict[date, tuple[time, ...]]:
        """Map each day with anything free to its start times, ascending, each once."""
        if len(self.pairs) == 1:
            return dict(sorted(self.pairs[0].days.items()))
        starts: dict[date, set[time]] = {}
        for pair in self.pairs:
            for day, times in pair.days.items():
                starts.setdefault(day, set()).update(times)
        return {day: tuple(sorted(starts[day])) for day in sorted(starts)}

    def holders(self, start: datetime) -> list[FreeTimes]:
        """Return the pairs that are free then, the person with most room left that day first.

        So "no preference" fills a practice evenly; equals stay in the practice's order. Whoever
        could begin then, though it is not one of the times that are listed, comes last.
        """
        free = [pair for pair in self.pairs if pair.has(start)]
        day = start.date()
        left: dict[str, int] = {}
        for pair in self.pairs:
            count = len(pair.days.get(day, ()))
            left[pair.staff.id] = max(left.get(pair.staff.id, 0), count)
        return sorted(free, key=lambda pair: (not pair.lists(start), -left[pair.staff.id]))


@dataclass(frozen=True)
class Calendar:
    """A merged calendar as it may be offered now."""

    merged: Merged
    window: Window

    @property
    def is_partial(self) -> bool:
        """Say whether there may be more than is shown, because somebody could not be checked."""
        return self.merged.unchecked

    @property
    def last_day(self) -> date:
        """The last day of which is known what is free."""
        last, until = self.window.last_day, self.merged.until
        return last if until is None else min(last, until)

    @cached_property
    def answer(self) -> Answer:
        """Return the answer about the whole horizon."""
        if self.first() is not None:
            return Answer.FREE
        is_whole = not self.merged.unchecked and self.last_day == self.window.last_day
        return Answer.NONE if is_whole else Answer.UNCHECKED

    def times(self, day: date) -> tuple[time, ...]:
        """Return the day's start times, ascending; empty outside the window."""
        window = self.window
        if not window.first_day <= day <= self.last_day:
            return ()
        times = self.merged.days.get(day, ())
        if day > window.earliest.date() or not times:
            return times
        return tuple(at for at in times if window.allows(clock.wall(day, at, window.zone)))

    def count(self, day: date) -> int:
        """Return how many times are free on the day."""
        return len(self.times(day))

    def first(self) -> datetime | None:
        """Return the first free start, or None."""
        return next(self.starts(), None)

    def first_day_from(self, day: date) -> date | None:
        """Return the first day on or after ``day`` with anything free, or None."""
        return next((one for one in self.merged.days if one >= day and self.times(one)), None)

    def last_day_before(self, day: date) -> date | None:
        """Return the last day before ``day`` with anything free, or None."""
        days = reversed(self.merged.days)
        return next((one for one in days if one < day and self.times(one)), None)

    def starts(self) -> Iterator[datetime]:
        """Yield every free start in order."""
        for day in self.merged.days:
            for at in self.times(day):
                yield clock.wall(day, at, self.window.zone)

    def slots_at(self, day: date, at: time) -> list[Slot]:
        """Return who and where one may have this time, listed or not, the one to propose first.

        Clocks show it.
        """
        start = clock.wall(day, at, self.window.zone)
        if day > self.last_day or not self.window.allows(start):
            return []
        return [
            Slot(pair.staff, pair.room, start, pair.minutes, pair.type)
            for pair in self.merged.holders(start)
        ]


PairKey = tuple[str, str]
"""A staff id and a room id."""


@dataclass(frozen=True)
class Picture:
    """Everything that was found out about a practice at one moment.

    ``pairs`` holds None for a pair that could not be checked, and what is known of one that is in
    ``in_part``. ``until`` has the last day that was asked about, of pairs not asked about all.
    ``type`` is what it is about, where the diary knows types.
    """

    roster: Roster
    pairs: Mapping[PairKey, FreeTimes | None]
    window: Window
    in_part: frozenset[PairKey] = frozenset()
    until: Mapping[PairKey, date] = field(default_factory=dict[PairKey, date])
    type: AppointmentType | None = None
    merged: dict[PairKey, Merged] = field(default_factory=dict, compare=False, repr=False)
    """Calendars already merged; handed on as long as the answers stay the same."""

    def calendar(self, staff_id: str | None = None, room_id: str | None = None) -> Calendar:
        """Return the calendar of one person or room, or of any (None)."""
        key = (staff_id or "", room_id or "")
        merged = self.merged.get(key)
        if merged is None:
            chosen = {
                (one, room): pair
                for (one, room), pair in self.pairs.items()
                if staff_id in {None, one} and room_id in {None, room}
            }
            known = tuple(pair for pair in chosen.values() if pair is not None)
            merged = Merged(
                pairs=known,
                unchecked=not chosen
                or len(known) < len(chosen)
                or bool(self.in_part & set(chosen)),
                until=min((self.until[one] for one in chosen if one in self.until), default=None),
            )
            self.merged[key] = merged
        return Calendar(merged, self.window)

    @property
    def nothing_was_checked(self) -> bool:
        """Say whether the diary answered nothing at all."""
        return bool(self.pairs) and all(pair is None for pair in self.pairs.values())
