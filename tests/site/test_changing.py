"""Changing an answer on the way: what was typed goes along, and nothing is asked twice."""

from __future__ import annotations

import pytest

from tests.page import Page
from tests.reference_process import ELM_TREE, HARBOUR
from tests.site.ground import PATIENT, SOLO, Site, free_slot
from webapp.appointments.model import State

OTHER = {
    "name": "Zoë Ng",
    "phone": "+44 7700 900456",
    "email": "zoe@ng.example",
    "reason": "Knee & <ankle>\nboth",
}


@pytest.fixture
def check(site: Site) -> Page:
    return site.check(free_slot(site.diary))


def assert_carried(page: Page) -> None:
    for name, value in PATIENT.items():
        assert page.fields[name] == value
    assert page.fields["token"]


def test_changing_who_goes_through_where_and_when_straight_back_to_check(
    site: Site, check: Page
) -> None:
    who = check.press("Change who you see")
    assert who.heading == "Who would you like to see?"
    where = who.press("Anna Müller")
    assert where.heading == "Where would you like to be seen?"
    times = where.press("Treatment Room 1")
    assert times.heading == "When would suit you?"
    for page in (who, where, times):
        assert_carried(page)
    changed = times.press("Take it: Monday 23 November, 9:15am")
    assert changed.heading == "Check and book"
    assert "Anna Müller" in changed.text
    assert "Treatment Room 1" in changed.text
    for word in PATIENT.values():
        assert word in changed.text
    assert changed.press("Book this appointment").heading == "You’re booked"
    (booked,) = site.diary.bookings(HARBOUR.slug)
    assert (booked["name"], booked["desc"]) == (PATIENT["name"], PATIENT["reason"])


def test_changing_the_time_opens_the_chosen_day_and_returns_to_check(
    site: Site, check: Page
) -> None:
    times = check.press("Change the time")
    assert "Saturday 21 November" in times.text
    assert_carried(times)
    changed = times.press("10:45am")
    assert changed.heading == "Check and book"
    assert "10:45am to 11:30am" in changed.text
    changed.press("Book this appointment")
    assert site.diary.bookings(HARBOUR.slug)[0]["time"] == "1045"


@pytest.mark.parametrize(
    ("link", "box"),
    [
        ("Change your name", "name"),
        ("Change your phone number", "phone"),
        ("Change your email address", "email"),
        ("Change what you would like help with", "reason"),
    ],
)
def test_changing_an_answer_shows_it_as_it_was_typed(check: Page, link: str, box: str) -> None:
    details = check.press(link)
    assert details.heading == "Your details"
    assert not details.problems
    assert_carried(details)
    changed = details.press("Continue", {box: OTHER[box]})
    assert OTHER[box].split("\n")[0] in changed.text
    assert changed.fields[box] == OTHER[box]


def test_back_leads_from_page_to_page_and_keeps_what_was_typed(check: Page) -> None:
    details = check.press("Back")
    times = details.press("Back")
    where = times.press("Back")
    who = where.press("Back")
    assert [one.heading for one in (details, times, where, who)] == [
        "Your details",
        "When would suit you?",
        "Where would you like to be seen?",
        "Who would you like to see?",
    ]
    for page in (details, times, where, who):
        assert_carried(page)
    assert not who.has("Back")


def test_back_from_half_typed_details_keeps_them_unchecked(site: Site) -> None:
    details = site.open(free_slot(site.diary).page("details"))
    times = details.press("Back", name="Ada", phone="not a num")
    assert times.heading == "When would suit you?"
    assert (times.fields["name"], times.fields["phone"]) == ("Ada", "not a num")
    again = times.press("9:15am", allow=422)
    assert again.error_at("phone") == (
        "Error: Enter a phone number we can reach you on, like 07700 900123"
    )
    assert again.fields["name"] == "Ada"


def test_turning_the_calendar_keeps_what_was_typed(check: Page) -> None:
    later = check.press("Change the time").press("Later weeks")
    assert_carried(later)
    day = later.press("Later: ")
    assert_carried(day)
    assert_carried(day.press("Earlier weeks"))


def test_one_journey_stays_one_however_often_it_changes(site: Site, check: Page) -> None:
    details = check.press("Change your name")
    again = details.press("Continue", name="Ada W.")
    assert again.press("Book this appointment").heading == "You’re booked"
    # The page from before the change, on the way Back: the same journey, and so no second write.
    first = check.press("Book this appointment")
    assert first.heading == "You’re booked"
    assert site.writes() == 1
    assert [row.patient_name for row in site.bookings()] == ["Ada W."]


def test_practices_with_fewer_questions_carry_answers_too(site: Site) -> None:
    slot = free_slot(site.diary, 511, 61, slug=ELM_TREE.slug)
    times = site.check(slot).press("Change who you see").press("Tom Whitfield")
    assert times.heading == "When would suit you?"
    assert_carried(times)
    assert "Tom Whitfield" in times.press("Take it").text
    alone = site.check(free_slot(site.diary, 7, 1, slug=SOLO), phone="(212) 555-0145")
    times = alone.press("Change the time")
    assert times.fields["name"] == PATIENT["name"]
    # Nobody else is to be seen: that question leads on to the next, with all that was typed.
    sent_on = site.visitor.send(f"/{SOLO}/", PATIENT | {"token": alone.fields["token"]})
    assert sent_on.heading == "When would suit you?"
    assert_carried(sent_on)


def test_another_language_of_line_ends_comes_through(site: Site) -> None:
    check = site.check(free_slot(site.diary), reason="one\r\ntwo\r\n")
    check.press("Book this appointment")
    assert site.diary.bookings(HARBOUR.slug)[0]["desc"] == "one\ntwo"
    assert site.bookings()[0].state is State.CONFIRMED
