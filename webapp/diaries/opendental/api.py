"""Speaks HTTP with Open Dental's REST API, no faster than the vendor allows.

Address, headers and throttle are those of the vendor's page "API Implementation".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.diaries.calling import Limits, Reply
from webapp.diaries.opendental.answers import pause_asked
from webapp.diaries.paced import PacedCaller
from webapp.diaries.transport import CallLimits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.diaries.pace import Pace, Urgency
    from webapp.diaries.settings import OpenDentalSettings

VENDOR_GOES_ON = 60.0
"""Seconds for which the vendor works on a request, whether or not we still listen (504 after that,
"API Implementation")."""
LIMITS = Limits(reads=CallLimits(connect=3.05, read=10.0, total=30.0))
"""A question waits for its turn behind others, and may need a turn for each page."""


class Api(PacedCaller):
    """One office's Open Dental."""

    def __init__(
        self,
        settings: OpenDentalSettings,
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

    def get(
        self, path: str, query: Mapping[str, str], *, urgency: Urgency, deadline: float
    ) -> Reply:
        """Ask once, when it is our turn. Raises NotReached, NoAnswer or Unintelligible."""
        return self.read(self.address(path, query.items()), urgency=urgency, deadline=deadline)


def _headers(settings: OpenDentalSettings) -> dict[str, str]:
    developer = settings.developer_key.get_secret_value()
    customer = settings.customer_key.get_secret_value()
    return {
        "Authorization": f"ODFHIR {developer}/{customer}",
        # On every request, also on one without a body
        "Content-Type": "application/json",
    }
