"""What a patient on the list typed, and what opens their pages, stays where it must."""

from __future__ import annotations

import pytest

from tests.asap.api.client import Client
from tests.reference_process import HARBOUR, ReferenceDiary
from tests.reference_texts import AUTH_TOKEN
from tests.site.asap import (
    ADAS_PHONE,
    DECLINE,
    LEAVE,
    SOONER,
    STOP,
    TAKE,
    address_of,
    entries,
    offer,
    offers,
    on_the_list,
    send_all_through,
    with_lists,
)
from tests.site.conftest import MakeSite
from tests.site.gateway import INBOUND, tell, write
from tests.site.ground import PATIENT, Site, free_slot
from tests.site.logs import Everything, assert_silent_about
from tests.site.own import work


@pytest.fixture
def site(diary: ReferenceDiary, make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> Site:
    send_all_through(monkeypatch, diary)
    return with_lists(make_site)


def tokens_of(site: Site) -> list[str]:
    """Return what opens a page of anybody's on the list."""
    of_entries = [site.tokens.entry_of(slug=one.slug, journey=one.journey) for one in entries(site)]
    return of_entries + [address_of(site, one.id).rsplit("/", 1)[1] for one in offers(site)]


def live(site: Site) -> None:
    """Do all that can be done with the list, some of it wrongly."""
    entry = on_the_list(site)
    form = site.open(site.own_page(site.bookings()[0]) + SOONER)
    form.press(SOONER, consent=[], phone="020 7946 0123")
    addresses = [offer(site, free_slot(site.diary, at=at), entry)[0] for at in (0, 2, 4)]
    work(site)
    for address in addresses:
        for path in (address, f"{address}/seen"):
            site.visitor.raw("GET", path)
    site.open(addresses[1]).press(DECLINE)
    site.open(addresses[0]).press(TAKE)
    site.visitor.send(addresses[2] + STOP, {})
    write(site, f"Please stop, {PATIENT['name']}")
    write(site, "STOP")
    tell(site, INBOUND, {"From": ADAS_PHONE, "Body": PATIENT["reason"]}, signature="wrong")
    program = Client(site, HARBOUR.slug)
    program.get("/asapcomms")
    program.refused("/asapcomms", date="a-guess-at-it")
    program.post({"op": PATIENT["reason"], "aptNum": 1, "dateTimeStart": "x"})
    Client(site, HARBOUR.slug, {"Authorization": "ODFHIR a/guess-at-it"}).call("GET", "/asapcomms")
    joined = site.visitor.send(
        f"/{HARBOUR.slug}/asap/join",
        PATIENT
        | {"token": site.token(), "days": "1", "parts": "morning", "notice": "0", "consent": "y"},
    )
    site.open(joined.path.removesuffix("/joined")).press(LEAVE)
    work(site)


def test_the_log_of_it_all_tells_of_no_patient(site: Site, log: Everything) -> None:
    live(site)
    keys = (f"{HARBOUR.slug}-developer", f"{HARBOUR.slug}-customer", AUTH_TOKEN, "guess-at-it")
    phones = (ADAS_PHONE, ADAS_PHONE[1:], "07700900123", "7946 0123")
    assert_silent_about(log, *tokens_of(site), *keys, *phones)
    written = "\n".join(log.lines)
    for rule in ("/a/<token>/take", "/<slug>/asap/join", "/texts/inbound", "/api/<slug>/asapcomms"):
        assert rule in written


def test_only_hashes_of_secret_addresses_are_stored(site: Site) -> None:
    live(site)
    rows = repr(site.dump())
    for token in tokens_of(site):
        assert token not in rows


def test_no_promise_of_work_repeats_a_word_of_the_patients(site: Site) -> None:
    live(site)
    promised = repr(site.dump()["outbox"])
    for kind in ("asap-text", "asap-joined", "asap-expire", "asap-conclude"):
        assert kind in promised
    for word in (*PATIENT.values(), ADAS_PHONE):
        assert word not in promised
