"""Which of the values of Open Dental's AsapComm may follow which, and what a patient had."""

from __future__ import annotations

import enum

from webapp.diaries.offers import Response, SendStatus

__all__ = ["ARROWS", "UNANSWERED", "KeyType", "Response", "SendStatus", "may_become"]


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
