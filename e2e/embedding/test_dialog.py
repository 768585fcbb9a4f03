"""The dialog and the keyboard on the host's page: in, out, and back to where one was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import expect

from e2e.pages import Check, Details, Outcome, Times, Where, Who
from e2e.practice import ADA, ANNA, GYM

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Locator, Page

    from e2e.embedding.host import Host
    from e2e.practice import Practice
    from e2e.watch import Watch

_TARGET = 44
_MOST_STOPS = 60
_AXE = "axe.run({resultTypes: ['violations'], iframes: false})"
_HAS_FOCUS = "one => document.activeElement === one"
_IN_DIALOG = "() => document.activeElement.closest('dialog') !== null"


def test_focus_goes_in_and_back(own_site: Host):
    _open_dialog(own_site)
    assert own_site.page.evaluate(_IN_DIALOG)
    own_site.page.get_by_role("button", name="Close").click()
    expect(own_site.dialog).to_have_count(0)
    expect(own_site.link).to_be_focused()


def test_escape_closes(own_site: Host):
    _open_dialog(own_site)
    own_site.page.keyboard.press("Escape")
    expect(own_site.dialog).to_have_count(0)
    expect(own_site.link).to_be_focused()


def test_escape_closes_from_within_the_frame(own_site: Host):
    frame = _open_dialog(own_site)
    Who(frame).way(ANNA.name).press("Escape")
    expect(own_site.dialog).to_have_count(0)
    expect(own_site.link).to_be_focused()
    own_site.link.press("Enter")
    expect(own_site.dialog).to_be_visible()
    Who(frame).is_shown()


def test_the_backdrop_closes_and_nothing_else_does(own_site: Host):
    own_site.page.set_viewport_size({"width": 1280, "height": 800})
    frame = _open_dialog(own_site)
    own_site.fits()
    frame.get_by_role("heading", level=1).click()
    expect(own_site.dialog).to_be_visible()
    own_site.page.mouse.click(5, 400)
    expect(own_site.dialog).to_have_count(0)


def test_the_way_out_is_always_there_and_large_enough(own_site: Host):
    own_site.page.set_viewport_size({"width": 360, "height": 640})
    _open_dialog(own_site)
    own_site.fits()
    close = own_site.page.get_by_role("button", name="Close")
    own_site.dialog.evaluate("one => one.scrollTo(0, one.scrollHeight)")
    expect(close).to_be_in_viewport(ratio=1)
    box = close.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= _TARGET
    assert own_site.dialog.evaluate("one => one.scrollWidth <= one.clientWidth")


def test_by_keyboard_alone(own_site: Host, practice: Practice):
    slot = practice.first_free(ANNA, GYM)
    own_site.open(own_site.element(), before='<a href="#top">Home</a>', after="<a href='#'>End</a>")
    frame, page = own_site.shows_booking(), own_site.page
    _press(page, Who(frame).way(ANNA.name))
    _press(page, Where(frame).is_shown().way(GYM.name))
    _press(page, Times(frame).is_shown().first_free)
    details = Details(frame).is_shown()
    for box, text in (
        (details.name, ADA.name),
        (details.phone, ADA.phone),
        (details.email, ADA.email),
    ):
        _tab_to(page, box)
        page.keyboard.type(text)
    _press(page, frame.get_by_role("button", name="Continue", exact=True))
    _press(page, Check(frame).is_shown().button)
    Outcome(frame).says(slot)
    # The frame is no trap
    _tab_to(page, page.get_by_role("link", name="End"))


@pytest.mark.parametrize("show", ["", "dialog", "floating"])
def test_axe_finds_nothing(own_site: Host, watch: Watch, show: str):
    watch.expect_complaint("too pale to read")
    # As pale as a host may choose: the button's words must be read on it all the same
    accent = 'accent="#ffd54a"' if show == "floating" else ""
    own_site.open(own_site.element(f'show="{show}" {accent}'))
    if show:
        assert _violations(own_site.page) == ""
        trigger = own_site.link if show == "dialog" else own_site.page.get_by_role("button")
        trigger.click()
    frame = own_site.shows_booking()
    assert _violations(own_site.page) == ""
    frame.evaluate(AXE_SCRIPT)
    assert _report(frame.evaluate(_AXE)) == ""
    if show:
        own_site.page.keyboard.press("Escape")
        expect(own_site.dialog).to_have_count(0)
        assert _violations(own_site.page) == ""


def _open_dialog(own_site: Host) -> Frame:
    own_site.open(own_site.element('show="dialog"'))
    own_site.link.click()
    expect(own_site.dialog).to_be_visible()
    return own_site.shows_booking()


def _press(page: Page, way: Locator) -> None:
    _tab_to(page, way)
    page.keyboard.press("Enter")


def _tab_to(page: Page, way: Locator) -> None:
    expect(way).to_be_visible()
    for _ in range(_MOST_STOPS):
        if way.evaluate(_HAS_FOCUS):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not lead to {way}")


def _violations(page: Page) -> str:
    page.evaluate(AXE_SCRIPT)
    return _report(page.evaluate(_AXE))


def _report(found: object) -> str:
    results = AxeResults(found)  # pyright: ignore[reportArgumentType]
    return results.generate_report() if results.violations_count else ""
