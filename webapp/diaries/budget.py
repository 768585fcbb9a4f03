"""Turns for vendors who count requests by the minute: many at once, and never too many.

Half of the minute's requests may go at once, and come back over the minute at the pace of the
other half: so in no minute, however the vendor cuts it, go more than all of them.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.diaries.pace import Urgency

if TYPE_CHECKING:
    from collections.abc import Callable

MINUTE_SECONDS = 60.0
_KEPT_BACK = {
    Urgency.FINISHING: 0.0,
    Urgency.WRITING: 0.1,
    Urgency.READING: 0.3,
    Urgency.LOOKING_ON: 0.6,
}
"""What share of those that may go at once is left for the more urgent."""


@dataclass(frozen=True, slots=True)
class Budget:
    """So many requests ``a_minute``."""

    a_minute: int

    @property
    def interval(self) -> float:
        """Seconds after which one more may go."""
        return MINUTE_SECONDS / (self.a_minute / 2)

    def leeway(self, urgency: Urgency) -> float:
        """How far, in seconds of the steady pace, callers may be ahead of it."""
        at_once = self.a_minute / 2 * (1 - _KEPT_BACK[urgency])
        # Less half a turn, so that no rounding counts as a whole one
        return self.interval * (at_once - 0.5)


class LocalBudget:
    """Turns of this process alone. Safe to share between threads."""

    def __init__(self, budget: Budget, *, now: Callable[[], float] = time.monotonic) -> None:
        self._budget = budget
        self._now = now
        self._lock = threading.Lock()
        self._paid_until = now()
        self._held_until = now()

    def take(self, urgency: Urgency) -> float:
        """Take the next turn and return 0, or the seconds until there is one."""
        with self._lock:
            now = self._now()
            paid_until = max(self._paid_until, now)
            wait = max(self._held_until - now, paid_until - now - self._budget.leeway(urgency))
            if wait > 0:
                return wait
            self._paid_until = paid_until + self._budget.interval
            return 0.0

    def hold(self, seconds: float) -> None:
        """Hand out no turn for so many seconds."""
        with self._lock:
            self._held_until = max(self._held_until, self._now() + seconds)
