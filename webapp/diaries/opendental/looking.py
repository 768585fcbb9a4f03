"""Looks before and after anything is written: what is there, whose, and what is in the way."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from webapp.diaries.errors import (
    Elsewhere,
    NoAnswer,
    NotAccepted,
    NotAsOffered,
    NotReached,
    OutcomeUnknown,
    ReadFailed,
    SlotTaken,
    Unintelligible,
    WriteRefused,
)
from webapp.diaries.marks import mark_of
from webapp.diaries.opendental import mapping, orders
from webapp.diaries.opendental.rivals import Verdict, in_the_way, judge
from webapp.diaries.outcomes import nothing_sent
from webapp.diaries.pace import Urgency

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from webapp.diaries.calling import Limits
    from webapp.diaries.deadlines import Times
    from webapp.diaries.opendental.mapping import Entry
    from webapp.diaries.opendental.reading import Reader
    from webapp.diaries.port import PlacedBooking, Slot


class Looker:
    """Looks into one office's diary for whoever writes there. Safe to share between threads."""

    def __init__(self, reader: Reader, zone: ZoneInfo, limits: Limits) -> None:
        self._reader = reader
        self._zone = zone
        self._limits = limits

    def left_before(self, wanted: Entry, *, times: Times) -> Entry | None:
        """Return the same booking if an earlier call left it there; None when the slot is free.

        Raises SlotTaken, NotReached or NotAccepted.
        """
        with nothing_sent():
            seen = self._reader.on(wanted.start.date(), Urgency.WRITING, deadline=times.leave_by)
        ours = self.marked(wanted, seen)
        if ours is None and in_the_way(wanted, seen):
            raise SlotTaken("the slot is taken")
        return ours

    def before_moving(
        self, booking: PlacedBooking, to: Slot, *, from_list: bool = False, times: Times
    ) -> Entry:
        """Return the booking as it stands, when ``to`` is free for it, or already its own.

        Raises SlotTaken, NotReached or NotAccepted, and WriteRefused when it is elsewhere; with
        ``from_list`` NotAsOffered, unless it is on the ASAP list and as long as it was.
        """
        with nothing_sent():
            before = self.standing(booking, deadline=times.leave_by)
            if before is None:
                raise WriteRefused("the booking is no longer in the diary")
            if before.start not in {
                orders.wall_start(one, self._zone) for one in (booking.slot, to)
            }:
                raise WriteRefused("the diary has the booking at another time")
            is_as_offered = (before.priority, before.minutes) == (
                mapping.ASAP,
                booking.slot.minutes,
            )
            if from_list and not is_as_offered:
                raise NotAsOffered("it is off the ASAP list, or of another length")
            there = self.moved(before, to)
            seen = self._reader.on(there.start.date(), Urgency.WRITING, deadline=times.leave_by)
        if in_the_way(there, seen):
            raise SlotTaken("the slot is taken")
        return before

    def after(self, ours: Entry, *, times: Times) -> tuple[Entry, ...]:
        """Return the day's appointments, ours among them where it was put.

        Raises OutcomeUnknown when there was no telling.
        """
        try:
            seen = self._reader.on(ours.start.date(), Urgency.FINISHING, deadline=times.end)
            shown = next((one for one in seen if one.number == ours.number), None)
            if shown is None:
                raise Unintelligible("the diary does not show what it has just taken")
            mapping.compare(shown, ours)
        except (ReadFailed, NotAccepted) as exc:
            raise OutcomeUnknown(f"nobody could look who else is in the slot: {exc}") from exc
        return seen

    def may_stay(self, ours: Entry, seen: Iterable[Entry] | None = None, *, times: Times) -> bool:
        """Look, beginning with ``seen``, until it is clear whether ours may stay; see ``judge``.

        Another of ours has some time to go. Raises OutcomeUnknown when there was no telling.
        """
        give_up_at = times.end - (times.end - times.leave_by) / 2
        pause = self._limits.pause
        while True:
            verdict = judge(ours, self.after(ours, times=times) if seen is None else seen)
            if verdict is not Verdict.LOOK_AGAIN:
                return verdict is Verdict.STAYS
            if time.monotonic() + pause > give_up_at:
                return False
            time.sleep(pause)
            pause, seen = min(pause * 2, self._limits.longest_pause), None

    def standing(self, booking: PlacedBooking, *, deadline: float) -> Entry | None:
        """Return a booking by its number, or else from its slot's day; None when it is gone.

        Raises a ReadFailed or NotAccepted.
        """
        number = number_of(booking)
        if number is not None:
            found = self._reader.one(number, deadline=deadline)
            return found if found is not None and found.stands else None
        day = orders.wall_start(booking.slot, self._zone).date()
        seen = self._reader.on(day, Urgency.WRITING, deadline=deadline)
        return self.among(seen, booking, deadline=deadline)

    def among(
        self, seen: Iterable[Entry], booking: PlacedBooking, *, deadline: float
    ) -> Entry | None:
        """Find a booking among a day's appointments: by its number, its mark, or its patient.

        The patient is looked up only where an appointment of no mark stands in the very slot: the
        desk may have written its own note over ours. Raises a ReadFailed or NotAccepted.
        """
        standing = [one for one in seen if one.stands]
        number, mark = number_of(booking), mark_of(booking)
        for one in standing:
            if one.number == number or (number is None and one.mark == mark):
                return one
        slot, start = booking.slot, orders.wall_start(booking.slot, self._zone)
        unmarked = [
            one
            for one in standing
            if one.mark is None
            and (one.start, one.room_id, one.staff_id) == (start, slot.room.id, slot.staff.id)
        ]
        if number is not None or not unmarked:
            return None
        patients = self._reader.numbers_of(booking.patient, deadline=deadline)
        return next((one for one in unmarked if one.patient in patients), None)

    def see_that_it_is_in(self, slot: Slot, ours: Entry) -> None:
        """Raise Elsewhere unless an appointment is at this time, with this person, in this room."""
        wanted = orders.wall_start(slot, self._zone), slot.room.id, slot.staff.id
        if (ours.start, ours.room_id, ours.staff_id) != wanted:
            raise Elsewhere(mapping.moment_of(ours, self._zone))

    def see_that_it_is_gone(self, number: int, *, times: Times) -> None:
        """Raise NoAnswer where an appointment stands that was to be broken."""
        try:
            left = self._reader.one(number, deadline=times.end)
        except NotReached as exc:
            # The order to break it was
            raise NoAnswer(str(exc)) from exc
        if left is not None and left.stands:
            raise NoAnswer("the diary would not break the appointment")

    @staticmethod
    def marked(wanted: Entry, seen: Iterable[Entry]) -> Entry | None:
        """Return the appointment that is ``wanted`` already, by its mark."""
        return next(
            (
                one
                for one in seen
                if one.stands and one.mark == wanted.mark and one.start == wanted.start
            ),
            None,
        )

    def moved(self, before: Entry, to: Slot) -> Entry:
        """Return an appointment as it is to be in ``to``, and off the ASAP list."""
        return replace(
            before,
            status=mapping.SCHEDULED,
            start=orders.wall_start(to, self._zone),
            room_id=to.room.id,
            staff_id=to.staff.id,
            priority=mapping.NORMAL,
        )


def number_of(booking: PlacedBooking) -> int | None:
    """Return the diary's number for a booking, where it is known."""
    reference = booking.reference or ""
    return int(reference) if reference.isascii() and reference.isdigit() else None
