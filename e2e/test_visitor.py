"""Visitors differ: in their time zone, and in what they ask of their browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from e2e.journey import book, open_check, open_details
from e2e.own import Own
from e2e.pages import Outcome, Times, Where, Who
from e2e.practice import ANNA, Patient, Practice

if TYPE_CHECKING:
    from playwright.sync_api import Page

_ZONE_NOTE = re.compile(r"^Times are London time \((GMT|BST)\)\.$")
_SAW_TRANSITION = (
    "addEventListener('pagereveal', e => { window.moved = e.viewTransition !== null })"
)
# Contrast of each visible text with what lies behind it, in the colours that are really used
_FAINT_TEXT = """() => {
  const numbers = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const behind = one => {
    if (!one) return isDark ? [0, 0, 0] : [255, 255, 255];
    const [r, g, b, cover = 1] = numbers(getComputedStyle(one).backgroundColor);
    const below = cover < 1 ? behind(one.parentElement) : [0, 0, 0];
    return [r, g, b].map((v, i) => v * cover + below[i] * (1 - cover));
  };
  const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  return [...document.querySelectorAll("body *")]
    .filter(one => one.checkVisibility() && !one.closest(".visually-hidden, .trap"))
    .filter(one => [...one.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
    .filter(one => contrast(light(numbers(getComputedStyle(one).color)), light(behind(one))) < 4.5)
    .map(one => `${one.outerHTML.slice(0, 120)} ${getComputedStyle(one).color}`);
}"""


@pytest.mark.parametrize(
    "is_abroad",
    [
        pytest.param(True, marks=pytest.mark.browser_context_args(timezone_id="America/New_York")),
        pytest.param(False, marks=pytest.mark.browser_context_args(timezone_id="Europe/London")),
        # Another name, the same time all year
        pytest.param(False, marks=pytest.mark.browser_context_args(timezone_id="Europe/Guernsey")),
    ],
    ids=["new-york", "london", "guernsey"],
)
def test_the_zone_is_named_to_a_visitor_of_another(page: Page, practice: Practice, is_abroad: bool):
    slot = practice.first_free()
    note = page.get_by_text(_ZONE_NOTE)
    page.goto(practice.times_with(slot))
    Times(page).is_shown().has(slot.at)
    expect(note).to_be_visible(visible=is_abroad)
    outcome = book(page, practice, slot)
    expect(note).to_be_visible(visible=is_abroad)
    outcome.open_own_page()
    Own(page).stands(slot)
    expect(note).to_be_visible(visible=is_abroad)


@pytest.mark.parametrize(
    "is_moving",
    [
        pytest.param(True, marks=pytest.mark.browser_context_args(reduced_motion="no-preference")),
        pytest.param(False, marks=pytest.mark.browser_context_args(reduced_motion="reduce")),
    ],
    ids=["motion", "less-motion"],
)
def test_pages_move_only_for_those_who_do_not_mind(page: Page, practice: Practice, is_moving: bool):
    page.add_init_script(_SAW_TRANSITION)
    page.goto(practice.home)
    Who(page).is_shown().choose(ANNA)
    Where(page).is_shown()
    assert page.evaluate("window.moved") is is_moving


@pytest.mark.browser_context_args(forced_colors="active")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_stands_out_in_forced_colours(page: Page, practice: Practice, scheme: str):
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    slot = practice.first_free()
    page.goto(practice.times_with(slot))
    Times(page).is_shown()
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    assert page.evaluate(_FAINT_TEXT) == []
    details = open_details(page, practice, slot).fill(Patient(name=""))
    details.go_on()
    expect(details.problems).to_be_visible()
    assert page.evaluate(_FAINT_TEXT) == []
    open_check(page, practice, slot)
    assert page.evaluate(_FAINT_TEXT) == []
    outcome = book(page, practice, slot)
    assert page.evaluate(_FAINT_TEXT) == []
    outcome.open_own_page()
    Own(page).stands(slot)
    assert page.evaluate(_FAINT_TEXT) == []


def test_the_outcome_on_paper(page: Page, practice: Practice):
    slot = practice.first_free()
    book(page, practice, slot)
    page.emulate_media(media="print")
    for text in (slot.when, "1 Quay Street, London E1"):
        expect(page.get_by_text(text).first).to_be_visible()
    expect(page.get_by_role("link", name="Calendar file")).to_be_hidden()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_the_appointment_for_ones_own_calendar(page: Page, practice: Practice):
    slot = practice.first_free()
    book(page, practice, slot)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Calendar file").click()
    assert saved.value.suggested_filename == "appointment.ics"
    text = saved.value.path().read_text(encoding="utf-8")
    assert text.startswith("BEGIN:VCALENDAR")
    assert f"DTSTART;TZID=Europe/London:{slot.start:%Y%m%dT%H%M%S}" in text
    assert "Anna Müller" in text.replace("\r\n ", "")
    Outcome(page).is_shown()


def test_links_to_others_open_beside_and_tell_them_nothing(page: Page, practice: Practice):
    book(page, practice, practice.first_free())
    leading_away = page.get_by_role("main").locator("a[href^='https:']")
    expect(leading_away).to_have_text(["Google", "Outlook", "Directions"])
    for link in leading_away.all():
        expect(link).to_have_attribute("target", "_blank")
        expect(link).to_have_attribute("rel", "noopener noreferrer")
        href = link.get_attribute("href") or ""
        assert "Ada" not in href
        assert "outcome" not in href
        assert "booking/" not in href
