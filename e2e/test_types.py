"""The journey where the patient says first what they come for, to the diary and out of it again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from e2e.fit import PHONE, faults_of
from e2e.modes import with_and_without_scripts
from e2e.own import CancelQuestion, Heading, MoveQuestion, OtherTimes, Own
from e2e.pages import Check, Details, Outcome, Screen, Times, Where, Who
from e2e.practice import Patient
from tests.reference_process import RIVERSIDE, ReferenceDiary

if TYPE_CHECKING:
    from e2e.site import Site


class What(Screen):
    heading = "What would you like to come for?"

    def choose(self, name: str) -> None:
        self.way(re.compile(name)).click()


def standing(diary: ReferenceDiary) -> int:
    return len([one for one in diary.bookings(RIVERSIDE.slug) if not one["released"]])


@with_and_without_scripts
def test_from_what_for_to_booked_moved_and_cancelled(
    page: Page, site: Site, diary: ReferenceDiary, scripts: bool
):
    patient = Patient(email=f"ada-{scripts}@whitcombe.example".lower())
    before = standing(diary)
    page.goto(f"{site.url}/{RIVERSIDE.slug}/")
    What(page).is_shown().choose("Running assessment")
    Who(page).is_shown().choose_no_preference()
    Where(page).is_shown().has("18 Hill Crest").choose_anywhere()
    Times(page).is_shown().has("Running assessment, 60 minutes.").take_first()
    Details(page).is_shown().fill(patient).go_on()
    Check(page).is_shown().has("Running assessment").book()
    Outcome(page).is_shown().has("60 minutes with", "Running assessment")
    assert standing(diary) == before + 1

    page.get_by_role("link", name="Change or cancel").click()
    Own(page).is_shown().change()
    OtherTimes(page).is_shown().has("Running assessment, 60 minutes.").take_first()
    MoveQuestion(page).is_shown().say_yes()
    Own(page).is_shown().cancel()
    assert standing(diary) == before + 1, "it was moved, not booked again"
    question = CancelQuestion(page).is_shown()
    page.get_by_label("I’ll be away").check()
    question.say_yes()
    # The worker tells the diary; without scripts the page asks anew by itself all the same
    expect(page.get_by_role("heading", level=1)).to_have_text(Heading.CANCELLED)
    assert standing(diary) == before


def test_everybody_can_use_its_own_pages(page: Page, site: Site):
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.goto(f"{site.url}/{RIVERSIDE.slug}/")
    What(page).is_shown()
    found = faults_of(page)
    What(page).choose("Follow-up")
    Who(page).is_shown().choose_no_preference()
    Where(page).is_shown()
    found += faults_of(page)
    Where(page).choose_anywhere()
    Times(page).is_shown().take_first()
    Details(page).is_shown().fill(Patient(email="bea@lindqvist.example")).go_on()
    Check(page).book()
    Outcome(page).is_shown()
    page.get_by_role("link", name="Change or cancel").click()
    Own(page).is_shown().cancel()
    CancelQuestion(page).is_shown()
    assert [*found, *faults_of(page)] == []
