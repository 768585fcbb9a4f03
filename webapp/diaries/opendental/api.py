"""Speaks HTTP with Open Dental's REST API, no faster than the vendor allows.

Address, headers and throttle are those of the vendor's page "API Implementation".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from webapp.diaries.calling import Caller, Limits, Message, Reply
from webapp.diaries.opendental.answers import pause_asked
from webapp.diaries.transport import CallLimits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.diaries.deadlines import Times
    from webapp.diaries.pace import Pace, Urgency
    from webapp.diaries.port import CallOrigin
    from webapp.diaries.settings import OpenDentalSettings

VENDOR_GOES_ON = 60.0
"""Seconds for which the vendor works on a request, whether or not we still listen (504 after that,
"API Implementation")."""
LIMITS = Limits(reads=CallLimits(connect=3.05, read=10.0, total=30.0))
"""A question waits for its turn behind others, and may need a turn for each page."""


class Api:
    """One office's Open Dental. Safe to share between threads.

    ``authorities`` names a file of certificate authorities to trust in place of the public
    ones. Deadlines are on the ``time.monotonic`` scale, and hold for waiting too.
    """

    def __init__(
        self,
        settings: OpenDentalSettings,
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

    def get(
        self, path: str, query: Mapping[str, str], *, urgency: Urgency, deadline: float
    ) -> Reply:
        """Ask once, when it is our turn. Raises NotReached, NoAnswer or Unintelligible."""
        # Percent encoding alone, as the page has it: a space is %20, not +
        asked = urlencode(query, quote_via=quote)
        address = self._root + path + (f"?{asked}" if asked else "")
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
        message = Message(method, self._root + path, body, self._headers())
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
        developer = self._settings.developer_key.get_secret_value()
        customer = self._settings.customer_key.get_secret_value()
        return {
            "Authorization": f"ODFHIR {developer}/{customer}",
            # On every request, also on one without a body
            "Content-Type": "application/json",
        }
