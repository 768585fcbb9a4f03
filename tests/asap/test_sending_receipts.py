"""What the gateway tells of a text counts in whatever order it comes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import permutations

import pytest
import time_machine

from tests.appointments.stored import NOW
from webapp.asap.model import Offer
from webapp.asap.sending import record_receipt
from webapp.asap.statuses import Response, SendStatus

R, S = Response, SendStatus
NUMBER = "SM1"
LOST = "The text was not delivered. (code 30003)"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def an_offer(
    response: Response = R.PENDING_RSVP,
    text: SendStatus = S.SENT_AWAITING_RECEIPT,
    number: str | None = NUMBER,
) -> Offer:
    sent = NOW - timedelta(minutes=1) if number else None
    return Offer(
        response=response, text_status=text, gateway_id=number, text_sent_at_utc=sent, note=""
    )


def tell(offer: Offer, *told: bool | None) -> tuple[Response, SendStatus, str]:
    """Tell of a text: delivered, lost, or on its way (None), one after another."""
    for one in told:
        code = "30003" if one is False else ""
        record_receipt(offer, number=NUMBER, is_delivered=one, code=code)
    return offer.response, offer.text_status, offer.note


def test_delivered_it_was_sent_well():
    assert tell(an_offer(), True) == (R.PENDING_RSVP, S.SEND_SUCCESSFUL, "")


def test_on_its_way_nothing_is_known_yet():
    assert tell(an_offer(), None) == (R.PENDING_RSVP, S.SENT_AWAITING_RECEIPT, "")


def test_lost_it_has_failed_and_the_code_is_noted():
    assert tell(an_offer(), False) == (R.FAILED, S.SEND_FAILED, LOST)


def test_lost_without_a_code_it_has_failed_all_the_same():
    offer = an_offer()
    record_receipt(offer, number=NUMBER, is_delivered=False, code="")
    assert offer.note == "The text was not delivered."


@pytest.mark.parametrize("order", sorted(set(permutations([None, None, True])), key=repr))
def test_delivered_counts_whatever_comes_after_or_before(order: tuple[bool | None, ...]):
    assert tell(an_offer(), *order) == (R.PENDING_RSVP, S.SEND_SUCCESSFUL, "")


@pytest.mark.parametrize("order", sorted(set(permutations([None, None, False])), key=repr))
def test_so_does_lost(order: tuple[bool | None, ...]):
    assert tell(an_offer(), *order) == (R.FAILED, S.SEND_FAILED, LOST)


def test_of_the_two_the_first_counts():
    assert tell(an_offer(), True, False) == (R.PENDING_RSVP, S.SEND_SUCCESSFUL, "")
    assert tell(an_offer(), False, True) == (R.FAILED, S.SEND_FAILED, LOST)


class TestBeforeOurOwnRecord:
    """A receipt may be quicker than the answer to our request, or that may have been lost."""

    @pytest.mark.parametrize(
        ("told", "stands"),
        [
            (None, (R.PENDING_RSVP, S.SENT_AWAITING_RECEIPT, "")),
            (True, (R.PENDING_RSVP, S.SEND_SUCCESSFUL, "")),
            (False, (R.FAILED, S.SEND_FAILED, LOST)),
        ],
    )
    def test_whatever_it_says_the_gateway_has_the_text(
        self, told: bool | None, stands: tuple[Response, SendStatus, str]
    ):
        offer = an_offer(R.AWAITING_TRANSMIT, number=None)
        assert tell(offer, told) == stands
        assert (offer.gateway_id, offer.text_sent_at_utc) == (NUMBER, NOW)

    def test_known_already_the_moment_of_sending_stays(self):
        offer = an_offer()
        tell(offer, True)
        assert offer.text_sent_at_utc == NOW - timedelta(minutes=1)


@pytest.mark.parametrize("told", [None, True, False])
@pytest.mark.parametrize("text", [S.DO_NOT_SEND, S.SEND_NOT_ATTEMPTED, S.SEND_FAILED])
def test_of_a_text_that_we_do_not_know_to_be_sent_nothing_is_believed(
    text: SendStatus, told: bool | None
):
    offer = an_offer(R.AWAITING_TRANSMIT, text, number=None)
    assert tell(offer, told) == (R.AWAITING_TRANSMIT, text, "")
    assert offer.gateway_id is None


def test_a_lost_text_fails_only_who_has_not_looked():
    """Whoever has opened the link has plainly had it."""
    for response in [one for one in R if one is not R.AWAITING_TRANSMIT]:
        then = R.FAILED if response is R.PENDING_RSVP else response
        assert tell(an_offer(response), False) == (then, S.SEND_FAILED, LOST)


def test_a_delivered_one_changes_no_answer():
    for response in [one for one in R if one is not R.AWAITING_TRANSMIT]:
        assert tell(an_offer(response), True) == (response, S.SEND_SUCCESSFUL, "")
