"""Tells Physiodiary's answers from its refusals, and says which of our errors each becomes.

The numbers and their names are the vendor's, from the list that ends "Using the API for online
bookings". Each comes with a field's name and a message; the message is never read, for it may
repeat what a patient typed.
"""

from __future__ import annotations

import enum
import http
import re
from dataclasses import dataclass
from typing import cast

from webapp.diaries.documents import read_object
from webapp.diaries.errors import (
    DiaryError,
    FieldsRefused,
    NoAnswer,
    NotAccepted,
    OutcomeUnknown,
    PatientField,
    SlotTaken,
    Unintelligible,
)

NOT_ACCEPTED = (
    "the diary does not accept our key or the address we call from; run `flask --app wsgi doctor`"
)


class Number(enum.IntEnum):
    """The vendor's error numbers, in the words of this project."""

    NOTHING_WRONG = 0
    ACTION = 1
    KEY = 2
    ROOM = 3
    STAFF = 4
    DAYS = 5
    DATE = 6
    TIME = 7
    NAME = 8
    PHONE = 9
    EMAIL = 10
    REASON = 11
    ALREADY_BOOKED = 12
    UNKNOWN = 13


@dataclass(frozen=True, slots=True)
class UnlistedNumber:
    """A number that the vendor's list lacks; ``value`` is None where no number was to be read."""

    value: int | None

    def __str__(self) -> str:
        return "unreadable" if self.value is None else str(self.value)


class Field(enum.Enum):
    """The vendor's ``fieldName``: request keys, and ``booking`` for the booking as a whole.

    Samples show ``booking``, ``staffId``, ``name`` and ``phone``; the others are inferred from
    the requests.
    """

    BOOKING = "booking"
    ACTION = "action"
    KEY = "apiKey"
    ROOM = "sectionId"
    STAFF = "staffId"
    DAYS = "numDays"
    DATE = "date"
    TIME = "time"
    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    REASON = "desc"
    OTHER = ""
    """Any other word, or none."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that the diary finds wrong."""

    number: Number | UnlistedNumber
    field: Field

    def __str__(self) -> str:
        number = self.number.value if isinstance(self.number, Number) else self.number
        return f"number {number} for field {self.field.value or 'other'}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer with the ``errors`` key. ``faults`` is empty when nothing could be made of it."""

    faults: tuple[Fault, ...]

    def __str__(self) -> str:
        return ", ".join(str(one) for one in self.faults) or "no number at all"

    def has(self, numbers: frozenset[Number]) -> bool:
        return any(one.number in numbers for one in self.faults)


_OURS = frozenset({Number.ACTION, Number.KEY})
_OF_THE_SLOT = frozenset({Number.ROOM, Number.STAFF, Number.DATE, Number.TIME})
_OF_THE_PATIENT = {
    Number.NAME: PatientField.NAME,
    Number.PHONE: PatientField.PHONE,
    Number.EMAIL: PatientField.EMAIL,
    Number.REASON: PatientField.REASON,
}
_ALREADY_BOOKED = frozenset({Number.ALREADY_BOOKED})
_CLEAR_ABOUT_A_BOOKING = _OURS | _OF_THE_SLOT | frozenset(_OF_THE_PATIENT) | _ALREADY_BOOKED

_SUCCESS = range(200, 300)
# Asked again later, the diary (or what stands before it) may do better
_PASSING = frozenset({http.HTTPStatus.REQUEST_TIMEOUT, http.HTTPStatus.TOO_MANY_REQUESTS})

_DIGITS = re.compile(r"[0-9]{1,6}")
_LARGEST = 999_999


def read_answer(status: int, body: bytes) -> dict[str, object] | Refusal:
    """Tell an answer from a refusal, and both from noise.

    The ``errors`` key decides, whatever the HTTP status: the vendor names no status for errors.
    A 404 without it is how the vendor says that key or address is wrong: NotAccepted. Any other
    status but success raises NoAnswer if it may pass, else Unintelligible, as noise does.
    """
    found = read_object(body)
    if found is not None:
        refusal = _refusal_in(found)
        if refusal is not None:
            return refusal
        if status in _SUCCESS:
            return found
    if status == http.HTTPStatus.NOT_FOUND:
        raise NotAccepted(NOT_ACCEPTED)
    if status >= http.HTTPStatus.INTERNAL_SERVER_ERROR or status in _PASSING:
        raise NoAnswer(f"the diary failed with HTTP status {status}")
    raise Unintelligible(f"the diary's answer is no JSON object of success (HTTP status {status})")


def read_error(refusal: Refusal) -> DiaryError:
    """Say what a refused question means: NotAccepted for our key, else Unintelligible."""
    if refusal.has(frozenset({Number.KEY})):
        return NotAccepted(NOT_ACCEPTED)
    return Unintelligible(f"the diary refused the question: {refusal}")


def booking_error(refusal: Refusal) -> DiaryError:
    """Say what a refused booking means.

    Anything unclear among the faults, or no fault, leaves the outcome unknown: "unknown error"
    does not say that nothing was booked. A slot that cannot be had outweighs what is wrong with
    the patient's answers, which are then still to be mended for another slot.
    """
    if not refusal.faults or any(
        one.number not in _CLEAR_ABOUT_A_BOOKING for one in refusal.faults
    ):
        return OutcomeUnknown(f"the diary answered the booking with {refusal}")
    if refusal.has(_ALREADY_BOOKED):
        return SlotTaken("the diary says that the slot is taken")
    if refusal.has(_OURS):
        return NotAccepted(NOT_ACCEPTED)
    if refusal.has(_OF_THE_SLOT):
        return SlotTaken(f"the diary does not know such a slot: {refusal}")
    return FieldsRefused(
        frozenset(
            _OF_THE_PATIENT[one.number] for one in refusal.faults if isinstance(one.number, Number)
        )
    )


def _refusal_in(document: dict[str, object]) -> Refusal | None:
    """Read the diary's errors, which the presence of the key alone announces."""
    if "errors" not in document:
        return None
    errors = document["errors"]
    if not isinstance(errors, list):
        return Refusal(())
    return Refusal(tuple(_fault(one) for one in cast("list[object]", errors)))


def _fault(entry: object) -> Fault:
    if not isinstance(entry, dict):
        return Fault(UnlistedNumber(None), Field.OTHER)
    found = cast("dict[str, object]", entry)
    return Fault(_number(found.get("error")), _field(found.get("fieldName")))


def _number(value: object) -> Number | UnlistedNumber:
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    # A longer number would be the diary's own words in our log; a boolean is no number
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _LARGEST:
        return UnlistedNumber(None)
    try:
        return Number(value)
    except ValueError:
        return UnlistedNumber(value)


def _field(value: object) -> Field:
    try:
        return Field(value)
    except ValueError:
        return Field.OTHER
