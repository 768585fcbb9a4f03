"""What is to go wrong with a practice's diary, and how often."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ANY_ACTION = "*"


class Kind(StrEnum):
    """A way to answer badly. Each says whether the request is carried out nevertheless."""

    SLOW = "slow"
    SLOW_AFTER = "slow_after"
    REFUSE = "refuse"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    RUBBISH_HTML = "rubbish_html"
    HALF_JSON = "half_json"
    TRUNCATED_JSON = "truncated_json"
    EMPTY_OBJECT = "empty_object"
    EMPTY_BODY = "empty_body"
    SERVER_ERROR = "server_error"
    TOO_MANY = "too_many"
    SLOT_LENGTH_ZERO = "slot_length_zero"
    WRONG_ECHO = "wrong_echo"
    WRONG_STAFF_ECHO = "wrong_staff_echo"
    UNKNOWN_ERROR = "unknown_error"
    FIELD_ERRORS = "field_errors"
    EXTRA_KEYS = "extra_keys"
    MARKUP_NAMES = "markup_names"
    DRIP = "drip"
    REDIRECT = "redirect"
    HUGE = "huge"
    NOT_UTF8 = "not_utf8"
    STATUS = "status"

    @property
    def acts(self) -> bool:
        """Whether a booking is made all the same, unless the fault's own ``acts`` says."""
        return self not in _IDLE


_IDLE = frozenset(
    {
        Kind.REFUSE,
        Kind.DROP_BEFORE,
        Kind.RUBBISH_HTML,
        Kind.EMPTY_OBJECT,
        Kind.EMPTY_BODY,
        Kind.SERVER_ERROR,
        Kind.TOO_MANY,
        Kind.UNKNOWN_ERROR,
        Kind.FIELD_ERRORS,
        Kind.REDIRECT,
    }
)


@dataclass(slots=True)
class Fault:
    """One thing to go wrong: for which calls, how many of them (none: until cleared), how."""

    action: str
    kind: Kind
    times: int | None = None
    staff_id: int | None = None
    seconds: float = 0.0
    errors: tuple[Mapping[str, object], ...] = ()
    status: int | None = None
    acts: bool = True
    cleared: threading.Event = field(default_factory=threading.Event)

    def concerns(self, action: str, staff_id: object) -> bool:
        return self.action in {ANY_ACTION, action} and (
            self.staff_id is None or self.staff_id == staff_id
        )

    def wait(self) -> None:
        """Wait ``seconds``, or until the faults are cleared: a test need not sit it out."""
        self.cleared.wait(self.seconds)


class FaultPlan:
    """The faults of one practice. The earliest that concerns a call and is not used up hits it.

    Faults of kind ``status`` are apart: they join whatever else happens to the call.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []
        self._hit: list[Fault] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        """Forget all faults and let go the calls that they hold up."""
        with self._lock:
            for fault in (*self._waiting, *self._hit):
                fault.cleared.set()
            self._waiting.clear()
            self._hit.clear()

    def hit(self, action: str, staff_id: object) -> Fault | None:
        return self._take(action, staff_id, is_status=False)

    def error_status(self, action: str, staff_id: object) -> int:
        """Return the HTTP status for an errors document; 200 where no fault says otherwise."""
        fault = self._take(action, staff_id, is_status=True)
        return fault.status if fault and fault.status else 200

    def as_json(self) -> list[dict[str, object]]:
        with self._lock:
            return [
                {
                    "action": fault.action,
                    "kind": fault.kind.value,
                    "times": fault.times,
                    "staffId": fault.staff_id,
                }
                for fault in self._waiting
            ]

    def _take(self, action: str, staff_id: object, *, is_status: bool) -> Fault | None:
        with self._lock:
            for fault in self._waiting:
                if (fault.kind == Kind.STATUS) == is_status and fault.concerns(action, staff_id):
                    self._count(fault)
                    return fault
            return None

    def _count(self, fault: Fault) -> None:
        if fault.times is None:
            return
        fault.times -= 1
        if fault.times <= 0:
            self._waiting.remove(fault)
            self._hit.append(fault)
