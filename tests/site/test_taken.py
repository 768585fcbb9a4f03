"""Somebody else was quicker: nothing is lost, and the nearest times are offered."""

from __future__ import annotations

from tests.page import Page
from tests.reference_process import ELM_TREE, HARBOUR
from tests.site.ground import ANNA, PATIENT, ROOM_1, ROOM_2, SIAN, Site, free_slot
from webapp.appointments.model import State

BOOK = "Book this appointment"


def assert_kept(page: Page) -> None:
    for name, value in PATIENT.items():
        assert page.fields[name] == value


def test_taken_after_the_check_page_says_so_and_keeps_everything(site: Site) -> None:
    slot = free_slot(site.diary)
    check = site.check(slot)
    slot.taken_by_the_desk(site.diary)
    gone = check.press(BOOK, allow=409)
    assert gone.heading == "That time has gone"
    assert "Saturday 21 November, 9:15am with Siân O'Brien is no longer free" in gone.text
    assert "nothing has been booked" in gone.text
    assert_kept(gone)
    assert [row.state for row in site.bookings()] == [State.TAKEN]
    assert site.bookings()[0].reason is None


def test_an_alternative_leads_to_check_with_all_filled_in_and_books(site: Site) -> None:
    slot = free_slot(site.diary)
    check = site.check(slot)
    slot.taken_by_the_desk(site.diary)
    gone = check.press(BOOK, allow=409)
    assert "Nearest with Siân O'Brien" in gone.text
    again = gone.press("Tomorrow, 10:45am")
    assert again.heading == "Check and book"
    for word in PATIENT.values():
        assert word in again.text
    assert again.press(BOOK).heading == "You’re booked"
    (booked,) = site.diary.bookings(HARBOUR.slug)
    assert (booked["time"], booked["desc"]) == ("1045", PATIENT["reason"])
    assert [row.state for row in site.bookings()] == [State.TAKEN, State.CONFIRMED]
    assert [row.reason for row in site.bookings()] == [None, None]


def test_somebody_else_near_that_time_is_offered_too(site: Site) -> None:
    slot = free_slot(site.diary, ANNA, ROOM_1)
    check = site.check(slot)
    slot.taken_by_the_desk(site.diary)
    gone = check.press(BOOK, allow=409)
    assert "Nearest with Anna Müller" in gone.text
    assert "Nearest with somebody else" in gone.text
    sian = next(one for one in gone.buttons if "Siân O'Brien" in one.text)
    again = gone.press(sian.name)
    assert again.heading == "Check and book"
    assert "Siân O'Brien" in again.text
    assert again.press(BOOK).heading == "You’re booked"
    assert site.diary.bookings(HARBOUR.slug)[0]["staffId"] == SIAN


def test_the_lost_time_is_offered_to_nobody(site: Site) -> None:
    slot = free_slot(site.diary)
    check = site.check(slot)
    slot.taken_by_the_desk(site.diary)
    gone = check.press(BOOK, allow=409)
    assert not gone.has("Tomorrow, 9:15am")
    assert not gone.press("See all free times").has("9:15am")


def test_no_preference_stays_one_when_a_time_is_lost(site: Site) -> None:
    slot = free_slot(site.diary)
    times = site.open("/harbour-physio/").follow("No preference").follow("Anywhere")
    check = times.follow("9:15am").press("Continue", PATIENT)
    slot.taken_by_the_desk(site.diary)
    gone = check.press(BOOK, allow=409)
    again = gone.press(gone.classed("option")[0].findtext("span") or "")
    assert "staff=any" in again.url
    assert again.press(BOOK).heading == "You’re booked"


def test_everything_gone_still_keeps_the_answers_and_gives_the_phone_number(site: Site) -> None:
    slot = free_slot(site.diary, 511, 61, slug=ELM_TREE.slug)
    check = site.check(slot)
    site.diary.fill(ELM_TREE.slug)
    gone = check.press(BOOK, allow=409)
    assert_kept(gone)
    assert_kept(gone.press("See all free times"))


def test_taken_before_the_details_page_is_said_there(site: Site) -> None:
    slot = free_slot(site.diary)
    slot.taken_by_the_desk(site.diary)
    gone = site.open(slot.page("details"), allow=410)
    assert gone.heading == "That time has gone"
    details = gone.follow("Tomorrow, 10:45am")
    assert details.heading == "Your details"
    assert not any(site.dump().values())


def test_taken_while_the_details_were_typed_is_said_before_check(site: Site) -> None:
    slot = free_slot(site.diary)
    details = site.open(slot.page("details"))
    slot.taken_by_the_desk(site.diary)
    # Told by what the diary said of late; the diary itself has the last word at booking.
    check = details.press("Continue", PATIENT)
    assert check.heading == "Check and book"
    gone = check.press(BOOK, allow=409)
    assert gone.press("Tomorrow, 10:45am").heading == "Check and book"


def test_a_time_once_lost_is_known_to_be_gone_at_check(site: Site) -> None:
    slot = free_slot(site.diary)
    early, late = site.check(slot), site.open(slot.page("details"))
    slot.taken_by_the_desk(site.diary)
    early.press(BOOK, allow=409)
    gone = late.press("Continue", PATIENT, allow=409)
    assert gone.heading == "That time has gone"
    assert_kept(gone)
    assert site.writes() == 1


def test_back_and_again_after_a_lost_time_writes_no_second_time(site: Site) -> None:
    slot = free_slot(site.diary)
    check = site.check(slot)
    slot.taken_by_the_desk(site.diary)
    check.press(BOOK, allow=409)
    site.diary.release(
        HARBOUR.slug, date=slot.date, time=slot.time, staff_id=SIAN, section_id=ROOM_2
    )
    # The same journey: it has had its one write, and its outcome stays what it was.
    assert check.press(BOOK, allow=409).heading == "That time has gone"
    assert site.writes() == 1
    assert site.diary.bookings(HARBOUR.slug) == []


def test_the_outcome_page_of_a_lost_time_says_that_nothing_was_booked(site: Site) -> None:
    slot = free_slot(site.diary)
    check = site.check(slot)
    slot.taken_by_the_desk(site.diary)
    check.press(BOOK, allow=409)
    (row,) = site.bookings()
    token = site.tokens.outcome_of(slug=HARBOUR.slug, journey=row.journey)
    outcome = site.open(f"/harbour-physio/outcome/{token}")
    assert outcome.heading == "Nothing was booked"
    assert outcome.follow("See what is free").heading == "When would suit you?"
    site.open(f"/harbour-physio/outcome/{token}/appointment.ics", allow=404)
