"""Tells Open Dental's answers from its refusals, and says which of our errors each becomes.

The statuses are those of the vendor's page "API Implementation". A refusal comes with a short
explanation in plain text, which is never read: it may repeat what a patient typed, and whether it
is text or a JSON string is not documented.
"""

from __future__ import annotations

import http
import re
from typing import TYPE_CHECKING

from webapp.diaries.errors import NoAnswer, NotAccepted, Unintelligible

if TYPE_CHECKING:
    from webapp.diaries.calling import Reply

NOT_ACCEPTED = (
    "the diary does not accept our keys, or they may not do this; run `flask --app wsgi doctor`"
)
LONGEST_PAUSE = 60.0
"""Seconds. We come back after this even if the vendor asks for more."""

_SUCCESS = range(200, 300)
# "Invalid credentials", or a key without the permission that this needs
_NOT_ACCEPTED = frozenset({http.HTTPStatus.UNAUTHORIZED, http.HTTPStatus.FORBIDDEN})
_SECONDS = re.compile(r"[0-9]{1,6}")
_USUAL_PAUSE = 1.0


class Throttled(NoAnswer):
    """Too many requests at once (429): this one was turned away, and may be sent again."""


class Refused(NoAnswer):
    """A bad request (400), which may mean much.

    The vendor sends it for wrong fields, and just as well when the office's own server is away or
    has not answered in time: after a write it does not say that nothing was written.
    """


def is_there(reply: Reply) -> bool:
    """Return True for success and False for 404: "does not exist".

    Raises NotAccepted, Throttled, Refused, NoAnswer for what may pass (504: not done in the
    vendor's 60 seconds), and Unintelligible for any other status.
    """
    if reply.status in _SUCCESS:
        return True
    if reply.status == http.HTTPStatus.NOT_FOUND:
        return False
    if reply.status in _NOT_ACCEPTED:
        raise NotAccepted(NOT_ACCEPTED)
    if reply.status == http.HTTPStatus.TOO_MANY_REQUESTS:
        raise Throttled("the diary has had too many requests (HTTP status 429)")
    if reply.status == http.HTTPStatus.BAD_REQUEST:
        raise Refused("the diary refused the request, or is away itself (HTTP status 400)")
    if (
        reply.status >= http.HTTPStatus.INTERNAL_SERVER_ERROR
        or reply.status == http.HTTPStatus.REQUEST_TIMEOUT
    ):
        raise NoAnswer(f"the diary failed with HTTP status {reply.status}")
    raise Unintelligible(f"the diary answered with HTTP status {reply.status}")


def pause_asked(reply: Reply) -> float | None:
    """Return for how many seconds the vendor wants no more requests; None where it does not.

    429 comes with ``Retry-After`` in seconds; without one that can be read, a second.
    """
    if reply.status != http.HTTPStatus.TOO_MANY_REQUESTS:
        return None
    if _SECONDS.fullmatch(reply.retry_after.strip()):
        return min(float(reply.retry_after), LONGEST_PAUSE)
    return _USUAL_PAUSE
