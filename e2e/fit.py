"""What must be true of any page as it stands in the browser, whatever it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axe_playwright_python.base import AXE_SCRIPT, AxeResults

if TYPE_CHECKING:
    from playwright.sync_api import Page

PHONE = (360, 640)
DESKTOP = (1280, 800)
_NARROWEST = (320, 640)
_TARGET = 44
_AXE_BY_DAY = "axe.run({resultTypes: ['violations']})"
# The night changes colours alone
_AXE_BY_NIGHT = "axe.run({resultTypes: ['violations'], runOnly: ['color-contrast']})"

# A message is no page: what it stands in has the landmarks
_AXE_OF_A_LETTER = """axe.run({resultTypes: ['violations'], rules: {
  region: {enabled: false}, 'landmark-one-main': {enabled: false}}})"""
_TINY = """() => [...document.querySelectorAll("body *")]
  .filter(one => parseFloat(getComputedStyle(one).fontSize) < 15)
  .map(one => one.outerHTML.slice(0, 120))"""
_BUTTONS = """least => [...document.querySelectorAll("a[style]")]
  .map(one => [one.getBoundingClientRect().height, one.outerHTML.slice(0, 60)])
  .filter(([height]) => height < least).map(([height, html]) => `${height} px high: ${html}`)"""

_OVERFLOW = """() => {
  const page = document.scrollingElement;
  const beyond = [...document.querySelectorAll("body *")]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && one.checkVisibility())
    .map(one => one.outerHTML.slice(0, 90)).slice(0, 5);
  return page.scrollWidth > innerWidth ? [`${page.scrollWidth} px wide`, ...beyond] : [];
}"""
_SMALL = """least => {
  const inSentence = one => getComputedStyle(one).display === "inline"
    && one.parentElement.textContent.trim() !== one.textContent.trim();
  // Of a box to tick, all that stands beside it can be touched as well
  const isBox = one => one.matches("[type=checkbox], [type=radio]");
  const touched = one => isBox(one) && one.closest("label") || one;
  return [...document.querySelectorAll("main :is(a, button, input, textarea)")]
    .filter(one => one.checkVisibility() && one.tabIndex >= 0 && !inSentence(one))
    .map(touched)
    .filter(one => one.getBoundingClientRect().height < least - 0.5)
    .map(one => `${one.getBoundingClientRect().height} px high: ${one.outerHTML.slice(0, 120)}`);
}"""


def faults_of(page: Page) -> list[str]:
    """Return what is wrong with how the page is shown, by day on a phone, by night on a desktop.

    Neither depends on the other: no colour depends on the width, nor any width on the colours.
    """
    faults: list[str] = []
    page.evaluate(AXE_SCRIPT)
    page.emulate_media(color_scheme="light")
    _resize(page, PHONE)
    faults += _axe_faults_of(page, _AXE_BY_DAY, "by day, on a phone")
    faults += [f"on a phone: {one}" for one in _overflow(page)]
    page.emulate_media(color_scheme="dark")
    _resize(page, DESKTOP)
    faults += _axe_faults_of(page, _AXE_BY_NIGHT, "by night, on a desktop")
    faults += [f"on a desktop: {one}" for one in _overflow(page)]
    _resize(page, PHONE)
    small: list[str] = page.evaluate(_SMALL, _TARGET)
    faults += [f"too small to touch: {one}" for one in small]
    _resize(page, _NARROWEST)
    faults += [f"at 320 px: {one}" for one in _overflow(page)]
    _resize(page, PHONE)
    # What the browser's own setting for text does: all sizes follow the root's 18 px
    page.evaluate("document.documentElement.style.fontSize = '36px'")
    faults += [f"with text twice as large: {one}" for one in _overflow(page)]
    page.evaluate("document.documentElement.style.fontSize = ''")
    return faults


def letter_faults_of(page: Page) -> list[str]:
    """Return all that is wrong with how a message is shown, on a phone, day and night."""
    faults: list[str] = []
    _resize(page, PHONE)
    page.evaluate(AXE_SCRIPT)
    # Where a message leaves the ground to the program that shows it, axe takes it for white
    page.evaluate("document.documentElement.style.backgroundColor = 'Canvas'")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        faults += _axe_faults_of(page, _AXE_OF_A_LETTER, scheme)
    faults += _overflow(page)
    tiny: list[str] = page.evaluate(_TINY)
    faults += [f"too small to read: {one}" for one in tiny]
    small: list[str] = page.evaluate(_BUTTONS, _TARGET)
    return faults + [f"too small to touch: {one}" for one in small]


def _axe_faults_of(page: Page, run: str, how: str) -> list[str]:
    found = AxeResults(page.evaluate(run))
    return [f"axe, {how}: {found.generate_report()}"] if found.violations_count else []


def _overflow(page: Page) -> list[str]:
    return page.evaluate(_OVERFLOW)


def _resize(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
