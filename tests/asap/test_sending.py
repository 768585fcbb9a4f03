"""A text about an offer is handed to the gateway once, through the real reference gateway."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from tests.asap.ground import (
    NOW,
    SENDER,
    entry_now,
    on_the_list,
    open_to_all,
    token_of,
    with_a_list,
)
from tests.asap.texters import LINKS, Texter
from tests.services.both import on_both
from webapp.asap.model import Offer
from webapp.asap.statuses import Response, SendStatus
from webapp.db.engine import writing
from webapp.outbox.results import Park

SERVICE = "MG" + "5" * 32


class TestGoingOut:
    def test_the_gateway_has_it_once_with_name_time_and_link(self, texter: Texter):
        on_the_list(texter.sessions, name="Ada Whitcombe", phone="+447700900123")
        [offer] = open_to_all(texter.sessions)
        texter.text(offer)
        [text] = texter.texts.texts()
        assert (text.to, text.sender) == ("+447700900123", SENDER)
        assert text.body == (
            "Ada, an earlier time at Harbour Physiotherapy: Mon 23 Nov, 9:15am. First come first "
            f"served: {LINKS}/a/{token_of(offer)}"
        )
        assert text.links == [f"{LINKS}/a/{token_of(offer)}"]
        assert text.segments == 1

    @on_both
    def test_the_offer_says_so_and_where_it_stands_with_the_gateway(self, texter: Texter):
        offer = texter.offer()
        texter.text(offer)
        [text] = texter.texts.texts()
        now = texter.now(offer)
        assert (now.response, now.text_status) == (
            Response.PENDING_RSVP,
            SendStatus.SENT_AWAITING_RECEIPT,
        )
        assert (now.gateway_id, now.text_sent_at_utc, now.note) == (text.sid, NOW, "")

    def test_receipts_are_to_come_to_that_very_offer(self, texter: Texter):
        first, second = texter.offer(), texter.offer()
        for offer in (first, second):
            texter.text(offer)
        assert [one.status_callback for one in texter.texts.texts()] == [
            f"{LINKS}/texts/status?offer={offer.id}" for offer in (first, second)
        ]

    def test_a_promise_that_is_kept_twice_sends_one(self, texter: Texter):
        offer = texter.offer()
        for _ in range(3):
            texter.text(offer)
        assert len(texter.texts.texts()) == 1

    def test_a_practice_may_text_from_a_messaging_service(self, texter: Texter):
        texter.practice = with_a_list(texts_from=SERVICE)
        texter.text(texter.offer())
        assert [one.service_sid for one in texter.texts.texts()] == [SERVICE]

    def test_a_patient_who_has_looked_already_is_texted_all_the_same(self, texter: Texter):
        """By the link of another of their texts: this one brings the link to this one."""
        offer = texter.offer()
        with writing(texter.sessions) as session:
            session.get_one(Offer, offer.id).response = Response.VIEWED
        texter.text(offer)
        assert len(texter.sent_to(offer)) == 1
        assert texter.now(offer).response is Response.VIEWED

    def test_a_name_that_is_none_is_not_repeated_to_anybody(self, texter: Texter):
        on_the_list(texter.sessions, name="evil.example/win Now")
        [offer] = open_to_all(texter.sessions)
        texter.text(offer)
        [text] = texter.texts.texts()
        assert text.body.startswith("Hello, an earlier time")
        assert "evil" not in text.body

    def test_it_goes_to_the_number_that_they_have_now(self, texter: Texter):
        offer = texter.offer()
        with writing(texter.sessions) as session:
            entry = session.merge(entry_now(texter.sessions, offer.entry_id))
            entry.patient_phone = "+447700900999"
        texter.text(offer)
        assert [one.to for one in texter.texts.texts()] == ["+447700900999"]


class TestNothingToSend:
    def test_an_offer_that_was_erased_meanwhile_needs_nothing(self, texter: Texter):
        texter.text(Offer(id=99))
        assert texter.texts.texts() == []

    @pytest.mark.parametrize(
        "status",
        [SendStatus.DO_NOT_SEND, SendStatus.SEND_FAILED, SendStatus.SEND_SUCCESSFUL],
    )
    def test_nor_does_one_whose_text_has_come_to_its_end(self, texter: Texter, status: SendStatus):
        offer = texter.offer()
        with writing(texter.sessions) as session:
            session.get_one(Offer, offer.id).text_status = status
        texter.text(offer)
        assert texter.texts.texts() == []
        assert texter.now(offer).text_status is status

    def test_without_a_gateway_an_operator_must_look_and_then_it_goes(self, texter: Texter):
        offer = texter.offer()
        without = replace(texter, gateway=None)
        with pytest.raises(Park, match="OPENSLOT_SMS_URL is not set"):
            without.text(offer)
        without.close()
        assert texter.now(offer).text_status is SendStatus.SEND_NOT_ATTEMPTED
        texter.text(offer)
        assert len(texter.sent_to(offer)) == 1


class TestHours:
    @pytest.fixture
    def texter(self, texter: Texter) -> Texter:
        texter.practice = with_a_list(texts_after="08:00", texts_before="20:00")
        return texter

    def test_at_night_it_waits_for_the_morning(self, texter: Texter, clock: time_machine.Traveller):
        offer = texter.offer()
        clock.move_to(NOW + timedelta(hours=12, minutes=16))
        later = texter.put_off(offer)
        assert later.after_seconds == timedelta(hours=11, minutes=44).total_seconds()
        now = texter.now(offer)
        assert now.text_due_at_utc == NOW + timedelta(days=1)
        assert (now.text_status, now.response) == (
            SendStatus.SEND_NOT_ATTEMPTED,
            Response.AWAITING_TRANSMIT,
        )
        assert texter.texts.texts() == []
        clock.move_to(NOW + timedelta(days=1))
        texter.text(offer)
        assert len(texter.sent_to(offer)) == 1

    def test_one_that_was_due_at_their_end_may_be_some_minutes_late(
        self, texter: Texter, clock: time_machine.Traveller
    ):
        end_of_hours = NOW + timedelta(hours=12)
        clock.move_to(end_of_hours)
        in_time, too_late = texter.offer(), texter.offer()
        clock.move_to(end_of_hours + timedelta(minutes=15))
        texter.text(in_time)
        clock.shift(1)
        texter.put_off(too_late)
        assert len(texter.sent_to(in_time)) == 1
        assert texter.sent_to(too_late) == []

    def test_they_do_not_keep_what_was_sent_from_being_found(
        self, texter: Texter, clock: time_machine.Traveller
    ):
        offer = texter.offer()
        texter.texts.fault("rubbish", times=1)
        texter.put_off(offer)
        clock.move_to(NOW + timedelta(hours=14))
        texter.text(offer)
        assert texter.now(offer).response is Response.PENDING_RSVP
        assert len(texter.sent_to(offer)) == 1
