"""Looks before and after anything is written: what is there, whose, and what is in the way."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from webapp import clock
from webapp.diaries.cliniko.orders import span_of
from webapp.diaries.cliniko.rivals import Verdict, in_the_way, judge
from webapp.diaries.errors import (
    NotAccepted,
    OutcomeUnknown,
    ReadFailed,
    SlotTaken,
    WriteRefused,
)
from webapp.diaries.marks import mark_of
from webapp.diaries.outcomes import nothing_sent
from webapp.diaries.pace import Urgency

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from webapp.diaries.calling import Limits
    from webapp.diaries.cliniko.mapping import Entry
    from webapp.diaries.cliniko.reading import Reader
    from webapp.diaries.deadlines import Times
    from webapp.diaries.port import PlacedBooking, Slot

_LATELY = timedelta(hours=2)
"""What is looked for without knowing its number was made no longer ago."""
_OTHERS_MAY_TAKE = 4.0
"""Seconds that another booking of the same time has, to see that it came second and go."""


class Looker:
    """Looks into one account for whoever writes there. Safe to share between threads."""

    def __init__(self, reader: Reader, zone: ZoneInfo, limits: Limits) -> None:
        self._reader = reader
        self._zone = zone
        self._limits = limits

    def left_before(self, wanted: Entry, *, times: Times) -> Entry | None:
        """Return the same booking if an earlier call left it there; None when its time is free.

        Raises SlotTaken, NotReached or NotAccepted.
        """
        with nothing_sent():
            seen = self._overlapping(wanted, deadline=times.leave_by)
            for one in seen:
                if one.stands and one.mark == wanted.mark and one.starts == wanted.starts:
                    return one
            if in_the_way(wanted, seen) or not self._is_offered(wanted, times=times):
                raise SlotTaken("the time is taken")
        return None

    def before_moving(self, booking: PlacedBooking, to: Slot, *, times: Times) -> Entry:
        """Return the booking as it stands, when ``to`` is free for it, or already its own.

        Raises SlotTaken, NotReached or NotAccepted, and WriteRefused when it is elsewhere.
        """
        with nothing_sent():
            before = self.standing(booking, deadline=times.leave_by)
            if before is None:
                raise WriteRefused("the booking is no longer in the diary")
            if before.starts not in {span_of(one)[0] for one in (booking.slot, to)}:
                raise WriteRefused("the diary has the booking at another time")
            there = moved(before, to)
            if in_the_way(there, self._overlapping(there, deadline=times.leave_by)):
                raise SlotTaken("the time is taken")
            # What its own present time takes up is not offered, and free for it all the same
            is_offered = before.is_in_the_way_of(there) or self._is_offered(there, times=times)
        if not is_offered:
            raise SlotTaken("the time is not offered")
        return before

    def may_stay(self, ours: Entry, *, times: Times) -> bool:
        """Ask for conflicts, and if there are any look until it is clear whether ours may stay.

        Another of ours has some time to go; see ``judge``. Raises OutcomeUnknown when there was no
        telling.
        """
        enough = times.end - (times.end - times.leave_by) / 2
        give_up_at = min(enough, time.monotonic() + _OTHERS_MAY_TAKE)
        pause = self._limits.pause
        while True:
            verdict = self._verdict(ours, times)
            if verdict is not Verdict.LOOK_AGAIN:
                return verdict is Verdict.STAYS
            if time.monotonic() + pause > give_up_at:
                return False
            time.sleep(pause)
            pause = min(pause * 2, self._limits.longest_pause)

    def is_alone(self, ours: Entry, *, times: Times) -> bool:
        """Say whether nothing else takes up its time. Raises OutcomeUnknown."""
        try:
            return not self._reader.has_conflicts(ours.id, deadline=times.end)
        except (ReadFailed, NotAccepted) as exc:
            raise OutcomeUnknown(f"nobody could look who else has the time: {exc}") from exc

    def standing(self, booking: PlacedBooking, *, deadline: float) -> Entry | None:
        """Return a booking by its id, or else by its mark or patient at its start.

        None when it is gone. Raises a ReadFailed or NotAccepted.
        """
        if booking.reference:
            return self._reader.one(booking.reference, deadline=deadline)
        start, mark = span_of(booking.slot)[0], mark_of(booking)
        seen = [one for one in self._reader.beginning_at(start, deadline=deadline) if one.stands]
        for one in seen:
            if one.mark == mark:
                return one
        # The desk may have written its own notes over ours
        unmarked = [
            one for one in seen if one.mark is None and one.practitioner == booking.slot.staff.id
        ]
        known = self._reader.ids_of(booking.patient, deadline=deadline) if unmarked else ()
        theirs = next((one for one in unmarked if one.patient in known), None)
        if theirs is not None:
            return theirs
        # The desk may have given it another time since, before anybody looked
        made = self._reader.made_since(clock.now() - _LATELY, deadline=deadline)
        return next((one for one in made if one.stands and one.mark == mark), None)

    def _verdict(self, ours: Entry, times: Times) -> Verdict:
        if self.is_alone(ours, times=times):
            return Verdict.STAYS
        try:
            return judge(ours, self._overlapping(ours, deadline=times.end))
        except (ReadFailed, NotAccepted) as exc:
            raise OutcomeUnknown(f"nobody could look who else has the time: {exc}") from exc

    def _overlapping(self, entry: Entry, *, deadline: float) -> tuple[Entry, ...]:
        span = entry.starts, entry.ends
        return self._reader.overlapping(span, entry.practitioner, deadline=deadline)

    def _is_offered(self, entry: Entry, *, times: Times) -> bool:
        """Ask what is free on the day: what is no appointment may be in the way too."""
        found = self._reader.times(
            staff_id=entry.practitioner,
            room_id=entry.business,
            type_id=entry.kind,
            first_day=entry.starts.astimezone(self._zone).date(),
            days=1,
            urgency=Urgency.WRITING,
            deadline=times.leave_by,
        )
        return entry.starts in found


def moved(before: Entry, to: Slot) -> Entry:
    """Return an appointment as it is to be from ``to``'s start, as long as the diary has it."""
    starts = span_of(to)[0]
    ends = starts + (before.ends - before.starts)
    return replace(before, practitioner=to.staff.id, business=to.room.id, starts=starts, ends=ends)
