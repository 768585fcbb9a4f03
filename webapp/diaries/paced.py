"""Speaks JSON with a vendor that counts our requests: each waits for its turn."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from webapp.diaries.calling import Caller, Limits, Message, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from webapp.diaries.deadlines import Times
    from webapp.diaries.pace import Pace, Urgency
    from webapp.diaries.port import CallOrigin
    from webapp.diaries.server_settings import ServerSettings


class PacedCaller:
    """One account at its vendor's. Safe to share between threads.

    ``headers`` go with every request, and ``pause_asked`` reads from an answer for how many
    seconds the vendor wants to hear nothing of us, or None. ``authorities`` names a file of
    certificate authorities to trust in place of the public ones. Deadlines are on the
    ``time.monotonic`` scale, and hold for waiting too.
    """

    def __init__(
        self,
        settings: ServerSettings,
        limits: Limits,
        pace: Pace,
        *,
        headers: Callable[[], Mapping[str, str]],
        pause_asked: Callable[[Reply], float | None],
        authorities: str | None,
    ) -> None:
        self.root = f"{str(settings.url).rstrip('/')}/"
        self._pace = pace
        self._headers = headers
        self._pause_asked = pause_asked
        self._caller = Caller(settings, limits, authorities=authorities)

    @property
    def host(self) -> str:
        """Where the diary is, as ``host:port``: fit for a log."""
        return self._caller.host

    def address(self, path: str, query: Iterable[tuple[str, str]] = ()) -> str:
        """Return where a question is asked."""
        # Percent encoding alone: a space is %20, not +
        asked = urlencode(list(query), quote_via=quote)
        return self.root + path + (f"?{asked}" if asked else "")

    def read(self, address: str, *, urgency: Urgency, deadline: float) -> Reply:
        """Ask once, when it is our turn. Raises NotReached, NoAnswer or Unintelligible."""
        message = Message("GET", address, headers=self._headers())
        self._pace.wait_for_turn(urgency, deadline=deadline)
        return self._heeded(self._caller.read(message, deadline=deadline))

    def write(
        self,
        method: str,
        path: str,
        document: Mapping[str, object],
        *,
        urgency: Urgency,
        times: Times,
    ) -> Reply:
        """Write, once, when it is our turn. Raises as ``read`` does."""
        # ASCII alone: whatever encoding the diary believes in, a name arrives as it was typed
        body = json.dumps(document).encode("ascii")
        headers = {**self._headers(), "Content-Type": "application/json"}
        message = Message(method, self.root + path, body, headers)
        self._pace.wait_for_turn(urgency, deadline=times.leave_by)
        return self._heeded(self._caller.write(message, deadline=times.end))

    def origin(self) -> CallOrigin:
        """Connect, to the proxy where there is one, and say nothing. Raises NotReached."""
        return self._caller.origin()

    def close(self) -> None:
        """Give back pooled connections."""
        self._caller.close()

    def _heeded(self, reply: Reply) -> Reply:
        pause = self._pause_asked(reply)
        if pause is not None:
            self._pace.hold(pause)
        return reply
