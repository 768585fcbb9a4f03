"""The login that all threads share: made when it is needed, and made anew by one of them alone."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from webapp.diaries.calling import Caller, Message
from webapp.diaries.errors import NotAccepted, NotReached
from webapp.diaries.valomnia.answers import NOT_ACCEPTED, read_ticket

if TYPE_CHECKING:
    from collections.abc import Generator

    from webapp.diaries.settings import ValomniaSettings

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_REST_AFTER_REFUSAL = 30.0
"""Seconds. A wrong password sent with every question could lock the practice's account."""


class Login:
    """Holds the session of one practice's user. Safe to share between threads.

    The vendor's page "Service: Authentication": ``j_username``, ``j_password`` and ``ajax`` to
    ``j_spring_security_check``, and ``JSESSIONID`` back. We send them in the body, since
    addresses end up in logs.
    """

    def __init__(self, caller: Caller, settings: ValomniaSettings) -> None:
        self._caller = caller
        self._settings = settings
        self._lock = threading.Lock()
        self._ticket: str | None = None
        self._refused_at: float | None = None

    def ticket(self, *, deadline: float) -> str:
        """Return the session's id, logging in if there is none.

        Raises NotAccepted, NotReached, NoAnswer or Unintelligible.
        """
        with self._alone(deadline):
            if self._ticket is None:
                self._ticket = self._sign_in(deadline)
            return self._ticket

    def renew(self, ended: str, *, deadline: float) -> str:
        """Return the session that follows ``ended``, logging in unless another thread just did."""
        with self._alone(deadline):
            if self._ticket == ended:
                self._ticket = None
            if self._ticket is None:
                self._ticket = self._sign_in(deadline)
            return self._ticket

    def note_refusal(self) -> None:
        """Take note that the diary refuses even a session that it has just given."""
        with self._lock:
            self._refused_at = time.monotonic()
            self._ticket = None

    @contextmanager
    def _alone(self, deadline: float) -> Generator[None]:
        if not self._lock.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise NotReached("another thread is still logging in")
        try:
            yield
        finally:
            self._lock.release()

    def _sign_in(self, deadline: float) -> str:
        refused_at = self._refused_at
        if refused_at is not None and time.monotonic() - refused_at < _REST_AFTER_REFUSAL:
            raise NotAccepted(NOT_ACCEPTED)
        words = {
            "j_username": self._settings.username,
            "j_password": self._settings.password.get_secret_value(),
            "ajax": "true",
        }
        address = f"{str(self._settings.url).rstrip('/')}/j_spring_security_check"
        message = Message("POST", address, urlencode(words).encode("ascii"), _FORM)
        reply = self._caller.read(message, deadline=deadline)
        try:
            ticket = read_ticket(reply)
        except NotAccepted:
            self._refused_at = time.monotonic()
            raise
        self._refused_at = None
        return ticket
