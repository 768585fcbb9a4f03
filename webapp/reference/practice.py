"""The truth about one practice's diary: who is free when, and who has booked. No HTTP."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from webapp.reference.patients import Visit, invent_visit
from webapp.reference.schedule import DESK, ONLINE, Appointment, fill_in_the_desk, list_starts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webapp.reference.clock import Clock
    from webapp.reference.plan import Plan

DAYS_AHEAD = 90
_NOBODYS = -1


class NotFree(Exception):
    """The slot cannot be had: taken, past, out of hours or beyond the horizon."""


class Practice:
    """One diary. Every method may be called from any thread; ids must be the plan's own.

    Times handed in and out are naive and in the practice's zone, as on paper.
    """

    def __init__(self, plan: Plan, clock: Clock) -> None:
        self.plan = plan
        self._clock = clock
        self._lock = threading.RLock()
        self._days: dict[date, list[Appointment]] = {}
        self._untaken: dict[date, dict[tuple[int, int, int], tuple[datetime, ...]]] = {}
        self._online: list[Appointment] = []
        self._released: set[int] = set()
        self._last_number = 0
        self.opened_at = clock.now()
        self._first_day = self.today()

    def moment(self) -> datetime:
        """Return what the diary takes for now, aware, in UTC."""
        return self._clock.now()

    def now(self) -> datetime:
        return self._clock.now().astimezone(self.plan.zone).replace(tzinfo=None)

    def today(self) -> date:
        return self.now().date()

    def last_day(self) -> date:
        """The last day on which anything is offered."""
        return self.today() + timedelta(days=DAYS_AHEAD)

    def free(
        self, *, person_id: int, room_id: int, first: date, days: int, minutes: int | None = None
    ) -> list[datetime]:
        """Return every start that can be had from ``first`` over ``days`` days, in order.

        For so many ``minutes``, which are the plan's slot's if not given.
        """
        length = minutes or self.plan.slot_minutes
        with self._lock:
            return [
                start
                for day in self._days_open(first, days)
                for start in self._free_on(
                    day, person_id=person_id, room_id=room_id, minutes=length
                )
            ]

    def book(
        self,
        *,
        person_id: int,
        room_id: int,
        start: datetime,
        minutes: int | None = None,
        visit: Visit | None = None,
        source: str = DESK,
    ) -> Appointment:
        """Give the slot to one patient, an invented one if none is named, or raise.

        Of any number of callers at once exactly one gets it; others get ``NotFree``. ``minutes``
        as in ``free``.
        """
        length = minutes or self.plan.slot_minutes
        with self._lock:
            day = start.date()
            if not self._days_open(day, 1) or start not in self._free_on(
                day, person_id=person_id, room_id=room_id, minutes=length
            ):
                raise NotFree
            self._last_number += 1
            appointment = Appointment(
                person_id,
                room_id,
                start,
                length,
                visit or invent_visit(Random(f"{self.plan.seed}/{self._last_number}")),
                source,
                self._clock.now(),
                self._last_number,
            )
            self._on(day).append(appointment)
            self._untaken.pop(day, None)
            if source == ONLINE:
                self._online.append(appointment)
            return appointment

    def enter(self, appointment: Appointment) -> Appointment:
        """Write one down whatever is there: not every diary minds two in one slot."""
        with self._lock:
            self._last_number += 1
            entered = replace(appointment, number=self._last_number, made_at=self._clock.now())
            self._add(entered)
            self._online.append(entered)
            return entered

    def rewrite(self, number: int, appointment: Appointment) -> None:
        """Put another in the place of the one of that number; it keeps the number."""
        with self._lock:
            before = self._numbered(number)
            if before is not None:
                written = replace(appointment, number=number, made_at=before.made_at)
                self._remove(before)
                self._add(written)
                self._online[self._online.index(before)] = written

    def strike(self, number: int) -> None:
        """Strike out the one of that number."""
        with self._lock:
            before = self._numbered(number)
            if before is not None:
                self.strike_out(before)

    def strike_out(self, appointment: Appointment) -> None:
        """Strike out one that stands."""
        with self._lock:
            self._remove(appointment)
            self._released.add(appointment.number)

    def everything(self) -> list[Appointment]:
        """Return all that stands over the horizon, and on every other day that was touched."""
        with self._lock:
            last = (self.last_day() - self._first_day).days
            days = {self._first_day + timedelta(days=number) for number in range(last + 1)}
            return [one for day in sorted(days | set(self._days)) for one in self._on(day)]

    def in_the_way(
        self, *, person_id: int, room_id: int, start: datetime, end: datetime
    ) -> list[Appointment]:
        """Return whatever keeps this person, or this room, from being free."""
        # Nobody's room stands for one that all may share
        wanted = _NOBODYS if self.plan.rooms_for_many else room_id
        with self._lock:
            return [
                one
                for one in self._on(start.date())
                if one.stands_in_the_way_of(
                    person_id=person_id, room_id=wanted, start=start, end=end
                )
            ]

    def release(self, *, person_id: int, room_id: int, start: datetime) -> list[Appointment]:
        """Strike out whatever keeps this slot from being free; return what was struck out."""
        end = start + timedelta(minutes=self.plan.slot_minutes)
        with self._lock:
            struck = self.in_the_way(person_id=person_id, room_id=room_id, start=start, end=end)
            for appointment in struck:
                self.strike_out(appointment)
            return struck

    def cancel(self, *, person_id: int, room_id: int, start: datetime, number: int) -> bool:
        """Strike out this very appointment, unless it has begun or is there no more.

        ``number`` is the appointment's own, so that a page which is out of date never strikes
        out whoever has the slot by now. Return whether it was struck out.
        """
        wanted = (person_id, room_id, start, number)
        with self._lock:
            for each in self._on(start.date()):
                found = (each.person_id, each.room_id, each.start, each.number)
                if found == wanted and start > self.now():
                    self.strike_out(each)
                    return True
            return False

    def fill(self, *, person_id: int | None = None, room_id: int | None = None) -> int:
        """Take everything free at the desk, for one person or room if given; return how many."""
        with self._lock:
            made = 0
            for person in self.plan.people:
                for room in self.plan.rooms:
                    if person_id in {None, person.id} and room_id in {None, room.id}:
                        made += self._fill_pair(person.id, room.id)
            return made

    def day(self, day: date) -> list[Appointment]:
        """Return the day's appointments by time."""
        with self._lock:
            return sorted(self._on(day), key=lambda each: (each.start, each.room_id))

    def starts(
        self, person_id: int, day: date, *, room_id: int | None = None, minutes: int | None = None
    ) -> list[datetime]:
        """Return the times at which this person takes patients on ``day``, taken or not.

        In one room if given; ``minutes`` as in ``free``.
        """
        person = self.plan.person(person_id)
        if person is None:
            return []
        return list_starts(
            self.plan, person, day, self._first_day, room_id=room_id, minutes=minutes
        )

    def online(self) -> list[Appointment]:
        """Return the bookings made online, newest first, struck out ones too."""
        with self._lock:
            return self._online[::-1]

    def was_released(self, appointment: Appointment) -> bool:
        with self._lock:
            return appointment.number > 0 and appointment.number in self._released

    def _numbered(self, number: int) -> Appointment | None:
        return next(
            (one for one in self._online if one.number == number and number not in self._released),
            None,
        )

    def _add(self, appointment: Appointment) -> None:
        self._on(appointment.start.date()).append(appointment)
        self._untaken.pop(appointment.start.date(), None)

    def _remove(self, appointment: Appointment) -> None:
        self._on(appointment.start.date()).remove(appointment)
        self._untaken.pop(appointment.start.date(), None)

    def _on(self, day: date) -> list[Appointment]:
        if day not in self._days:
            self._days[day] = fill_in_the_desk(self.plan, day, self._first_day)
        return self._days[day]

    def _days_open(self, first: date, days: int) -> list[date]:
        start = max(first, self.today())
        # Counted back from the end, since a caller's date may be the calendar's last.
        wanted = min((self.last_day() - start).days + 1, days - (start - first).days)
        return [start + timedelta(days=count) for count in range(wanted)]

    def _free_on(self, day: date, *, person_id: int, room_id: int, minutes: int) -> list[datetime]:
        # A load test asks the same over and over: what is taken is worked out once a change.
        untaken = self._untaken.setdefault(day, {})
        asked = person_id, room_id, minutes
        if asked not in untaken:
            untaken[asked] = tuple(self._find_untaken(day, *asked))
        if day > self.today():
            return list(untaken[asked])
        now = self.now()
        return [start for start in untaken[asked] if start > now]

    def _find_untaken(
        self, day: date, person_id: int, room_id: int, minutes: int
    ) -> Iterator[datetime]:
        is_for_many = self.plan.rooms_for_many
        busy = [
            (one.start, one.end)
            for one in self._on(day)
            if person_id == one.person_id or (room_id == one.room_id and not is_for_many)
        ]
        length = timedelta(minutes=minutes)
        for start in self.starts(person_id, day, room_id=room_id, minutes=minutes):
            if not any(a < start + length and start < b for a, b in busy):
                yield start

    def _fill_pair(self, person_id: int, room_id: int) -> int:
        starts = self.free(
            person_id=person_id, room_id=room_id, first=self.today(), days=DAYS_AHEAD + 1
        )
        for start in starts:
            self.book(person_id=person_id, room_id=room_id, start=start)
        return len(starts)
