"""The rate limit: "200 requests per minute per user", whose keys we take for one user each."""

from __future__ import annotations

import math
import threading
import time

USUAL_REQUESTS, USUAL_SECONDS = 200, 60.0


class Budget:
    """Counts what comes in a stretch of time, which the first request of it begins. Thread-safe.

    Ours: the vendor does not say how the minute is cut. The time at which it is over is this
    machine's own, and not that of the practice's clock: clients compare it with theirs.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._most, self._seconds = USUAL_REQUESTS, USUAL_SECONDS
        self._count = 0
        self._resets_at = 0.0

    def set(self, most: int, seconds: float) -> None:
        """Let ``most`` requests in for so many seconds, beginning afresh."""
        with self._lock:
            self._most, self._seconds = most, seconds
            self._count, self._resets_at = 0, 0.0

    def spend(self) -> float | None:
        """Let a request in, or return the UNIX time from which others are let in again."""
        with self._lock:
            now = time.time()
            if now >= self._resets_at:
                self._count, self._resets_at = 0, now + self._seconds
            if self._count >= self._most:
                return self._resets_at
            self._count += 1
            return None


def headers_until(resets_at: float) -> dict[str, str]:
    """Return what goes with a 429; ``Retry-After`` in whole seconds, as HTTP has it."""
    pause = max(1, math.ceil(resets_at - time.time()))
    return {"X-RateLimit-Reset": str(math.ceil(resets_at)), "Retry-After": str(pause)}
