from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.reference_process import ELM_TREE, HARBOUR, ReferenceDiary

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

    from tests.reference.conftest import Post

    Page = Callable[[str], str]


@pytest.fixture
def page(diary: ReferenceDiary, http: requests.Session) -> Page:
    """Fetch a page and look at what every page must be."""

    def fetch(path: str) -> str:
        answer = http.get(diary.url + path, timeout=30)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert len(re.findall(r"<h1\b", answer.text)) == 1
        assert "<script" not in answer.text
        assert "style=" not in answer.text
        return answer.text

    return fetch


def test_the_first_page_lists_the_practices(page: Page):
    text = page("/")

    for practice in (HARBOUR, ELM_TREE):
        assert f'href="/{practice.slug}/"' in text
    assert HARBOUR.key not in text


def test_today_is_shown_unless_another_day_is_asked_for(page: Page):
    text = page("/harbour-physio/")

    assert "Friday 20 November 2026" in text
    assert "?day=2026-11-19" in text
    assert "?day=2026-11-21" in text
    assert "Anna Müller" in text
    assert "Demo User" not in text


def test_a_day_can_be_ruled_by_room(page: Page):
    text = page("/harbour-physio/?day=2026-11-24&by=room")

    headings = re.findall(r'<h3 class="column__name">\s*(.*)', text)
    assert headings == ["Treatment Room 1", "Treatment Room 2", "Gym"]
    assert "?day=2026-11-25&amp;by=room" in text


def test_a_booking_shows_on_its_day_and_among_the_newest(
    post: Post, page: Page, booking: dict[str, Any]
):
    post({**booking, "name": "<i>Ada</i>", "desc": "Neck & shoulder"})

    day = f"{booking['date'][:4]}-{booking['date'][4:6]}-{booking['date'][6:]}"
    sheet, newest = page(f"/harbour-physio/?day={day}").split("Booked online")
    for text in (sheet, newest):
        assert "&lt;i&gt;Ada&lt;/i&gt;" in text
        assert "Neck &amp; shoulder" in text
    assert "source--online" in sheet
    assert "07700 900123" in newest


def test_a_struck_out_booking_says_so(
    diary: ReferenceDiary, post: Post, page: Page, booking: dict[str, Any]
):
    post(booking)
    slot = {key: booking[key] for key in ("date", "time")}
    diary.release(HARBOUR.slug, **slot, staff_id=42230, section_id=7323)

    assert "struck out" in page("/harbour-physio/")


@pytest.mark.parametrize(
    "path",
    ["/nowhere/", "/harbour-physio/?day=soon", "/harbour-physio/?day=9999-12-31", "/a/b/c"],
)
def test_what_is_not_there(diary: ReferenceDiary, http: requests.Session, path: str):
    assert http.get(diary.url + path, timeout=30).status_code == 404


def test_the_css_is_its_own(diary: ReferenceDiary, http: requests.Session, page: Page):
    [href] = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page("/"))

    answer = http.get(diary.url + href, timeout=30)
    assert answer.headers["Content-Type"].startswith("text/css")
    assert "prefers-color-scheme: dark" in answer.text
