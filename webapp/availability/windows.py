"""How much of a practice's horizon a page needs, and in which pieces the diary is asked. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Look:
    """What a page wants to know: of what, of whom, where, and how far ahead.

    Staff, room and days save calls where a diary is asked by the week; where one call tells all,
    all is asked. Without days, the diary is asked until everybody has something free, or to the
    horizon: ``until`` is the day to which it is asked at the least, ``only`` the one day that
    matters. ``by_room`` goes on until everybody has something in each room. What is ``bounded``
    is asked from ``since`` to ``until``, and no farther whatever is found.
    """

    type_id: str | None = None
    staff_id: str | None = None
    room_id: str | None = None
    until: date | None = None
    only: date | None = None
    by_room: bool = False
    since: date | None = None
    bounded: bool = False


@dataclass(frozen=True, slots=True)
class Days:
    """A piece of the horizon: ``count`` days from ``first``, that day included."""

    first: date
    count: int

    @property
    def last(self) -> date:
        """The last day."""
        return self.first + timedelta(days=self.count - 1)


def pieces(first_day: date, days: int, window_days: int | None) -> tuple[Days, ...]:
    """Cut a horizon into what one call may ask: weeks from Monday, or all at once (None).

    Weeks, so that the calendar's pages and tomorrow's questions fall on the same pieces. Raises
    ValueError for less than a week to a call.
    """
    if window_days is None:
        return (Days(first_day, days),)
    if window_days < _A_WEEK.days:
        raise ValueError(f"a window must hold a week, not {window_days} days")
    end = first_day + timedelta(days=days)
    begins = [first_day]
    monday = first_day - timedelta(days=first_day.weekday()) + _A_WEEK
    while monday < end:
        begins.append(monday)
        monday += _A_WEEK
    return tuple(Days(one, (next_one - one).days) for one, next_one in pairwise([*begins, end]))


def piece_of(found: Sequence[Days], day: date) -> int | None:
    """Return the number of the piece that holds a day, or None outside the horizon."""
    for number, piece in enumerate(found):
        if piece.first <= day <= piece.last:
            return number
    return None
