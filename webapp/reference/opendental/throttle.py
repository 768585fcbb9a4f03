"""The throttle of "API Implementation": one request in so many seconds for a customer's key."""

from __future__ import annotations

import math
import threading
import time


class Throttle:
    """Off until a test turns it on. May be asked from any thread.

    Ours: it queues nothing, and so says 429 to whatever comes too early.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seconds = 0.0
        self._next = 0.0

    def set(self, seconds: float) -> None:
        """Let one request in for every ``seconds``; 0 turns it off."""
        with self._lock:
            self._seconds, self._next = seconds, 0.0

    def retry_after(self) -> int | None:
        """Let a request in, or return the whole seconds after which it may come again."""
        with self._lock:
            now = time.monotonic()
            if now < self._next:
                return math.ceil(self._next - now)
            self._next = now + self._seconds
            return None
