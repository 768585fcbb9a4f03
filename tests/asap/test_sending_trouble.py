"""Whatever the gateway answers, or does not, a patient gets a text once at the most."""

from __future__ import annotations

from typing import Literal

import pytest

from tests.appointments.stored import Sessions
from tests.asap.ground import SENDER, entry_now, opening_now
from tests.asap.texters import Texter
from tests.reference_texts import AUTH_TOKEN
from tests.services.both import on_both
from webapp.asap import notes, sending
from webapp.asap.model import Condition, Offer
from webapp.asap.statuses import Response, SendStatus
from webapp.db.engine import writing
from webapp.notify import texts as texting
from webapp.notify.optouts import has_opted_out
from webapp.notify.texts import TextGateway
from webapp.outbox.results import Park

UNTOLD = (Response.AWAITING_TRANSMIT, SendStatus.SEND_NOT_ATTEMPTED)
IN_DOUBT = (Response.AWAITING_TRANSMIT, SendStatus.SENT_AWAITING_RECEIPT)
SENT = (Response.PENDING_RSVP, SendStatus.SENT_AWAITING_RECEIPT)
NotTaken = Literal["tempfail", "drop_before"]
Taken = Literal["slow", "drop_after", "rubbish"]


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits a quarter of a minute for an answer that a test holds up."""
    monkeypatch.setattr(texting, "_READ_SECONDS", 0.5)


def stands(texter: Texter, offer: Offer) -> tuple[Response, SendStatus]:
    now = texter.now(offer)
    return now.response, now.text_status


def killed_at(monkeypatch: pytest.MonkeyPatch, texter: Texter, offer: Offer, point: str) -> None:
    """Text until the worker is killed at a named point."""

    def die(name: str) -> None:
        if name == point:
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(sending, "crash_point", die)
        with pytest.raises(Killed):
            texter.text(offer)


class TestRefused:
    def test_a_number_that_is_none_is_noted_and_not_tried_again(self, texter: Texter):
        offer = texter.offer()
        texter.texts.fault("refuse")
        for _ in range(2):
            texter.text(offer)
        assert stands(texter, offer) == (Response.FAILED, SendStatus.SEND_FAILED)
        assert texter.now(offer).note == notes.BAD_NUMBER

    def test_who_has_said_stop_to_the_gateway_alone_is_known_to_us_from_then_on(
        self, texter: Texter, sessions: Sessions
    ):
        offer = texter.offer()
        phone = entry_now(sessions, offer.entry_id).patient_phone
        texter.texts.write("STOP", phone=phone, to=SENDER)
        texter.text(offer)
        assert stands(texter, offer) == (Response.FAILED, SendStatus.DO_NOT_SEND)
        assert texter.now(offer).note == notes.OPTED_OUT
        with sessions() as session:
            assert has_opted_out(session, sender=SENDER, phone=phone)
            assert not has_opted_out(session, sender="+447700900801", phone=phone)
        assert texter.texts.texts() == []

    def test_what_is_about_us_is_parked_by_its_code(self, texter: Texter):
        offer = texter.offer()
        rules = texter.practice.asap.model_copy(update={"texts_from": "+44"})
        texter.practice = texter.practice.model_copy(update={"asap": rules})
        with pytest.raises(Park, match="the gateway refused the text: code 21212"):
            texter.text(offer)
        assert stands(texter, offer) == (Response.FAILED, SendStatus.SEND_FAILED)
        assert texter.now(offer).note == "The gateway refused the text (code 21212)."


class TestNotTakenForNow:
    def put_off(self, texter: Texter, offer: Offer) -> None:
        later = texter.put_off(offer)
        assert later.reason.startswith("the gateway did not take it: ")
        assert stands(texter, offer) == UNTOLD

    def test_too_many_at_a_time(self, texter: Texter):
        offer = texter.offer()
        texter.texts.fault("ratelimit", times=1)
        self.put_off(texter, offer)
        assert texter.texts.texts() == []
        texter.text(offer)
        assert len(texter.sent_to(offer)) == 1

    def test_a_token_that_an_operator_has_to_mend(self, texter: Texter):
        offer, right = texter.offer(), texter.gateway
        assert right is not None
        url = f"{right._messages.split('/Accounts')[0]}".replace("://", "://AC1:another@")
        texter.gateway = TextGateway(url)
        self.put_off(texter, offer)
        texter.gateway = right
        texter.text(offer)
        assert len(texter.sent_to(offer)) == 1
        assert AUTH_TOKEN not in texter.now(offer).note

    def test_nobody_there(self, texter: Texter, closed_port: int):
        offer, right = texter.offer(), texter.gateway
        texter.gateway = TextGateway(f"http://AC1:word@127.0.0.1:{closed_port}/sms")
        self.put_off(texter, offer)
        texter.gateway = right
        texter.text(offer)
        assert len(texter.sent_to(offer)) == 1


class TestNoAnswer:
    @pytest.mark.parametrize("kind", ["tempfail", "drop_before"])
    def test_it_is_looked_up_and_sent_where_the_gateway_has_it_not(
        self, texter: Texter, kind: NotTaken
    ):
        offer = texter.offer()
        texter.texts.fault(kind, times=1)
        assert texter.put_off(offer).reason.startswith("the gateway did not answer: ")
        assert stands(texter, offer) == IN_DOUBT
        texter.text(offer)
        assert stands(texter, offer) == SENT
        assert len(texter.sent_to(offer)) == 1

    @pytest.mark.parametrize("kind", ["slow", "drop_after", "rubbish"])
    def test_it_is_looked_up_and_not_sent_again_where_the_gateway_has_it(
        self, texter: Texter, kind: Taken
    ):
        offer = texter.offer()
        texter.texts.fault(kind, times=1)
        texter.put_off(offer)
        assert stands(texter, offer) == IN_DOUBT
        for _ in range(2):
            texter.text(offer)
        [text] = texter.sent_to(offer)
        assert stands(texter, offer) == SENT
        assert texter.now(offer).gateway_id == text.sid

    def test_while_it_cannot_be_looked_up_it_is_not_sent_again(self, texter: Texter):
        offer = texter.offer()
        texter.texts.fault("drop_after", times=1)
        texter.put_off(offer)
        texter.texts.fault("tempfail", doing="look", times=3)
        for _ in range(3):
            assert "looking it up" in texter.put_off(offer).reason
        assert stands(texter, offer) == IN_DOUBT
        texter.text(offer)
        assert len(texter.sent_to(offer)) == 1

    def test_however_often_it_goes_wrong_one_comes(self, texter: Texter):
        offer = texter.offer()
        for kind in ("tempfail", "drop_before", "tempfail", "drop_after"):
            texter.texts.fault(kind, times=1)
        for _ in range(4):
            texter.put_off(offer)
        texter.text(offer)
        assert len(texter.sent_to(offer)) == 1

    def test_the_texts_of_others_are_not_mistaken_for_it(self, texter: Texter):
        first, offer = texter.offer(), texter.offer()
        texter.text(first)
        texter.texts.fault("drop_before", times=1)
        texter.put_off(offer)
        texter.text(offer)
        assert (len(texter.sent_to(first)), len(texter.sent_to(offer))) == (1, 1)


class TestKilled:
    def test_before_it_was_handed_over_it_is_handed_over_by_the_next(
        self, texter: Texter, monkeypatch: pytest.MonkeyPatch
    ):
        offer = texter.offer()
        killed_at(monkeypatch, texter, offer, "texting: begun")
        assert (stands(texter, offer), texter.texts.texts()) == (IN_DOUBT, [])
        texter.text(offer)
        assert stands(texter, offer) == SENT
        assert len(texter.sent_to(offer)) == 1

    @on_both
    def test_after_it_was_handed_over_it_is_found_by_the_next(
        self, texter: Texter, monkeypatch: pytest.MonkeyPatch
    ):
        offer = texter.offer()
        killed_at(monkeypatch, texter, offer, "texting: sent")
        assert (stands(texter, offer), len(texter.sent_to(offer))) == (IN_DOUBT, 1)
        texter.text(offer)
        [text] = texter.sent_to(offer)
        assert stands(texter, offer) == SENT
        assert texter.now(offer).gateway_id == text.sid

    @pytest.mark.parametrize(
        ("point", "response", "status"),
        [
            ("texting: begun", Response.FAILED, SendStatus.DO_NOT_SEND),
            ("texting: sent", *SENT),
        ],
    )
    def test_where_the_slot_has_gone_meanwhile_what_was_not_handed_over_is_not_any_more(
        self,
        texter: Texter,
        monkeypatch: pytest.MonkeyPatch,
        point: str,
        response: Response,
        status: SendStatus,
    ):
        offer = texter.offer()
        killed_at(monkeypatch, texter, offer, point)
        before = len(texter.texts.texts())
        texter.diary.free.clear()
        start = opening_now(texter.sessions, offer).starts_at_utc
        texter.availability.drop(staff_id="42228", room_id="7322", start=start)
        texter.text(offer)
        assert stands(texter, offer) == (response, status)
        assert len(texter.texts.texts()) == before
        is_known_gone = opening_now(texter.sessions, offer).condition is Condition.GONE
        assert is_known_gone is (response is Response.FAILED)

    def test_a_text_in_doubt_is_known_to_be_taken_once_its_receipt_has_come(
        self, texter: Texter, monkeypatch: pytest.MonkeyPatch
    ):
        offer = texter.offer()
        killed_at(monkeypatch, texter, offer, "texting: sent")
        [text] = texter.sent_to(offer)
        with writing(texter.sessions) as session:
            sending.record_receipt(
                session.get_one(Offer, offer.id), number=text.sid, is_delivered=True, code=""
            )
        texter.text(offer)
        assert stands(texter, offer) == (Response.PENDING_RSVP, SendStatus.SEND_SUCCESSFUL)
        assert len(texter.sent_to(offer)) == 1
