"""Moves an appointment, and back again where somebody came into the slot meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.diaries.errors import DiaryError, OutcomeUnknown, SlotShared, SlotTaken
from webapp.diaries.opendental.rivals import in_the_way
from webapp.diaries.pace import Urgency

if TYPE_CHECKING:
    from webapp.diaries.deadlines import Times
    from webapp.diaries.opendental.looking import Looker
    from webapp.diaries.opendental.mapping import Entry
    from webapp.diaries.opendental.writing import Writer
    from webapp.diaries.port import PlacedBooking, Slot


class Mover:
    """Moves appointments in one office's diary. Safe to share between threads."""

    def __init__(self, looker: Looker, writer: Writer) -> None:
        self._looker = looker
        self._writer = writer

    def move(self, booking: PlacedBooking, to: Slot, *, from_list: bool, times: Times) -> Entry:
        """Give an appointment another slot, or leave it where it is; it leaves the ASAP list.

        Raises SlotTaken, WriteRefused, NotReached or NotAccepted when it stands as before, and
        OutcomeUnknown when it may have been moved.
        """
        before = self._looker.before_moving(booking, to, from_list=from_list, times=times)
        there = self._looker.moved(before, to)
        self._writer.put(there, urgency=Urgency.WRITING, times=times)
        # To this slot it came last, however low its number
        if in_the_way(there, self._looker.after(there, times=times)):
            self._move_back(before, times)
            raise SlotTaken("somebody else came into the slot")
        return there

    def _move_back(self, before: Entry, times: Times) -> None:
        try:
            self._writer.put(before, urgency=Urgency.FINISHING, times=times.finishing)
            is_alone = not in_the_way(before, self._looker.after(before, times=times))
        except DiaryError as exc:
            raise OutcomeUnknown(f"it could not be moved back: {exc}") from exc
        if not is_alone:
            raise SlotShared("somebody else has taken the slot that it was moved from")
