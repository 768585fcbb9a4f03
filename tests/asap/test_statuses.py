"""The twelve values of an offer, and which of them may follow which."""

from __future__ import annotations

import pytest

from webapp.asap.statuses import (
    ARROWS,
    UNANSWERED,
    KeyType,
    Response,
    SendStatus,
    may_become,
)

DIAGRAM = """
UnableToSend -> Viewed ViewedNotAvailable ChoseDifferentSlot
AwaitingTransmit -> PendingRsvp UnableToSend Failed Viewed ViewedNotAvailable ChoseDifferentSlot \
Expired
PendingRsvp -> Viewed ViewedNotAvailable Failed ChoseDifferentSlot Expired
Viewed -> ViewedNotAvailable AcceptedAndMoved AcceptedAndNotAvailable Declined DeclinedStopComm \
ChoseDifferentSlot Expired
ViewedNotAvailable -> Viewed AcceptedAndNotAvailable DeclinedStopComm
AcceptedAndNotAvailable -> Viewed
Declined -> Viewed DeclinedStopComm
Failed -> Viewed ViewedNotAvailable
AcceptedAndMoved ->
ChoseDifferentSlot ->
Expired ->
DeclinedStopComm ->
"""
"""Open Dental's, and what a page adds to it: a second look, an answer undone, a text that came
after all though nobody could tell."""
R = Response


def test_the_names_are_those_of_the_api():
    assert {one.value for one in Response} == {
        "UnableToSend",
        "AwaitingTransmit",
        "PendingRsvp",
        "Viewed",
        "ViewedNotAvailable",
        "AcceptedAndMoved",
        "AcceptedAndNotAvailable",
        "Declined",
        "ChoseDifferentSlot",
        "Expired",
        "Failed",
        "DeclinedStopComm",
    }
    assert {one.value for one in SendStatus} == {
        "DoNotSend",
        "SendNotAttempted",
        "SendSuccessful",
        "SendFailed",
        "SentAwaitingReceipt",
    }
    assert {one.value for one in KeyType} == {"ScheduledAppt", "UnscheduledAppt"}


def test_the_arrows_are_those_of_the_diagram_and_no_others():
    drawn = {
        before.strip(): set(after.split())
        for before, _, after in (line.partition("->") for line in DIAGRAM.strip().splitlines())
    }
    assert {one.value: {other.value for other in after} for one, after in ARROWS.items()} == drawn


def test_a_value_may_follow_just_where_there_is_an_arrow():
    for then in Response:
        for now in Response:
            assert may_become(now, then) is (then in ARROWS[now])


def test_no_value_follows_itself():
    for value in Response:
        assert not may_become(value, value)


def test_four_values_are_the_end():
    for value in (R.ACCEPTED_AND_MOVED, R.CHOSE_DIFFERENT_SLOT, R.EXPIRED, R.DECLINED_STOP_COMM):
        assert not any(may_become(value, then) for then in Response)


def test_every_other_value_can_still_change():
    assert {one for one in Response if ARROWS[one]} == set(Response) - {
        R.ACCEPTED_AND_MOVED,
        R.CHOSE_DIFFERENT_SLOT,
        R.EXPIRED,
        R.DECLINED_STOP_COMM,
    }


@pytest.mark.parametrize("answer", [R.ACCEPTED_AND_MOVED, R.DECLINED, R.DECLINED_STOP_COMM])
def test_nobody_answers_what_they_have_not_looked_at(answer: Response):
    before = {one for one in Response if may_become(one, answer)}
    seen = {R.VIEWED, R.VIEWED_NOT_AVAILABLE, R.DECLINED}
    assert before
    assert before <= seen


def test_every_value_can_be_come_to_from_one_of_the_two_that_an_offer_begins_with():
    reached = {R.UNABLE_TO_SEND, R.AWAITING_TRANSMIT}
    for _ in Response:
        reached |= {then for one in reached for then in ARROWS[one]}
    assert reached == set(Response)


def test_unanswered_are_those_before_an_answer_that_may_still_be_given():
    assert set(UNANSWERED) == {
        R.UNABLE_TO_SEND,
        R.AWAITING_TRANSMIT,
        R.PENDING_RSVP,
        R.VIEWED,
    }
    assert all(may_become(one, R.CHOSE_DIFFERENT_SLOT) for one in UNANSWERED)
