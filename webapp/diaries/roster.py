"""Remembers a diary's short lists, which answers about free times do not repeat."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Generic, TypeVar

from webapp.diaries.errors import NoAnswer

if TYPE_CHECKING:
    from collections.abc import Callable

    from webapp.diaries.port import AppointmentType, Room, Staff

_Listed = TypeVar("_Listed", "Staff", "Room", "AppointmentType")

FRESH_SECONDS = 600.0
"""For so long a name is believed without asking: where requests are counted each one counts."""


class Listed(Generic[_Listed]):
    """One list of the diary's. Safe to share between threads: of many who ask, one asks the diary.

    Deadlines are on the ``time.monotonic`` scale, as is ``now``.
    """

    def __init__(
        self,
        ask: Callable[[float], tuple[_Listed, ...]],
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take ``ask``, which asks the diary until a deadline."""
        self._ask = ask
        self._now = now
        self._lock = threading.Lock()
        self._known: tuple[_Listed, ...] = ()
        self._asked_at: float | None = None

    def all(self, *, deadline: float) -> tuple[_Listed, ...]:
        """Ask for the whole list. Raises a ReadFailed or NotAccepted."""
        return self._get(0, deadline)

    def lately(self, *, deadline: float) -> tuple[_Listed, ...]:
        """Return the list, no older than FRESH_SECONDS. Raises a ReadFailed or NotAccepted."""
        return self._get(FRESH_SECONDS, deadline)

    def find(self, identity: str, *, deadline: float) -> _Listed | None:
        """Return one of the list; None when the diary surely has none of that id.

        Raises a ReadFailed or NotAccepted.
        """
        for age in (FRESH_SECONDS, 0):
            known = self._get(age, deadline)
            for one in known:
                if one.id == identity:
                    return one
        return None

    def _get(self, age: float, deadline: float) -> tuple[_Listed, ...]:
        came_at = self._now()
        if not self._lock.acquire(timeout=max(0.0, deadline - came_at)):
            raise NoAnswer("the diary's list did not come in time")
        try:
            # Who waited while another asked has an answer that is no older than the question
            if self._asked_at is None or self._asked_at < came_at - age:
                asked_at = self._now()
                self._known = self._ask(deadline)
                self._asked_at = asked_at
            return self._known
        finally:
            self._lock.release()
