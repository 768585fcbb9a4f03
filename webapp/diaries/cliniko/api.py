"""Speaks HTTP with Cliniko's API, no oftener than the vendor allows."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from webapp.diaries.calling import Limits, Reply
from webapp.diaries.cliniko.answers import pause_asked
from webapp.diaries.errors import Unintelligible
from webapp.diaries.paced import PacedCaller
from webapp.diaries.transport import CallLimits

if TYPE_CHECKING:
    from webapp.diaries.pace import Pace, Urgency
    from webapp.diaries.settings import ClinikoSettings

VENDOR_GOES_ON = 30.0
"""Seconds for which we take the vendor to be at it after we stopped listening."""
LIMITS = Limits(reads=CallLimits(connect=3.05, read=8.0, total=15.0))
"""A question waits for its turn behind others, and may need a turn for each week and page."""
_PLAIN = re.compile(r"[!-~]+")


class Api(PacedCaller):
    """One account's Cliniko."""

    def __init__(
        self,
        settings: ClinikoSettings,
        limits: Limits,
        pace: Pace,
        *,
        authorities: str | None = None,
    ) -> None:
        super().__init__(
            settings,
            limits,
            pace,
            headers=lambda: _headers(settings),
            pause_asked=pause_asked,
            authorities=authorities,
        )

    def get(self, address: str, *, urgency: Urgency, deadline: float) -> Reply:
        """Ask once, when it is our turn. Raises NotReached, NoAnswer or Unintelligible.

        ``address`` may come from an answer, as a list's next page does: to any other server than
        the practice's own the key is not sent.
        """
        if not address.startswith(self.root) or not _PLAIN.fullmatch(address):
            raise Unintelligible("the diary's answer leads to another server")
        return self.read(address, urgency=urgency, deadline=deadline)


def _headers(settings: ClinikoSettings) -> dict[str, str]:
    # The key is the user's name, and there is no password
    user = f"{settings.api_key.get_secret_value()}:".encode()
    return {
        "Authorization": f"Basic {base64.b64encode(user).decode('ascii')}",
        "User-Agent": f"{settings.vendor_name} ({settings.contact_email})",
    }
