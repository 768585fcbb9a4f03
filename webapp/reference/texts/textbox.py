"""Keeps the texts and who has opted out, in memory."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from webapp.reference.texts.messages import Direction, Status, Text

if TYPE_CHECKING:
    from datetime import datetime

    from webapp.reference.texts.messages import Told


class TextBox:
    """Every method may be called from any thread; a text that was handed out never changes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_sid: dict[str, Text] = {}
        self._opted_out: set[tuple[str, str]] = set()

    def put(self, text: Text) -> None:
        with self._lock:
            self._by_sid[text.sid] = text

    def all(self) -> list[Text]:
        """Return everything, in both directions, oldest first."""
        with self._lock:
            return list(self._by_sid.values())

    def find(self, sid: str) -> Text | None:
        with self._lock:
            return self._by_sid.get(sid)

    def find_last_sent(self, *, phone: str, sender: str) -> Text | None:
        """Return the newest text that went from ``sender`` to ``phone``."""
        between = (phone, sender)
        sent = [one for one in self.all() if one.direction is Direction.OUT]
        return next((one for one in reversed(sent) if (one.to, one.sender) == between), None)

    def move(
        self, sid: str, status: Status, *, at: datetime, error_code: int | None = None
    ) -> Text | None:
        """Give a text its next status; none where it was forgotten meanwhile."""
        with self._lock:
            text = self._by_sid.get(sid)
            if text is None:
                return None
            sent_at = at if status is Status.SENT else text.sent_at
            text = replace(
                text, status=status, updated_at=at, sent_at=sent_at, error_code=error_code
            )
            self._by_sid[sid] = text
            return text

    def note(self, sid: str, told: Told) -> None:
        """Add to who was told of a text, unless it was forgotten meanwhile."""
        with self._lock:
            text = self._by_sid.get(sid)
            if text is not None:
                self._by_sid[sid] = replace(text, told=(*text.told, told))

    def opt_out(self, phone: str, keeper: str) -> None:
        with self._lock:
            self._opted_out.add((phone, keeper))

    def opt_in(self, phone: str, keeper: str) -> None:
        with self._lock:
            self._opted_out.discard((phone, keeper))

    def has_opted_out(self, phone: str, keeper: str) -> bool:
        with self._lock:
            return (phone, keeper) in self._opted_out

    def empty(self) -> None:
        """Forget all texts, and who opted out."""
        with self._lock:
            self._by_sid.clear()
            self._opted_out.clear()
