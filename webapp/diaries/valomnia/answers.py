"""Tells Valomnia's answers from its refusals, and says which of our errors each becomes.

The codes are those of the failure outputs in "72 Appointments - Reference Documentation 2.1".
Each comes with a description that may repeat what a patient typed: of it, the name of a parameter
is read where it is one we know, and nothing else.
"""

from __future__ import annotations

import enum
import http
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from webapp.diaries.documents import read_object
from webapp.diaries.errors import (
    DiaryError,
    FieldsRefused,
    NoAnswer,
    NotAccepted,
    OutcomeUnknown,
    PatientField,
    Unintelligible,
)

if TYPE_CHECKING:
    from webapp.diaries.calling import Reply

NOT_ACCEPTED = "the diary does not accept our user and password; run `flask --app wsgi doctor`"


class Code(enum.Enum):
    """The vendor's ``error``, in the words of this project."""

    PARAMETER = "invalid_param"
    MOMENT = "invalid_datetime_format"
    TYPE = "invalid_param_type"
    MISSING = "missing_param"
    DATES = "date_validation_error"
    NOT_SAVED = "save_failed"
    NOT_FOUND = "not_found"
    NOT_UNIQUE = "not_unique"
    NOT_DELETED = "delete_failed"
    BROKEN = "server_error"
    OTHER = ""
    """Any other word, or none."""


class Parameter(enum.Enum):
    """What the vendor may find fault with in what we send."""

    TITLE = "title"
    NOTE = "note"
    START = "startDate"
    END = "endDate"
    CATEGORY = "appointmentCategoryId"
    REFERENCE = "reference"
    OTHER = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer with the ``error`` key, and none of its words."""

    status: int
    code: Code
    parameter: Parameter

    def __str__(self) -> str:
        about = f" for {self.parameter.value}" if self.parameter.value else ""
        return f"{self.code.value or 'an unlisted error'}{about} (HTTP status {self.status})"

    @property
    def is_missing(self) -> bool:
        """Whether the diary says that there is no such appointment."""
        return self.code is Code.NOT_FOUND and self.status == http.HTTPStatus.NOT_FOUND


_SUCCESS = range(200, 300)
_REDIRECTS = range(300, 400)
# Asked again later, the diary (or what stands before it) may do better
_PASSING = frozenset({http.HTTPStatus.REQUEST_TIMEOUT, http.HTTPStatus.TOO_MANY_REQUESTS})
_SIGNED_OUT = frozenset({http.HTTPStatus.UNAUTHORIZED, http.HTTPStatus.FORBIDDEN})
_NAMED = re.compile(r"^(?:The type of parameter ([A-Za-z]+) you|([A-Za-z]+) parameter is missing)")
# Refusals after which surely nothing stands, for something that only an operator can mend
_OPERATORS = frozenset({Code.PARAMETER, Code.MOMENT, Code.TYPE, Code.DATES, Code.NOT_FOUND})
_PATIENTS = {Parameter.TITLE: PatientField.NAME, Parameter.NOTE: PatientField.REASON}
# The vendor's page "Service: Authentication": a login that succeeds redirects there
_WELCOME = "/login/ajaxSuccess"
_TICKET = re.compile(r"[A-Za-z0-9._~!-]{1,256}")
_COOKIE = re.compile(r"\s*JSESSIONID=\"?([^;\"]*)\"?\s*(?:;|$)")


def is_signed_out(reply: Reply) -> bool:
    """Say whether the diary wants us to log in: 401, 403, or a way to its login page.

    How it says so is in none of the vendor's pages: these are the ways of the framework that its
    login's address belongs to.
    """
    if reply.status in _REDIRECTS:
        return "/login" in _path(reply.location)
    return reply.status in _SIGNED_OUT


def read_ticket(reply: Reply) -> str:
    """Read the session's id from the answer to a login.

    The vendor's page "Service: Authentication" promises a cookie, and "might redirect" to a page
    that tells the same id as ``token``. Raises NotAccepted when the login was refused, NoAnswer
    when it may yet succeed, and Unintelligible.
    """
    document = read_object(reply.body) or {}
    if reply.status in _REDIRECTS:
        is_welcome = _path(reply.location).endswith(_WELCOME)
        is_refused = not is_welcome and "/login" in _path(reply.location)
    else:
        is_welcome = reply.status in _SUCCESS and is_yes(document.get("success"))
        is_refused = reply.status in _SIGNED_OUT or (
            reply.status < http.HTTPStatus.INTERNAL_SERVER_ERROR
            and ("error" in document or "success" in document)
        )
    if is_welcome:
        held = [found[1] for line in reply.cookies if (found := _COOKIE.match(line))]
        for ticket in (*reversed(held), document.get("token")):
            if isinstance(ticket, str) and _TICKET.fullmatch(ticket):
                return ticket
        raise Unintelligible("the answer to the login has no session")
    _raise_if_it_may_pass(reply)
    if is_refused:
        raise NotAccepted(NOT_ACCEPTED)
    raise Unintelligible(f"the login was not answered as documented (HTTP status {reply.status})")


def read_answer(reply: Reply) -> dict[str, object] | Refusal:
    """Tell an answer from a refusal, and both from noise.

    A status of failure that may pass raises NoAnswer, whatever stands in the body; one without
    the vendor's ``error`` raises Unintelligible, as noise does.
    """
    _raise_if_it_may_pass(reply)
    found = read_object(reply.body)
    if found is not None and "error" in found:
        return Refusal(
            reply.status, _code(found["error"]), _parameter(found.get("error_description"))
        )
    if found is None or reply.status not in _SUCCESS:
        raise Unintelligible(
            f"the diary's answer is no JSON object of success (HTTP status {reply.status})"
        )
    return found


def read_error(refusal: Refusal) -> DiaryError:
    """Say what a refused question means."""
    return Unintelligible(f"the diary refused the question: {refusal}")


def write_error(refusal: Refusal) -> DiaryError:
    """Say what a refused appointment means.

    ``save_failed``, ``not_unique`` and codes outside the document do not say that nothing stands:
    OutcomeUnknown. What is wrong with the patient's words is for the patient; everything else is
    for an operator, and told as NotAccepted.
    """
    if refusal.code in {Code.MISSING, Code.TYPE} and refusal.parameter in _PATIENTS:
        return FieldsRefused(frozenset({_PATIENTS[refusal.parameter]}))
    if refusal.code is Code.MISSING or refusal.code in _OPERATORS:
        return NotAccepted(
            f"the diary refuses what we send: {refusal}; check diary.appointment_category"
        )
    return OutcomeUnknown(f"the diary answered the booking with {refusal}")


def is_yes(value: object) -> bool:
    """Read ``success``, which the vendor's samples write both as true and as text."""
    return value is True or value == "true"


def _raise_if_it_may_pass(reply: Reply) -> None:
    if reply.status >= http.HTTPStatus.INTERNAL_SERVER_ERROR or reply.status in _PASSING:
        raise NoAnswer(f"the diary failed with HTTP status {reply.status}")


def _code(value: object) -> Code:
    try:
        return Code(value)
    except ValueError:
        return Code.OTHER


def _parameter(description: object) -> Parameter:
    found = _NAMED.match(description) if isinstance(description, str) else None
    try:
        return Parameter((found[1] or found[2]) if found else "")
    except ValueError:
        return Parameter.OTHER


def _path(location: str) -> str:
    try:
        return urlsplit(location).path
    except ValueError:
        return ""
