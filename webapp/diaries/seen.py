"""Remembers how a practice's diary was when it was last asked, so that nobody need ask again."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp import clock

if TYPE_CHECKING:
    from datetime import datetime

    from webapp.diaries.observed import Call


@dataclass(frozen=True, slots=True)
class Failure:
    """A call that had no answer."""

    action: str
    kind: str
    at: datetime


class LastSeen:
    """One practice's diary as this process last saw it. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answered_at: datetime | None = None
        self._failure: Failure | None = None

    def note(self, call: Call) -> None:
        """Take note of a call: an observer for ``ObservedDiary``."""
        now = clock.now()
        with self._lock:
            if call.result.is_an_answer:
                self._answered_at = now
            else:
                self._failure = Failure(call.action, call.result.value, now)

    def as_json(self) -> dict[str, object]:
        """Return it for a monitor: ``state`` is ``unknown``, ``answers`` or ``fails``."""
        with self._lock:
            answered_at, failure = self._answered_at, self._failure
        if failure is not None and (answered_at is None or failure.at >= answered_at):
            state = "fails"
        else:
            state = "unknown" if answered_at is None else "answers"
        return {
            "state": state,
            "last_answer": answered_at.isoformat() if answered_at else None,
            "last_failure": {
                "action": failure.action,
                "kind": failure.kind,
                "at": failure.at.isoformat(),
            }
            if failure
            else None,
        }
