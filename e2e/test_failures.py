"""What the diary can do to a booking, and what a patient is told of it: never more than is true."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from e2e.journey import open_check
from e2e.modes import with_and_without_scripts
from e2e.pages import Check, Details, Outcome, Times, Unavailable, Where, Who
from e2e.practice import ADA, ANNA, CHRIS, GYM, PHONE, SIAN, Patient, Practice

if TYPE_CHECKING:
    from playwright.sync_api import Page

_WORDS = {"error": 9, "fieldName": "phone", "message": "The field phone: 07700 900123 is wrong"}


@pytest.mark.parametrize(
    "kind",
    [
        "drop_before",
        "rubbish_html",
        "wrong_echo",
        "unknown_error",
    ],
)
def test_no_clear_answer_to_a_booking_is_called_unclear(page: Page, practice: Practice, kind: str):
    slot = practice.first_free()
    practice.fault(kind)
    open_check(page, practice, slot).book()
    outcome = Outcome(page).is_unknown()
    outcome.has(slot.when, "may or may not be yours", "Please don’t book it again", PHONE)
    outcome.has("the answer comes by email to", ADA.email).has_not("You’re booked")
    assert practice.writes() == 1


def test_an_unclear_answer_stays_unclear_and_is_not_asked_again(page: Page, practice: Practice):
    practice.fault("drop_after")
    open_check(page, practice, practice.first_free()).book()
    outcome = Outcome(page).is_unknown()
    page.reload()
    outcome.is_unknown()
    page.go_back(wait_until="commit")
    Check(page).is_shown().book()
    outcome.is_unknown()
    assert practice.writes() == 1


def test_a_slow_answer_is_waited_for(page: Page, practice: Practice):
    slot = practice.first_free()
    practice.fault("slow_after", seconds=1)
    open_check(page, practice, slot).book()
    Outcome(page).says(slot)
    assert len(practice.bookings()) == practice.writes() == 1


def test_a_diary_that_refuses_us_sends_the_patient_to_the_phone(page: Page, practice: Practice):
    check = open_check(page, practice, practice.first_free())
    practice.fault("refuse")
    check.book()
    Unavailable(page).is_shown().has("Nothing has been booked", f"Call {PHONE}")
    assert not practice.bookings()


@with_and_without_scripts
def test_an_answer_that_the_diary_finds_wrong(page: Page, practice: Practice, scripts: bool):
    slot = practice.first_free()
    practice.fault("field_errors", errors=[_WORDS])
    open_check(page, practice, slot).book()
    details = Details(page).is_kept(ADA)
    expect(page).to_have_title(re.compile("^Error: "))
    expect(details.problems.get_by_role("link")).to_have_text(
        ["Enter a phone number we can reach you on, like 07700 900123"]
    )
    details.has_not("The field phone")
    corrected = Patient(phone="020 7946 0999")
    details.fill(corrected).go_on()
    Check(page).says(corrected, slot).book()
    Outcome(page).says(slot)
    assert practice.writes() == 2
    assert practice.bookings()[0]["phone"] == corrected.phone


@pytest.mark.parametrize("kind", ["drop_before", "refuse"])
def test_no_answer_at_all_on_the_first_page_is_no_fully_booked(
    page: Page, practice: Practice, kind: str
):
    practice.fault(kind, action="*")
    response = page.goto(practice.home)
    assert response is not None
    assert response.status == 503
    unavailable = Unavailable(page).is_shown().has("we can’t tell you what is free", PHONE)
    unavailable.has_not("Nothing free", "fully booked")
    again = unavailable.way("Try again")
    # Trying again does not help when the diary does not know us: only the practice can mend that
    expect(again).to_have_count(0 if kind == "refuse" else 1)


def test_what_could_not_be_checked_of_one_person_is_said_of_that_person(
    page: Page, practice: Practice
):
    practice.fault("rubbish_html", action="freeList", staff_id=SIAN.id)
    page.goto(practice.home)
    who = Who(page).is_shown()
    items = page.get_by_role("listitem")
    expect(items.filter(has_text=SIAN.name)).to_contain_text("We couldn’t check these times")
    expect(items.filter(has_text=ANNA.name)).to_contain_text("First free: ")
    expect(who.way(f"Try again: {SIAN.name}")).to_be_visible()
    who.choose_no_preference()
    Where(page).choose_anywhere()
    Times(page).is_shown().has("We couldn’t check everything just now")


def test_a_person_who_is_full_and_one_who_could_not_be_checked_differ(
    page: Page, practice: Practice
):
    practice.diary.fill(practice.slug, staff_id=CHRIS.id)
    practice.fault("drop_before", action="freeList", staff_id=SIAN.id)
    page.goto(practice.page("times", staff=CHRIS.id, room="any"))
    Times(page).is_shown().has("Chris Okafor has nothing free before", PHONE)
    page.goto(practice.page("times", staff=SIAN.id, room="any"))
    Times(page).is_shown().has("We couldn’t check these times just now", PHONE)
    Times(page).has_not("nothing free", "Nothing free")


def test_a_diary_that_goes_away_after_the_first_page(page: Page, practice: Practice):
    """What was asked a moment ago still serves; the booking itself finds out."""
    slot = practice.first_free(ANNA, GYM)
    page.goto(practice.home)
    Who(page).is_shown().choose(ANNA)
    practice.diary.allow(practice.slug, [])
    Where(page).choose(GYM)
    Times(page).take_first()
    Details(page).fill(ADA).go_on()
    Check(page).says(ADA, slot).book()
    Unavailable(page).is_shown().has("Nothing has been booked")
    assert not practice.bookings()
