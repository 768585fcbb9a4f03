"""Host pages for tests: a page that is all well, and what a designer can get wrong in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.embed.judging import BookingSite, judge
from webapp.embed.reading import read_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from webapp.practices.doctor import Finding

SITE = BookingSite("https://book.example", "harbour-physio", ["harbour-physio", "elm-tree-clinic"])
URL = "https://www.harbour.example/book"
SCRIPT = '<script async src="https://book.example/embed.js"></script>'
LINK = '<a href="https://book.example/harbour-physio/">Book online</a>'
TAG = f'<openslot-booking practice="harbour-physio">{LINK}</openslot-booking>'
WELL = TAG + SCRIPT


def host_page(body: str, head: str = "") -> str:
    return f"<!doctype html><html><head><title>Book</title>{head}</head><body>{body}</body></html>"


def judged(
    body: str,
    *,
    head: str = "",
    headers: Sequence[tuple[str, str]] = (),
    url: str = URL,
    site: BookingSite = SITE,
) -> tuple[Finding, ...]:
    return judge(read_page(host_page(body, head), url), headers, site)


def wrongs(
    body: str,
    *,
    head: str = "",
    headers: Sequence[tuple[str, str]] = (),
    url: str = URL,
    site: BookingSite = SITE,
) -> list[str]:
    """Return what is wrong, each ending as a sentence does."""
    found = judged(body, head=head, headers=headers, url=url, site=site)
    assert all(one.text.endswith((".", "?")) for one in found)
    return [one.text for one in found if not one.is_well and not one.is_advice]


def policy(text: str) -> list[tuple[str, str]]:
    return [("Content-Security-Policy", text)]
