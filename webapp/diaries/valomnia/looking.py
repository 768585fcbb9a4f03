"""Looks before anything is written: a taken slot is left alone, and nothing written twice."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from webapp.diaries.errors import (
    NoAnswer,
    NotReached,
    SlotTaken,
    Unintelligible,
    WriteRefused,
)
from webapp.diaries.valomnia.orders import reference_of, span_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from webapp.diaries.calling import Limits
    from webapp.diaries.port import PlacedBooking, Slot
    from webapp.diaries.settings import ValomniaSettings
    from webapp.diaries.valomnia.holding import Held
    from webapp.diaries.valomnia.mapping import Whole
    from webapp.diaries.valomnia.reading import Reader


class Looker:
    """Looks into one practice's diary for whoever is about to write. Safe to share.

    Deadlines are on the ``time.monotonic`` scale. A question without an answer raises NotReached:
    what was to be written never left.
    """

    def __init__(self, reader: Reader, settings: ValomniaSettings, limits: Limits) -> None:
        self._reader = reader
        self._settings = settings
        self._limits = limits

    def left_before(self, slot: Slot, reference: str, *, deadline: float) -> Whole | None:
        """Return the same booking if an earlier call left it there; None when the slot is free.

        Raises SlotTaken, NotReached or NotAccepted.
        """
        with _nothing_sent():
            soon = self._soon(deadline)
            if not self._in_the_way(slot, deadline=soon):
                return None
            ours = self._reader.whole(f"appointments/reference/{reference}", deadline=soon)
        if ours is None or ours.entry.start != span_of(slot)[0]:
            raise SlotTaken("the slot is taken")
        return ours

    def before_moving(self, booking: PlacedBooking, to: Slot, *, deadline: float) -> Whole:
        """Return the booking as it stands, when ``to`` is free for it, or already its own.

        Raises SlotTaken, NotReached or NotAccepted, and WriteRefused when it is elsewhere.
        """
        with _nothing_sent():
            soon = self._soon(deadline)
            before = self._reader.whole(path_to(booking), deadline=soon)
            if before is None:
                raise WriteRefused("the booking is no longer in the diary")
            if before.entry.start not in {span_of(one)[0] for one in (booking.slot, to)}:
                raise WriteRefused("the diary has the booking at another time")
            there = as_long_as(before, to)
            held = self._in_the_way(there, deadline=soon)
            if any(one.entry.id != before.entry.id for one in held):
                raise SlotTaken("the slot is taken")
        return before

    def _in_the_way(self, slot: Slot, *, deadline: float) -> list[Held]:
        start, end = span_of(slot)
        buffer = timedelta(minutes=self._settings.buffer_minutes)
        held = self._reader.held((start - buffer, end + buffer), deadline=deadline)
        return [one for one in held if one.takes_up(slot.staff.id, slot.room.id)]

    def _soon(self, deadline: float) -> float:
        """Leave the write itself most of the time."""
        return min(deadline, time.monotonic() + self._limits.reads.total)


def as_long_as(whole: Whole, to: Slot) -> Slot:
    """Return a slot that takes what the diary's appointment takes: the desk may have changed it."""
    minutes = int((whole.entry.end - whole.entry.start).total_seconds()) // 60
    return replace(to, minutes=minutes) if minutes > 0 else to


@contextmanager
def _nothing_sent() -> Generator[None]:
    try:
        yield
    except (NoAnswer, Unintelligible) as exc:
        raise NotReached(f"nothing was sent, for there was no looking first: {exc}") from exc


def path_to(booking: PlacedBooking) -> str:
    """Return where a booking is: by the diary's number if it is known, else by our reference."""
    if booking.reference is not None and booking.reference.isdecimal():
        return f"appointments/{booking.reference}"
    return f"appointments/reference/{reference_of(booking)}"
