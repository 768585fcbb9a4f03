"""Programs open links before people do: nothing follows from that, and the person still has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import pytest

from tests.page import Visitor
from tests.reference_process import HARBOUR, ReferenceDiary
from tests.site.asap import (
    DECLINE,
    ITS_OWN_PAGE,
    PHONE,
    TAKE,
    ben_on_the_list,
    offer,
    offers,
    on_the_list,
    openings,
    send_all_through,
    the_offer,
    with_lists,
)
from tests.site.conftest import MakeSite
from tests.site.ground import Site, free_slot
from tests.site.own import work
from webapp.asap.model import Condition
from webapp.asap.statuses import Response

Rows = Mapping[str, Sequence[Mapping[str, object]]]
SEEN = "/seen"
SCANNERS = (
    "",
    "curl/8.14.1",
    "python-requests/2.34.2",
    "Go-http-client/2.0",
    "Java/21.0.4",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "WhatsApp/2.25.21.79 A",
    "TelegramBot (like TwitterBot)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
    "Mozilla/5.0 (compatible; Barracuda Sentinel (EE))",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/140.0.0.0 Safari/537.36",
)


@pytest.fixture
def site(diary: ReferenceDiary, make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> Site:
    send_all_through(monkeypatch, diary)
    return with_lists(make_site)


@pytest.fixture
def address(site: Site) -> str:
    """Ada's page, whose address a text has brought her."""
    [found] = offer(site, free_slot(site.diary), on_the_list(site))
    work(site)
    assert the_offer(site).response is Response.PENDING_RSVP
    return found


def browser(site: Site, says: str = PHONE, **headers: str) -> Visitor:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Visitor(site.app, headers={"User-Agent": says} | named)


class TestSeen:
    def test_a_browser_that_shows_the_page_asks_for_a_picture_and_so_it_is_known(
        self, site: Site, address: str
    ):
        visitor = browser(site)
        [picture] = visitor.open(address).root.iter("img")
        assert picture.get("alt") == ""
        assert the_offer(site).response is Response.PENDING_RSVP, "the page alone says nothing"
        answer = visitor.raw("GET", picture.get("src", ""))
        assert answer.content_type == "image/gif"
        assert answer.headers["Cache-Control"] == "no-store"
        assert the_offer(site).response is Response.VIEWED

    def test_it_changes_nothing_else_and_does_so_once(self, site: Site, address: str):
        before = site.dump()
        browser(site).raw("GET", address + SEEN)
        once = site.dump()
        browser(site).raw("GET", address + SEEN)
        assert site.dump() == once
        [then], [now] = before.pop("asap_offer"), once.pop("asap_offer")
        assert {name for name in now if now[name] != then[name]} == {"response"}
        assert once == before

    def test_a_program_that_opens_links_has_seen_nothing(self, site: Site, address: str):
        rows = site.dump()
        for says in SCANNERS:
            visitor = browser(site, says)
            for path in (address, address + SEEN):
                assert visitor.raw("GET", path).status_code == 200
            assert site.dump() == rows

    def test_a_browser_that_fetches_ahead_has_seen_nothing(self, site: Site, address: str):
        for headers in (
            {"Sec_Purpose": "prefetch"},
            {"Sec_Purpose": "prefetch;prerender"},
            {"Purpose": "prefetch"},
            {"Purpose": "preview"},
        ):
            browser(site, **headers).raw("GET", address + SEEN)
            assert the_offer(site).response is Response.PENDING_RSVP

    def test_a_head_has_seen_nothing(self, site: Site, address: str):
        rows = site.dump()
        assert browser(site).raw("HEAD", address + SEEN).content_type == "image/gif"
        assert site.dump() == rows

    def test_nobodys_picture_is_a_picture_all_the_same(self, site: Site, address: str):
        rows = site.dump()
        assert browser(site).raw("GET", f"/a/{'x' * 26}/seen").content_type == "image/gif"
        assert site.dump() == rows

    def test_what_somebody_else_has_was_seen_too_late(self, site: Site, address: str):
        [bens] = offer(site, free_slot(site.diary), ben_on_the_list(site))
        site.open(bens).press(TAKE)
        browser(site).raw("GET", address + SEEN)
        assert offers(site)[0].response is Response.VIEWED_NOT_AVAILABLE

    def test_looking_again_takes_no_answer_back(self, site: Site, address: str):
        site.open(address).press(DECLINE)
        browser(site).raw("GET", address + SEEN)
        assert the_offer(site).response is Response.DECLINED


def test_after_a_scanner_has_followed_all_that_it_finds_the_person_has_it(
    site: Site, address: str
) -> None:
    """One that says that it is a phone, and asks for whatever is named on any page it reaches."""
    rows = site.dump()
    scanner = browser(site)
    for method in ("HEAD", "GET", "GET"):
        assert scanner.raw(method, address).status_code == 200
    assert {address + SEEN, address + TAKE} <= crawl(scanner, address, deep=2)
    assert_same_but_for_looking(rows, site.dump())
    assert the_offer(site).response is Response.VIEWED
    assert site.writes() == 1
    assert openings(site)[0].condition is Condition.OPEN
    taken = site.open(address).press(TAKE)
    assert taken.has(ITS_OWN_PAGE)
    assert len(site.diary.bookings(HARBOUR.slug)) == 2
    # And once more, now that there are other things to find.
    rows = site.dump()
    assert site.own_page(site.bookings()[1]) in crawl(scanner, address, deep=2)
    assert_same_but_for_looking(rows, site.dump())


def crawl(scanner: Visitor, begin: str, *, deep: int) -> set[str]:
    """Ask for all that the pages name, links, pictures and the addresses of forms, by GET."""
    reached, ring = {begin}, {begin}
    for _ in range(deep):
        found: set[str] = set()
        for path in ring:
            answer = scanner.raw("GET", path, follow_redirects=True)
            assert answer.status_code in {200, 404, 405, 410}, path
            if answer.mimetype == "text/html":
                page = scanner.read(answer, path)
                found |= {
                    one.get(name, "").partition("#")[0]
                    for one in page.root.iter()
                    for name in ("href", "src", "action", "formaction")
                }
        ring = {one for one in found if one and not any(urlsplit(one)[:2])} - reached
        reached |= ring
    for path in ring:
        assert scanner.raw("GET", path).status_code in {200, 302, 404, 405, 410}
    return reached


def assert_same_but_for_looking(before: Rows, after: Rows) -> None:
    for table, rows in after.items():
        assert [{**one, "response": None} for one in rows] == [
            {**one, "response": None} for one in before[table]
        ]
