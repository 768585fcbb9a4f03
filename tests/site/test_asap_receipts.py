"""The gateway's word for what became of a text: believed where it is signed, and only then."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine

from tests.reference_process import ReferenceDiary
from tests.reference_texts import AUTH_TOKEN
from tests.services.both import on_both
from tests.site.asap import (
    ADAS_PHONE,
    PHONE,
    SENDER,
    TAKE,
    offer,
    on_the_list,
    send_all_through,
    the_offer,
    with_lists,
)
from tests.site.conftest import MakeSite
from tests.site.gateway import INBOUND, STATUS, its_address, receipt, sign, tell, write
from tests.site.ground import Site, free_slot
from tests.site.own import BASE, work, work_later
from webapp.asap.statuses import Response, SendStatus


@pytest.fixture
def site(diary: ReferenceDiary, make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> Site:
    send_all_through(monkeypatch, diary)
    return with_lists(make_site)


@pytest.fixture
def sent(site: Site) -> str:
    """Ada was texted; the gateway's number of the text."""
    offer(site, free_slot(site.diary), on_the_list(site))
    work(site)
    assert the_offer(site).text_status is SendStatus.SENT_AWAITING_RECEIPT
    return site.diary.texts.texts()[0].sid


class TestOnlyTheGateway:
    def test_what_is_not_signed_by_it_is_refused_and_changes_nothing(self, site: Site, sent: str):
        rows = site.dump()
        for path in (its_address(site), INBOUND):
            form = {
                "MessageSid": sent,
                "MessageStatus": "failed",
                "From": ADAS_PHONE,
                "Body": "STOP",
            }
            for signature in (
                "",
                "nonsense",
                "\xe9t\xe9",
                sign(BASE + path, form, token="another"),
                sign("http://localhost" + path, form),
                sign(path, form),
            ):
                assert tell(site, path, form, signature=signature).status_code == 403
            assert tell(site, path, form | {"To": SENDER}, signature="").status_code == 403
            assert site.dump() == rows

    def test_a_signature_holds_for_its_own_words_and_address_alone(self, site: Site, sent: str):
        form = {"MessageSid": sent, "MessageStatus": "delivered"}
        path = its_address(site)
        signature = sign(BASE + path, form)
        rows = site.dump()
        for url, given in (
            (path, form | {"MessageStatus": "failed"}),
            (path, form | {"ErrorCode": "30003"}),
            (path + "1", form),
            (path + "&offer=1", form),
            (INBOUND, form),
        ):
            assert tell(site, url, given, signature=signature).status_code == 403
        assert site.dump() == rows
        assert tell(site, path, form, signature=signature).status_code == 200
        assert site.dump() != rows

    def test_without_a_gateway_nobody_is_believed(
        self, make_site: MakeSite, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.delenv("OPENSLOT_SMS_URL", raising=False)
        site = with_lists(make_site)
        for token in ("", AUTH_TOKEN):
            signature = sign(BASE + INBOUND, {}, token=token)
            assert tell(site, INBOUND, {}, signature=signature).status_code == 403

    def test_the_answer_says_nothing_and_is_kept_by_nobody(self, site: Site, sent: str):
        for answer in (receipt(site, sent, "delivered"), write(site, "Thank you")):
            assert answer.mimetype == "text/xml"
            assert answer.get_data(as_text=True) == "<Response/>"
            assert answer.headers["Cache-Control"] == "no-store"


class TestReceipts:
    @pytest.mark.parametrize("status", ["read", "DELIVERED"])
    def test_it_has_come(self, site: Site, sent: str, status: str):
        receipt(site, sent, status)
        found = the_offer(site)
        assert found.text_status is SendStatus.SEND_SUCCESSFUL
        assert (found.response, found.note) == (Response.PENDING_RSVP, "")

    @pytest.mark.parametrize("status", ["failed", "canceled"])
    def test_it_has_not_come_and_why(self, site: Site, sent: str, status: str):
        receipt(site, sent, status, ErrorCode="30003")
        found = the_offer(site)
        assert found.text_status is SendStatus.SEND_FAILED
        assert found.response is Response.FAILED
        assert "30003" in found.note

    def test_what_is_no_end_yet_changes_nothing(self, site: Site, sent: str):
        rows = site.dump()
        for status in ("queued", "sending", "sent", "accepted", "", "nonsense"):
            receipt(site, sent, status)
        assert site.dump() == rows

    def test_told_again_or_late_or_in_disorder_the_first_end_stays(self, site: Site, sent: str):
        receipt(site, sent, "delivered")
        rows = site.dump()
        for status in ("delivered", "sent", "undelivered", "queued"):
            receipt(site, sent, status)
        assert site.dump() == rows

    def test_who_has_opened_the_link_has_plainly_had_the_text(self, site: Site, sent: str):
        token = site.tokens.offer_of(slug=the_offer(site).slug, nonce=the_offer(site).nonce)
        site.visitor.raw("GET", f"/a/{token}/seen", headers={"User-Agent": PHONE})
        receipt(site, sent, "undelivered")
        assert the_offer(site).response is Response.VIEWED
        assert the_offer(site).text_status is SendStatus.SEND_FAILED

    def test_whose_text_was_lost_can_take_it_all_the_same(self, site: Site, sent: str):
        receipt(site, sent, "undelivered")
        [text] = site.diary.texts.texts()
        site.open(text.links[0].removeprefix(BASE)).press(TAKE)
        assert the_offer(site).response is Response.ACCEPTED_AND_MOVED

    def test_a_receipt_says_that_the_gateway_has_a_text_whose_handing_over_it_did_not_answer(
        self, site: Site, clock: time_machine.Traveller
    ):
        offer(site, free_slot(site.diary), on_the_list(site))
        site.diary.texts.fault("drop_after", times=1)
        work(site)
        assert the_offer(site).gateway_id is None
        [text] = site.diary.texts.texts()
        receipt(site, text.sid, "delivered")
        assert the_offer(site).gateway_id == text.sid
        assert the_offer(site).response is Response.PENDING_RSVP
        work_later(site, clock, timedelta(minutes=5))
        assert len(site.diary.texts.texts()) == 1

    def test_another_texts_receipt_is_not_this_ones(self, site: Site, sent: str):
        rows = site.dump()
        receipt(site, "SM" + "0" * 32, "undelivered")
        assert site.dump() == rows

    @pytest.mark.parametrize("code", ["x" * 5000, "\0\u0663<script>"])
    def test_a_code_that_is_none_is_left_out_of_the_note(self, site: Site, sent: str, code: str):
        receipt(site, sent, "undelivered", ErrorCode=code)
        assert the_offer(site).note.isascii()
        assert len(the_offer(site).note) < 60
        assert "script" not in the_offer(site).note


@on_both
class TestOnBothDatabases:
    def test_an_offer_that_is_not_there_is_no_trouble(self, site: Site, sent: str):
        rows = site.dump()
        for number in ("", "0", "-1", "99999", "1e3", "\0", "9" * 9, "9" * 18, "9" * 5000, "٣"):
            path = f"{STATUS}?offer={quote(number)}"
            form = {"MessageStatus": "failed", "MessageSid": sent}
            assert tell(site, path, form).status_code == 200
        assert site.dump() == rows

    def test_a_receipt_is_recorded(self, site: Site, sent: str):
        receipt(site, sent, "undelivered", ErrorCode="30\0003")
        assert the_offer(site).text_status is SendStatus.SEND_FAILED
