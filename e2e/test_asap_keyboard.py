"""The ASAP list without a mouse: joined, mistakes led to, and an offer answered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from e2e.asap import SOONER, End, Join, Joined, Place, open_offer
from e2e.keys import press, tab_to
from e2e.own import Own
from e2e.practice import ANNA

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from e2e.waiting import Listing

_MISTAKES = {
    "Enter your name": "name",
    "Enter a phone number": "phone",
    "Enter your email address": "email",
    "Choose whom you would see": "whom-0",
    "Choose at least one day": "days-0",
    "Choose at least one part of the day": "parts-0",
    "Choose how much notice you need": "notice-0",
    "Tick the box": "consent",
}
"""Each mistake, and the box that it is led to: of a question with several, the first."""


def test_joined_and_left(page: Page, listing: Listing):
    waiting = listing.put_on()
    assert waiting.has is not None
    listing.close()
    page.goto(waiting.own)
    own = Own(page).stands(waiting.has)
    press(page, own.way(SOONER))
    join = Join(page).is_shown()
    tab_to(page, join.box("Which days suit you?", "Sunday"))
    page.keyboard.press("Space")
    tab_to(page, join.box("How much notice do you need?", "At least 2 hours"))
    page.keyboard.press("ArrowDown")
    tab_to(page, join.consent)
    page.keyboard.press("Space")
    press(page, join.button)
    own.stands(waiting.has).has("Monday, Tuesday, Wednesday, Thursday, Friday, Saturday")
    own.has("At least a day")
    press(page, own.way("Leave the list"))
    expect(own.way(SOONER)).to_be_visible()
    assert listing.count() == 0


def test_a_summary_of_mistakes_takes_the_focus_and_leads_to_the_first_box_of_each(
    page: Page, listing: Listing
):
    practice = listing.practice
    page.goto(practice.home)
    page.goto(practice.page("asap", staff=ANNA.id, room="any"))
    join = Join(page).is_shown()
    boxes = page.locator("[type=checkbox], [type=radio]")
    boxes.evaluate_all("all => all.forEach(one => one.checked = false)")
    press(page, join.button)
    expect(page).to_have_title(re.compile("^Error: "))
    expect(join.problems).to_be_focused()
    assert join.problems.get_by_role("link").count() == len(_MISTAKES)
    for words, box in _MISTAKES.items():
        join.problems.focus()
        press(page, join.problems.get_by_role("link", name=words))
        expect(page.locator(f"#{box}")).to_be_focused()
        expect(page.locator(f"#{box}")).to_be_in_viewport()
    for words in ("Choose at least one day", "Choose how much notice you need"):
        # The same words stand where the question is, and are read with it
        group = page.get_by_role("group").filter(has_text=words)
        expect(group).to_have_accessible_description(re.compile(words))


def test_everything_that_was_answered_is_kept_beside_a_mistake(page: Page, listing: Listing):
    practice = listing.practice
    page.goto(practice.page("asap", staff="any", room="any"))
    join = Join(page).is_shown().fill(practice.patient, is_stranger=True)
    join.box("Which days suit you?", "Monday").uncheck()
    join.box("What time of day?", "Evening, from 5pm").uncheck()
    join.box("How much notice do you need?", "At least 2 days").check()
    join.phone.fill("020 7946 0123")
    join.go_on()
    expect(join.problems.get_by_role("link")).to_have_text(
        ["Enter a mobile number, so that a text can reach it"]
    )
    expect(join.phone).to_have_value("020 7946 0123")
    expect(page.get_by_label("Your name")).to_have_value(practice.patient.name)
    expect(join.box("Which days suit you?", "Monday")).not_to_be_checked()
    expect(join.box("Which days suit you?", "Tuesday")).to_be_checked()
    expect(join.box("What time of day?", "Evening, from 5pm")).not_to_be_checked()
    expect(join.box("How much notice do you need?", "At least 2 days")).to_be_checked()
    expect(join.consent).to_be_checked()
    join.phone.fill(practice.patient.phone)
    join.go_on()
    Joined(page).is_shown().has("At least 2 days", "Tuesday, Wednesday")
    press(page, Joined(page).way("See or leave the list"))
    press(page, Place(page).is_shown().way("Leave the list"))
    Place(page).is_left()


def test_an_offer_is_declined_taken_back_and_taken(page: Page, listing: Listing):
    slot = listing.practice.first_free()
    offered = open_offer(page, listing.offer(listing.put_on(), slot)).offers(slot)
    press(page, offered.way("No, thanks"))
    press(page, offered.says(End.DECLINED).way("Show me the offer again"))
    press(page, offered.offers(slot).button)
    offered.says(End.YOURS, slot)
    tab_to(page, offered.way("Change, cancel"))
    assert listing.practice.writes() == 1


def test_every_stop_of_an_offer_can_be_seen(page: Page, listing: Listing):
    waiting = listing.put_on()
    first, second, *_ = listing.practice.free()
    listing.offer(waiting, second)
    open_offer(page, listing.offer(waiting, first)).offers(first)
    seen = tab_to(page, page.get_by_role("link", name="Privacy"))
    assert seen == page.locator("a:visible, button:visible").count()
