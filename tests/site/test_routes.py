"""Every route, listed: none is added without its row here, and none changes anything on GET."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.asap.api.client import authorization
from tests.reference_process import ELM_TREE, HARBOUR
from tests.site.asap import offer, on_the_list, with_lists
from tests.site.conftest import MakeSite
from tests.site.ground import PATIENT, ROOM_2, SIAN, Site, free_slot
from tests.site.routes import ACTS, BOTH, FRAMED, OWN_PAGES, PAGES, ROUTES, SECRET
from webapp.appointments.model import State

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

_ALL_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE")


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """Two of the three practices keep a list."""
    return with_lists(make_site)


@pytest.fixture
def urls(site: Site) -> dict[str, str]:
    """A URL for each rule, with a whole choice in it; one slot is booked, the chosen one free.

    Its patient is on the list, and something sooner is on offer to them.
    """
    entry = on_the_list(site)
    [booking] = site.bookings()
    [offered] = offer(site, free_slot(site.diary, SIAN, ROOM_2, at=2), entry)
    slot = free_slot(site.diary, SIAN, ROOM_2)
    look = re.search(r"/look-(\w+)\.css", site.open(f"/{slot.slug}/").html)
    assert look
    parts = {"slug": slot.slug, "digest": look[1], "int:number": "1"}
    tokens = {
        "/<slug>/outcome/": site.tokens.outcome_of(slug=slot.slug, journey=booking.journey),
        "/<slug>/booking/": site.own_page(booking).rsplit("/", 1)[1],
        "/<slug>/asap/": site.tokens.entry_of(slug=slot.slug, journey=entry.journey),
        "/a/": offered.rsplit("/", 1)[1],
    }
    found: dict[str, str] = {}
    for rule in ROUTES:
        token = next((one for begin, one in tokens.items() if rule.startswith(begin)), "")
        named = parts | {"token": token, "any(take, decline, undo, stop):_act": "take"}
        path = re.sub("<([^>]+)>", lambda part, named=named: named[part[1]], rule)
        found[rule] = path + slot.choice if rule.startswith("/<slug>") else path
    return found


def ask(site: Site, method: str, url: str, **rest: object) -> TestResponse:
    """Send a request as a program does that has the keys of the practice, and looks at nothing."""
    headers = {"Authorization": authorization(HARBOUR.slug), "User-Agent": "curl/8.14.1"}
    return site.visitor.raw(method, url, headers=headers, **rest)


def readable(urls: dict[str, str]) -> list[str]:
    return [url for rule, url in urls.items() if "GET" in ROUTES[rule]]


def test_every_route_is_listed_with_its_methods(site: Site) -> None:
    found: dict[str, frozenset[str]] = {}
    for rule in site.app.url_map.iter_rules():
        methods = frozenset(rule.methods or ()) - {"OPTIONS"}
        found[rule.rule] = found.get(rule.rule, frozenset()) | methods
    assert found == ROUTES


def test_get_and_head_change_nothing(site: Site, urls: dict[str, str]) -> None:
    rows, bookings = site.dump(), site.diary.bookings(HARBOUR.slug)
    writes = site.writes()
    for url in readable(urls):
        for method in ("GET", "HEAD", "GET"):
            assert ask(site, method, url).status_code in {200, 302}, url
    assert site.dump() == rows
    assert site.diary.bookings(HARBOUR.slug) == bookings
    assert site.writes() == writes


def test_no_post_but_those_that_act_changes_anything(site: Site, urls: dict[str, str]) -> None:
    rows, bookings = site.dump(), site.diary.bookings(HARBOUR.slug)
    answers = PATIENT | {"token": site.token()}
    for rule, url in urls.items():
        if "POST" in ROUTES[rule] and rule not in ACTS:
            well = {403} if rule.startswith("/texts/") else {200, 307}
            assert site.visitor.raw("POST", url, data=answers).status_code in well
    assert site.dump() == rows
    assert site.diary.bookings(HARBOUR.slug) == bookings


def test_what_a_post_acts_by_another_practices_address_does_not(
    site: Site, urls: dict[str, str]
) -> None:
    rows = site.dump()
    answers = {"token": site.token(ELM_TREE.slug)}
    for rule in ACTS:
        if "<slug>" in rule and "<token>" in rule:
            url = urls[rule].replace(HARBOUR.slug, ELM_TREE.slug)
            assert site.visitor.raw("POST", url, data=answers).status_code == 404
    assert site.dump() == rows


def test_head_answers_as_get_does_without_a_body(site: Site, urls: dict[str, str]) -> None:
    for url in readable(urls):
        head, got = ask(site, "HEAD", url), ask(site, "GET", url)
        assert head.status_code == got.status_code
        assert head.content_type == got.content_type
        assert head.get_data() == b""


def test_every_address_is_answered_for_its_own_booking_alone(
    site: Site, urls: dict[str, str]
) -> None:
    outcome, own = urls["/<slug>/outcome/<token>"], urls["/<slug>/booking/<token>"]
    # The one that may be framed does not open the one that acts, nor the other way about.
    site.open(outcome.replace("/outcome/", "/booking/"), allow=404)
    site.open(own.replace("/booking/", "/outcome/"), allow=404)


def test_every_page_that_opens_by_its_url_is_whole(site: Site, urls: dict[str, str]) -> None:
    for rule, url in urls.items():
        programs = rule.startswith(("/health/", "/metrics", "/api/")) or rule.endswith("/seen")
        if "GET" in ROUTES[rule] and "." not in rule and not programs:
            site.open(url)
    for rule, heading in PAGES.items():
        assert site.open(urls[rule]).heading == heading
        sent = site.visitor.send(urls[rule], PATIENT | {"token": site.token()})
        assert sent.heading == heading
    for rule, heading in OWN_PAGES.items():
        assert site.open(urls[rule]).heading == heading


def test_every_other_method_gets_a_page_that_says_so(site: Site, urls: dict[str, str]) -> None:
    rows = site.dump()
    for rule, url in urls.items():
        for method in _ALL_METHODS:
            # Posted to, these read like a practice's name: it ends as a 404.
            unnamed = {"/look-<digest>.css", "/metrics", "/embed.js"}
            reads_like_a_practice = method == "POST" and rule in unnamed
            if method in may_be_asked(rule) or reads_like_a_practice:
                continue
            answer = ask(site, method, url, data=PATIENT)
            assert answer.status_code == 405, f"{method} {rule}"
            assert set(answer.headers["Allow"].split(", ")) >= ROUTES[rule]
            if rule.startswith("/api/"):
                assert answer.mimetype == "text/plain"
            if rule.startswith("/api/") or method == "HEAD":
                continue
            page = site.visitor.read(answer, url)
            assert page.heading == "That page can’t be used like this"
    assert site.dump() == rows
    assert site.writes() == 1


def may_be_asked(rule: str) -> frozenset[str]:
    """What may be asked of the addresses of a rule: the buttons of an offer have two."""
    is_button = rule.startswith("/a/<token>/") and not rule.endswith("/seen")
    return BOTH if is_button else ROUTES[rule]


def test_options_tells_the_methods_and_acts_on_nothing(site: Site, urls: dict[str, str]) -> None:
    rows = site.dump()
    for rule, url in urls.items():
        answer = ask(site, "OPTIONS", url)
        assert answer.status_code == 200
        assert set(answer.headers["Allow"].split(", ")) >= ROUTES[rule]
    assert site.dump() == rows


def test_what_is_not_there_gets_a_page_that_leads_on(site: Site) -> None:
    for path in (
        "/nowhere/",
        "/nowhere/times?staff=1",
        "/nowhere/book",
        "/Harbour-Physio/",
        "/harbour-physio/nonsense",
        "/harbour-physio/times/",
        "/harbour-physio/outcome/",
        "/harbour-physio/outcome/0123456789abcdef0123456789abcdef",
        "/harbour-physio/outcome/0123456789abcdef0123456789abcdef/appointment.ics",
        "/harbour-physio/booking/",
        "/harbour-physio/booking/0123456789abcdef0123456789abcdef",
        "/harbour-physio/booking/0123456789abcdef0123456789abcdef/appointment.ics",
        "/harbour-physio/booking/0123456789abcdef0123456789abcdef/change",
        "/harbour-physio/booking/0123456789abcdef0123456789abcdef/cancel",
        "/harbour-physio/booking/%00/change",
        "/harbour-physio/booking/0123456789abcdef0123456789abcdef/sooner",
        "/harbour-physio/asap/",
        "/harbour-physio/asap/0123456789abcdef0123456789abcdef",
        "/harbour-physio/asap/0123456789abcdef0123456789abcdef/joined",
        "/solo-practice/asap",
        "/a/",
        "/a/0123456789abcdefghijklmnop",
        "/a/0123456789abcdefghijklmnop/nonsense",
        "/texts/",
        "/health/",
        "/health/nonsense",
        "/harbour-physio/outcome/..%2f..%2fetc",
        "/harbour-physio/look-%00.css",
        "/favicon.ico",
        "/static/0123456789ab/js/focus.js",
        "/%00",
        "/%ff/%fe",
        "/harbour-physio/times%0d%0aX-Own: 1",
        "/%2fevil.example/times",
    ):
        page = site.open(path, allow=404)
        assert page.heading == "We can’t find that page"
        assert "Nothing has been changed or lost." in page.text


def test_a_forgotten_slash_is_mended_with_its_query(site: Site) -> None:
    answer = site.visitor.raw("GET", "/harbour-physio?staff=42230")
    assert answer.status_code == 308
    assert answer.headers["Location"].endswith("/harbour-physio/?staff=42230")


def test_only_the_practices_own_sites_may_frame_its_pages(site: Site, urls: dict[str, str]) -> None:
    for rule, url in urls.items():
        policy = ask(site, "GET", url).headers["Content-Security-Policy"]
        acts = "/booking/" in rule or "/embed" in rule or "/asap" in rule
        may_be_framed = rule in FRAMED or (rule.startswith("/<slug>") and not acts)
        if "GET" not in ROUTES[rule]:
            continue
        # Itself too: the snippet's builder shows the pages live.
        framed = "'self' https://www.harbour.example" if may_be_framed else "'none'"
        assert policy.endswith(f"; frame-ancestors {framed}")
    elm = site.visitor.raw("GET", "/elm-tree-clinic/")
    assert elm.headers["Content-Security-Policy"].endswith("; frame-ancestors 'self'")


def test_a_secret_address_is_its_own_practices_alone_and_kept_by_nobody(
    site: Site, urls: dict[str, str]
) -> None:
    for rule in sorted(SECRET):
        ours = site.visitor.raw("GET", urls[rule])
        assert ours.status_code == 200
        assert ours.headers["Cache-Control"] == "no-store"
        assert ours.headers["Referrer-Policy"] == "no-referrer"
        assert site.bookings()[0].state is State.CONFIRMED
        site.open(urls[rule].replace(HARBOUR.slug, ELM_TREE.slug), allow=404)
