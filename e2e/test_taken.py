"""Somebody else was first: what was typed is kept, and the nearest times are offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from e2e.journey import book, open_check, open_details
from e2e.modes import with_and_without_scripts
from e2e.pages import Check, Details, Gone, Outcome, Times
from e2e.practice import ADA, ANNA, BEA, GYM, SIAN, Practice

if TYPE_CHECKING:
    from playwright.sync_api import Page


@with_and_without_scripts
def test_a_time_that_went_while_the_answers_were_checked(
    page: Page, practice: Practice, scripts: bool
):
    lost, nearest, *_ = practice.free()
    check = open_check(page, practice, lost)
    practice.take(lost)
    check.book()
    gone = Gone(page).is_shown().has(lost.when, "nothing has been booked", "Your details are kept")
    gone.choose(nearest)
    check.says(ADA, nearest)
    check.change("your phone number")
    Details(page).is_kept(ADA).go_on()
    check.book()
    Outcome(page).says(nearest)
    (booking,) = practice.bookings()
    assert (booking["time"], booking["name"]) == (nearest.in_diary()["time"], ADA.name)


def test_the_same_time_with_somebody_else(page: Page, practice: Practice):
    lost = practice.first_free(ANNA, GYM)
    check = open_check(page, practice, lost)
    practice.take(lost)
    check.book()
    other = practice.first_free(SIAN, GYM)
    gone = Gone(page).is_shown()
    expect(page.get_by_role("heading", name="Nearest with somebody else")).to_be_visible()
    gone.choose(other)
    check.says(ADA, other).book()
    Outcome(page).says(other)


def test_an_offer_that_goes_as_well_is_replaced_again(page: Page, practice: Practice):
    first, second, third, *_ = practice.free()
    check = open_check(page, practice, first)
    practice.take(first)
    check.book()
    gone = Gone(page).is_shown()
    gone.choose(second)
    check.is_shown()
    practice.take(second)
    check.book()
    gone.is_shown().has(second.when).choose(third)
    check.says(ADA, third).book()
    Outcome(page).says(third)


def test_when_everything_has_gone_the_practice_can_be_called(page: Page, practice: Practice):
    lost = practice.first_free()
    check = open_check(page, practice, lost)
    practice.diary.fill(practice.slug)
    check.book()
    gone = Gone(page).is_shown()
    expect(gone.offers).to_have_count(0)
    gone.see_all()
    Times(page).is_shown().has("Anna Müller has nothing free before", "020 7946 0123")


def test_a_page_left_open_while_the_time_went(page: Page, practice: Practice):
    lost, nearest, *_ = practice.free()
    details = open_details(page, practice, lost).fill(ADA)
    other = page.context.new_page()
    book(other, practice, lost, BEA)
    details.go_on()
    Gone(page).is_shown().choose(nearest)
    Check(page).says(ADA, nearest).book()
    Outcome(page).says(nearest)
    assert [one["name"] for one in practice.bookings()] == [ADA.name, BEA.name]


def test_a_bookmark_of_a_time_that_went(page: Page, practice: Practice):
    lost, nearest, *_ = practice.free()
    practice.take(lost)
    page.goto(practice.page("details", lost))
    Gone(page).is_shown().has(lost.when).has_not("Your details are kept")
    Gone(page).choose(nearest)
    Details(page).is_shown().has(nearest.when)
