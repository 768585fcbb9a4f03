"""Lets calls go one after the other, as far apart as a vendor asks, the urgent ones first."""

from __future__ import annotations

import enum
import heapq
import itertools
import threading
import time
from typing import TYPE_CHECKING, Protocol

from webapp.diaries.errors import NotReached

if TYPE_CHECKING:
    from collections.abc import Callable


_Ticket = tuple["Urgency", float, int]
"""Who goes first: the lower; deadline and arrival tell between equals."""


class Urgency(enum.IntEnum):
    """Who goes first: the lower."""

    FINISHING = 0
    """What was written has to be looked at, or taken back: somebody else waits to do the same."""
    WRITING = 1
    """A patient waits for a booking."""
    READING = 2
    """A patient waits for a page."""
    LOOKING_ON = 3
    """Nobody waits: a worker reads, to keep an ASAP list up to date."""


class Turns(Protocol):
    """Hands out turns, here or for several processes together. Safe to share between threads."""

    def take(self, urgency: Urgency) -> float:
        """Take the next turn and return 0, or the seconds after which to ask again."""
        ...

    def hold(self, seconds: float) -> None:
        """Hand out no turn for so many seconds."""
        ...


class LocalTurns:
    """Turns of this process alone, ``interval`` seconds apart; 0 sets no pace."""

    def __init__(self, interval: float, *, now: Callable[[], float] = time.monotonic) -> None:
        self._interval = interval
        self._now = now
        self._lock = threading.Lock()
        self._next = now()

    def take(self, urgency: Urgency) -> float:
        """Take the next turn and return 0, or the seconds until there is one."""
        del urgency
        with self._lock:
            now = self._now()
            if now < self._next:
                return self._next - now
            self._next = now + self._interval
            return 0.0

    def hold(self, seconds: float) -> None:
        """Hand out no turn for so many seconds."""
        with self._lock:
            self._next = max(self._next, self._now() + seconds)


class Pace:
    """Lets one caller at a time wait for the next turn. Safe to share between threads.

    ``now`` is the scale of deadlines, in seconds; ``wait`` lets go of the condition for so many
    seconds at most. Both are there for tests.
    """

    def __init__(
        self,
        turns: Turns,
        *,
        now: Callable[[], float] = time.monotonic,
        wait: Callable[[threading.Condition, float], object] = threading.Condition.wait,
    ) -> None:
        self._turns = turns
        self._now = now
        self._wait = wait
        self._changed = threading.Condition()
        self._arrivals = itertools.count()
        self._waiting: list[_Ticket] = []
        self._gives_way = False

    def give_way(self) -> None:
        """From now on let what is read here wait for what patients ask elsewhere."""
        self._gives_way = True

    def wait_for_turn(self, urgency: Urgency, *, deadline: float) -> None:
        """Return when it is the caller's turn: of the most urgent, whose deadline is first.

        So a question that takes several turns is finished before a later one is begun. Raises
        NotReached when the turn would not come before ``deadline``.
        """
        if self._gives_way and urgency is Urgency.READING:
            urgency = Urgency.LOOKING_ON
        with self._changed:
            ours = (urgency, deadline, next(self._arrivals))
            heapq.heappush(self._waiting, ours)
            try:
                while not self._is_ours(ours, deadline):
                    pass
            finally:
                self._waiting.remove(ours)
                heapq.heapify(self._waiting)
                self._changed.notify_all()

    def hold(self, seconds: float) -> None:
        """Let nobody go for so many seconds, as the vendor has just asked."""
        self._turns.hold(seconds)

    def _is_ours(self, ours: _Ticket, deadline: float) -> bool:
        pause = deadline - self._now()
        if pause <= 0:
            raise NotReached("the diary's turn did not come in time")
        if self._waiting[0] == ours:
            until_next = self._turns.take(ours[0])
            if until_next <= 0:
                return True
            if until_next >= pause:
                raise NotReached("the diary's next turn would come too late")
            pause = until_next
        self._wait(self._changed, pause)
        return False
