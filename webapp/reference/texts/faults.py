"""What is to go wrong with texts, and how often."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import StrEnum


class Doing(StrEnum):
    """What a caller is about when a fault strikes."""

    SEND = "send"
    LOOK = "look"
    """Listing texts, or fetching one."""


class TextFaultKind(StrEnum):
    """A way for a gateway, or for the network behind it, to fail."""

    REFUSE = "refuse"
    """400 with error 21211, an invalid number: for good."""
    TEMPFAIL = "tempfail"
    """500: come again later."""
    RATELIMIT = "ratelimit"
    """429 with error 20429, and ``seconds`` as Retry-After."""
    SLOW = "slow"
    """The text is kept at once; the answer takes ``seconds``, or until the faults are cleared."""
    DROP_BEFORE = "drop_before"
    """The line goes dead, and nothing was done."""
    DROP_AFTER = "drop_after"
    """The text is kept, and the line goes dead without an answer."""
    RUBBISH = "rubbish"
    """The text is kept; the answer is a success, and a web page in place of JSON."""
    UNDELIVERED = "undelivered"
    """All goes well, until the carrier says that the phone was not reached."""
    FAILED = "failed"
    """All goes well with the request; the text never leaves the gateway."""
    SILENT = "silent"
    """The text arrives, and nobody is called back."""

    @property
    def is_fate(self) -> bool:
        """Whether it leaves the answer alone and strikes what becomes of the text."""
        return self in _FATES

    @property
    def is_in_doubt(self) -> bool:
        """Whether the caller cannot know if the text was kept: a fault may have it either way."""
        return self in {TextFaultKind.SLOW, TextFaultKind.RUBBISH}

    @property
    def default_error(self) -> int | None:
        """The error code that a text ends with, from Twilio's error dictionary."""
        return {TextFaultKind.UNDELIVERED: 30003, TextFaultKind.FAILED: 30001}.get(self)


_K = TextFaultKind
_FATES = frozenset({_K.UNDELIVERED, _K.FAILED, _K.SILENT})
_IDLE = frozenset({_K.REFUSE, _K.TEMPFAIL, _K.RATELIMIT, _K.DROP_BEFORE})


@dataclass(slots=True)
class TextFault:
    """One thing to go wrong: for whose texts (none: anybody's), how often (none: until cleared)."""

    kind: TextFaultKind
    doing: Doing = Doing.SEND
    times: int | None = None
    to: str | None = None
    seconds: float = 60.0
    error_code: int | None = None
    is_kept: bool = True
    """Whether a text with a slow or rubbish answer is kept all the same."""
    cleared: threading.Event = field(default_factory=threading.Event)

    @property
    def acts(self) -> bool:
        """Whether the request is carried out all the same."""
        return self.is_kept and self.kind not in _IDLE

    def concerns(self, doing: Doing, to: str) -> bool:
        return self.doing is doing and self.to in {None, to}

    def wait(self) -> None:
        """Wait ``seconds``, or until the faults are cleared: a test need not sit it out."""
        self.cleared.wait(self.seconds)


class TextFaultPlan:
    """The earliest fault that concerns a request and is not used up hits it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[TextFault] = []
        self._hit: list[TextFault] = []

    def add(self, fault: TextFault) -> None:
        with self._lock:
            self._waiting.append(fault)

    def all(self) -> list[TextFault]:
        """Return those that still wait to strike."""
        with self._lock:
            return list(self._waiting)

    def clear(self) -> None:
        """Forget all faults, and let go the answers that they hold up."""
        with self._lock:
            for fault in (*self._waiting, *self._hit):
                fault.cleared.set()
            self._waiting.clear()
            self._hit.clear()

    def hit(self, doing: Doing, to: str) -> TextFault | None:
        """Return the fault that strikes now, and count it."""
        with self._lock:
            for fault in self._waiting:
                if fault.concerns(doing, to):
                    self._count(fault)
                    return fault
        return None

    def _count(self, fault: TextFault) -> None:
        if not any(one is fault for one in self._hit):
            self._hit.append(fault)
        if fault.times is None:
            return
        fault.times -= 1
        if fault.times <= 0:
            self._waiting = [one for one in self._waiting if one is not fault]
