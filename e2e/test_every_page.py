"""Every page and every error: no axe violation by day or night, and nothing that does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from e2e.fit import PHONE, faults_of
from e2e.journey import book, open_check, open_details
from e2e.pages import (
    Check,
    Details,
    Elsewhere,
    Gone,
    Outcome,
    Screen,
    Times,
    Unavailable,
    Where,
    Who,
)
from e2e.practice import ANNA, GYM, SIAN, Named, Patient, Practice

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Opens = Callable[[Page, Practice], object]


def opened(name: str, screen: type[Screen], **query: object) -> Opens:
    def opens(page: Page, practice: Practice) -> None:
        page.goto(practice.page(name, None, **query))
        screen(page).is_shown()

    return opens


def _who_partly_unchecked(page: Page, practice: Practice) -> None:
    practice.fault("refuse", action="freeList", staff_id=SIAN.id)
    page.goto(practice.home)
    Who(page).is_shown().has("We couldn’t check these times")


def _times_of_nobody_free(page: Page, practice: Practice) -> None:
    practice.diary.fill(practice.slug)
    page.goto(practice.page("times", staff=ANNA.id, room="any"))
    Times(page).is_shown().has("nothing free")


def _times_of_a_day_that_passed(page: Page, practice: Practice) -> None:
    page.goto(practice.page("times", staff="any", room="any", day="2020-01-01"))
    Times(page).is_shown().has("has passed")


def _times_again(page: Page, practice: Practice) -> None:
    open_check(page, practice, practice.first_free()).change("the time")
    Times(page).is_shown()


def _who_again(page: Page, practice: Practice) -> None:
    open_check(page, practice, practice.first_free()).change("who you see")
    Who(page).is_shown()


def _details(page: Page, practice: Practice) -> None:
    open_details(page, practice, practice.first_free())


def _details_with_errors(page: Page, practice: Practice) -> None:
    open_details(page, practice, practice.first_free()).fill(Patient("", "1", "x", "")).go_on()
    Details(page).has("There is a problem")


def _details_refused(page: Page, practice: Practice) -> None:
    practice.fault("field_errors", errors=[{"error": 8, "fieldName": "name", "message": "no"}])
    open_check(page, practice, practice.first_free()).book()
    Details(page).is_shown().has("accept this name")


def _check(page: Page, practice: Practice) -> None:
    long = "Stiff" + "ness" * 40
    open_check(page, practice, practice.first_free(), Patient(name="Ada " * 8, reason=long))


def _check_after_a_long_time(page: Page, practice: Practice) -> None:
    check = open_check(page, practice, practice.first_free())
    page.locator("[name=token]").evaluate_all("all => all.forEach(one => one.value = 'stale')")
    check.book()
    Check(page).is_shown().has("There is a problem")


def _gone(page: Page, practice: Practice) -> None:
    slot = practice.first_free()
    check = open_check(page, practice, slot)
    practice.take(slot)
    check.book()
    Gone(page).is_shown().has("Your details are kept")


def _gone_with_nothing_else(page: Page, practice: Practice) -> None:
    slot = practice.first_free()
    practice.diary.fill(practice.slug)
    page.goto(practice.page("details", slot))
    Gone(page).is_shown()


def _booked(page: Page, practice: Practice) -> None:
    book(page, practice, practice.first_free())


def _unknown(page: Page, practice: Practice) -> None:
    practice.fault("drop_after")
    open_check(page, practice, practice.first_free()).book()
    Outcome(page).is_unknown()


def _unavailable(page: Page, practice: Practice) -> None:
    practice.fault("rubbish_html", action="*")
    page.goto(practice.home)
    Unavailable(page).is_shown()


def _elsewhere(path: str, heading: str) -> Opens:
    def opens(page: Page, practice: Practice) -> None:
        page.goto(practice.home + path)
        Elsewhere(page, heading).is_shown()

    return opens


PAGES: dict[str, Opens] = {
    "who": opened("", Who),
    "who, one of them unchecked": _who_partly_unchecked,
    "who, changing it": _who_again,
    "where": opened("where", Where, staff=SIAN.id),
    "times": opened("times", Times, staff="any", room="any"),
    "times, none": _times_of_nobody_free,
    "times, a day that passed": _times_of_a_day_that_passed,
    "times, changing it": _times_again,
    "details": _details,
    "details with errors": _details_with_errors,
    "details refused by the diary": _details_refused,
    "check": _check,
    "check after a long time": _check_after_a_long_time,
    "gone": _gone,
    "gone with nothing else": _gone_with_nothing_else,
    "booked": _booked,
    "unknown": _unknown,
    "unavailable": _unavailable,
    "nobody of that number": _elsewhere("times?staff=99", "You can’t book this person online"),
    "broken link": _elsewhere("times?staff=1&room=11&day=soon", "That link doesn’t work"),
    "privacy": _elsewhere("privacy", "Privacy"),
    "not found": _elsewhere("nowhere", "We can’t find that page"),
    "practices": _elsewhere("../", "Where would you like to book?"),
}


@pytest.mark.parametrize("name", PAGES)
def test_everybody_can_use_it(page: Page, practice: Practice, name: str):
    PAGES[name](page, practice)
    faults = faults_of(page)
    assert not faults, "\n".join(faults)


@pytest.mark.browser_context_args(java_script_enabled=False)
@pytest.mark.parametrize("wish", ["any", str(SIAN.id)])
def test_the_first_free_time_is_taken_without_scrolling(page: Page, practice: Practice, wish: str):
    practice.open(staff=[Named(SIAN.id, "Siân O'Brien-Featherstonehaugh"), ANNA])
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.goto(practice.page("times", staff=wish, room=GYM.id))
    box = Times(page).is_shown().first_free.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= PHONE[1]
