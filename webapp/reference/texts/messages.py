"""A text message, out to a phone or in from one, and who was told of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from webapp.reference.texts.segments import Size, measure

if TYPE_CHECKING:
    from datetime import datetime

_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_SHORT_CODE = re.compile(r"[0-9]{3,8}")
_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")


class Status(StrEnum):
    """Where a text stands, in Twilio's words (its table of message status values)."""

    ACCEPTED = "accepted"
    """A messaging service has it, and has not chosen a sender yet."""
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    RECEIVED = "received"
    """It came in from a phone."""


class Direction(StrEnum):
    IN = "inbound"
    OUT = "outbound-api"


@dataclass(frozen=True, slots=True)
class Told:
    """One webhook: of which status, and the HTTP status that came back.

    Without an ``answer``, ``silence`` says why there is none.
    """

    status: Status
    answer: int | None = None
    silence: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """One message. Times are aware, in UTC; ``sent_at`` is none until it is on its way."""

    sid: str
    to: str
    sender: str
    body: str
    status: Status
    received_at: datetime
    updated_at: datetime
    direction: Direction = Direction.OUT
    service_sid: str | None = None
    callback_url: str | None = None
    sent_at: datetime | None = None
    error_code: int | None = None
    told: tuple[Told, ...] = ()

    @property
    def size(self) -> Size:
        return measure(self.body)

    @property
    def has_sender(self) -> bool:
        """Whether it is known yet which number it goes out from."""
        return self.status is not Status.ACCEPTED

    @property
    def list_keeper(self) -> str:
        """Whose opt-out list counts: the messaging service's as a whole, or the sender's own."""
        return self.service_sid or self.sender

    @property
    def phone(self) -> str:
        """The patient's end of it."""
        return self.to if self.direction is Direction.OUT else self.sender

    @property
    def desk(self) -> str:
        """The practice's end of it."""
        return self.sender if self.direction is Direction.OUT else self.to

    @property
    def can_be_answered(self) -> bool:
        """A name that stands in for a number has no phone behind it to reply to."""
        return not is_name(self.desk)


def is_phone(text: str) -> bool:
    """Say whether it is a phone number as E.164 writes it: ``+447700900123``."""
    return _PHONE.fullmatch(text) is not None


def is_service(text: str) -> bool:
    """Say whether it is a messaging service's SID."""
    return _SERVICE.fullmatch(text) is not None


def is_name(text: str) -> bool:
    """Say whether it is an alphanumeric sender ID: 11 of letters, digits, spaces; one letter."""
    return _NAME.fullmatch(text) is not None


def is_sender(text: str) -> bool:
    """Say whether a text can come from it."""
    return is_phone(text) or is_name(text) or _SHORT_CODE.fullmatch(text) is not None
