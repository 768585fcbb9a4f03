"""Runs errands beside the answers, on a few threads that never keep the process from ending."""

from __future__ import annotations

import queue
import threading
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_AT_ONCE = 4
_GOODBYE_SECONDS = 1.0


class Courier:
    """Takes errands from any thread. Its own threads begin with the first errands."""

    def __init__(self) -> None:
        self._errands: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._stopped = threading.Event()

    def run(self, errand: Callable[[], None]) -> None:
        """Run the errand as soon as a thread is free; nothing happens once stopped."""
        with self._lock:
            if self._stopped.is_set():
                return
            if len(self._threads) < _MOST_AT_ONCE:
                thread = threading.Thread(target=self._work, name="courier", daemon=True)
                self._threads.append(thread)
                thread.start()
            self._errands.put(errand)

    def pause(self, seconds: float) -> bool:
        """Wait inside an errand; return whether to give up, because all is ending."""
        return self._stopped.wait(seconds)

    def stop(self) -> None:
        """Begin no more errands, and wait a moment for those that run."""
        with self._lock:
            self._stopped.set()
            for _ in self._threads:
                self._errands.put(None)
        for thread in self._threads:
            thread.join(_GOODBYE_SECONDS / _MOST_AT_ONCE)

    def _work(self) -> None:
        while (errand := self._errands.get()) is not None and not self._stopped.is_set():
            try:
                errand()
            except Exception:  # noqa: BLE001 - one errand's mistake must not stop the others
                traceback.print_exc()
