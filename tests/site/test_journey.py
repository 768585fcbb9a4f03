"""The whole journey in every shape that a practice can give it."""

from __future__ import annotations

from tests.reference_process import ELM_TREE, HARBOUR
from tests.site.conftest import MakeSite
from tests.site.ground import PATIENT, ROOM_2, SIAN, SOLO, Site, free_slot
from webapp.appointments.model import State


def test_a_named_person_in_a_named_room_is_booked(site: Site) -> None:
    who = site.open("/harbour-physio/")
    assert who.heading == "Who would you like to see?"
    where = who.follow("Siân O'Brien")
    assert where.heading == "Where would you like to be seen?"
    times = where.follow("Treatment Room 2")
    assert times.heading == "When would suit you?"
    assert "With Siân O'Brien in Treatment Room 2, 45 minutes." in times.text
    details = times.follow("Take it: Tomorrow, 9:15am")
    assert details.heading == "Your details"
    check = details.press("Continue", PATIENT)
    assert check.heading == "Check and book"
    for word in ("Saturday 21 November 2026", "9:15am to 10am", *PATIENT.values()):
        assert word in check.text
    outcome = check.press("Book this appointment")
    assert outcome.heading == "You’re booked"
    assert "9:15am to 10am, 45 minutes with Siân O'Brien" in outcome.text
    assert "Treatment Room 2, 1 Quay Street" in outcome.text
    (booked,) = site.diary.bookings(HARBOUR.slug)
    assert booked["received"] == {
        "action": "book",
        "date": "20261121",
        "time": "0915",
        "sectionId": ROOM_2,
        "staffId": SIAN,
        "name": PATIENT["name"],
        "phone": PATIENT["phone"],
        "email": PATIENT["email"],
        "desc": PATIENT["reason"],
    }
    (row,) = site.bookings()
    assert (row.state, row.any_staff, row.any_room) == (State.CONFIRMED, False, False)


def test_no_preference_proposes_somebody_and_books_them(site: Site) -> None:
    times = site.open("/harbour-physio/").follow("No preference").follow("Anywhere")
    assert "With whoever is free first, 45 minutes." in times.text
    details = times.follow("9:15am")
    assert "with=42230" in details.url
    assert "Saturday 21 November, 9:15am, with Siân O'Brien." in details.text
    outcome = details.press("Continue", PATIENT).press("Book this appointment")
    assert outcome.heading == "You’re booked"
    (row,) = site.bookings()
    assert (row.staff_id, row.any_staff, row.any_room) == (str(SIAN), True, True)
    assert len(site.diary.bookings(HARBOUR.slug)) == 1


def test_a_practice_that_asks_for_no_room_goes_from_who_to_when(site: Site) -> None:
    times = site.open("/elm-tree-clinic/").follow("Priya Nair")
    assert times.heading == "When would suit you?"
    check = times.follow("9am").press("Continue", PATIENT)
    assert check.press("Book this appointment").heading == "You’re booked"
    (booked,) = site.diary.bookings(ELM_TREE.slug)
    assert (booked["staffId"], booked["sectionId"], booked["duration"]) == (511, 61, 30)


def test_one_person_alone_is_not_asked_for(site: Site) -> None:
    times = site.open(f"/{SOLO}/")
    assert times.heading == "When would suit you?"
    assert not times.has("Change who you see")
    assert not times.has("Back")
    check = times.follow("9am").press("Continue", PATIENT | {"phone": "(212) 555-0145"})
    assert "9am to 9:45am" in check.text
    outcome = check.press("Book this appointment")
    assert outcome.heading == "You’re booked"
    (booked,) = site.diary.bookings(SOLO)
    assert booked["time"] == "0900"
    # Nine in the morning in New York, whatever the clock says here.
    assert site.bookings()[0].starts_at_utc.hour == 14


def test_the_reason_may_be_left_out(site: Site) -> None:
    check = site.check(free_slot(site.diary), reason="")
    assert "Not said" in check.text
    assert check.press("Book this appointment").heading == "You’re booked"
    assert site.diary.bookings(HARBOUR.slug)[0]["received"]["desc"] == ""


def test_the_only_practice_is_gone_to_and_several_are_listed(
    site: Site, make_site: MakeSite
) -> None:
    listed = site.open("/")
    assert listed.heading == "Where would you like to book?"
    assert listed.follow("Elm Tree Clinic").path == "/elm-tree-clinic/"
    assert make_site(ELM_TREE.slug).open("/").path == "/elm-tree-clinic/"


def test_a_page_opened_too_early_leads_to_the_first_unanswered_one(site: Site) -> None:
    slug = HARBOUR.slug
    assert site.open(f"/{slug}/where").path == f"/{slug}/"
    assert site.open(f"/{slug}/times").path == f"/{slug}/"
    assert site.open(f"/{slug}/times?staff={SIAN}").path == f"/{slug}/where"
    assert site.open(f"/{slug}/details?staff={SIAN}&room=any").path == f"/{slug}/times"
    assert site.open(f"/{slug}/check?staff={SIAN}").path == f"/{slug}/where"
    assert site.open(f"/{slug}/book").path == f"/{slug}/"
    slot = free_slot(site.diary)
    assert site.open(slot.page("check")).heading == "Your details"
    assert site.open(slot.page("book")).heading == "Your details"


def test_an_unusual_name_arrives_as_it_was_typed(site: Site) -> None:
    name, reason = "Siân O'Brien-Müller <b>", "“Ouch” & <i>co</i>\nSince Monday 😬"
    check = site.check(free_slot(site.diary), name=name, reason=reason)
    assert name in check.text
    assert "<b>" not in check.html
    assert check.press("Book this appointment").heading == "You’re booked"
    (booked,) = site.diary.bookings(HARBOUR.slug)
    assert (booked["name"], booked["desc"]) == (name, reason)
    assert site.bookings()[0].patient_name == name


def test_every_calendar_day_and_page_of_weeks_can_be_opened(site: Site) -> None:
    page = site.open("/harbour-physio/times?staff=any&room=any")
    day = page.follow("Tuesday 24 November, ")
    assert "Tuesday 24 November" in day.text
    assert day.follow("Later: Wednesday 25 November").has("Earlier: Tuesday 24 November")
    seen = 1
    while page.has("Later weeks"):
        page, seen = page.follow("Later weeks"), seen + 1
    assert seen == 3
    assert page.follow("Earlier weeks").has("Later weeks")


def test_the_calendar_file_tells_the_same_time_as_the_page(site: Site) -> None:
    outcome = site.book(free_slot(site.diary))
    file = next(one.href for one in outcome.links if one.name == "Calendar file")
    answer = site.visitor.raw("GET", file)
    assert answer.mimetype == "text/calendar"
    text = answer.get_data(as_text=True)
    assert "DTSTART;TZID=Europe/London:20261121T091500" in text
    assert "DTEND;TZID=Europe/London:20261121T100000" in text
    assert "Stiff neck" not in text
