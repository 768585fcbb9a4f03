"""Whatever is wrong with an address or with us: what was typed comes back, nothing is booked."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from tests.page import Page
from tests.reference_process import ELM_TREE, HARBOUR
from tests.site.ground import PATIENT, ROOM_2, SIAN, Site, free_slot

BOOK = "Book this appointment"
CARRYING = ("", "where", "times", "details", "check", "book")


def assert_kept(page: Page, answers: dict[str, str] = PATIENT) -> None:
    for name, value in answers.items():
        assert page.fields[name] == value
    assert page.fields["token"]


def assert_nothing_written(site: Site) -> None:
    assert not any(site.dump().values())
    assert site.writes() == 0


# Addresses


def test_a_person_or_room_that_is_not_offered_keeps_what_was_typed(site: Site) -> None:
    for query in (
        f"?staff=99999&room={ROOM_2}&day=2026-11-21&time=0915",
        f"?staff={SIAN}&room=99999&day=2026-11-21&time=0915",
        f"?staff=any&room=any&day=2026-11-21&time=0915&with=99999&in={ROOM_2}",
    ):
        for step in CARRYING:
            answers = PATIENT | {"token": site.token()}
            allow = {"details": 200, "check": 409, "book": 409}.get(step, 404)
            page = site.visitor.send(f"/harbour-physio/{step}{query}", answers, allow=allow)
            assert_kept(page)
            if allow == 404:
                assert_kept(page.press("See who you can book"))
            assert_nothing_written(site)
            assert not [call for call in site.diary.calls(HARBOUR.slug) if "99999" in repr(call)]


def test_a_date_or_time_that_cannot_be_read_keeps_what_was_typed(site: Site) -> None:
    for when in ("day=2026-13-45&time=0915", "day=2026-11-21&time=9am"):
        for step in CARRYING:
            answers = PATIENT | {"token": site.token()}
            url = f"/harbour-physio/{step}?staff={SIAN}&room={ROOM_2}&{when}"
            page = site.visitor.send(url, answers, allow=400)
            assert page.heading == "That link doesn’t work"
            assert_kept(page)
            who = page.press("Start from the first page")
            assert who.heading == "Who would you like to see?"
            assert_kept(who)
            assert_nothing_written(site)


def test_a_slot_that_is_not_whole_leads_back_with_what_was_typed(site: Site) -> None:
    for query, leads_to in (
        (f"?staff={SIAN}&room={ROOM_2}&day=2026-11-21", "/harbour-physio/times"),
        (f"?staff={SIAN}&room={ROOM_2}&time=0915", "/harbour-physio/times"),
        ("?staff=any&room=any&day=2026-11-21&time=0915", "/harbour-physio/times"),
        (f"?staff={SIAN}", "/harbour-physio/where"),
        ("", "/harbour-physio/"),
    ):
        for step in ("details", "check", "book"):
            answers = PATIENT | {"token": site.token()}
            url = f"/harbour-physio/{step}{query}"
            assert site.visitor.raw("POST", url, data=answers).status_code == 307
            page = site.visitor.send(url, answers)
            assert page.path == leads_to
            assert_kept(page)
            assert_nothing_written(site)


def test_answers_led_back_to_the_times_go_on_from_there_to_a_booking(site: Site) -> None:
    answers = PATIENT | {"token": site.token()}
    url = f"/harbour-physio/book?staff={SIAN}&room={ROOM_2}"
    check = site.visitor.send(url, answers).press("Take it: Tomorrow, 9:15am")
    assert check.heading == "Check and book"
    assert check.press(BOOK).heading == "You’re booked"


def test_a_practice_that_names_nobody_asks_its_diary_about_nobody_unknown(site: Site) -> None:
    # Elm Tree's file names neither staff nor rooms: whom the diary has is offered.
    known = site.open("/elm-tree-clinic/times?staff=511&room=61")
    assert known.heading == "When would suit you?"
    before = len(site.diary.calls(ELM_TREE.slug))
    for step in ("details", "check", "book"):
        for query in ("?staff=99999&room=61", "?staff=511&room=99999"):
            answers = PATIENT | {"token": site.token(ELM_TREE.slug)}
            url = f"/elm-tree-clinic/{step}{query}&day=2026-11-23&time=0900"
            page = site.visitor.send(url, answers, allow=200 if step == "details" else 409)
            assert_kept(page)
            assert len(site.diary.calls(ELM_TREE.slug)) == before
            assert_nothing_written(site)


# Answers that are too long


@pytest.mark.parametrize(
    ("way", "choices"),
    [
        (f"times?staff={SIAN}&room={ROOM_2}", []),
        (f"where?staff={SIAN}", ["Treatment Room 2"]),
        ("", ["Siân O'Brien", "Treatment Room 2"]),
    ],
)
def test_a_reason_that_is_much_too_long_comes_back_whole_to_be_shortened(
    site: Site, way: str, choices: list[str]
) -> None:
    reason = "Knee " * 999 + "end!!"
    answers = PATIENT | {"reason": reason, "token": site.token()}
    page = site.visitor.send(f"/harbour-physio/{way}", answers)
    for choice in choices:
        page = page.press(choice)
    details = page.press("Take it: Tomorrow, 9:15am", allow=422)
    assert details.heading == "Your details"
    assert details.fields["reason"] == reason
    assert details.error_at("reason").startswith("Error: Shorten this to 500 characters or fewer")
    assert details.press("Continue", reason="Knee").press(BOOK).heading == "You’re booked"


# Our own database


def fill_the_pool(pool: Engine) -> ExitStack:
    """Take every connection that the site may open, and let it wait for another only briefly."""
    pool.pool._timeout = 0.05  # pyright: ignore[reportAttributeAccessIssue] - a QueuePool's
    held = ExitStack()
    for _ in range(15):
        held.enter_context(pool.connect())
    return held


def test_without_a_connection_to_our_database_nothing_is_sent_and_all_is_kept(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    check = site.check(free_slot(site.diary))
    with fill_the_pool(site.app.extensions["openslot_engine"]):
        away = check.press(BOOK, allow=503)
    assert away.heading == "Check and book"
    assert "nothing has been booked" in away.problems[0]
    assert_kept(away)
    assert site.writes() == 0
    for word in PATIENT.values():
        assert word not in caplog.text
    assert away.press(BOOK).heading == "You’re booked"
    assert site.writes() == 1


def test_a_row_that_is_refused_though_the_journey_is_new_lets_nothing_be_sent(site: Site) -> None:
    check = site.check(free_slot(site.diary))
    with site.engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER full BEFORE INSERT ON booking "
                "BEGIN SELECT RAISE(ABORT, 'not today'); END"
            )
        )
    away = check.press(BOOK, allow=503)
    assert away.heading == "Check and book"
    assert_kept(away)
    assert_nothing_written(site)
    with site.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER full"))
    assert away.press(BOOK).heading == "You’re booked"


@pytest.mark.parametrize("table", ["booking", "outbox"])
def test_what_cannot_be_promised_is_not_sent_either(site: Site, table: str) -> None:
    check = site.check(free_slot(site.diary))
    with site.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO away"))
    assert_kept(check.press(BOOK, allow=503))
    assert site.writes() == 0
    with site.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE away RENAME TO {table}"))
    assert_nothing_written(site)


def test_without_our_database_an_expired_form_keeps_what_was_typed(
    site: Site, pass_time: Callable[[timedelta], None]
) -> None:
    check = site.check(free_slot(site.diary))
    pass_time(timedelta(hours=3))
    with fill_the_pool(site.app.extensions["openslot_engine"]):
        # Whether its journey has booked already cannot be told: neither yes nor no is said.
        page = check.press(BOOK, allow=503)
    assert page.heading == "Online booking is not available just now"
    assert_kept(page)
    assert_nothing_written(site)
    assert page.press("Try again").heading == "You’re booked"
    assert site.writes() == 1


def test_without_our_database_a_lost_time_keeps_what_was_typed(site: Site) -> None:
    slot = free_slot(site.diary)
    slot.taken_by_the_desk(site.diary)
    answers = PATIENT | {"token": site.token()}
    with fill_the_pool(site.app.extensions["openslot_engine"]):
        page = site.visitor.send(slot.page("check"), answers, allow=503)
    assert_kept(page)
    assert page.press("Try again", allow=409).heading == "That time has gone"
    assert_nothing_written(site)
