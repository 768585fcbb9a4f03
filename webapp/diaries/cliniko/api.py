"""Speaks HTTP with Cliniko's API, no oftener than the vendor allows."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from webapp.diaries.calling import Caller, Limits, Message, Reply
from webapp.diaries.cliniko.answers import pause_asked
from webapp.diaries.errors import Unintelligible
from webapp.diaries.transport import CallLimits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from webapp.diaries.deadlines import Times
    from webapp.diaries.pace import Pace, Urgency
    from webapp.diaries.port import CallOrigin
    from webapp.diaries.settings import ClinikoSettings

VENDOR_GOES_ON = 30.0
"""Seconds for which we take the vendor to be at it after we stopped listening."""
LIMITS = Limits(reads=CallLimits(connect=3.05, read=8.0, total=15.0))
"""A question waits for its turn behind others, and may need a turn for each week and page."""
_PLAIN = re.compile(r"[!-~]+")


class Api:
    """One account's Cliniko. Safe to share between threads.

    ``authorities`` names a file of certificate authorities to trust in place of the public
    ones. Deadlines are on the ``time.monotonic`` scale, and hold for waiting too.
    """

    def __init__(
        self,
        settings: ClinikoSettings,
        limits: Limits,
        pace: Pace,
        *,
        authorities: str | None = None,
    ) -> None:
        self._settings = settings
        self._root = f"{str(settings.url).rstrip('/')}/"
        self._pace = pace
        self._caller = Caller(settings, limits, authorities=authorities)

    @property
    def host(self) -> str:
        """Where the diary is, as ``host:port``: fit for a log."""
        return self._caller.host

    def address(self, path: str, query: Sequence[tuple[str, str]] = ()) -> str:
        """Return where a question is asked."""
        asked = urlencode(query, quote_via=quote)
        return self._root + path + (f"?{asked}" if asked else "")

    def get(self, address: str, *, urgency: Urgency, deadline: float) -> Reply:
        """Ask once, when it is our turn. Raises NotReached, NoAnswer or Unintelligible.

        ``address`` may come from an answer, as a list's next page does: to any other server than
        the practice's own the key is not sent.
        """
        if not address.startswith(self._root) or not _PLAIN.fullmatch(address):
            raise Unintelligible("the diary's answer leads to another server")
        message = Message("GET", address, headers=self._headers())
        self._pace.wait_for_turn(urgency, deadline=deadline)
        return self._heeded(self._caller.read(message, deadline=deadline))

    def send(
        self,
        method: str,
        path: str,
        document: Mapping[str, object],
        *,
        urgency: Urgency,
        times: Times,
    ) -> Reply:
        """Write, once, when it is our turn. Raises as ``get`` does."""
        # ASCII alone: whatever encoding the diary believes in, a name arrives as it was typed
        body = json.dumps(document).encode("ascii")
        headers = {**self._headers(), "Content-Type": "application/json"}
        message = Message(method, self._root + path, body, headers)
        self._pace.wait_for_turn(urgency, deadline=times.leave_by)
        return self._heeded(self._caller.write(message, deadline=times.end))

    def origin(self) -> CallOrigin:
        """Connect, to the proxy where there is one, and say nothing. Raises NotReached."""
        return self._caller.origin()

    def close(self) -> None:
        """Give back pooled connections."""
        self._caller.close()

    def _heeded(self, reply: Reply) -> Reply:
        pause = pause_asked(reply)
        if pause is not None:
            self._pace.hold(pause)
        return reply

    def _headers(self) -> dict[str, str]:
        settings = self._settings
        # The key is the user's name, and there is no password
        user = f"{settings.api_key.get_secret_value()}:".encode()
        return {
            "Authorization": f"Basic {base64.b64encode(user).decode('ascii')}",
            "User-Agent": f"{settings.vendor_name} ({settings.contact_email})",
        }
