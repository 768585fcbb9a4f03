"""Tells Cliniko's answers from its refusals, and says which of our errors each becomes.

Statuses are those of the vendor's description, and of what its users report. The words of a refusal
are never read: they may repeat what a patient typed. Of a 422 the names of the fields are.
"""

from __future__ import annotations

import http
import re
from typing import TYPE_CHECKING, cast

from webapp import clock
from webapp.diaries.documents import read_object
from webapp.diaries.errors import NoAnswer, NotAccepted, PatientField, Unintelligible

if TYPE_CHECKING:
    from webapp.diaries.calling import Reply

NOT_ACCEPTED = (
    "the diary does not accept our key, or its user may not do this; run `flask --app wsgi doctor`"
)
LONGEST_PAUSE = 60.0
"""Seconds. The vendor counts by the minute: we come back after one even if it asks for more."""

_SUCCESS = range(200, 300)
_NOT_ACCEPTED = frozenset({http.HTTPStatus.UNAUTHORIZED, http.HTTPStatus.FORBIDDEN})
_SECONDS = re.compile(r"[0-9]{1,12}")
_USUAL_PAUSE = 5.0
_FIELDS = {
    "first_name": PatientField.NAME,
    "last_name": PatientField.NAME,
    "email": PatientField.EMAIL,
    "patient_phone_numbers": PatientField.PHONE,
    "notes": PatientField.REASON,
}


class Throttled(NoAnswer):
    """Too many requests in this minute (429): this one was turned away, and nothing was done."""


class Invalid(Unintelligible):
    """Not valid (422), and so not written.

    ``patients_own`` is what the patient typed of it; empty where anything else was wrong too.
    """

    def __init__(self, fields: frozenset[str]) -> None:
        """Take the vendor's names of what was wrong; those that we do not know are not kept."""
        known = sorted(fields & _FIELDS.keys())
        others = ["others"] if len(known) < len(fields) else []
        super().__init__(f"the diary found a request invalid in: {', '.join(known + others)}")
        self.patients_own = frozenset(_FIELDS[one] for one in known if not others)


def is_there(reply: Reply) -> bool:
    """Return True for success and False for 404.

    Raises NotAccepted, Throttled, Invalid, NoAnswer for what may pass, and Unintelligible for any
    other status.
    """
    if reply.status in _SUCCESS:
        return True
    if reply.status == http.HTTPStatus.NOT_FOUND:
        return False
    if reply.status in _NOT_ACCEPTED:
        raise NotAccepted(NOT_ACCEPTED)
    if reply.status == http.HTTPStatus.TOO_MANY_REQUESTS:
        raise Throttled("the diary has had too many requests (HTTP status 429)")
    if reply.status == http.HTTPStatus.UNPROCESSABLE_ENTITY:
        raise Invalid(_fields_in(reply.body))
    if (
        reply.status >= http.HTTPStatus.INTERNAL_SERVER_ERROR
        or reply.status == http.HTTPStatus.REQUEST_TIMEOUT
    ):
        raise NoAnswer(f"the diary failed with HTTP status {reply.status}")
    raise Unintelligible(f"the diary answered with HTTP status {reply.status}")


def pause_asked(reply: Reply) -> float | None:
    """Return for how many seconds the vendor wants no more requests; None where it does not.

    429 comes with ``X-RateLimit-Reset``, a UNIX time, and perhaps with ``Retry-After``: the later.
    """
    if reply.status != http.HTTPStatus.TOO_MANY_REQUESTS:
        return None
    asked: list[float] = []
    if _SECONDS.fullmatch(reply.retry_after.strip()):
        asked.append(float(reply.retry_after))
    if _SECONDS.fullmatch(reply.limit_resets_at.strip()):
        asked.append(float(reply.limit_resets_at) - clock.now().timestamp())
    wanted = max(asked, default=_USUAL_PAUSE)
    # It may lie in the past by a clock that is not the vendor's
    return min(wanted, LONGEST_PAUSE) if wanted > 0 else _USUAL_PAUSE


def _fields_in(body: bytes) -> frozenset[str]:
    errors = (read_object(body) or {}).get("errors")
    return frozenset(cast("dict[str, object]", errors)) if isinstance(errors, dict) else frozenset()
