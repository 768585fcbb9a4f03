"""Another time for an appointment: the old one stays until the new one is in the diary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from e2e.journey import move, open_move_question, open_own_page
from e2e.modes import with_and_without_scripts
from e2e.own import Heading, MoveQuestion, OtherTimes, Own
from e2e.post import button_of, event_of
from e2e.practice import ANNA, CHRIS, GYM, ROOM, Practice

if TYPE_CHECKING:
    from playwright.sync_api import Page


@with_and_without_scripts
def test_the_old_time_leads_to_the_new_one_and_everybody_is_told(
    page: Page, practice: Practice, scripts: bool
):
    old, _, new, *_ = practice.free()
    patient = practice.patient
    open_own_page(page, practice, old, patient)
    # Of two at once either may come first
    practice.wait_for_mails(1, to=patient.email)
    old_address = page.url
    Own(page).change()
    times = OtherTimes(page).is_shown().has(f"You have {old.when} with {old.staff.name}")
    times.choose(new)
    question = MoveQuestion(page).says(old, new)
    question.has("stays yours until the new one is in the diary")
    assert len(practice.bookings()) == 1
    question.say_yes()
    own = Own(page).stands(new).has(f"You moved it here from {old.when}.")
    new_address = page.url
    assert [one["time"] for one in practice.bookings()] == [
        new.in_diary()["time"],
        old.in_diary()["time"],
    ]
    booked, changed = practice.wait_for_mails(2, to=patient.email)
    assert changed.subject == f"Your appointment is now {new.when}"
    assert changed.text is not None
    assert f"It is no longer {old.when}" in " ".join(changed.text.split())
    assert (button_of(booked), button_of(changed)) == (old_address, new_address)
    before, after = event_of(booked), event_of(changed)
    assert after["UID"] == before["UID"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after["DTSTART;TZID=Europe/London"] == f"{new.start:%Y%m%dT%H%M%S}"
    (asked,) = practice.wait_for_mails(1, to=practice.email)
    assert asked.subject == f"Please take out the old appointment: {old.when}"
    assert asked.text is not None
    assert f"This patient has moved to {new.when}" in " ".join(asked.text.split())
    page.goto(old_address)
    own.says(Heading.MOVED, old).see_new_one()
    own.stands(new)
    assert page.url == new_address
    assert practice.writes() == 2


def test_to_another_week_with_whoever_is_free(page: Page, practice: Practice):
    old, new = practice.first_free(CHRIS, GYM), practice.free(ANNA, ROOM)[8 * 40]
    open_own_page(page, practice, old).change()
    times = OtherTimes(page).is_shown()
    times.way("See everybody’s times").click()
    times.is_shown().turn_on()
    times.open_day(new)
    times.choose(new)
    MoveQuestion(page).says(old, new).say_yes()
    Own(page).stands(new)
    assert practice.bookings()[0]["date"] == new.in_diary()["date"]


def test_nothing_is_moved_by_those_who_think_better_of_it(page: Page, practice: Practice):
    old, new, other, *_ = practice.free()
    question = open_move_question(page, practice, old, new)
    question.choose_another()
    OtherTimes(page).is_shown().choose(other)
    question.says(old, other).keep_old()
    own = Own(page).stands(old)
    own.change()
    OtherTimes(page).is_shown().go_back()
    own.stands(old)
    assert practice.writes() == 1


def test_a_new_time_that_goes_meanwhile_leaves_the_old_one(page: Page, practice: Practice):
    old, lost, new, *_ = practice.free()
    question = open_move_question(page, practice, old, lost)
    practice.take(lost)
    question.say_yes()
    times = OtherTimes(page).is_shown()
    times.has("That time has just gone. Your appointment stays as it is.")
    assert len(practice.bookings()) == 1
    times.choose(new)
    question.says(old, new).say_yes()
    Own(page).stands(new)
    assert len(practice.bookings()) == 2


@pytest.mark.parametrize("kind", ["refuse", "field_errors"])
def test_a_diary_that_will_not_have_it_leaves_the_old_one(
    page: Page, practice: Practice, kind: str
):
    old, new, *_ = practice.free()
    question = open_move_question(page, practice, old, new)
    practice.fault(kind, errors=[{"error": 8, "fieldName": "name", "message": "no"}])
    address = page.url.partition("/change")[0]
    question.say_yes()
    OtherTimes(page).is_shown().has("Your appointment stays as it is")
    page.goto(address)
    Own(page).stands(old)
    assert len(practice.bookings()) == 1


@with_and_without_scripts
def test_pressed_twice_it_is_moved_once(page: Page, practice: Practice, scripts: bool):
    old, new, *_ = practice.free()
    question = open_move_question(page, practice, old, new)
    question.button.dblclick()
    own = Own(page).is_shown()
    page.go_back(wait_until="commit")
    # Where the browser kept no copy, the question itself leads to what became of it
    own.says(Heading.MOVED, old).see_new_one()
    own.stands(new)
    assert practice.writes() == 2


def test_two_tabs_that_each_change_it_make_one_new_appointment(page: Page, practice: Practice):
    old, new, other, *_ = practice.free()
    question = open_move_question(page, practice, old, new)
    second = page.context.new_page()
    second.goto(page.url)
    MoveQuestion(second).says(old, new).choose_another()
    OtherTimes(second).is_shown().choose(other)
    late = MoveQuestion(second).says(old, other)
    question.say_yes()
    Own(page).stands(new)
    late.say_yes()
    Own(second).says(Heading.MOVED, old).see_new_one()
    Own(second).stands(new)
    assert practice.writes() == len(practice.bookings()) == 2


def test_it_is_changed_again(page: Page, practice: Practice):
    first, second, third, *_ = practice.free()
    own = move(page, practice, first, second)
    own.change()
    OtherTimes(page).is_shown().choose(third)
    MoveQuestion(page).says(second, third).say_yes()
    own.stands(third)
    mails = practice.wait_for_mails(3, to=practice.patient.email)
    events = sorted((event_of(mail) for mail in mails), key=lambda one: one["SEQUENCE"])
    assert len({event["UID"] for event in events}) == 1
    assert [event["SEQUENCE"] for event in events] == ["0", "1", "2"]
