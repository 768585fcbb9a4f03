"""Each way to put booking on a practice's own site, with the cookies of third parties blocked."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from e2e.embedding.host import book_in
from e2e.pages import Times, Where, Who
from e2e.practice import ANNA, GYM, SIAN

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from e2e.embedding.host import Host
    from e2e.practice import Practice
    from e2e.site import HostPage

_SCRIPT = Path(__file__).parents[2] / "static" / "embed" / "embed.js"
_MOST_BYTES = 4096
_LATE = """html => document.querySelector("main").insertAdjacentHTML("beforeend", html)"""


def test_the_script_is_small():
    assert len(gzip.compress(_SCRIPT.read_bytes(), mtime=0)) <= _MOST_BYTES


def test_this_browser_blocks_the_cookies_of_third_parties(page: Page, host: HostPage):
    cookie = host.framing("about:blank", cookie=True)
    page.goto(host.origin + host.framing(host.strangers_origin + cookie))
    expect(page.frame_locator("iframe").get_by_role("heading")).to_be_visible()
    assert page.context.cookies() == []
    page.goto(host.origin + cookie)
    assert len(page.context.cookies()) == 1
    page.context.clear_cookies()


def test_booked_inline(own_site: Host, practice: Practice):
    slot = practice.first_free(ANNA, GYM)
    own_site.open(own_site.element())
    frame = own_site.shows_booking()
    expect(own_site.frames).to_have_attribute("title", "Book an appointment")
    expect(own_site.link).to_be_hidden()
    book_in(frame).says(slot)
    assert own_site.page.url.startswith("http://localhost")
    assert len(practice.bookings()) == 1
    own_site.keeps_nothing()


def test_a_div_where_a_site_builder_takes_no_other_element(own_site: Host, practice: Practice):
    link = f'<a href="{practice.home}">Book online</a>'
    own_site.open(
        f'<div data-openslot="{practice.slug}" data-title="Make a booking">{link}</div>',
        # A host's own rule for links, against which the attribute "hidden" is nothing
        head="<style>a { display: inline-block }</style>",
    )
    own_site.shows_booking()
    expect(own_site.frames).to_have_attribute("title", "Make a booking")
    expect(own_site.link).to_be_hidden()


def test_a_dialog_from_the_snippets_own_link(own_site: Host, practice: Practice):
    own_site.open(own_site.element('show="dialog"'))
    expect(own_site.frames).to_have_count(0)
    own_site.link.click()
    expect(own_site.dialog).to_be_visible()
    frame = own_site.shows_booking()
    book_in(frame)
    own_site.keeps_nothing()


def test_a_dialog_from_any_button(own_site: Host, practice: Practice):
    own_site.open(
        f'<button id="top" data-openslot-dialog="{practice.slug}" data-staff="{ANNA.id}">'
        "Book</button>"
    )
    own_site.page.get_by_role("button", name="Book").click()
    frame = own_site.frame()
    Where(frame).is_shown().choose(GYM)
    Times(frame).is_shown()
    assert {one.target for one in own_site.heard()} == {"top"}


def test_a_dialog_from_the_floating_button(own_site: Host, practice: Practice):
    own_site.open(own_site.element('show="floating" accent="#0b6e4f"'))
    button = own_site.page.get_by_role("button", name="Book online")
    expect(button).to_be_in_viewport()
    expect(button).to_have_css("background-color", "rgb(11, 110, 79)")
    expect(own_site.link).to_be_hidden()
    button.click()
    own_site.shows_booking()
    expect(own_site.dialog).to_be_visible()


def test_a_part_that_comes_late(own_site: Host, practice: Practice):
    own_site.open("<p>Wait</p>")
    own_site.page.evaluate(_LATE, own_site.element())
    own_site.shows_booking()
    expect(own_site.link).to_be_hidden()


def test_a_part_that_is_met_before_its_link(own_site: Host, practice: Practice):
    link = f'<a href="{practice.home}">Book online</a>'
    # A script between the two lets others run before the link is there
    body = (
        f'<openslot-booking practice="{practice.slug}"><script>;</script>{link}</openslot-booking>'
    )
    own_site.open(body, script=own_site.script.replace("async", ""))
    own_site.shows_booking()
    expect(own_site.link).to_be_hidden()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_javascript_the_link_stays_and_works(own_site: Host, practice: Practice):
    own_site.open(own_site.element())
    expect(own_site.frames).to_have_count(0)
    own_site.link.click()
    Who(own_site.page).is_shown()


def test_staff_and_room_begin_at_the_right_page(own_site: Host, practice: Practice):
    own_site.open(
        own_site.element(f'staff="{SIAN.id}"')
        + own_site.element(f'room="{GYM.id}"')
        + own_site.element(f'staff="{SIAN.id}" room="{GYM.id}"')
    )
    Where(own_site.frame(0)).is_shown()
    Times(own_site.frame(1)).is_shown()
    Times(own_site.frame(2)).is_shown()
    assert f"room={GYM.id}" in own_site.frame(1).url
    assert f"staff={SIAN.id}" in own_site.frame(2).url


def test_two_on_one_page_of_two_practices(
    own_site: Host, practice: Practice, other_practice: Practice
):
    own_site.open(
        own_site.element('id="one"') + own_site.element('id="two"', of=other_practice),
    )
    first, second = own_site.shows_booking(0), own_site.shows_booking(1)
    book_in(second)
    Who(first).is_shown()
    own_site.fits(0)
    own_site.fits(1)
    assert (len(practice.bookings()), len(other_practice.bookings())) == (0, 1)
    own_site.until(lambda: "confirmed" in own_site.names_heard(), "no outcome heard")
    assert [one.name for one in own_site.heard() if one.target == "one"] == ["ready", "step"]


def test_two_on_one_page_of_one_practice(own_site: Host, practice: Practice):
    own_site.open(own_site.element('id="one"') + own_site.element('id="two" show="floating"'))
    first = own_site.shows_booking()
    own_site.page.get_by_role("button", name="Book online").click()
    second = own_site.shows_booking(1)
    Who(second).choose(ANNA)
    Where(second).is_shown()
    Who(first).is_shown()


def test_what_leads_out_of_the_frame(own_site: Host, practice: Practice):
    own_site.open(own_site.element())
    frame = own_site.shows_booking()
    book_in(frame)
    for name in ("Google", "Outlook", "Directions"):
        way = frame.get_by_role("link", name=name)
        expect(way).to_have_attribute("target", "_blank")
        expect(way).to_have_attribute("rel", "noopener noreferrer")
    frame.get_by_role("link", name="Change or cancel").click()
    own_site.page.wait_for_url(f"{practice.home}booking/**")
    own_site.page.wait_for_load_state()
    assert len(own_site.page.frames) == 1, "the booking's own page is never framed"
