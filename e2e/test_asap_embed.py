"""The ASAP list inside the practice's own site: joined in a frame, without a cookie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from e2e.asap import Join, Joined, Place
from e2e.pages import Times
from e2e.practice import ADA, ANNA
from e2e.site import framed

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from e2e.site import HostPage
    from e2e.waiting import Listing
    from e2e.watch import Watch


def test_joined_without_a_cookie_and_left_outside_the_frame(
    refusing: BrowserContext, host: HostPage, listing: Listing
):
    practice = listing.practice
    practice.diary.fill(practice.slug)
    page = refusing.new_page()
    times = practice.page("times", staff=ANNA.id, room="any")
    page.goto(host.origin + host.framing(times, cookie=True))
    frame = framed(page)
    Times(frame).is_shown().way("Tell me if something comes up").click()
    join = Join(frame).is_shown()
    join.go_on()
    expect(join.problems).to_be_visible()
    join.fill(ADA, is_stranger=True).go_on()
    Joined(frame).is_shown().has(ADA.email)
    assert listing.count() == 1
    Joined(frame).open_own_page()
    Place(page).is_shown().leave()
    Place(page).is_left()
    assert len(page.frames) == 1
    assert page.url.startswith(f"{practice.home}asap/")
    # The host page did try to set one: the browser really refuses
    assert refusing.cookies() == []


@pytest.mark.parametrize("which", ["offer", "place", "join"])
def test_no_page_that_acts_for_a_patient_is_framed_by_anybody(
    page: Page, host: HostPage, listing: Listing, watch: Watch, which: str
):
    """Nor by the site that the practice listed: a frame can be laid under another's button."""
    watch.expect_complaint("frame-ancestors")
    waiting = listing.put_on()
    address = {
        "offer": listing.offer(waiting, listing.practice.first_free()),
        "place": waiting.place,
        "join": f"{waiting.own}/sooner",
    }[which]
    page.goto(host.origin + host.framing(address))
    frame = framed(page)
    frame.wait_for_url("chrome-error://**")
    for text in (ADA.name.split()[0], "Take", "Leave the list", "earlier"):
        expect(frame.get_by_text(text)).to_have_count(0)
