"""What is free of one person in one room, as a diary tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from webapp.diaries.settings import MARK_MINUTES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime, time

    from webapp.diaries.port import AppointmentType, Room, Staff

Span = tuple["time", "time"]
"""A first and a last time of one day, both included, as wall time in the practice's zone."""


@dataclass(frozen=True, slots=True)
class FreeTimes:
    """The free times of one person in one room, as the diary gave them.

    ``days`` maps a day to its start times, ascending and without repeats, as wall time in the
    practice's zone; a day without any is absent. ``minutes`` is positive. ``type`` is what was
    asked for; None where the diary knows no types.

    ``spans`` holds more, of a diary that tells what is open rather than when to start: by day the
    first and the last time, both included, between which an appointment of that length may begin.
    ``days`` is what we cut from it to be listed.
    """

    staff: Staff
    room: Room
    minutes: int
    days: Mapping[date, tuple[time, ...]]
    type: AppointmentType | None = None
    spans: Mapping[date, tuple[Span, ...]] = field(default_factory=dict["date", "tuple[Span, ...]"])

    def lists(self, start: datetime) -> bool:
        """Say whether ``start``, in the practice's zone, is one of those to be listed."""
        return start.time() in self.days.get(start.date(), ())

    def has(self, start: datetime) -> bool:
        """Say whether an appointment may begin then, listed or not: what is listed moves about.

        When a neighbour cancels, the open range begins earlier, and with it all that is cut from
        it. ``start`` is in the practice's zone, and clocks show it; of an hour that they repeat,
        only the first pass is ever free.
        """
        if self.lists(start):
            return True
        at = start.time()
        # No diary's appointments begin between its marks, whoever writes such an address
        is_on_a_mark = not (at.minute % MARK_MINUTES or at.second or at.microsecond)
        return (
            is_on_a_mark
            and start.fold == 0
            and any(first <= at <= last for first, last in self.spans.get(start.date(), ()))
        )
