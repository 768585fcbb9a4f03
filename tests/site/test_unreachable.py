"""The diary, or our own database, is away: said as it is, with everything kept."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.page import Page
from tests.reference_process import ELM_TREE, HARBOUR, ReferenceDiary
from tests.site.conftest import MakeSite
from tests.site.ground import PATIENT, ROOM_2, SIAN, TODAY, Site, free_slot
from webapp.appointments.model import State

BOOK = "Book this appointment"
NOT_REACHED = "We couldn’t reach the practice’s diary just now, so nothing has been booked."
NOT_AVAILABLE = "Online booking is not available just now"


@pytest.fixture
def closed() -> str:
    """An address at which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}/api/request"


def assert_kept(page: Page) -> None:
    for name, value in PATIENT.items():
        assert page.fields[name] == value
    assert page.fields["token"]


def test_a_diary_that_ends_after_the_check_page_books_nothing_and_loses_nothing(
    make_site: MakeSite,
) -> None:
    with ReferenceDiary(today=f"{TODAY}T08:00") as passing:
        port = int(passing.url.rsplit(":", 1)[1])
        site = make_site(HARBOUR.slug, urls={HARBOUR.slug: passing.request_url()})
        slot = free_slot(passing)
        check = site.check(slot)
    away = check.press(BOOK, allow=503)
    assert away.heading == "Check and book"
    assert away.problems[0].startswith(NOT_REACHED)
    assert_kept(away)
    (row,) = site.bookings()
    assert (row.state, row.reason) == (State.UNREACHABLE, None)
    # The very same form again: nothing is sent for it a second time.
    assert check.press(BOOK, allow=503).problems[0].startswith(NOT_REACHED)
    assert len(site.bookings()) == 1
    with ReferenceDiary(today=f"{TODAY}T08:00", port=port) as back:
        assert away.press(BOOK).heading == "You’re booked"
        assert len(back.bookings(HARBOUR.slug)) == 1
    assert [row.state for row in site.bookings()] == [State.UNREACHABLE, State.CONFIRMED]


def test_a_diary_never_reached_keeps_what_was_typed(make_site: MakeSite, closed: str) -> None:
    site = make_site(HARBOUR.slug, urls={HARBOUR.slug: closed})
    answers = PATIENT | {"token": site.token()}
    query = f"?staff={SIAN}&room={ROOM_2}&day=2026-11-21&time=0915"
    for step in ("check", "book"):
        page = site.visitor.send(f"/harbour-physio/{step}{query}", answers, allow=503)
        assert page.heading == "Your details"
        assert page.problems[0].startswith(NOT_REACHED)
        assert_kept(page)
    assert not any(site.dump().values())


def test_no_page_of_a_diary_never_reached_says_that_nothing_is_free(
    make_site: MakeSite, closed: str
) -> None:
    site = make_site(urls={HARBOUR.slug: closed, ELM_TREE.slug: closed})
    slot = f"?staff={SIAN}&room={ROOM_2}&day=2026-11-21&time=0915"
    for path in ("", "where?staff=any", "times?staff=any&room=any", f"details{slot}"):
        for slug in (HARBOUR.slug, ELM_TREE.slug):
            page = site.open(f"/{slug}/{path}", allow=503)
            assert page.heading == NOT_AVAILABLE
            assert "Nothing has been booked or lost." in page.text
            assert "Nothing free" not in page.text
            assert "nothing free" not in page.text
            assert page.has("Try again")
    # One practice's outage is no other's.
    assert site.open("/solo-practice/").heading == "When would suit you?"


@pytest.mark.parametrize("path", ["", "where?staff=any", "times?staff=any&room=any"])
def test_answers_on_their_way_survive_an_outage(
    make_site: MakeSite, closed: str, path: str
) -> None:
    site = make_site(HARBOUR.slug, urls={HARBOUR.slug: closed})
    answers = PATIENT | {"token": site.token()}
    page = site.visitor.send(f"/harbour-physio/{path}", answers, allow=503)
    assert page.heading == NOT_AVAILABLE
    assert_kept(page.press("Try again", allow=503))


def test_a_refused_key_is_our_matter_and_is_logged(
    make_site: MakeSite, caplog: pytest.LogCaptureFixture
) -> None:
    key = "a-key-that-is-wrong"
    site = make_site(HARBOUR.slug, keys={HARBOUR.slug: key})
    page = site.open("/harbour-physio/", allow=503)
    assert page.heading == NOT_AVAILABLE
    # Trying again would not help.
    assert not page.has("Try again")
    assert "the diary does not accept our key" in caplog.text
    assert key not in caplog.text


def test_a_key_refused_at_booking_books_nothing(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    check = site.check(free_slot(site.diary))
    site.diary.allow(HARBOUR.slug, ["192.0.2.1"])
    page = check.press(BOOK, allow=503)
    assert page.heading == NOT_AVAILABLE
    assert "the diary does not accept our key" in caplog.text
    assert [(row.state, row.reason) for row in site.bookings()] == [(State.UNREACHABLE, None)]
    assert site.diary.bookings(HARBOUR.slug) == []


def test_without_our_database_nothing_is_sent_and_nothing_is_lost(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    check = site.check(free_slot(site.diary))
    with site.engine.begin() as connection:
        connection.execute(text("ALTER TABLE booking RENAME TO away"))
    page = check.press(BOOK, allow=503)
    assert page.heading == "Check and book"
    assert "nothing has been booked" in page.problems[0]
    assert_kept(page)
    assert site.writes() == 0
    assert "the database is away" in caplog.text
    for word in PATIENT.values():
        assert word not in caplog.text
    with site.engine.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO booking"))
    assert page.press(BOOK).heading == "You’re booked"
    assert site.writes() == 1


def test_a_database_that_takes_no_row_lets_nothing_be_sent(site: Site) -> None:
    check = site.check(free_slot(site.diary))
    with site.engine.begin() as connection:
        connection.execute(
            text("CREATE TRIGGER full BEFORE INSERT ON booking BEGIN SELECT missing(); END")
        )
    check.press(BOOK, allow=503)
    assert site.writes() == 0


def test_an_outcome_that_could_not_be_recorded_is_told_as_unknown_and_sent_once(
    site: Site, pass_time: Callable[[timedelta], None], caplog: pytest.LogCaptureFixture
) -> None:
    check = site.check(free_slot(site.diary))
    with site.engine.begin() as connection:
        connection.execute(
            text("CREATE TRIGGER full BEFORE UPDATE ON booking BEGIN SELECT missing(); END")
        )
    waiting = check.press(BOOK)
    assert waiting.heading == "Booking your appointment"
    assert "could not be recorded" in caplog.text
    for word in PATIENT.values():
        assert word not in caplog.text
    pass_time(timedelta(minutes=1))
    assert check.press(BOOK).heading == "We’re checking whether you’re booked"
    assert site.writes() == 1
