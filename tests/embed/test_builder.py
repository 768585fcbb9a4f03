"""The builder's page, as a web designer without JavaScript meets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import html5lib

from tests.page import Page
from tests.reference_process import ELM_TREE, HARBOUR
from tests.site.conftest import MakeSite
from tests.site.ground import SIAN, SOLO, Site
from tests.site.page_rules import text_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_PATH = f"/{HARBOUR.slug}/embed"


def to_copy(page: Page) -> list[str]:
    return ["".join(one.itertext()) for one in page.classed("code")]


def test_the_lines_as_they_stand(site: Site) -> None:
    page = site.open(_PATH)
    assert page.heading == "Put booking on your website"
    tag, plain, policy = to_copy(page)[:2] + to_copy(page)[-1:]
    link = '  <a href="http://127.0.0.1:8700/harbour-physio/">Book online</a>'
    script = '<script async src="http://127.0.0.1:8700/embed.js"></script>'
    assert tag.split("\n") == [
        '<openslot-booking practice="harbour-physio">',
        link,
        "</openslot-booking>",
        script,
    ]
    assert plain.split("\n") == ['<div data-openslot="harbour-physio">', link, "</div>", script]
    assert policy == "script-src http://127.0.0.1:8700\nframe-src http://127.0.0.1:8700"


def test_the_whole_choice_stands_in_the_lines_and_in_the_live_view(site: Site) -> None:
    page = site.open(
        f"{_PATH}?show=dialog&theme=dark&accent=%235B3F8C&staff={SIAN}&room=7323&words=Book+a++visit"
    )
    assert page.problems == []
    tag, plain = to_copy(page)[:2]
    assert tag.startswith(
        '<openslot-booking practice="harbour-physio" show="dialog" theme="dark" '
        f'accent="#5b3f8c" staff="{SIAN}" room="7323">\n'
        f'  <a href="http://127.0.0.1:8700/harbour-physio/times?staff={SIAN}&amp;room=7323">'
        "Book a visit</a>\n"
    )
    assert plain.startswith(
        '<div data-openslot="harbour-physio" data-show="dialog" data-theme="dark" '
        f'data-accent="#5b3f8c" data-staff="{SIAN}" data-room="7323">\n'
    )
    [live] = page.root.iter("openslot-booking")
    assert live.attrib == {
        "practice": "harbour-physio",
        "show": "dialog",
        "theme": "dark",
        "accent": "#5b3f8c",
        "staff": str(SIAN),
        "room": "7323",
    }
    assert any(one.text == "Book a visit" for one in page.links)
    assert {one.get("src") for one in page.root.iter("script")} >= {"/embed.js"}
    chosen = {one.get("value") for one in page.root.iter("option") if "selected" in one.attrib}
    assert chosen == {str(SIAN), "7323"}


def test_a_floating_button_is_told_the_practices_colour(site: Site) -> None:
    tag = to_copy(site.open(f"{_PATH}?show=floating"))[0]
    assert 'show="floating" accent="#0b6e4f"' in tag


def test_a_pale_colour_is_told_with_the_mend_and_left_out(site: Site) -> None:
    page = site.open(f"{_PATH}?accent=%23ffee00")
    assert page.title.startswith("Error: ")
    assert "too pale to read" in page.error_at("accent")
    assert page.error_at("accent").endswith("would do")
    assert page.problems[0] in page.error_at("accent")
    assert page.fields["accent"] == "#ffee00"
    assert "accent" not in to_copy(page)[0]


def test_what_cannot_be_had_is_said_beside_the_box(site: Site) -> None:
    for query, box, said in (
        ("accent=red", "accent", "Write the colour as # and six digits"),
        ("accent=%23%22%3E%3Cscript%3E", "accent", "Write the colour"),
        ("staff=nobody", "staff", "that person is not offered"),
        ("room=nowhere", "room", "that room is not offered"),
        (f"words={'x' * 61}", "words", "Shorten the link’s words to 60"),
    ):
        page = site.open(f"{_PATH}?{query}")
        assert said in page.error_at(box)
        assert len(page.problems) == 1
        assert "<script" not in to_copy(page)[0].split("\n")[0]


def test_words_are_never_markup_on_the_page_or_in_the_lines(site: Site) -> None:
    for words in (
        "</a></div><script>alert(1)</script>",
        "\"'><img src=x onerror=alert(1)>",
        "&lt;b&gt; & \x00\u202e\x1b",
        "{{ 7 * 7 }}{% raw %}",
    ):
        page = Page(
            site.visitor,
            site.visitor.raw("GET", _PATH, query_string={"words": words, "show": "dialog"}),
            _PATH,
        )
        kept = " ".join("".join(one for one in words if one.isprintable()).split())
        for lines in to_copy(page)[:2]:
            pasted = html5lib.parse(lines, namespaceHTMLElements=False)
            assert [text_of(one) for one in pasted.iter("a")] == [kept]
            assert [one.get("src") for one in pasted.iter("script")] == [
                "http://127.0.0.1:8700/embed.js"
            ]
            assert not list(pasted.iter("img"))


def test_without_words_or_with_unknown_ones_it_is_as_it_was(site: Site) -> None:
    page = site.open(f"{_PATH}?show=nonsense&theme=%00&words=++&more=1&staff=&room=")
    assert to_copy(page)[0] == to_copy(site.open(_PATH))[0]


def test_which_sites_may_show_it(site: Site) -> None:
    page = site.open(_PATH)
    assert "https://www.harbour.example" in [text_of(one) for one in page.root.iter("li")]
    assert (
        '[embed]\norigins = ["https://www.harbour.example", "https://www.your-site.example"]'
        in to_copy(page)
    )
    elm = site.open(f"/{ELM_TREE.slug}/embed")
    assert "No site may show it yet" in elm.text
    assert '[embed]\norigins = ["https://www.your-site.example"]' in to_copy(elm)
    assert "elm-tree-clinic.toml" in elm.text


def test_only_what_there_is_to_choose_is_asked(site: Site) -> None:
    assert [one.get("name") for one in _selects(site.open(_PATH))] == ["staff", "room"]
    assert [one.get("name") for one in _selects(site.open(f"/{ELM_TREE.slug}/embed"))] == ["staff"]
    assert _selects(site.open(f"/{SOLO}/embed")) == []


def _selects(page: Page) -> list[Element]:
    return list(page.root.iter("select"))


def test_it_works_while_the_diary_does_not(make_site: MakeSite) -> None:
    dead = make_site(HARBOUR.slug, urls={HARBOUR.slug: "http://127.0.0.1:9/api/request"})
    page = dead.open(f"{_PATH}?staff=42230")
    assert "The diary doesn’t answer just now" in page.text
    assert 'staff="42230"' in to_copy(page)[0]
    assert page.problems == []


def test_nobody_may_frame_it_and_no_search_engine_list_it(site: Site) -> None:
    headers = site.visitor.raw("GET", _PATH).headers
    policy = headers["Content-Security-Policy"]
    assert policy.endswith("; frame-src 'self'; frame-ancestors 'none'")
    assert headers["X-Robots-Tag"] == "noindex"


def test_it_changes_nothing_and_takes_no_post(site: Site) -> None:
    rows = site.dump()
    assert site.visitor.raw("HEAD", _PATH).status_code == 200
    site.open(_PATH)
    assert site.dump() == rows
    assert site.writes() == 0


def test_the_live_views_pages_may_be_framed_by_it(site: Site) -> None:
    answer = site.app.test_client().get(f"/{HARBOUR.slug}/")
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    # The allowance is this one page's.
    assert "frame-src" not in answer.headers["Content-Security-Policy"]
