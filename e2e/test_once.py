"""However often it is pressed, shown again or opened twice: one booking, one outcome."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from e2e.journey import book, open_check, open_details
from e2e.modes import with_and_without_scripts
from e2e.pages import Check, Gone, Outcome
from e2e.practice import ADA, BEA, Practice

if TYPE_CHECKING:
    from playwright.sync_api import Page

_LONG = 60
"""Seconds: longer than any test, which lets the diary go when it has seen enough."""


@with_and_without_scripts
def test_a_double_click(page: Page, practice: Practice, scripts: bool):
    slot = practice.first_free()
    open_check(page, practice, slot).button.dblclick()
    Outcome(page).says(slot)
    assert len(practice.bookings()) == practice.writes() == 1


def test_the_button_shows_that_it_is_under_way_and_holds_back_another_press(
    page: Page, practice: Practice
):
    slot = practice.first_free()
    practice.fault("slow", seconds=_LONG)
    check = open_check(page, practice, slot)
    # Answered in another tab, so that this one can be looked at meanwhile
    page.locator("form[action*='/book']").evaluate("form => form.target = '_blank'")
    check.button.click()
    expect(check.button).to_have_text("Booking…")
    expect(check.button).to_have_attribute("aria-disabled", "true")
    check.button.click(force=True)
    practice.wait_for_writes(1)
    with page.expect_popup() as opened:
        practice.recover()
    Outcome(opened.value).says(slot)
    assert len(page.context.pages) == 2
    assert len(practice.bookings()) == practice.writes() == 1


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_two_presses_while_the_diary_is_slow(page: Page, practice: Practice):
    slot = practice.first_free()
    open_check(page, practice, slot)
    _press_twice_while_the_diary_is_slow(page, practice)
    practice.recover()
    Outcome(page).says(slot)
    assert len(practice.bookings()) == practice.writes() == 1


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_the_page_that_waits_for_the_diary_goes_on_by_itself_to_what_came_of_it(
    page: Page, practice: Practice
):
    first, second, *_ = practice.free()
    other = page.context.new_page()
    # Both before the first is pressed: a write is not waited for without end
    open_check(page, practice, first)
    open_check(other, practice, second, BEA)
    _press_twice_while_the_diary_is_slow(page, practice)
    _press_twice_while_the_diary_is_slow(other, practice)
    Outcome(page).is_waiting().has(first.when)
    Outcome(other).is_waiting().has(second.when)
    practice.take(second)
    practice.recover()
    Outcome(page).says(first)
    Outcome(other).is_nothing().has("Somebody else had just taken that time", second.when)
    assert [one["name"] for one in practice.bookings()] == [ADA.name]
    assert practice.writes() == 2


def test_two_tabs_that_were_one(page: Page, practice: Practice):
    """A tab that is duplicated on the check page sends the very same form."""
    slot = practice.first_free()
    check = open_check(page, practice, slot)
    duplicate = _submit_in_new_tab(page)
    check.book()
    for tab in (page, duplicate):
        Outcome(tab).says(slot)
    assert page.url == duplicate.url
    assert len(practice.bookings()) == practice.writes() == 1


def test_two_tabs_that_each_went_the_whole_way(page: Page, practice: Practice):
    slot = practice.first_free()
    second = page.context.new_page()
    checks = [open_check(tab, practice, slot) for tab in (page, second)]
    for check in checks:
        check.book()
    for tab in (page, second):
        Outcome(tab).says(slot)
    assert len(practice.bookings()) == practice.writes() == 1


def test_two_tabs_at_the_same_moment(page: Page, practice: Practice):
    slot = practice.first_free()
    practice.fault("slow", seconds=_LONG)
    second = page.context.new_page()
    for tab in (page, second):
        open_check(tab, practice, slot)
    _press(page)
    practice.wait_for_writes(1)
    _press(second)
    practice.recover()
    for tab in (page, second):
        Outcome(tab).says(slot)
    assert len(practice.bookings()) == practice.writes() == 1


def test_every_page_can_be_shown_afresh(page: Page, practice: Practice):
    """The pages that answer a form send it again: nothing is lost, and nothing is done twice."""
    slot, nearest, *_ = practice.free()
    details = open_details(page, practice, slot)
    page.reload()
    details.is_shown().go_on()
    expect(details.problems).to_be_visible()
    page.reload()
    expect(details.problems).to_be_visible()
    details.fill(ADA).go_on()
    check = Check(page).says(ADA, slot)
    page.reload()
    check.says(ADA, slot)
    practice.take(slot)
    check.book()
    gone = Gone(page).is_shown()
    page.reload()
    gone.is_shown().has(slot.when)
    assert practice.writes() == 1
    gone.choose(nearest)
    check.says(ADA, nearest).book()
    outcome = Outcome(page).says(nearest)
    address = page.url
    page.reload()
    outcome.says(nearest)
    assert page.url == address
    assert practice.writes() == 2
    assert len(practice.bookings()) == 1


def test_an_outcome_is_a_page_to_come_back_to(page: Page, practice: Practice):
    slot = practice.first_free()
    book(page, practice, slot)
    assert re.fullmatch(rf"{practice.home}outcome/[0-9a-f]{{32}}", page.url)
    later = page.context.new_page()
    later.goto(page.url)
    Outcome(later).says(slot)
    assert practice.writes() == 1


def test_a_new_journey_for_the_same_time_books_nothing_more(page: Page, practice: Practice):
    slot = practice.first_free()
    details = open_details(page, practice, slot).fill(ADA)
    other = page.context.new_page()
    book(other, practice, slot)
    details.go_on()
    Outcome(page).says(slot)
    assert page.url == other.url
    assert len(practice.bookings()) == practice.writes() == 1


def _press_twice_while_the_diary_is_slow(page: Page, practice: Practice):
    practice.fault("slow", seconds=_LONG)
    before = practice.writes()
    where = _press(page)
    practice.wait_for_writes(before + 1)
    _press(page, where)


def _press(page: Page, where: tuple[float, float] | None = None) -> tuple[float, float]:
    """Press the button without waiting for what comes of it; return where it is."""
    if where is None:
        Check(page).button.scroll_into_view_if_needed()
        box = Check(page).button.bounding_box()
        assert box is not None
        where = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(*where)
    return where


def _submit_in_new_tab(page: Page) -> Page:
    form = page.locator("form[action*='/book']")
    form.evaluate("form => form.target = '_blank'")
    with page.expect_popup() as opened:
        form.evaluate("form => form.submit()")
    form.evaluate("form => form.target = ''")
    return opened.value
