"""What becomes of an offer and of its text, in the words of Open Dental's AsapComm.

The names and meanings are those of its API document "API AsapComms" and of the values that its
"Web Sched ASAP History" shows; a client of that API reads them as they are.
"""

from __future__ import annotations

import enum


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


class KeyType(enum.StrEnum):
    """FKeyType: what the patient had when the offer was made."""

    SCHEDULED = "ScheduledAppt"
    UNSCHEDULED = "UnscheduledAppt"


_R = Response
ARROWS: dict[Response, frozenset[Response]] = {
    # Listed on the patient's page, whose address another text brought: so it can be looked at.
    _R.UNABLE_TO_SEND: frozenset({_R.VIEWED, _R.VIEWED_NOT_AVAILABLE, _R.CHOSE_DIFFERENT_SLOT}),
    _R.AWAITING_TRANSMIT: frozenset(
        {
            _R.PENDING_RSVP,
            # Found out only when it was due, such as a second text that day.
            _R.UNABLE_TO_SEND,
            _R.FAILED,
            _R.VIEWED,
            _R.VIEWED_NOT_AVAILABLE,
            _R.CHOSE_DIFFERENT_SLOT,
            _R.EXPIRED,
        }
    ),
    _R.PENDING_RSVP: frozenset(
        {
            _R.VIEWED,
            _R.VIEWED_NOT_AVAILABLE,
            _R.FAILED,
            _R.CHOSE_DIFFERENT_SLOT,
            _R.EXPIRED,
        }
    ),
    _R.VIEWED: frozenset(
        {
            _R.VIEWED_NOT_AVAILABLE,
            _R.ACCEPTED_AND_MOVED,
            _R.ACCEPTED_AND_NOT_AVAILABLE,
            _R.DECLINED,
            _R.DECLINED_STOP_COMM,
            _R.CHOSE_DIFFERENT_SLOT,
            _R.EXPIRED,
        }
    ),
    # Who had it in hand did not get it after all: it is free once more.
    _R.VIEWED_NOT_AVAILABLE: frozenset(
        {_R.VIEWED, _R.ACCEPTED_AND_NOT_AVAILABLE, _R.DECLINED_STOP_COMM}
    ),
    _R.ACCEPTED_AND_NOT_AVAILABLE: frozenset({_R.VIEWED}),
    # Undone while it is free.
    _R.DECLINED: frozenset({_R.VIEWED, _R.DECLINED_STOP_COMM}),
    # A receipt that says "not delivered" may be wrong: whoever opens the link had the text.
    _R.FAILED: frozenset({_R.VIEWED, _R.VIEWED_NOT_AVAILABLE}),
    _R.ACCEPTED_AND_MOVED: frozenset(),
    _R.CHOSE_DIFFERENT_SLOT: frozenset(),
    _R.EXPIRED: frozenset(),
    _R.DECLINED_STOP_COMM: frozenset(),
}
"""From each value, those that may follow it."""
UNANSWERED = frozenset({_R.UNABLE_TO_SEND, _R.AWAITING_TRANSMIT, _R.PENDING_RSVP, _R.VIEWED})
"""The values of an offer that its patient has not answered."""


def may_become(now: Response, then: Response) -> bool:
    """Say whether an offer that stands at ``now`` may come to stand at ``then``."""
    return then in ARROWS[now]
