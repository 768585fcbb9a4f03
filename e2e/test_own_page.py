"""A booking's own page, from the message that leads to it: look, keep, cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from e2e.journey import book, open_own_page
from e2e.modes import with_and_without_scripts
from e2e.own import CancelQuestion, Heading, MoveQuestion, OtherTimes, Own
from e2e.pages import Details, Elsewhere, Times
from e2e.post import button_of, event_of, read_event
from e2e.practice import PHONE, Practice

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_the_message_leads_to_it(page: Page, practice: Practice):
    slot, patient = practice.first_free(), practice.patient
    book(page, practice, slot, patient)
    (mail,) = practice.wait_for_mails(1, to=patient.email)
    assert mail.subject == f"You’re booked: {slot.when}"
    address = button_of(mail)
    assert address.startswith(f"{practice.home}booking/")
    event = event_of(mail)
    assert event["METHOD"] == "PUBLISH"
    assert event["DTSTART;TZID=Europe/London"] == f"{slot.start:%Y%m%dT%H%M%S}"
    page.goto(address)
    own = Own(page).stands(slot).has("Hello Ada", "1 Quay Street, London E1")
    # Links get forwarded: whoever has it learns no more of the patient than this
    own.has_not("Whitcombe", patient.phone, patient.email, "Stiff neck")
    with page.expect_download() as saved:
        own.way("Calendar file").click()
    kept = read_event(saved.value.path().read_text(encoding="utf-8"))
    assert (kept["UID"], kept["SEQUENCE"]) == (event["UID"], event["SEQUENCE"])


@with_and_without_scripts
def test_cancelling_asks_once_more_and_then_the_practice(
    page: Page, practice: Practice, scripts: bool
):
    slot, patient = practice.first_free(), practice.patient
    own = open_own_page(page, practice, slot)
    address = page.url
    own.cancel()
    question = CancelQuestion(page).is_shown().has(slot.when, slot.staff.name)
    question.has("The practice will take it out of its diary by hand")
    question.say_no()
    own.stands(slot)
    own.cancel()
    question.say_yes()
    own.says(Heading.CANCEL_ASKED, slot).has("The practice will take it out", PHONE)
    assert page.url == address
    told = [mail.subject for mail in practice.wait_for_mails(2, to=patient.email)]
    assert f"We have your request to cancel: {slot.when}" in told
    (asked,) = practice.wait_for_mails(1, to=practice.email)
    assert asked.subject == f"Please cancel: {slot.when}"
    assert asked.text is not None
    for words in (patient.name, patient.phone, patient.email, slot.staff.name, slot.room.name):
        assert words in asked.text
    # This diary lets nobody but the practice remove a booking
    assert len(practice.bookings()) == practice.writes() == 1


def test_cancelling_twice_asks_the_practice_once(page: Page, practice: Practice):
    slot = practice.first_free()
    own = open_own_page(page, practice, slot)
    own.cancel()
    CancelQuestion(page).is_shown().button.dblclick()
    own.says(Heading.CANCEL_ASKED, slot)
    page.go_back(wait_until="commit")
    # Where the browser kept no copy, the question itself leads to what became of it
    own.says(Heading.CANCEL_ASKED, slot)
    practice.wait_for_mails(2, to=practice.patient.email)
    practice.wait_for_mails(1, to=practice.email)
    asked = ["patient-cancel-asked", "practice-release", "release"]
    assert sorted(set(practice.stored.promised(practice.slug)) & set(asked)) == asked
    assert len(practice.stored.promised(practice.slug)) == len(asked) + 1


def test_a_cancelled_appointment_offers_another_time(page: Page, practice: Practice):
    slot, other, *_ = practice.free()
    own = open_own_page(page, practice, slot)
    own.cancel()
    CancelQuestion(page).say_yes()
    own.says(Heading.CANCEL_ASKED, slot).way("Book another time").click()
    times = Times(page).is_shown()
    times.choose(other)
    Details(page).is_shown().has(other.when)


def test_the_outcome_of_what_was_cancelled_or_moved_calls_nobody_booked(
    page: Page, practice: Practice
):
    slot, later, *_ = practice.free()
    outcome = book(page, practice, slot)
    address = page.url
    outcome.open_own_page()
    own = Own(page).stands(slot)
    own.change()
    OtherTimes(page).choose(later)
    MoveQuestion(page).say_yes()
    own.stands(later).cancel()
    CancelQuestion(page).say_yes()
    own.says(Heading.CANCEL_ASKED, later)
    page.goto(address)
    outcome.is_given_up().has(slot.when).way("See how it stands").click()
    own.says(Heading.MOVED, slot)
    assert page.request.get(f"{address}/appointment.ics").status == 404


def test_an_address_that_was_mistyped_tells_nothing(page: Page, practice: Practice):
    open_own_page(page, practice, practice.first_free())
    wrong = page.url[:-1] + ("0" if page.url[-1] != "0" else "1")
    for name in ("", "/change", "/cancel"):
        response = page.goto(wrong + name)
        assert response is not None
        assert response.status == 404
        Elsewhere(page, "We can’t find that page").is_shown().has_not("Ada")
