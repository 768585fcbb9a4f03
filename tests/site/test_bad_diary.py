"""A diary that answers badly: free, none and "could not check" stay three different answers."""

from __future__ import annotations

import pytest

from tests.page import Page
from tests.reference_process import ELM_TREE, HARBOUR
from tests.site.conftest import MakeSite
from tests.site.ground import ANNA, JAYNE, PATIENT, SIAN, SOLO, Site, free_slot

NOT_AVAILABLE = "Online booking is not available just now"
COULD_NOT = "We couldn’t check these times just now."
MARKED_UP = """<b onclick="alert('x')">"{0}"</b> & 'co'"""

BAD_ANSWERS = [
    "rubbish_html",
    "empty_object",
    "server_error",
    "slot_length_zero",
    "drop_before",
]


def rows(page: Page) -> dict[str, str]:
    """Return each person's row on the who page: their name, and what is said of them."""
    titles = page.classed("option-title")
    lines = page.classed("option-line")
    return {str(title.text): str(line.text) for title, line in zip(titles, lines, strict=True)}


@pytest.mark.parametrize("kind", BAD_ANSWERS)
def test_a_diary_that_lists_no_times_to_be_read_is_an_outage(site: Site, kind: str) -> None:
    site.diary.fault(ELM_TREE.slug, "freeList", kind)
    for path in ("", "times?staff=any", "times?staff=511&day=2026-11-23"):
        page = site.open(f"/elm-tree-clinic/{path}", allow=503)
        assert page.heading == NOT_AVAILABLE
        assert "nothing free" not in page.text.lower()
        assert "nothing is free" not in page.text.lower()


@pytest.mark.parametrize("action", ["staffList", "sectionList"])
@pytest.mark.parametrize("kind", ["rubbish_html", "empty_object"])
def test_lists_that_cannot_be_read_take_nobody_away(site: Site, action: str, kind: str) -> None:
    site.diary.fault(HARBOUR.slug, action, kind)
    who = site.open("/harbour-physio/")
    assert list(rows(who)) == [
        "No preference",
        "Anna Müller",
        "Siân O'Brien",
        "Chris Okafor",
        "Jayne Park",
    ]
    site.diary.fault(ELM_TREE.slug, action, kind)
    assert site.open("/elm-tree-clinic/", allow=503).heading == NOT_AVAILABLE


def test_an_outage_of_one_person_is_said_of_that_person_alone(site: Site) -> None:
    site.diary.fault(HARBOUR.slug, "freeList", "server_error", staff_id=SIAN)
    who = site.open("/harbour-physio/")
    said = rows(who)
    assert said["Siân O'Brien"] == COULD_NOT
    assert said["Anna Müller"] == "First free: Monday 23 November, 9:15am"
    assert said["Jayne Park"].startswith("Nothing free before ")
    assert said["No preference"] == "First free: Monday 23 November, 9:15am"
    assert who.has("Try again: Siân O'Brien")
    assert not who.has("Try again: Anna Müller")
    theirs = site.open(f"/harbour-physio/times?staff={SIAN}&room=any", allow=503)
    assert "We couldn’t check these times just now." in theirs.text
    assert theirs.has("Try again")
    everybodys = site.open("/harbour-physio/times?staff=any&room=any")
    assert "there may be more times than these" in everybodys.text


def test_somebody_fully_booked_is_told_apart_from_an_outage(site: Site) -> None:
    page = site.open(f"/harbour-physio/times?staff={JAYNE}&room=any")
    assert "Jayne Park has nothing free before 18 February." in page.text
    assert page.follow("See who else is free").heading == "Who would you like to see?"


def test_a_slot_that_could_not_be_checked_is_no_lost_slot(site: Site) -> None:
    slot = free_slot(site.diary)
    site.diary.fault(HARBOUR.slug, "freeList", "server_error", staff_id=SIAN)
    page = site.open(slot.page("details"), allow=503)
    assert page.heading == NOT_AVAILABLE
    kept = site.visitor.send(slot.page("check"), PATIENT | {"token": site.token()}, allow=503)
    assert "nothing has been booked" in kept.problems[0]
    assert kept.fields["reason"] == PATIENT["reason"]


def test_what_was_known_a_moment_ago_outlasts_an_outage(site: Site) -> None:
    slot = free_slot(site.diary)
    check = site.check(slot)
    site.diary.fault(HARBOUR.slug, "freeList", "server_error")
    # The diary itself decides; that it takes bookings is enough.
    assert check.press("Book this appointment").heading == "You’re booked"


def test_a_slow_diary_is_an_outage_and_not_a_page_that_hangs(
    site_hasty_in_reading: Site,
) -> None:
    site = site_hasty_in_reading
    site.diary.fault(SOLO, "freeList", "slow", seconds=30)
    assert site.open(f"/{SOLO}/", allow=503).heading == NOT_AVAILABLE


def test_names_with_markup_are_text_on_every_page(site: Site) -> None:
    site.diary.fault(HARBOUR.slug, "*", "markup_names")
    sian = MARKED_UP.format("Siân O'Brien")
    room = MARKED_UP.format("Treatment Room 2")
    who = site.open("/harbour-physio/")
    where = who.follow(sian)
    times = where.follow(room)
    assert f"With {sian} in {room}" in times.text
    details = times.follow("Take it")
    assert sian in details.text
    check = details.press("Continue", PATIENT)
    assert sian in check.text
    outcome = check.press("Book this appointment")
    assert outcome.heading == "You’re booked"
    assert room in where.text
    for page in (who, times, details, check, outcome):
        assert sian in page.text
        assert "<b " not in page.html
    gone = site.open(details.url, allow=410)
    assert f"Nearest with {sian}" in gone.text
    assert "<b " not in gone.html


def test_markup_beside_a_try_again_is_text_too(site: Site) -> None:
    site.diary.fault(HARBOUR.slug, "freeList", "server_error", staff_id=SIAN)
    site.diary.fault(HARBOUR.slug, "*", "markup_names")
    who = site.open("/harbour-physio/")
    sian = MARKED_UP.format("Siân O'Brien")
    assert who.has(f"Try again: {sian}")


def test_keys_that_nobody_knows_are_passed_over(site: Site) -> None:
    site.diary.fault(HARBOUR.slug, "*", "extra_keys")
    assert site.book(free_slot(site.diary)).heading == "You’re booked"


def test_a_diary_that_comes_back_is_asked_again_by_another_site(make_site: MakeSite) -> None:
    site = make_site()
    site.diary.fault(HARBOUR.slug, "*", "server_error")
    assert site.open("/harbour-physio/", allow=503).heading == NOT_AVAILABLE
    site.diary.clear(HARBOUR.slug)
    who = make_site().open("/harbour-physio/")
    assert rows(who)["Anna Müller"].startswith("First free: ")
    assert str(ANNA) in who.follow("Anna Müller").url
