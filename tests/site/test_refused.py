"""The diary finds fault with an answer: asked again at that box, in our words."""

from __future__ import annotations

import pytest

from tests.reference_process import HARBOUR
from tests.site.ground import PATIENT, Site, free_slot
from webapp.appointments.model import State

BOOK = "Book this appointment"
THEIRS = "THEIR OWN WORDS"
_FIELDS = {8: "name", 9: "phone", 10: "email", 11: "desc"}


def refuse(site: Site, *numbers: int) -> None:
    errors = [
        {"error": number, "fieldName": _FIELDS[number], "message": THEIRS} for number in numbers
    ]
    site.diary.fault(HARBOUR.slug, "book", "field_errors", times=1, errors=errors)


@pytest.mark.parametrize(
    ("number", "box", "words"),
    [
        (8, "name", "The practice’s diary didn’t accept this name."),
        (9, "phone", "Enter a phone number we can reach you on, like 07700 900123"),
        (10, "email", "The practice’s diary didn’t accept this email address."),
        (11, "reason", "The practice’s diary didn’t accept this."),
    ],
)
def test_a_refused_answer_is_asked_for_again_at_its_box(
    site: Site, number: int, box: str, words: str
) -> None:
    check = site.check(free_slot(site.diary))
    refuse(site, number)
    details = check.press(BOOK, allow=422)
    assert details.heading == "Your details"
    assert details.title.startswith("Error: ")
    assert details.error_at(box).startswith(f"Error: {words}")
    assert len(details.problems) == 1
    assert details.problems[0].startswith(words)
    assert details.has(details.problems[0])
    assert THEIRS not in details.html
    for name, value in PATIENT.items():
        assert details.fields[name] == value
        assert bool(details.error_at(name)) == (name == box)
    (row,) = site.bookings()
    assert (row.state, row.reason) == (State.REFUSED, None)


def test_the_mended_answer_books_as_a_new_journey(site: Site) -> None:
    check = site.check(free_slot(site.diary))
    refuse(site, 9)
    details = check.press(BOOK, allow=422)
    again = details.press("Continue", phone="07700 900987")
    assert again.press(BOOK).heading == "You’re booked"
    assert [row.state for row in site.bookings()] == [State.REFUSED, State.CONFIRMED]
    (booked,) = site.diary.bookings(HARBOUR.slug)
    assert (booked["phone"], booked["desc"]) == ("07700 900987", PATIENT["reason"])


def test_several_refused_answers_are_all_named_in_the_pages_order(site: Site) -> None:
    check = site.check(free_slot(site.diary))
    refuse(site, 11, 8)
    details = check.press(BOOK, allow=422)
    assert [bool(details.error_at(one)) for one in PATIENT] == [True, False, False, True]
    assert len(details.problems) == 2
    assert "name" in details.problems[0]


def test_the_same_form_sent_again_is_refused_again_without_asking_the_diary(site: Site) -> None:
    check = site.check(free_slot(site.diary))
    refuse(site, 10)
    check.press(BOOK, allow=422)
    again = check.press(BOOK, allow=422)
    assert again.error_at("email")
    assert site.writes() == 1


def test_a_fault_of_the_slot_is_a_lost_time_not_the_patients_mistake(site: Site) -> None:
    check = site.check(free_slot(site.diary))
    errors = [{"error": 7, "fieldName": "time", "message": THEIRS}]
    site.diary.fault(HARBOUR.slug, "book", "field_errors", times=1, errors=errors)
    assert check.press(BOOK, allow=409).heading == "That time has gone"
    assert [row.state for row in site.bookings()] == [State.TAKEN]
