"""What was asked of a practice's diary, for tests to read; never a key or a patient's word."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

# What may be repeated from a request: where and when, not who and why.
_TOLD = ("staffId", "sectionId", "date", "numDays", "time")
_TOLD_OF_LISTS = ("max", "offset", "employeeReference", "page")


@dataclass(slots=True)
class Call:
    """One request. ``outcome`` is "pending" until the answer is known, then what it was."""

    action: str
    told: dict[str, object]
    at: datetime
    came_from: str
    port: int
    outcome: str = "pending"
    fault: str | None = None

    def as_json(self) -> dict[str, object]:
        return {
            "action": self.action,
            **{name: self.told.get(name) for name in _TOLD},
            **{name: self.told[name] for name in _TOLD_OF_LISTS if name in self.told},
            "at": self.at.isoformat(),
            "from": self.came_from,
            "fromPort": self.port,
            "outcome": self.outcome,
            "fault": self.fault,
        }


class CallLog:
    """The calls in the order in which they came."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[Call] = []
        self._under_way = 0
        self._most_at_once = 0

    def begin(
        self, request: Mapping[str, object], *, at: datetime, came_from: str, port: int
    ) -> Call:
        told: dict[str, object] = {
            name: _plain(request[name]) for name in (*_TOLD, *_TOLD_OF_LISTS) if name in request
        }
        call = Call(str(_plain(request.get("action")) or ""), told, at, came_from, port)
        with self._lock:
            self._calls.append(call)
            self._under_way += 1
            self._most_at_once = max(self._most_at_once, self._under_way)
        return call

    def end(self, call: Call, outcome: str) -> None:
        with self._lock:
            call.outcome = outcome
            self._under_way -= 1

    def forget(self) -> None:
        with self._lock:
            self._calls.clear()
            self._most_at_once = self._under_way

    def as_json(self) -> dict[str, object]:
        with self._lock:
            return {
                "calls": [call.as_json() for call in self._calls],
                "counts": dict(Counter(call.action for call in self._calls)),
                "mostAtOnce": self._most_at_once,
            }


def _plain(value: object) -> str | int | None:
    """Return ids and times as they came, cut short: anything else might be somebody's words."""
    if isinstance(value, int):
        return value
    return value[:16] if isinstance(value, str) else None
