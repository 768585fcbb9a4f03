"""What an outside system is told of an appointment: when, whose and where, and nobody's words."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    Look = Callable[[str, Sequence[int]], Mapping[int, "Change"]]
    """Says how the bookings of a practice (its slug) stand now, by the numbers of their rows.

    One that is not there is left out: it was erased, or there is nothing to tell of it.
    """

_KEY_LETTERS = 32


@dataclass(frozen=True, slots=True)
class Change:
    """How an appointment stands at this moment; ``start`` is aware, on the practice's clocks."""

    key: str
    staff_id: str
    room_id: str
    start: datetime
    minutes: int
    is_cancelled: bool


def key_of(slug: str, journey: str) -> str:
    """Return the name by which outside systems know the appointment of a journey: 32 hex letters.

    It is the same however often it is told, and no other appointment ever gets it. The journey,
    from which the addresses of the booking's pages are made, cannot be made from it.
    """
    text = f"appointment:{slug}:{journey}"
    return hashlib.sha256(text.encode()).hexdigest()[:_KEY_LETTERS]
