"""The journey without a mouse: every stop can be seen, and mistakes are led to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from e2e.journey import book, open_check, open_details, open_own_page
from e2e.keys import press, tab_to
from e2e.own import CancelQuestion, Heading, MoveQuestion, OtherTimes, Own
from e2e.pages import Check, Details, Outcome, Times, Where, Who
from e2e.practice import ADA, ANNA, GYM, PHONE, Patient, Practice

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_the_whole_journey(page: Page, practice: Practice):
    slot = practice.first_free(ANNA, GYM)
    page.goto(practice.home)
    press(page, Who(page).is_shown().way(ANNA.name))
    press(page, Where(page).is_shown().way(GYM.name))
    press(page, Times(page).is_shown().first_free)
    details = Details(page).is_shown()
    for box, text in (
        (details.name, ADA.name),
        (details.phone, ADA.phone),
        (details.email, ADA.email),
        (details.reason, "Stiff neck"),
    ):
        tab_to(page, box)
        page.keyboard.type(text)
    press(page, page.get_by_role("button", name="Continue", exact=True))
    press(page, Check(page).is_shown().button)
    Outcome(page).says(slot)
    tab_to(page, page.get_by_role("link", name="Calendar file"))
    assert len(practice.bookings()) == 1


def test_a_change_and_a_cancellation(page: Page, practice: Practice):
    old, new, *_ = practice.free(ANNA, GYM)
    own = open_own_page(page, practice, old)
    press(page, own.way("Change the time"))
    # The one that was booked is not free any more
    press(page, OtherTimes(page).is_shown().first_free)
    press(page, MoveQuestion(page).says(old, new).button)
    own.stands(new)
    press(page, own.way("Cancel it"))
    press(page, CancelQuestion(page).is_shown().button)
    own.says(Heading.CANCEL_ASKED, new)
    tab_to(page, own.way("Book another time"))
    assert len(practice.bookings()) == practice.writes() == 2


@pytest.mark.parametrize("end", ["times", "booked", "own"])
def test_every_stop_can_be_seen(page: Page, practice: Practice, end: str):
    slot = practice.first_free()
    if end == "times":
        page.goto(practice.times_with(slot))
        Times(page).is_shown()
    else:
        outcome = book(page, practice, slot)
        if end == "own":
            outcome.open_own_page()
            Own(page).stands(slot)
    last = page.get_by_role("link", name="Privacy")
    seen = tab_to(page, last)
    everything = page.locator("a:visible, button:visible").count()
    assert seen == everything


def test_a_link_skips_what_is_the_same_on_every_page(page: Page, practice: Practice):
    page.goto(practice.home)
    Who(page).is_shown()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the question")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(Who(page).way("No preference")).to_be_focused()


def test_a_summary_of_mistakes_takes_the_focus_and_leads_to_each(page: Page, practice: Practice):
    details = open_details(page, practice, practice.first_free())
    details.fill(Patient(email="ada@", name="")).go_on()
    expect(details.problems).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Enter your name")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(details.email).to_be_focused()


def test_the_summary_takes_the_focus_when_the_diary_found_the_mistake(
    page: Page, practice: Practice
):
    practice.fault("field_errors", errors=[{"error": 10, "fieldName": "email", "message": "no"}])
    open_check(page, practice, practice.first_free()).book()
    expect(Details(page).is_shown().problems).to_be_focused()


def test_the_practice_can_be_called_from_every_page(page: Page, practice: Practice):
    page.goto(practice.home)
    call = page.get_by_role("banner").get_by_role("link", name=PHONE)
    expect(call).to_have_attribute("href", "tel:+442079460123")
    tab_to(page, call)
