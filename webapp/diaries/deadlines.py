"""Divides a write's time between what comes before it leaves and what follows."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webapp.diaries.calling import Limits

_BEFORE_LEAVING = 0.6


@dataclass(frozen=True, slots=True)
class Times:
    """Until when a write has to leave, and until when all that follows is over.

    Both are on the ``time.monotonic`` scale.
    """

    leave_by: float
    end: float

    @classmethod
    def from_now(cls, limits: Limits) -> Times:
        """Leave a part of the write's time for its answer, and for the look that follows."""
        now, total = time.monotonic(), limits.write.total
        return cls(now + total * _BEFORE_LEAVING, now + total)

    @property
    def finishing(self) -> Times:
        """For what has to be done about a write that has left."""
        return Times(self.end, self.end)
