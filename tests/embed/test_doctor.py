"""The doctor of host pages, by its page and by its command."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from tests.diaries.wire import Server, http, say
from tests.embed.hosts import host_page
from tests.page import Page
from tests.reference_process import ELM_TREE, HARBOUR
from tests.site.ground import Site
from webapp.practices.model import EmbedRules, Practice

_PATH = f"/{HARBOUR.slug}/embed/doctor"
_SITE = "http://127.0.0.1:8700"
_WELL = host_page(
    f'<openslot-booking practice="{HARBOUR.slug}"><a href="{_SITE}/{HARBOUR.slug}/">Book</a>'
    f'</openslot-booking><script async src="{_SITE}/embed.js"></script>'
)
_HTML = "Content-Type: text/html"

Listing = Callable[[str], None]


@pytest.fixture
def list_origin(site: Site) -> Listing:
    """List a site for the practice, as its file would."""

    def add(origin: str) -> None:
        practices: dict[str, Practice] = site.app.extensions["openslot_practices"]
        rules = EmbedRules(origins=(origin,))
        practices[HARBOUR.slug] = practices[HARBOUR.slug].model_copy(update={"embed": rules})

    return add


@pytest.fixture
def host(list_origin: Listing) -> Iterator[Server]:
    """The practice's own site, whose page is all well."""
    with Server(say(http(_WELL.encode(), "200 OK", _HTML))) as server:
        list_origin(f"http://127.0.0.1:{server.port}")
        yield server


def check(site: Site, url: str) -> Page:
    return site.open(_PATH).press("Check this page", page=url)


def test_a_page_that_is_well(site: Site, host: Server) -> None:
    page = check(site, f"http://127.0.0.1:{host.port}/book")
    assert page.heading == "Check your page"
    assert "Nothing is wrong" in page.text
    assert "All is well: this page can show booking." in page.text
    assert page.fields["page"] == f"http://127.0.0.1:{host.port}/book"
    assert len(host.requests) == 1


def test_what_is_wrong_comes_first_with_its_mend(site: Site, list_origin: Listing) -> None:
    body = _WELL.replace(f'"{HARBOUR.slug}"', '"harbor-<b>physio"').encode()
    with Server(say(http(body, "200 OK", _HTML, "Content-Security-Policy: script-src x"))) as host:
        list_origin(f"http://127.0.0.1:{host.port}")
        page = check(site, f"http://127.0.0.1:{host.port}/")
    assert "2 things to mend" in page.text
    kinds = [one.get("class") for box in page.classed("found") for one in box.iter("li")]
    assert kinds == ["is-wrong", "is-wrong", "is-well"]
    assert "did you mean “harbour-physio”?" in page.text


def test_the_builder_leads_to_it(site: Site, host: Server) -> None:
    page = site.open(f"/{HARBOUR.slug}/embed")
    page = page.press("Check this page", page=f"http://127.0.0.1:{host.port}/")
    assert page.url == _PATH
    assert "All is well" in page.text


def test_a_site_that_is_not_listed_is_never_asked(site: Site, host: Server) -> None:
    with Server(say(http(b"secret", "200 OK", _HTML))) as other:
        page = check(site, f"http://127.0.0.1:{other.port}/")
    assert "One thing to mend" in page.text
    assert "is not among the sites" in page.text
    assert "secret" not in page.html
    assert other.peers == []


def test_what_is_no_address_is_said_beside_the_box(site: Site) -> None:
    for typed, said in (
        ("", "Enter the address of your page"),
        ("   ", "Enter the address of your page"),
        ("https://a.example/" + "x" * 2000, "Shorten the address"),
        ("https://a.example/\x00", "can’t be printed"),
    ):
        page = check(site, typed)
        assert said in page.error_at("page")
        assert page.title.startswith("Error: ")
        assert len(page.problems) == 1


def test_a_form_that_is_not_ours_is_not_acted_upon(site: Site, host: Server) -> None:
    url = f"http://127.0.0.1:{host.port}/"
    for answers in (
        {"page": url},
        {"page": url, "token": site.token(ELM_TREE.slug)},
        {"page": url, "token": site.token(), "website": "x"},
    ):
        assert site.visitor.send(_PATH, answers).problems
    assert host.peers == []


def test_a_slow_site_keeps_no_more_than_two_at_it(site: Site, host: Server) -> None:
    doctor = site.app.extensions["openslot_embed_doctor"]
    with doctor.room, doctor.room:
        page = check(site, f"http://127.0.0.1:{host.port}/")
    assert "try again in a moment" in page.text
    assert "All is well" in check(site, f"http://127.0.0.1:{host.port}/").text


def test_nobody_may_frame_it_and_it_changes_nothing(site: Site, host: Server) -> None:
    rows = site.dump()
    check(site, f"http://127.0.0.1:{host.port}/")
    policy = site.visitor.raw("GET", _PATH).headers["Content-Security-Policy"]
    assert policy.endswith("; frame-ancestors 'none'")
    assert site.dump() == rows
    assert site.writes() == 0


def command(app: Flask, *arguments: str) -> tuple[int, list[str]]:
    result = app.test_cli_runner().invoke(args=["embed", "doctor", *arguments])
    assert not result.exception or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output.splitlines()


def test_the_command_says_the_same(site: Site, host: Server) -> None:
    code, lines = command(site.app, HARBOUR.slug, f"http://127.0.0.1:{host.port}/")
    assert code == 0
    assert lines[-1] == "ok     All is well: this page can show booking."


def test_the_command_ends_with_one_when_something_is_wrong(site: Site) -> None:
    code, lines = command(site.app, HARBOUR.slug, "harbour.example/book")
    assert code == 1
    assert lines[0].startswith("WRONG  https://harbour.example is not among the sites")
    assert "which differs by www" in lines[0]


def test_the_command_asks_which_practice_was_meant(site: Site) -> None:
    code, lines = command(site.app, "harbor-physio", "https://www.harbour.example")
    assert code == 1
    assert lines == ["Error: There is no practice harbor-physio: did you mean harbour-physio?"]
    assert (
        "choose elm-tree-clinic, harbour-physio"
        in command(site.app, "zzz", "https://x.example")[1][0]
    )
