"""What becomes of an offer and of its text, in the words of Open Dental's AsapComm.

The names and meanings are those of its API document "API AsapComms" and of the values that its
"Web Sched ASAP History" shows; a client of that API reads them as they are.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class Response(enum.StrEnum):
    """ResponseStatus: where an offer stands with its patient."""

    UNABLE_TO_SEND = "UnableToSend"
    """The patient may not be texted; the offer is on their page all the same."""
    AWAITING_TRANSMIT = "AwaitingTransmit"
    PENDING_RSVP = "PendingRsvp"
    """The gateway has the text; the patient has done nothing yet."""
    VIEWED = "Viewed"
    VIEWED_NOT_AVAILABLE = "ViewedNotAvailable"
    ACCEPTED_AND_MOVED = "AcceptedAndMoved"
    ACCEPTED_AND_NOT_AVAILABLE = "AcceptedAndNotAvailable"
    DECLINED = "Declined"
    CHOSE_DIFFERENT_SLOT = "ChoseDifferentSlot"
    """The patient took another of their own offers."""
    EXPIRED = "Expired"
    FAILED = "Failed"
    """The text could not be sent, or the slot was taken first."""
    DECLINED_STOP_COMM = "DeclinedStopComm"
    """Declined, and wants to hear of no other."""


class SendStatus(enum.StrEnum):
    """SmsSendStatus: how far the text has come."""

    DO_NOT_SEND = "DoNotSend"
    """It will not be sent; the note says why."""
    SEND_NOT_ATTEMPTED = "SendNotAttempted"
    SEND_SUCCESSFUL = "SendSuccessful"
    SEND_FAILED = "SendFailed"
    SENT_AWAITING_RECEIPT = "SentAwaitingReceipt"
    """The gateway has it, and no receipt has come yet."""


@dataclass(frozen=True, slots=True)
class DiarysOffer:
    """An offer that the diary makes itself: its own text, its own page, its own record.

    ``reference`` is its number there. ``response`` and ``text_status`` are None where the diary
    says something that we do not know. ``template_text`` is the text but for name and link.
    ``sent_at`` is aware and in the practice's zone; None while nothing was sent.
    """

    reference: str
    response: Response | None
    text_status: SendStatus | None
    template_text: str
    sent_at: datetime | None
