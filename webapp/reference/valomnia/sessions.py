"""Who is logged in. Sessions last until a test ends them."""

from __future__ import annotations

import hmac
import secrets
import threading


class Sessions:
    """The sessions of one practice's only user. Every method may be called from any thread."""

    USERNAME = "openslot"

    def __init__(self, password: str) -> None:
        self._password = password
        self._lock = threading.Lock()
        self._open: set[str] = set()

    def log_in(self, username: str, password: str) -> str | None:
        """Return a new session's id; None for a wrong user or password."""
        is_right = hmac.compare_digest(password.encode(), self._password.encode())
        if username != self.USERNAME or not is_right:
            return None
        ticket = secrets.token_hex(16).upper()
        with self._lock:
            self._open.add(ticket)
        return ticket

    def is_open(self, ticket: str) -> bool:
        with self._lock:
            return ticket in self._open

    def end_all(self) -> int:
        with self._lock:
            ended = len(self._open)
            self._open.clear()
            return ended
