"""What a handler says of a promise, and when a failed one is tried again. Pure."""

from __future__ import annotations

import random
from datetime import timedelta

_FIRST_SECONDS = 5.0
_LONGEST_SECONDS = 15 * 60.0
MOST_ATTEMPTS = 40
"""After so many failures a person must look: at the longest pause, that is most of a day."""


class TryLater(Exception):
    """The work could not be done now. ``reason`` is for operators and holds no patient's word."""

    def __init__(self, reason: str, *, after_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after_seconds = after_seconds


class Park(Exception):
    """The work cannot be done as it is: a person must look."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


Result = TryLater | Park | None
"""What came of one promise among several: None when it was kept."""


def pause(attempts: int, *, jitter: float | None = None) -> timedelta:
    """Return how long to wait after the ``attempts``-th failure (1 or more).

    Doubles from five seconds to a quarter of an hour; ``jitter`` (0 to 1, drawn without it) adds
    up to half again, so that many that failed together do not come back together.
    """
    share = random.random() if jitter is None else jitter  # noqa: S311 - spreads load, no secret
    seconds = min(_LONGEST_SECONDS, _FIRST_SECONDS * 2 ** min(attempts - 1, 20))
    return timedelta(seconds=seconds * (1 + share / 2))
