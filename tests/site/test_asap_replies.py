"""What patients answer to a text: STOP and START count, and nothing that is sent does harm."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.reference_process import ReferenceDiary
from tests.services.both import on_both
from tests.site.asap import (
    ADAS_PHONE,
    SENDER,
    entries,
    offer,
    on_the_list,
    send_all_through,
    the_offer,
    with_lists,
)
from tests.site.conftest import MakeSite
from tests.site.gateway import INBOUND, sign, write
from tests.site.ground import Site, free_slot
from tests.site.own import BASE, work
from webapp.asap.statuses import Response, SendStatus
from webapp.db.engine import sessions_of
from webapp.notify.optouts import OptOut

LONG = "9" * 20_000


@pytest.fixture
def site(diary: ReferenceDiary, make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> Site:
    send_all_through(monkeypatch, diary)
    return with_lists(make_site)


def stopped(site: Site) -> list[tuple[str, str]]:
    with sessions_of(site.app)() as session:
        return [(one.sender, one.phone) for one in session.scalars(select(OptOut))]


class TestReplies:
    @pytest.mark.parametrize("words", ["STOP", " unsubscribe\n"])
    def test_stop_is_heard_and_no_text_goes_out_any_more(self, site: Site, words: str):
        entry = on_the_list(site)
        for _ in range(2):
            write(site, words)
        assert stopped(site) == [(SENDER, ADAS_PHONE)]
        offer(site, free_slot(site.diary), entry)
        work(site)
        assert site.diary.texts.texts() == []
        found = the_offer(site)
        assert (found.response, found.text_status) == (
            Response.UNABLE_TO_SEND,
            SendStatus.DO_NOT_SEND,
        )
        assert "opted out" in found.note
        assert entries(site)[0].ended is None, "on the page they may still look"

    def test_start_is_heard_too(self, site: Site):
        entry = on_the_list(site)
        write(site, "STOP")
        write(site, "start")
        write(site, "START")
        assert stopped(site) == []
        offer(site, free_slot(site.diary), entry)
        work(site)
        assert len(site.diary.texts.texts()) == 1

    def test_the_gateways_own_reading_of_it_counts_first(self, site: Site):
        on_the_list(site)
        write(site, "Arrêt", OptOutType="STOP")
        assert stopped(site) == [(SENDER, ADAS_PHONE)]
        write(site, "STOP", OptOutType="HELP")
        write(site, "oui", OptOutType="START")
        assert stopped(site) == []

    def test_anything_else_is_read_by_nobody(self, site: Site):
        on_the_list(site)
        rows = site.dump()
        for words in ("", "Yes please!", "Please stop", "When?", "STOP IT NOW"):
            write(site, words)
        assert site.dump() == rows

    def test_a_number_that_nobody_gave_us_leaves_no_trace(self, site: Site):
        on_the_list(site)
        rows = site.dump()
        write(site, "STOP", From="+447700900999")
        assert site.dump() == rows

    def test_a_stop_is_said_to_one_sender(self, site: Site):
        entry = on_the_list(site)
        write(site, "STOP", To="+447700900801")
        assert stopped(site) == [("+447700900801", ADAS_PHONE)]
        offer(site, free_slot(site.diary), entry)
        work(site)
        assert len(site.diary.texts.texts()) == 1


@on_both
class TestOnBothDatabases:
    def test_stop_and_start_are_kept(self, site: Site):
        on_the_list(site)
        for words, then in (("STOP", [(SENDER, ADAS_PHONE)]), ("START", [])):
            write(site, words)
            assert stopped(site) == then

    def test_no_field_does_harm_whatever_stands_in_it(self, site: Site):
        on_the_list(site)
        for field in ("From", "To", "Body", "OptOutType", "MessagingServiceSid"):
            for value in ("", "\0", f"STOP\0{LONG}", LONG, "🦵" * 500, "\ud7ff\uffff"):
                write(site, "STOP", **{field: value})
                write(site, "START", **{field: value})

    def test_what_is_no_form_at_all_is_no_trouble(self, site: Site):
        signature = {"X-Twilio-Signature": sign(BASE + INBOUND, {})}
        raw = site.visitor.raw
        assert raw("POST", INBOUND, headers=signature).status_code == 200
        assert raw("POST", INBOUND, json={"From": [1]}, headers=signature).status_code == 200
        assert raw("POST", INBOUND, data=b"\xff=\xfe", headers=signature).status_code == 200
        huge = raw("POST", INBOUND, data={"Body": "x" * 100_000}, headers=signature)
        assert huge.status_code == 413
        assert raw("GET", INBOUND, headers=signature).status_code == 405
        assert stopped(site) == []
