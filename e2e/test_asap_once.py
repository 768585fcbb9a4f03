"""One opening, however often and by however many it is pressed: one winner, told the same again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from e2e.asap import End, Offered, open_offer
from e2e.modes import with_and_without_scripts
from e2e.own import Heading, MoveQuestion, OtherTimes, Own
from e2e.practice import ADA, BEA

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from e2e.waiting import Listing

_LONG = 60
"""Seconds: longer than any test, which lets the diary go when it has seen enough."""


@with_and_without_scripts
def test_a_double_click(page: Page, listing: Listing, scripts: bool):
    slot = listing.practice.first_free()
    offered = open_offer(page, listing.offer(listing.put_on(), slot))
    offered.button.dblclick()
    offered.says(End.YOURS, slot)
    assert listing.practice.writes() == len(listing.practice.bookings()) == 1


def test_the_button_shows_that_it_is_under_way_and_holds_back_another_press(
    page: Page, listing: Listing
):
    practice = listing.practice
    slot = practice.first_free()
    practice.fault("slow", seconds=_LONG)
    offered = open_offer(page, listing.offer(listing.put_on(), slot))
    form = page.locator("form[action$='/take']")
    button = form.get_by_role("button")
    # Answered in another tab, so that this one can be looked at meanwhile
    form.evaluate("form => form.target = '_blank'")
    offered.take()
    expect(button).to_have_text("Taking it…")
    expect(button).to_have_attribute("aria-disabled", "true")
    button.click(force=True)
    practice.wait_for_writes(1)
    with page.expect_popup() as opened:
        practice.recover()
    Offered(opened.value).says(End.YOURS, slot)
    assert len(page.context.pages) == 2
    assert practice.writes() == 1


def test_back_and_refresh_tell_the_same(page: Page, listing: Listing):
    waiting = listing.put_on()
    slot = listing.practice.first_free()
    link = listing.offer(waiting, slot)
    page.goto(waiting.own)
    offered = open_offer(page, link)
    offered.take()
    offered.says(End.YOURS, slot)
    page.reload()
    offered.says(End.YOURS, slot)
    page.go_back(wait_until="commit")
    # Where the browser kept no copy, the link itself tells what became of it
    offered.says(End.YOURS, slot)
    assert listing.practice.writes() == 1


def test_two_tabs_of_one_patient(page: Page, listing: Listing):
    slot = listing.practice.first_free()
    link = listing.offer(listing.put_on(), slot)
    tabs = [open_offer(tab, link).offers(slot) for tab in (page, page.context.new_page())]
    for offered in tabs:
        offered.take()
        offered.says(End.YOURS, slot)
    assert listing.practice.writes() == len(listing.practice.bookings()) == 1


def test_a_tab_that_was_left_open_declines_nothing_that_was_taken(page: Page, listing: Listing):
    slot = listing.practice.first_free()
    link = listing.offer(listing.put_on(), slot)
    left_open = open_offer(page.context.new_page(), link).offers(slot)
    open_offer(page, link).take()
    Offered(page).says(End.YOURS, slot)
    left_open.decline()
    left_open.says(End.YOURS, slot)
    page.goto(link)
    Offered(page).says(End.YOURS, slot)


def test_two_patients_at_the_same_moment(page: Page, listing: Listing):
    practice = listing.practice
    slot = practice.first_free()
    first, second = (
        open_offer(tab, listing.offer(listing.put_on(patient), slot)).offers(slot)
        for tab, patient in ((page, ADA), (page.context.new_page(), BEA))
    )
    _press_while_the_diary_is_slow(page, listing)
    second.take()
    second.says(End.IN_HAND, slot).has("You still have")
    practice.recover()
    first.says(End.YOURS, slot)
    # The page that waits tells by itself what came of it
    second.says(End.GONE, slot).has("You still have")
    assert [one["name"] for one in practice.bookings()] == [ADA.name]
    assert practice.writes() == 1


def test_one_patient_says_yes_to_two(page: Page, listing: Listing):
    """Both are theirs to choose from; the second yes comes while the first is under way."""
    practice, waiting = listing.practice, listing.put_on()
    slots = practice.free()[:2]
    open_tab = page.context.new_page()
    one, other = (
        open_offer(tab, listing.offer(waiting, slot)).offers(slot)
        for tab, slot in zip((page, open_tab), slots, strict=True)
    )
    _press_while_the_diary_is_slow(page, listing)
    other.take()
    expect(other.view.get_by_role("heading", level=1)).not_to_have_text(End.YOURS)
    practice.recover()
    one.says(End.YOURS, slots[0])
    open_tab.reload()
    other.says(End.CHOSE_ANOTHER)
    assert practice.writes() == 1


def test_what_was_taken_is_moved_and_no_longer_told_as_theirs(page: Page, listing: Listing):
    slot, later, *_ = listing.practice.free()
    offered = open_offer(page, listing.offer(listing.put_on(), slot))
    link = page.url
    offered.take()
    offered.says(End.YOURS, slot).way("Change, cancel").click()
    Own(page).stands(slot).change()
    OtherTimes(page).is_shown().choose(later)
    MoveQuestion(page).is_shown().has(slot.when, later.when).say_yes()
    Own(page).is_shown().has(later.when)
    page.goto(link)
    offered.says(End.GIVEN_UP, slot).way("See how it stands").click()
    Own(page).says(Heading.MOVED, slot)


def _press_while_the_diary_is_slow(page: Page, listing: Listing):
    """Say yes, and do not wait for what comes of it."""
    listing.practice.fault("slow", seconds=_LONG)
    box = Offered(page).button.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    listing.practice.wait_for_writes(1)
