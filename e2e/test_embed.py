"""Inside the practice's own site: in a frame of another site, by a browser without cookies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from e2e.journey import open_own_page
from e2e.own import Own
from e2e.pages import Check, Details, Gone, Outcome, Times, Where, Who
from e2e.practice import ADA, ANNA, GYM, Practice
from e2e.site import framed

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from e2e.site import HostPage
    from e2e.watch import Watch


def test_the_whole_journey_without_a_cookie(
    refusing: BrowserContext, host: HostPage, practice: Practice
):
    lost, slot, *_ = practice.free(ANNA, GYM)
    page = refusing.new_page()
    page.goto(host.origin + host.framing(practice.home, cookie=True))
    frame = framed(page)
    Who(frame).is_shown().choose(ANNA)
    Where(frame).choose(GYM)
    Times(frame).take_first()
    Details(frame).is_shown().go_on()
    expect(Details(frame).problems).to_be_visible()
    Details(frame).fill(ADA).go_on()
    check = Check(frame).says(ADA, lost)
    practice.take(lost)
    check.book()
    Gone(frame).is_shown().choose(slot)
    check.says(ADA, slot).book()
    Outcome(frame).says(slot)
    address = frame.url
    # Playwright's own Back waits for the page around the frame, which stays
    page.evaluate("history.back()")
    check.says(ADA, slot).book()
    Outcome(frame).says(slot)
    assert frame.url == address
    assert len(practice.bookings()) == 1
    # The host page did try to set one: the browser really refuses
    assert refusing.cookies() == []


def test_a_frame_of_a_site_that_the_practice_did_not_list(
    page: Page, host: HostPage, practice: Practice, watch: Watch
):
    watch.expect_complaint("frame-ancestors")
    page.goto(host.strangers_origin + host.framing(practice.home))
    frame = framed(page)
    expect(page.get_by_role("heading", name="Book online")).to_be_visible()
    frame.wait_for_url("chrome-error://**")
    expect(frame.get_by_role("heading", name=Who.heading)).to_have_count(0)


def test_the_bookings_own_page_opens_outside_the_frame(
    page: Page, host: HostPage, practice: Practice
):
    slot = practice.first_free()
    page.goto(host.origin + host.framing(practice.page("details", slot)))
    frame = framed(page)
    Details(frame).fill(ADA).go_on()
    Check(frame).book()
    Outcome(frame).says(slot).open_own_page()
    Own(page).stands(slot)
    assert page.url.startswith(f"{practice.home}booking/")


@pytest.mark.parametrize("name", ["", "/change", "/cancel"])
def test_no_page_that_acts_on_a_booking_is_framed_by_anybody(
    page: Page, host: HostPage, practice: Practice, watch: Watch, name: str
):
    """Nor by the site that the practice listed: a frame can be laid under another's button."""
    watch.expect_complaint("frame-ancestors")
    open_own_page(page, practice, practice.first_free())
    page.goto(host.origin + host.framing(page.url + name))
    frame = framed(page)
    frame.wait_for_url("chrome-error://**")
    for text in (ADA.name, "Your appointment", "Cancel", "When would suit you better?"):
        expect(frame.get_by_text(text)).to_have_count(0)


def test_a_calendar_file_is_saved_from_within_the_frame(
    page: Page, host: HostPage, practice: Practice
):
    slot = practice.first_free()
    page.goto(host.origin + host.framing(practice.page("details", slot)))
    frame = framed(page)
    Details(frame).fill(ADA).go_on()
    Check(frame).book()
    Outcome(frame).says(slot)
    with page.expect_download() as saved:
        frame.get_by_role("link", name="Calendar file").click()
    assert saved.value.suggested_filename == "appointment.ics"
