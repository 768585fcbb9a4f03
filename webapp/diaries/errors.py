"""What can go wrong with a diary, named by what the catcher does next.

No error carries a request body, a key, or a patient's word: their texts may be logged.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class DiaryError(Exception):
    """Anything a connector raises."""


class ReadFailed(DiaryError):
    """A question has no usable answer: say "could not check", never "nothing free"."""


class NotReached(ReadFailed):
    """The request never reached the diary: nothing was read or written; safe to send again."""


class NoAnswer(ReadFailed):
    """The diary was reached and did not answer in time, or broke off, or failed inside."""


class Unintelligible(ReadFailed):
    """The diary answered with something that is not an answer to the question."""


class Elsewhere(Unintelligible):
    """The diary has the booking, but not with this person, in this room, at this time.

    ``start`` is when it has it: aware, or None where that is no moment.
    """

    def __init__(self, start: datetime | None) -> None:
        super().__init__("the diary has the booking elsewhere")
        self.start = start


class NotAccepted(DiaryError):
    """The diary does not accept our key or our address: an operator's matter, not a patient's."""


class WriteRefused(DiaryError):
    """The diary said no to a booking. Nothing was booked."""


class NotAsOffered(WriteRefused):
    """An appointment is off the ASAP list, or of another length, since something was offered."""


class SlotTaken(WriteRefused):
    """The slot is not, or no longer, to be had: offer others."""


class PatientField(enum.Enum):
    """The answers that a diary can find fault with."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    REASON = "reason"


class FieldsRefused(WriteRefused):
    """The diary found fault with what the patient typed: ask again for just these fields."""

    def __init__(self, fields: frozenset[PatientField]) -> None:
        super().__init__("refused: " + ", ".join(sorted(one.value for one in fields)))
        self.fields = fields


class NotCapable(DiaryError):
    """The diary cannot do this at all: ask the practice to. Its ``capabilities`` say so."""


class OutcomeUnknown(DiaryError):
    """The write was sent and no trustworthy answer came: it may stand or not. Never repeat it."""


class SlotShared(OutcomeUnknown):
    """An appointment stands in a slot in which somebody else stands too: a person must look."""
