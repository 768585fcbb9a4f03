"""Every route, listed: none is added without its row here, and none changes anything on GET."""

from __future__ import annotations

import re

import pytest

from tests.reference_process import ELM_TREE, HARBOUR
from tests.site.ground import PATIENT, ROOM_2, SIAN, Site, free_slot
from webapp.appointments.model import State

_READ = frozenset({"GET", "HEAD"})
_BOTH = _READ | {"POST"}

ROUTES: dict[str, frozenset[str]] = {
    "/": _READ,
    "/embed.js": _READ,
    "/look-<digest>.css": _READ,
    "/<slug>/embed": _READ,
    "/<slug>/embed/doctor": _BOTH,
    "/<slug>/": _BOTH,
    "/<slug>/look-<digest>.css": _READ,
    "/<slug>/where": _BOTH,
    "/<slug>/times": _BOTH,
    "/<slug>/details": _BOTH,
    "/<slug>/check": _BOTH,
    "/<slug>/book": _BOTH,
    "/<slug>/outcome/<token>": _READ,
    "/<slug>/outcome/<token>/appointment.ics": _READ,
    "/<slug>/booking/<token>": _READ,
    "/<slug>/booking/<token>/appointment.ics": _READ,
    "/<slug>/booking/<token>/change": _BOTH,
    "/<slug>/booking/<token>/cancel": _BOTH,
    "/<slug>/privacy": _READ,
    "/health/live": _READ,
    "/health/ready": _READ,
    "/metrics": _READ,
}
"""Each rule with what it takes; OPTIONS apart."""

PAGES = {
    "/<slug>/": "Who would you like to see?",
    "/<slug>/where": "Where would you like to be seen?",
    "/<slug>/times": "When would suit you?",
    "/<slug>/details": "Your details",
}
"""The pages that may be opened by their URL and that carry what was typed."""
OWN_PAGES = {
    "/<slug>/booking/<token>": "Your appointment",
    "/<slug>/booking/<token>/change": "Move your appointment?",
    "/<slug>/booking/<token>/cancel": "Cancel this appointment?",
}
"""The pages of a booking that stands: nobody may frame them, keep them, or learn their address."""
ACTS = {"/<slug>/book", "/<slug>/booking/<token>/change", "/<slug>/booking/<token>/cancel"}
"""All that a POST can change anything by."""
_ALL_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE")


@pytest.fixture
def urls(site: Site) -> dict[str, str]:
    """A URL for each rule, with a whole choice in it; one slot is booked, the chosen one free."""
    token = site.book(free_slot(site.diary)).path.rsplit("/", 1)[1]
    own = site.own_page(site.bookings()[0]).rsplit("/", 1)[1]
    slot = free_slot(site.diary, SIAN, ROOM_2)
    look = re.search(r"/look-(\w+)\.css", site.open(f"/{slot.slug}/").html)
    assert look
    parts = {"<slug>": slot.slug, "<token>": token, "<digest>": look[1]}
    found: dict[str, str] = {}
    for rule in ROUTES:
        named = parts | {"<token>": own} if "/booking/" in rule else parts
        path = re.sub("<[a-z]+>", lambda part, named=named: named[part[0]], rule)
        found[rule] = path + slot.choice if "<slug>" in rule else path
    return found


def test_every_route_is_listed_with_its_methods(site: Site) -> None:
    found: dict[str, frozenset[str]] = {}
    for rule in site.app.url_map.iter_rules():
        methods = frozenset(rule.methods or ()) - {"OPTIONS"}
        found[rule.rule] = found.get(rule.rule, frozenset()) | methods
    assert found == ROUTES


def test_get_and_head_change_nothing(site: Site, urls: dict[str, str]) -> None:
    rows, bookings = site.dump(), site.diary.bookings(HARBOUR.slug)
    writes = site.writes()
    for url in urls.values():
        for method in ("GET", "HEAD", "GET"):
            answer = site.visitor.raw(method, url)
            assert answer.status_code in {200, 302}, url
    assert site.dump() == rows
    assert site.diary.bookings(HARBOUR.slug) == bookings
    assert site.writes() == writes


