"""Speaks HTTP with a Physiodiary server: JSON out, a status and bytes back, within the limits.

The vendor's page "Using the API for online bookings": every request is a POST of one JSON object,
with the practice's key inside it, to the one address that the practice was given.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from webapp.diaries.calling import Caller, Limits, Message, Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.diaries.port import CallOrigin
    from webapp.diaries.settings import PhysiodiarySettings

_HEADERS = {"Content-Type": "application/json"}


class Api:
    """One practice's address at the vendor's. Safe to share between threads.

    ``authorities`` names a file of certificate authorities to trust in place of the public
    ones.
    """

    def __init__(
        self, settings: PhysiodiarySettings, limits: Limits, *, authorities: str | None = None
    ) -> None:
        self._settings = settings
        self._limits = limits
        self._caller = Caller(settings, limits, authorities=authorities)

    @property
    def host(self) -> str:
        """Where the diary is, as ``host:port``: fit for a log."""
        return self._caller.host

    def read(self, question: Mapping[str, object], *, deadline: float) -> Reply:
        """Ask once, over a kept connection. ``deadline`` is on the ``time.monotonic`` scale.

        Raises NotReached, NoAnswer, or Unintelligible for an answer without end.
        """
        return self._caller.read(self._message(question), deadline=deadline)

    def write(self, order: Mapping[str, object]) -> Reply:
        """Send once, over a connection made for it. Raises as ``read`` does."""
        deadline = time.monotonic() + self._limits.write.total
        return self._caller.write(self._message(order), deadline=deadline)

    def origin(self) -> CallOrigin:
        """Connect, to the proxy where there is one, and say nothing. Raises NotReached."""
        return self._caller.origin()

    def close(self) -> None:
        """Give back pooled connections."""
        self._caller.close()

    def _message(self, words: Mapping[str, object]) -> Message:
        # ASCII alone: whatever encoding the diary believes in, a name arrives as it was typed
        body = json.dumps({**words, "apiKey": self._settings.api_key.get_secret_value()})
        return Message("POST", str(self._settings.url), body.encode("ascii"), _HEADERS)
