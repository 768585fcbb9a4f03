"""Ways to a page, for tests whose own matter begins there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from e2e.own import MoveQuestion, OtherTimes, Own
from e2e.pages import Check, Details, Outcome
from e2e.practice import ADA

if TYPE_CHECKING:
    from e2e.pages import View
    from e2e.practice import Patient, Practice, Slot


def open_details(view: View, practice: Practice, slot: Slot) -> Details:
    """Open the page of details for a slot, as its address alone can."""
    view.goto(practice.page("details", slot))
    return Details(view).is_shown()


def open_check(view: View, practice: Practice, slot: Slot, patient: Patient = ADA) -> Check:
    """Type the details of a patient and go on to the page to check them."""
    open_details(view, practice, slot).fill(patient).go_on()
    return Check(view).is_shown()


def book(view: View, practice: Practice, slot: Slot, patient: Patient = ADA) -> Outcome:
    """Book a slot."""
    open_check(view, practice, slot, patient).book()
    return Outcome(view).is_shown()


def open_own_page(
    view: View, practice: Practice, slot: Slot, patient: Patient | None = None
) -> Own:
    """Book a slot, and go on to the booking's own page."""
    book(view, practice, slot, patient or practice.patient).open_own_page()
    return Own(view).stands(slot)


def open_move_question(
    view: View, practice: Practice, old: Slot, new: Slot, patient: Patient | None = None
) -> MoveQuestion:
    """Book one slot, and choose another of that day in its place."""
    open_own_page(view, practice, old, patient).change()
    OtherTimes(view).is_shown().choose(new)
    return MoveQuestion(view).says(old, new)


def move(
    view: View, practice: Practice, old: Slot, new: Slot, patient: Patient | None = None
) -> Own:
    """Book one slot, and change it to another of that day."""
    open_move_question(view, practice, old, new, patient).say_yes()
    return Own(view).stands(new)
