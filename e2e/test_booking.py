"""The journey from its first page to the diary, as patients differ in what they want."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from e2e.journey import open_check, open_details
from e2e.modes import with_and_without_scripts
from e2e.own import Own
from e2e.pages import Check, Details, Outcome, Times, Where, Who
from e2e.practice import ADA, ANNA, CHRIS, GYM, ROOM, SIAN, Patient, Practice, Slot

if TYPE_CHECKING:
    from e2e.site import Site


@with_and_without_scripts
def test_a_person_and_a_room_by_name(page: Page, practice: Practice, scripts: bool):
    slot = practice.free(SIAN, GYM)[9]
    page.goto(practice.home)
    Who(page).is_shown().choose(SIAN)
    Where(page).is_shown().choose(GYM)
    times = Times(page).is_shown()
    times.open_day(slot)
    times.choose(slot)
    Details(page).is_shown().has(slot.when).fill(ADA).go_on()
    Check(page).says(ADA, slot).book()
    Outcome(page).says(slot)
    assert_booked(practice, slot, ADA)


def test_no_preference_takes_whoever_is_free_first(page: Page, practice: Practice):
    slot = practice.first_free(ANNA, ROOM)
    page.goto(practice.home)
    Who(page).is_shown().choose_no_preference()
    Where(page).is_shown().choose_anywhere()
    Times(page).is_shown().take_first()
    Details(page).is_shown().fill(ADA).go_on()
    Check(page).says(ADA, slot).book()
    Outcome(page).says(slot)
    assert_booked(practice, slot, ADA)


def test_a_practice_of_one_room_does_not_ask_where(page: Page, small_practice: Practice):
    slot = small_practice.first_free(SIAN, ROOM)
    page.goto(small_practice.home)
    Who(page).is_shown().choose(SIAN)
    Times(page).is_shown().take_first()
    Details(page).is_shown().fill(ADA).go_on()
    Check(page).says(ADA, slot).book()
    Outcome(page).says(slot)
    assert_booked(small_practice, slot, ADA)


def test_one_person_in_one_room_leaves_only_the_time_to_choose(page: Page, practice: Practice):
    practice.open(staff=[CHRIS], rooms=[GYM])
    page.goto(practice.home)
    Times(page).is_shown().has("With Chris Okafor").take_first()
    Details(page).is_shown()


def test_a_day_of_later_weeks(page: Page, practice: Practice):
    slot = practice.free(ANNA, GYM)[8 * 60]
    page.goto(practice.times_with(slot))
    times = Times(page).is_shown()
    times.turn_on()
    expect(times.way("Earlier weeks")).to_be_visible()
    times.open_day(slot)
    times.choose(slot)
    Details(page).is_shown().has(slot.when)


def test_the_pages_own_way_back(page: Page, practice: Practice):
    open_check(page, practice, practice.first_free()).go_back()
    details = Details(page).is_kept(ADA)
    details.go_back()
    Times(page).is_shown().go_back()
    Where(page).is_shown().go_back()
    Who(page).is_shown()


@with_and_without_scripts
def test_a_mistake_is_named_beside_its_box_and_nothing_is_lost(
    page: Page, practice: Practice, scripts: bool
):
    slot = practice.first_free()
    details = open_details(page, practice, slot)
    details.fill(Patient(name="", phone="12", email="ada@", reason="Knee")).go_on()
    expect(page).to_have_title("Error: Your details – Harbour Physiotherapy")
    details.is_kept(Patient(name="", phone="12", email="ada@", reason="Knee"))
    expect(details.problems.get_by_role("link")).to_have_text(
        [
            "Enter your name",
            "Enter a phone number we can reach you on, like 07700 900123",
            "Enter an email address in the form name@example.com",
        ]
    )
    for box, words in ((details.name, "Enter your name"), (details.email, "name@example.com")):
        expect(box).to_have_accessible_description(re.compile(words))
    details.problems.get_by_role("link", name="Enter your name").click()
    expect(details.name).to_be_focused()
    details.fill(ADA).go_on()
    Check(page).says(ADA, slot)


@with_and_without_scripts
def test_an_answer_is_changed_and_the_others_stay(page: Page, practice: Practice, scripts: bool):
    slot = practice.first_free()
    renamed = Patient(name="Ada King")
    check = open_check(page, practice, slot)
    check.change("your name")
    Details(page).is_kept(ADA).fill(renamed).go_on()
    check.says(renamed, slot).book()
    Outcome(page).says(slot)
    assert_booked(practice, slot, renamed)


def test_person_and_time_are_changed_and_the_details_stay(page: Page, practice: Practice):
    check = open_check(page, practice, practice.first_free(ANNA, GYM))
    check.change("who you see")
    Who(page).is_shown().choose(CHRIS)
    Where(page).is_shown().choose(ROOM)
    slot, other = practice.free(CHRIS, ROOM)[2:4]
    Times(page).is_shown().choose(slot)
    check.says(ADA, slot)
    check.change("the time")
    Times(page).is_shown().choose(other)
    check.says(ADA, other).book()
    Outcome(page).says(other)
    assert_booked(practice, other, ADA)


def test_what_a_patient_types_reaches_no_address_and_no_log(
    page: Page, practice: Practice, site: Site
):
    words = Patient(
        name="Quillon Featherstone",
        phone="07700 900456",
        email="quillon@private.example",
        reason="Sciatica since Tuesday",
    )
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    open_check(page, practice, practice.first_free(), words).book()
    outcome = Outcome(page).is_shown()
    secrets = [page.url.rpartition("/")[2]]
    outcome.open_own_page()
    Own(page).is_shown()
    secrets.append(page.url.rpartition("/")[2])
    (mail,) = practice.wait_for_mails(1, to=words.email)
    assert mail.html is not None
    assert words.reason not in mail.html
    logs = site.read_logs()
    # Both the web's and the worker's
    assert logs.count(f'"practice": "{practice.slug}"') > 1
    assert "patient-booked" in logs
    for word in ("Quillon", "900456", "private.example", "Sciatica", f"{practice.slug}-key"):
        assert word not in logs
        assert not [url for url in seen if word in url]
    for secret in secrets:
        assert secret not in logs


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_enter_in_a_box_goes_on(page: Page, practice: Practice):
    details = open_details(page, practice, practice.first_free()).fill(ADA)
    details.email.press("Enter")
    Check(page).is_shown()


def assert_booked(practice: Practice, slot: Slot, patient: Patient):
    """The diary has this one booking, exactly as it was typed, and was asked for it once."""
    (booking,) = practice.bookings()
    slot_fields = slot.in_diary()
    assert booking["received"] == {
        "action": "book",
        "date": slot_fields["date"],
        "time": slot_fields["time"],
        "staffId": slot.staff.id,
        "sectionId": slot.room.id,
        "name": patient.name,
        "phone": patient.phone,
        "email": patient.email,
        "desc": patient.reason,
    }
    assert practice.writes() == 1
