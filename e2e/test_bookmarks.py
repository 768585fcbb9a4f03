"""Pages opened by their address alone: a bookmark, a link in a message, an address mistyped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from e2e.journey import open_details
from e2e.pages import Check, Details, Elsewhere, Outcome, Times, Where, Who
from e2e.practice import ADA, ANNA, GYM, Practice

if TYPE_CHECKING:
    from playwright.sync_api import Page

_NOT_FOUND = "We can’t find that page"
_BROKEN = "That link doesn’t work"


def test_every_page_of_choices(page: Page, practice: Practice):
    slot = practice.first_free()
    for address, screen in (
        (practice.home, Who(page)),
        (practice.page("where", staff=ANNA.id), Where(page)),
        (practice.times_with(slot), Times(page)),
        (practice.page("details", slot), Details(page)),
    ):
        page.goto(address)
        screen.is_shown()
        assert page.url == address


def test_a_page_that_needs_answers_leads_to_where_they_are_asked(page: Page, practice: Practice):
    for name in ("check", "book"):
        slot = practice.first_free()
        page.goto(practice.page(name, slot))
        Details(page).is_shown().has(slot.when)
        assert practice.writes() == 0


def test_a_page_opened_too_early_leads_to_the_first_open_question(page: Page, practice: Practice):
    for address, screen in (
        (practice.page("check"), Who(page)),
        (practice.page("details"), Who(page)),
        (practice.page("times"), Who(page)),
        (practice.page("times", staff=ANNA.id), Where(page)),
        (practice.page("details", staff=ANNA.id, room=GYM.id), Times(page)),
    ):
        page.goto(address)
        screen.is_shown()


def test_an_address_that_leads_nowhere_says_where_to_begin(page: Page, practice: Practice):
    for path, status, heading in (
        ("times?staff=99", 404, "You can’t book this person online"),
        ("times?staff=1&room=99", 404, "You can’t book this room online"),
        ("times?staff=1&room=11&day=2026-02-30", 400, _BROKEN),
        ("details?staff=1&room=11&day=2026-11-23&time=2561", 400, _BROKEN),
        ("outcome/0123456789abcdef0123456789abcdef", 404, _NOT_FOUND),
        ("nowhere", 404, _NOT_FOUND),
        ("../no-such-practice/", 404, _NOT_FOUND),
    ):
        response = page.goto(practice.home + path)
        assert response is not None
        assert response.status == status
        elsewhere = Elsewhere(page, heading).is_shown()
        expect(elsewhere.view.get_by_role("main").locator("a.button")).to_be_visible()


def test_a_day_that_cannot_be_had_is_said_beside_those_that_can(page: Page, practice: Practice):
    for day, words in (("2020-01-01", "has passed"), ("2199-01-01", "is too far ahead")):
        page.goto(practice.page("times", staff="any", room="any", day=day))
        Times(page).is_shown().has(words).take_first()
        Details(page).is_shown()


def test_a_form_that_was_left_open_too_long_is_not_lost(page: Page, practice: Practice):
    slot = practice.first_free()
    details = open_details(page, practice, slot).fill(ADA)
    page.locator("[name=token]").evaluate_all("all => all.forEach(one => one.value = 'stale')")
    details.go_on()
    check = Check(page).says(ADA, slot).has("Please check it and continue")
    check.book()
    Outcome(page).says(slot)
