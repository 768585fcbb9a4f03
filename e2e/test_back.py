"""The browser's Back and Forward, where it keeps pages in memory and where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from e2e.journey import book, open_check, open_details
from e2e.pages import Check, Details, Gone, Outcome, Times, Where, Who
from e2e.practice import ADA, ANNA, GYM, Patient, Practice
from e2e.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserType, Page


@pytest.fixture(scope="module")
def remembering_browser(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any]
) -> Iterator[Browser]:
    """As people have it: it keeps the pages they left in memory, which Playwright switches off."""
    with browser_type.launch(
        **browser_type_launch_args, ignore_default_args=["--disable-back-forward-cache"]
    ) as browser:
        yield browser


@pytest.fixture
def remembering_page(
    request: pytest.FixtureRequest,
    remembering_browser: Browser,
    browser_context_args: dict[str, Any],
) -> Iterator[Page]:
    marker = request.node.get_closest_marker("browser_context_args")
    options: dict[str, Any] = browser_context_args | (dict(marker.kwargs) if marker else {})
    with remembering_browser.new_context(**options) as context:
        watch = Watch(context)
        yield context.new_page()
        watch.verify()


@pytest.fixture
def tab(request: pytest.FixtureRequest) -> Page:
    """A tab whose earlier pages are kept in memory, or come from the cache of files."""
    return request.getfixturevalue(request.param)


each_tab = pytest.mark.parametrize(
    "tab",
    [
        pytest.param("remembering_page", id="kept"),
        pytest.param(
            "page",
            id="fetched-no-scripts",
            marks=pytest.mark.browser_context_args(java_script_enabled=False),
        ),
    ],
    indirect=True,
)


def back(page: Page) -> None:
    # A page that is kept in memory is there at once, and says no second time that it has loaded
    page.go_back(wait_until="commit")


@each_tab
def test_from_the_outcome_to_the_check_page_and_book_again(tab: Page, practice: Practice):
    slot = practice.first_free()
    outcome = book(tab, practice, slot)
    address = tab.url
    back(tab)
    check = Check(tab).says(ADA, slot)
    expect(check.button).to_have_text("Book this appointment")
    expect(check.button).to_be_enabled()
    check.book()
    outcome.says(slot)
    assert tab.url == address
    assert len(practice.bookings()) == practice.writes() == 1


@each_tab
def test_from_the_outcome_to_a_page_of_the_journey_that_is_shown_afresh(
    tab: Page, practice: Practice
):
    """The time is gone by then, but to this very patient: nobody is told that they lost it."""
    slot = practice.first_free()
    outcome = book(tab, practice, slot)
    address = tab.url
    back(tab)
    Check(tab).says(ADA, slot)
    tab.reload()
    outcome.says(slot)
    assert tab.url == address
    assert len(practice.bookings()) == practice.writes() == 1


@each_tab
def test_from_the_outcome_to_the_details_and_on_again(tab: Page, practice: Practice):
    slot = practice.first_free()
    outcome = book(tab, practice, slot)
    address = tab.url
    back(tab)
    Check(tab).says(ADA, slot)
    back(tab)
    Details(tab).is_kept(ADA).go_on()
    outcome.says(slot)
    assert tab.url == address
    assert len(practice.bookings()) == practice.writes() == 1


@each_tab
def test_through_the_whole_journey_and_forward_again(tab: Page, practice: Practice):
    slot = practice.first_free(ANNA, GYM)
    tab.goto(practice.home)
    Who(tab).choose(ANNA)
    Where(tab).choose(GYM)
    Times(tab).take_first()
    Details(tab).fill(ADA).go_on()
    Check(tab).is_shown().book()
    Outcome(tab).says(slot)
    back(tab)
    Check(tab).says(ADA, slot)
    back(tab)
    Details(tab).is_kept(ADA)
    for screen in (Times(tab), Where(tab), Who(tab)):
        back(tab)
        screen.is_shown()
    for screen in (Where(tab), Times(tab)):
        tab.go_forward(wait_until="commit")
        screen.is_shown()
    tab.go_forward(wait_until="commit")
    Details(tab).is_kept(ADA)
    tab.go_forward(wait_until="commit")
    Check(tab).says(ADA, slot)
    tab.go_forward(wait_until="commit")
    Outcome(tab).says(slot)
    assert len(practice.bookings()) == practice.writes() == 1


def test_from_check_to_details_to_correct_something(page: Page, practice: Practice):
    slot = practice.first_free()
    corrected = Patient(phone="07700 900999")
    open_check(page, practice, slot)
    back(page)
    Details(page).is_kept(ADA).fill(corrected).go_on()
    Check(page).says(corrected, slot).book()
    Outcome(page).says(slot)
    assert practice.bookings()[0]["phone"] == corrected.phone


def test_over_a_mistake_that_was_mended(page: Page, practice: Practice):
    slot = practice.first_free()
    details = open_details(page, practice, slot)
    details.fill(Patient(email="ada@")).go_on()
    expect(details.problems).to_be_visible()
    details.fill(ADA).go_on()
    check = Check(page).says(ADA, slot)
    back(page)
    expect(details.problems).to_be_visible()
    details.is_kept(ADA).go_on()
    check.says(ADA, slot)


def test_over_a_time_that_had_gone(page: Page, practice: Practice):
    lost, nearest, another, *_ = practice.free()
    check = open_check(page, practice, lost)
    practice.take(lost)
    check.book()
    gone = Gone(page).is_shown()
    gone.choose(nearest)
    check.says(ADA, nearest)
    back(page)
    gone.is_shown().choose(another)
    check.says(ADA, another).book()
    outcome = Outcome(page).says(another)
    back(page)
    check.says(ADA, another).book()
    outcome.says(another)
    assert len(practice.bookings()) == 1


def test_over_the_pages_that_carry_the_answers(page: Page, practice: Practice):
    slot, other, *_ = practice.free()
    check = open_check(page, practice, slot)
    check.change("the time")
    Times(page).is_shown().choose(other)
    check.says(ADA, other)
    back(page)
    Times(page).is_shown()
    back(page)
    check.says(ADA, slot).book()
    Outcome(page).says(slot)
    assert len(practice.bookings()) == practice.writes() == 1
