"""Decides between two who were given one time, which Cliniko lets happen. Pure."""

from __future__ import annotations

import enum
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webapp.diaries.cliniko.mapping import Entry


class Verdict(enum.Enum):
    """What is to become of our appointment."""

    STAYS = enum.auto()
    GOES = enum.auto()
    """Somebody was there before."""
    LOOK_AGAIN = enum.auto()
    """Another of ours came after, and should be about to go; or nobody can be seen any more."""


def in_the_way(entry: Entry, seen: Iterable[Entry]) -> list[Entry]:
    """Return the appointments that take up its practitioner, itself excepted."""
    return [one for one in seen if one.id != entry.id and one.is_in_the_way_of(entry)]


def judge(ours: Entry, seen: Iterable[Entry]) -> Verdict:
    """Judge a conflict by the appointments seen after ours was made: the earlier made stays.

    What the desk wrote after ours is left to the desk. Another that was booked through us goes by
    itself when it sees ours. It may have looked before ours could be seen: so long as it stands
    there, ours cannot be told to stay, or both would. Where there is a conflict and no appointment
    to be seen, it was over a moment later, or is none of another appointment: then ours must go.
    """
    rivals = in_the_way(ours, seen)
    if any(_age(one) < _age(ours) for one in rivals):
        return Verdict.GOES
    if not rivals or any(one.mark is not None for one in rivals):
        return Verdict.LOOK_AGAIN
    return Verdict.STAYS


def _age(entry: Entry) -> tuple[datetime, int]:
    """Return what orders by making; the vendor tells whole seconds, and so ids break ties."""
    return entry.created or datetime.max.replace(tzinfo=UTC), int(entry.id or 0)
