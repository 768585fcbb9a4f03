"""What a request to send must hold, and how the gateway says no.

Codes are those of Twilio's error dictionary; the sentences are our own. As at Twilio, a sentence
may repeat the patient's number: a client that logs it gives the patient away.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from webapp.reference.texts.messages import is_phone, is_sender, is_service

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_BODY = 1600
_MORE_INFO = "https://www.twilio.com/docs/errors/{}"


class Code(IntEnum):
    UNREADABLE_PARAMETER = 20001
    NOT_AUTHENTICATED = 20003
    NOT_FOUND = 20404
    TOO_MANY_REQUESTS = 20429
    SERVER_ERROR = 20500
    INVALID_TO = 21211
    INVALID_FROM = 21212
    BODY_MISSING = 21602
    FROM_MISSING = 21603
    TO_MISSING = 21604
    OPTED_OUT = 21610
    BODY_TOO_LONG = 21617


class Refused(Exception):
    """The request is not carried out: an HTTP status, a code and a sentence."""

    def __init__(self, code: Code, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status

    def as_json(self) -> dict[str, object]:
        """Return the document that Twilio sends with every error."""
        return {
            "code": int(self.code),
            "message": self.message,
            "more_info": _MORE_INFO.format(int(self.code)),
            "status": self.status,
        }


@dataclass(frozen=True, slots=True)
class Sending:
    """A request that may be carried out. Either a sender or a messaging service is there."""

    to: str
    body: str
    sender: str | None
    service_sid: str | None
    callback_url: str | None

    @classmethod
    def read(cls, form: Mapping[str, str]) -> Sending:
        """Read the form; raises ``Refused`` for the first thing amiss.

        A service's SID may stand in ``From`` too, as the page on error 21603 allows.
        """
        to, sender = form.get("To", ""), form.get("From", "")
        service_sid, body = form.get("MessagingServiceSid", ""), form.get("Body", "")
        if is_service(sender):
            sender, service_sid = "", sender
        if not to:
            raise Refused(Code.TO_MISSING, "A 'To' number is required.")
        if not sender and not service_sid:
            raise Refused(Code.FROM_MISSING, "A 'From' or a 'MessagingServiceSid' is required.")
        if not body:
            raise Refused(Code.BODY_MISSING, "A message body is required.")
        if not is_phone(to) or to == sender:
            raise refuse_number(to)
        if (sender and not is_sender(sender)) or (service_sid and not is_service(service_sid)):
            raise Refused(Code.INVALID_FROM, f"Nothing can be sent from {sender or service_sid}.")
        if len(body) > LONGEST_BODY:
            raise Refused(Code.BODY_TOO_LONG, f"A body has {LONGEST_BODY} characters at most.")
        return cls(to, body, sender or None, service_sid or None, form.get("StatusCallback"))


def refuse_number(to: str) -> Refused:
    """Return the refusal of a number that is none."""
    return Refused(Code.INVALID_TO, f"{to} is no valid 'To' phone number.")
