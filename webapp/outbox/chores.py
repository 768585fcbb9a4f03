"""What a worker does from time to time, besides keeping promises."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import timedelta
    from types import TracebackType

_log = logging.getLogger("openslot.outbox")


@dataclass(frozen=True, slots=True)
class Chore:
    """One thing to do at the start and then every so often, in each worker."""

    every: timedelta
    do: Callable[[], object]


class Chores:
    """A worker's chores. Any of its threads may ask for them; one at a time does one."""

    def __init__(self, chores: Iterable[Chore]) -> None:
        self._chores = tuple(chores)
        self._due = [0.0] * len(self._chores)
        self._lock = threading.Lock()

    def do_what_is_due(self) -> None:
        """Do what is due; one that fails is logged, and done again when it is due again."""
        for at, chore in enumerate(self._chores):
            if not self._take(at, chore):
                continue
            try:
                chore.do()
            except Exception as error:  # noqa: BLE001 - it must not stop what was promised
                _log.exception("a chore failed", exc_info=without_text(error))

    def _take(self, at: int, chore: Chore) -> bool:
        now = time.monotonic()
        with self._lock:
            if now < self._due[at]:
                return False
            self._due[at] = now + chore.every.total_seconds()
            return True


def without_text(error: Exception) -> tuple[type[Exception], Exception, TracebackType | None]:
    """Return an error for a log, its kind alone: a text may repeat what a patient typed."""
    return RuntimeError, RuntimeError(type(error).__name__), error.__traceback__
