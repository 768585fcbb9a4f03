"""Every page of a booking that was made, however it stands: usable by everybody, and it fits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from e2e.fit import faults_of
from e2e.journey import book, move, open_check, open_move_question, open_own_page
from e2e.own import CancelQuestion, Heading, MoveQuestion, OtherTimes, Own
from e2e.pages import Elsewhere, Outcome
from e2e.practice import Named, Practice, Slot
from webapp.appointments.model import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Opens = Callable[[Page, Practice], object]

_LONG = Named(1, "Wilhelmina Featherstonehaugh-Cholmondeley")
_ROOM = Named(11, "Hydrotherapy and Rehabilitation Suite 2")


def _long_names(practice: Practice) -> list[Slot]:
    practice.open(staff=[_LONG], rooms=[_ROOM])
    return practice.free(_LONG, _ROOM)


def _own(page: Page, practice: Practice) -> None:
    open_own_page(page, practice, _long_names(practice)[0])


def _own_in(hours: float, heading: Heading, words: str) -> Opens:
    """Open the page of an appointment that is only so far away."""

    def opens(page: Page, practice: Practice) -> None:
        open_own_page(page, practice, practice.first_free())
        soon = datetime.now(UTC) + timedelta(hours=hours)
        practice.stored.change(practice.slug, starts_at_utc=soon)
        page.reload()
        Elsewhere(page, heading).is_shown().has(words)

    return opens


def _own_cancelled(page: Page, practice: Practice) -> None:
    slot = practice.first_free()
    own = open_own_page(page, practice, slot)
    practice.stored.change(practice.slug, state=State.CANCELLED)
    page.reload()
    own.says(Heading.CANCELLED, slot)


def _own_cancel_asked(page: Page, practice: Practice) -> None:
    slot = practice.first_free()
    _cancel_question(page, practice)
    CancelQuestion(page).say_yes()
    Own(page).says(Heading.CANCEL_ASKED, slot)


def _own_moved(page: Page, practice: Practice) -> None:
    old, new, *_ = practice.free()
    open_own_page(page, practice, old)
    address = page.url
    Own(page).change()
    OtherTimes(page).choose(new)
    MoveQuestion(page).say_yes()
    Own(page).stands(new)
    page.goto(address)
    Own(page).says(Heading.MOVED, old)


def _own_looking(page: Page, practice: Practice) -> None:
    old, new, *_ = practice.free()
    question = open_move_question(page, practice, old, new)
    practice.fault("drop_after")
    question.say_yes()
    Own(page).says(Heading.LOOKING, new)


def _own_settled_as(state: State, heading: Heading) -> Opens:
    def opens(page: Page, practice: Practice) -> None:
        old, new, *_ = practice.free()
        own = move(page, practice, old, new)
        practice.stored.change(practice.slug, state=state)
        page.reload()
        own.says(heading, new)

    return opens


def _cancel_question(page: Page, practice: Practice) -> None:
    open_own_page(page, practice, practice.first_free()).cancel()
    CancelQuestion(page).is_shown()


def _other_times(page: Page, practice: Practice) -> None:
    open_own_page(page, practice, _long_names(practice)[0]).change()
    OtherTimes(page).is_shown()


def _other_times_after_one_went(page: Page, practice: Practice) -> None:
    old, new, *_ = practice.free()
    question = open_move_question(page, practice, old, new)
    practice.take(new)
    question.say_yes()
    OtherTimes(page).is_shown().has("just gone")


def _move_question(page: Page, practice: Practice) -> None:
    old, new, *_ = _long_names(practice)
    open_move_question(page, practice, old, new)


def _outcome_settled_as(state: State, heading: str) -> Opens:
    def opens(page: Page, practice: Practice) -> None:
        book(page, practice, practice.first_free())
        late = datetime.now(UTC) + timedelta(hours=1)
        practice.stored.change(practice.slug, state=state, deadline_utc=late)
        page.reload()
        Elsewhere(page, heading).is_shown()

    return opens


def _outcome_unknown(page: Page, practice: Practice) -> None:
    practice.fault("drop_after")
    patient = practice.patient
    open_check(page, practice, practice.first_free(), patient).book()
    Outcome(page).is_unknown()


PAGES: dict[str, Opens] = {
    "own": _own,
    "own, soon": _own_in(3, Heading.STANDS, "too little time left to change or cancel it here"),
    "own, past": _own_in(-30, Heading.PAST, "Book another time"),
    "own, looking": _own_looking,
    "own, practice checks": _own_settled_as(State.PRACTICE_CHECKS, Heading.PRACTICE_RINGS),
    "own, not booked": _own_settled_as(State.NOT_BOOKED, Heading.NOT_BOOKED),
    "own, cancel asked": _own_cancel_asked,
    "own, cancelled": _own_cancelled,
    "own, moved": _own_moved,
    "cancel question": _cancel_question,
    "other times": _other_times,
    "other times after one went": _other_times_after_one_went,
    "move question": _move_question,
    "outcome, waiting": _outcome_settled_as(State.SENDING, Outcome.waiting),
    "outcome, unknown": _outcome_unknown,
    "outcome, practice checks": _outcome_settled_as(State.PRACTICE_CHECKS, Outcome.practice_rings),
    "outcome, not booked": _outcome_settled_as(State.NOT_BOOKED, Outcome.nothing),
    "outcome, given up": _outcome_settled_as(State.CANCELLED, Outcome.given_up),
}


@pytest.mark.parametrize("name", PAGES)
def test_everybody_can_use_it(page: Page, practice: Practice, name: str):
    PAGES[name](page, practice)
    faults = faults_of(page)
    assert not faults, "\n".join(faults)