def test_no_post_but_those_that_act_changes_anything(site: Site, urls: dict[str, str]) -> None:
    rows, bookings = site.dump(), site.diary.bookings(HARBOUR.slug)
    answers = PATIENT | {"token": site.token()}
    for rule, url in urls.items():
        if "POST" in ROUTES[rule] and rule not in ACTS:
            assert site.visitor.raw("POST", url, data=answers).status_code in {200, 307}
    assert site.dump() == rows
    assert site.diary.bookings(HARBOUR.slug) == bookings


def test_what_a_post_acts_by_another_practices_address_does_not(
    site: Site, urls: dict[str, str]
) -> None:
    rows = site.dump()
    answers = {"token": site.token(ELM_TREE.slug)}
    for rule in ACTS - {"/<slug>/book"}:
        url = urls[rule].replace(HARBOUR.slug, ELM_TREE.slug)
        assert site.visitor.raw("POST", url, data=answers).status_code == 404
    assert site.dump() == rows


def test_head_answers_as_get_does_without_a_body(site: Site, urls: dict[str, str]) -> None:
    for url in urls.values():
        head, got = site.visitor.raw("HEAD", url), site.visitor.raw("GET", url)
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
        if "." not in rule and rule not in {"/health/live", "/health/ready", "/metrics"}:
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
            if method in ROUTES[rule] or reads_like_a_practice:
                continue
            answer = site.visitor.raw(method, url, data=PATIENT)
            assert answer.status_code == 405, f"{method} {rule}"
            assert set(answer.headers["Allow"].split(", ")) >= ROUTES[rule]
            page = site.visitor.read(answer, url)
            assert page.heading == "That page can’t be used like this"
    assert site.dump() == rows
    assert site.writes() == 1


def test_options_tells_the_methods_and_acts_on_nothing(site: Site, urls: dict[str, str]) -> None:
    rows = site.dump()
    for rule, url in urls.items():
        answer = site.visitor.raw("OPTIONS", url)
        assert answer.status_code == 200
        assert set(answer.headers["Allow"].split(", ")) >= ROUTES[rule]
    assert site.dump() == rows


@pytest.mark.parametrize(
    "path",
    [
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
    ],
)
def test_what_is_not_there_gets_a_page_that_leads_on(site: Site, path: str) -> None:
    page = site.open(path, allow=404)
    assert page.heading == "We can’t find that page"
    assert "Nothing has been changed or lost." in page.text


def test_a_forgotten_slash_is_mended_with_its_query(site: Site) -> None:
    answer = site.visitor.raw("GET", "/harbour-physio?staff=42230")
    assert answer.status_code == 308
    assert answer.headers["Location"].endswith("/harbour-physio/?staff=42230")


def test_only_the_practices_own_sites_may_frame_its_pages(site: Site, urls: dict[str, str]) -> None:
    for rule, url in urls.items():
        policy = site.visitor.raw("GET", url).headers["Content-Security-Policy"]
        acts = "/booking/" in rule or "/embed" in rule
        may_be_framed = "<slug>" in rule and not acts
        # Itself too: the snippet's builder shows the pages live.
        framed = "'self' https://www.harbour.example" if may_be_framed else "'none'"
        assert policy.endswith(f"; frame-ancestors {framed}")
    elm = site.visitor.raw("GET", "/elm-tree-clinic/")
    assert elm.headers["Content-Security-Policy"].endswith("; frame-ancestors 'self'")


@pytest.mark.parametrize(
    "rule", ["/<slug>/outcome/<token>", *OWN_PAGES, "/<slug>/booking/<token>/appointment.ics"]
)
def test_a_secret_address_is_its_own_practices_alone_and_kept_by_nobody(
    site: Site, urls: dict[str, str], rule: str
) -> None:
    ours = site.visitor.raw("GET", urls[rule])
    assert ours.status_code == 200
    assert ours.headers["Cache-Control"] == "no-store"
    assert ours.headers["Referrer-Policy"] == "no-referrer"
    assert site.bookings()[0].state is State.CONFIRMED
    site.open(urls[rule].replace(HARBOUR.slug, ELM_TREE.slug), allow=404)
