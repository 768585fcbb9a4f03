"""Sent, and no clear answer: nobody is told "booked", and nobody is sent to book again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.page import Page
from tests.reference_process import HARBOUR
from tests.site.ground import PATIENT, ROOM_2, SIAN, Site, free_slot
from webapp import clock as our_clock
from webapp.appointments.model import State

BOOK = "Book this appointment"
CHECKING = "We’re checking whether you’re booked"

UNCLEAR = [
    "drop_after",
    "drop_before",
    "rubbish_html",
    "wrong_echo",
    "server_error",
    "unknown_error",
]


def assert_unknown(page: Page) -> None:
    assert page.heading == CHECKING
    assert "may or may not be yours" in page.text
    assert "Please don’t book it again" in page.text
    assert "Would you rather not wait? Call us on 020 7946 0123" in page.text
    # It looks again by itself, without JavaScript too.
    assert 0 < int(page.headers["Refresh"]) <= 5
    assert not page.has("See what is free")
    assert "You’re booked" not in page.text


@pytest.mark.parametrize("kind", UNCLEAR)
def test_an_unclear_answer_is_told_as_it_is(site: Site, kind: str) -> None:
    check = site.check(free_slot(site.diary))
    site.diary.fault(HARBOUR.slug, "book", kind, times=1)
    outcome = check.press(BOOK)
    assert_unknown(outcome)
    assert "/outcome/" in outcome.path
    (row,) = site.bookings()
    assert (row.state, row.settled_at_utc) == (State.UNKNOWN, None)
    # It is needed to settle the matter, and erased once that is done.
    assert row.reason == PATIENT["reason"]
    # Sent again it is neither written again nor told otherwise.
    assert check.press(BOOK).url == outcome.url
    assert site.writes() == 1


@pytest.mark.parametrize("kind", ["slow", "slow_after"])
def test_an_answer_that_does_not_come_in_time_is_unknown(
    site_hasty_in_writing: Site, kind: str
) -> None:
    site = site_hasty_in_writing
    check = site.check(free_slot(site.diary))
    site.diary.fault(HARBOUR.slug, "book", kind, times=1, seconds=30)
    assert_unknown(check.press(BOOK))
    assert [row.state for row in site.bookings()] == [State.UNKNOWN]
    assert site.writes() == 1


def test_an_unknown_outcome_has_no_calendar_file(site: Site) -> None:
    check = site.check(free_slot(site.diary))
    site.diary.fault(HARBOUR.slug, "book", "drop_after", times=1)
    outcome = check.press(BOOK)
    site.open(f"{outcome.path}/appointment.ics", allow=404)


def test_a_second_tab_is_led_to_the_unknown_outcome_too(site: Site) -> None:
    slot = free_slot(site.diary)
    one, other = site.check(slot), site.check(slot)
    site.diary.fault(HARBOUR.slug, "book", "drop_before", times=1)
    outcome = one.press(BOOK)
    assert other.press(BOOK).url == outcome.url
    assert site.writes() == 1


def _left_in_sending(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - a row's columns
    """A row as a process that was killed while it waited for the diary leaves it."""
    now = our_clock.now()
    return {
        "slug": HARBOUR.slug,
        "state": State.SENDING,
        "staff_id": str(SIAN),
        "staff_name": "Siân O'Brien",
        "room_id": str(ROOM_2),
        "room_name": "Treatment Room 2",
        "starts_at_utc": datetime(2026, 11, 21, 9, 15, tzinfo=UTC),
        "minutes": 45,
        "any_staff": False,
        "any_room": False,
        "patient_name": PATIENT["name"],
        "patient_phone": PATIENT["phone"],
        "patient_email": PATIENT["email"],
        "reason": PATIENT["reason"],
        "created_at_utc": now,
        "deadline_utc": now + timedelta(seconds=30),
    } | changes


def test_a_row_left_in_sending_is_booking_until_its_deadline_and_unknown_after(
    site: Site, pass_time: Callable[[timedelta], None]
) -> None:
    url = site.add("a-journey", **_left_in_sending())
    rows = site.dump()
    waiting = site.open(url)
    assert waiting.heading == "Booking your appointment"
    assert int(waiting.headers["Refresh"]) <= 5
    site.open(f"{url}/appointment.ics", allow=404)
    pass_time(timedelta(seconds=31))
    told = site.open(url)
    assert_unknown(told)
    assert site.dump() == rows


def test_a_submit_of_a_journey_left_in_sending_is_not_sent_again(
    site: Site, pass_time: Callable[[timedelta], None]
) -> None:
    url = site.add("a-journey", **_left_in_sending())
    pass_time(timedelta(seconds=31))
    answers = PATIENT | {"token": site.token(journey="a-journey")}
    outcome = site.visitor.send(free_slot(site.diary).page("book"), answers)
    assert outcome.url == url
    assert_unknown(outcome)
    assert site.writes() == 0


def test_the_same_patients_new_journey_waits_for_the_one_left_in_sending(site: Site) -> None:
    url = site.add("a-journey", **_left_in_sending())
    outcome = site.book(free_slot(site.diary))
    assert outcome.url == url
    assert outcome.heading == "Booking your appointment"
    assert site.writes() == 0
