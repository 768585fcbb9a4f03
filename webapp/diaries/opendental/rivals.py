"""Decides between two who were given one slot, which Open Dental lets happen. Pure."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webapp.diaries.opendental.mapping import Entry


class Verdict(enum.Enum):
    """What is to become of our appointment."""

    STAYS = enum.auto()
    GOES = enum.auto()
    """Somebody was there before."""
    LOOK_AGAIN = enum.auto()
    """Another of ours came after, and should be about to go."""


def in_the_way(entry: Entry, seen: Iterable[Entry]) -> list[Entry]:
    """Return the appointments that take up its person or its room, itself excepted."""
    return [one for one in seen if one.number != entry.number and one.is_in_the_way_of(entry)]


def judge(ours: Entry, seen: Iterable[Entry]) -> Verdict:
    """Judge by what was seen in the diary after ours was made: of two, the earlier made stays.

    Numbers are given in the order of making. What the desk wrote after ours is left to the desk.
    Another that was booked through us goes by itself when it sees ours. It may have looked before
    ours could be seen: so long as it stands there, ours cannot be told to stay, or both would.
    """
    rivals = in_the_way(ours, seen)
    if any(one.number < ours.number for one in rivals):
        return Verdict.GOES
    if any(one.mark is not None for one in rivals):
        return Verdict.LOOK_AGAIN
    return Verdict.STAYS
