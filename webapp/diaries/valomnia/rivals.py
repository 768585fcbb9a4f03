"""Decides between two who were given one slot, which Valomnia lets happen. Pure."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webapp.diaries.valomnia.holding import Held
    from webapp.diaries.valomnia.mapping import Entry


class Verdict(enum.Enum):
    """What is to become of our appointment."""

    STAYS = enum.auto()
    GOES = enum.auto()
    """Somebody was there before."""
    LOOK_AGAIN = enum.auto()
    """Another of ours came after, and should be about to go; or the diary does not show ours."""


def judge(ours: Entry, seen: Iterable[Held], *, person_id: str, place_id: str) -> Verdict:
    """Judge by what was seen in the diary after ours was written.

    The earlier created stays; of two in one second, the one with the lower number. What the desk
    wrote after ours is left to the desk. Another that was booked through us goes by itself when
    it sees ours. It may have looked before ours could be seen: so long as it stands there, ours
    cannot be told to stay, or both would.
    """
    seen = tuple(seen)
    rivals = [
        one.entry for one in seen if one.entry.id != ours.id and one.takes_up(person_id, place_id)
    ]
    if any((one.created, one.id) < (ours.created, ours.id) for one in rivals):
        return Verdict.GOES
    is_there = any(one.entry.id == ours.id for one in seen)
    if not is_there or any(one.mark is not None for one in rivals):
        return Verdict.LOOK_AGAIN
    return Verdict.STAYS
