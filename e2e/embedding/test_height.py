"""The frame is as high as its page: it follows both ways, never grows by itself, never jumps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from e2e.pages import Check, Details, Outcome, Times, Where, Who
from e2e.practice import ADA, ANNA, GYM

if TYPE_CHECKING:
    from playwright.sync_api import ViewportSize

    from e2e.embedding.host import Host

_WIDE: ViewportSize = {"width": 1100, "height": 800}
_NARROW: ViewportSize = {"width": 320, "height": 640}
_TALL = '<div style="height: 1500px">About us</div>'
_WIDTHS = """() => [document.documentElement.scrollWidth, innerWidth]"""


def test_on_every_page_of_the_journey(own_site: Host):
    own_site.open(own_site.element())
    frame = own_site.shows_booking()
    _is_snug(own_site)
    Who(frame).choose(ANNA)
    Where(frame).is_shown()
    own_site.fits()
    Where(frame).choose(GYM)
    Times(frame).is_shown()
    own_site.fits()
    Times(frame).take_first()
    Details(frame).is_shown().go_on()
    expect(Details(frame).problems).to_be_visible()
    own_site.fits()
    Details(frame).fill(ADA).go_on()
    Check(frame).is_shown()
    own_site.fits()
    Check(frame).book()
    Outcome(frame).is_shown()
    _is_snug(own_site)


def test_follows_the_window_both_ways(own_site: Host):
    own_site.page.set_viewport_size(_WIDE)
    own_site.open(own_site.element())
    frame = own_site.shows_booking()
    Who(frame).choose(ANNA)
    Where(frame).choose(GYM)
    Times(frame).is_shown()
    _is_snug(own_site)
    wide = own_site.height()
    own_site.page.set_viewport_size(_NARROW)
    own_site.until(lambda: own_site.height() > wide, "did not grow with the narrower window")
    _is_snug(own_site)
    own_site.page.set_viewport_size(_WIDE)
    own_site.until(lambda: own_site.height() == wide, "did not shrink with the wider window")
    _is_snug(own_site)


@pytest.mark.parametrize(
    "head",
    [
        "<style>html, body, main { height: 100%; margin: 0 }</style>",
        "<style>main { display: flex; min-height: 100vh } openslot-booking { flex: 1 }</style>",
        "<style>main { display: grid } iframe { max-width: 100%; min-height: 0 }</style>",
    ],
    ids=["full-height", "flex", "grid"],
)
def test_does_not_grow_without_end_whatever_the_host_does(own_site: Host, head: str):
    own_site.open(own_site.element(), head=head)
    own_site.shows_booking()
    _is_snug(own_site)


def test_when_it_was_not_to_be_seen_at_first(own_site: Host):
    own_site.open(f"<details><summary>Book</summary>{own_site.element()}</details>")
    own_site.page.get_by_text("Book", exact=True).click()
    own_site.shows_booking()
    _is_snug(own_site)


def test_a_dialog_that_is_opened_again(own_site: Host):
    own_site.open(own_site.element('show="dialog"'))
    own_site.link.click()
    frame = own_site.shows_booking()
    Who(frame).choose(ANNA)
    Where(frame).is_shown()
    own_site.fits()
    own_site.page.keyboard.press("Escape")
    expect(own_site.dialog).to_have_count(0)
    own_site.page.set_viewport_size(_NARROW)
    own_site.link.click()
    Where(frame).is_shown()
    _is_snug(own_site)


def test_back_leads_through_the_journey_and_not_off_the_page(own_site: Host):
    own_site.open(own_site.element())
    frame = own_site.shows_booking()
    own_site.fits()
    first = own_site.height()
    Who(frame).choose(ANNA)
    Where(frame).choose(GYM)
    Times(frame).is_shown()
    own_site.fits()
    # Playwright's own Back waits for the page around the frame, which stays
    own_site.page.evaluate("history.back()")
    Where(frame).is_shown()
    own_site.page.evaluate("history.back()")
    Who(frame).is_shown()
    _is_snug(own_site)
    assert own_site.height() == first
    own_site.page.evaluate("history.forward()")
    Where(frame).is_shown()
    _is_snug(own_site)
    steps = [one.step for one in own_site.heard() if one.name == "step"]
    assert steps == ["who", "where", "times", "where", "who", "where"]


def test_a_page_that_back_shows_as_it_was_left(own_site: Host):
    own_site.open(own_site.element())
    frame = own_site.shows_booking()
    own_site.fits()
    own_site.frames.evaluate("one => one.style.height = '2000px'")
    # What a browser does that keeps pages whole, in frames too
    frame.evaluate(
        "() => { dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true})) }"
    )
    _is_snug(own_site)
    assert own_site.names_heard() == ["ready", "step"]


def test_the_host_scrolls_only_on_a_new_step_and_only_back_up_to_it(own_site: Host):
    own_site.open(own_site.element(), before=_TALL, after=_TALL)
    frame = own_site.shows_booking()
    own_site.fits()
    # Nothing below asked to be looked at
    assert own_site.scroll() == 0
    top = own_site.frames.evaluate("one => Math.floor(one.getBoundingClientRect().top + scrollY)")
    own_site.page.evaluate("top => scrollTo(0, top - 100)", top)
    Who(frame).way(ANNA.name).evaluate("one => one.click()")
    Where(frame).is_shown()
    own_site.fits()
    own_site.rests()
    assert own_site.scroll() == top - 100, "jumped although the widget's top was in view"
    own_site.page.evaluate("top => scrollTo(0, top + 150)", top)
    own_site.page.set_viewport_size(_NARROW)
    own_site.fits()
    own_site.rests()
    top = own_site.frames.evaluate("one => Math.floor(one.getBoundingClientRect().top + scrollY)")
    own_site.page.evaluate("top => scrollTo(0, top + 150)", top)
    own_site.rests()
    assert own_site.scroll() == top + 150, "jumped without a new step"
    Where(frame).way(GYM.name).evaluate("one => one.click()")
    Times(frame).is_shown()
    own_site.until(lambda: abs(own_site.scroll() - top) <= 1, "the step begins out of sight")


def test_a_new_step_in_a_dialog_begins_at_its_top(own_site: Host):
    own_site.page.set_viewport_size(_NARROW)
    own_site.open(own_site.element('show="dialog"'))
    own_site.link.click()
    frame = own_site.shows_booking()
    Who(frame).choose(ANNA)
    Where(frame).choose(GYM)
    Times(frame).is_shown()
    own_site.fits()
    own_site.dialog.evaluate("one => one.scrollTo(0, 300)")
    Times(frame).first_free.evaluate("one => one.click()")
    Details(frame).is_shown()
    own_site.until(
        lambda: own_site.dialog.evaluate("one => one.scrollTop") == 0,
        "the step begins out of sight",
    )


def test_on_a_phone_it_is_the_page(own_site: Host):
    own_site.page.set_viewport_size({"width": 360, "height": 640})
    own_site.open(own_site.element(), head="<style>body { margin: 0 }</style>")
    frame = own_site.shows_booking()
    own_site.fits()
    assert own_site.frames.evaluate("one => one.getBoundingClientRect().width") == 360
    expect(frame.get_by_role("banner")).to_have_count(0)
    for view in (own_site.page, frame):
        scroll_width, width = view.evaluate(_WIDTHS)
        assert scroll_width <= width


def _is_snug(own_site: Host) -> None:
    own_site.fits()
    own_site.rests()
