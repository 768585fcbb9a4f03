"""What an appointment is for comes first, where the diary's free times depend on it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.reference_process import RIVERSIDE, ReferenceDiary
from tests.site.asap import (
    TAKE,
    a_list,
    address_of,
    entries,
    join,
    offers,
    send_all_through,
)
from tests.site.ground import PATIENT, Site
from tests.site.own import ADA, send_mail_through, subjects, unkept, work
from webapp.appointments.model import State

if TYPE_CHECKING:
    from tests.page import Page
    from tests.site.conftest import MakeSite

HOME = f"/{RIVERSIDE.slug}/"
FIRST, FOLLOW_UP, RUNNING = "First appointment", "Follow-up", "Running assessment"
BOOK = "Book this appointment"
FAR = "17 December"
"""A day in the last week of the calendar's first page."""


@pytest.fixture
def riverside(make_site: MakeSite, diary: ReferenceDiary, monkeypatch: pytest.MonkeyPatch) -> Site:
    send_mail_through(monkeypatch, diary)
    return make_site(RIVERSIDE.slug, urls={RIVERSIDE.slug: diary.cliniko_url()})


def calls(site: Site, action: str) -> list[dict[str, Any]]:
    return site.diary.calls(RIVERSIDE.slug, action)


def cancelled(site: Site) -> list[dict[str, Any]]:
    """Return what the diary itself shows as cancelled."""
    answer = requests.get(
        f"{site.diary.cliniko_url()}/individual_appointments",
        params={"q[]": "cancelled_at:>=2026-01-01T00:00:00Z"},
        auth=(RIVERSIDE.key, ""),
        headers={"User-Agent": "Tests (developers@riversidephysio.example)"},
        timeout=10,
    )
    return answer.json()["individual_appointments"]


def times_of(site: Site, what: str = FOLLOW_UP, who: str = "Isla Bennett") -> Page:
    return site.open(HOME).follow(what).follow(who).follow("Anywhere")


def checked(site: Site, what: str = FOLLOW_UP) -> Page:
    """Choose a time some days off, and fill in who comes."""
    day = times_of(site, what).follow("Thursday 26 November")
    return day.follow(day.classed("pill")[0].text or "").press("Continue", PATIENT)


def test_it_is_asked_first_with_how_long_each_takes_and_nobodys_times(riverside: Site):
    page = riverside.open(HOME)
    assert page.heading == "What would you like to come for?"
    assert "First appointment 45 minutes" in page.text
    assert "Follow-up 30 minutes" in page.text
    assert calls(riverside, "times") == []


def test_only_who_offers_it_is_to_be_seen(riverside: Site):
    who = riverside.open(HOME).follow(RUNNING)
    assert who.heading == "Who would you like to see?"
    assert not who.has("Ruth Okoye")
    assert riverside.open(HOME).follow(FOLLOW_UP).has("Ruth Okoye")


def test_whom_one_wanted_is_kept_while_what_for_is_said(riverside: Site):
    times = times_of(riverside)
    staff = times.url.split("staff=")[1].split("&")[0]
    page = riverside.open(f"/{RIVERSIDE.slug}/times?staff={staff}&room=any")
    assert page.heading == "What would you like to come for?"
    assert "With Isla Bennett" in page.follow(FIRST).text


def test_the_first_weeks_are_asked_and_the_rest_as_one_looks_further(riverside: Site):
    page = times_of(riverside)
    asked = {one["date"] for one in calls(riverside, "times")}
    assert max(date.fromisoformat(one) for one in asked) <= date(2026, 12, 21)
    page.follow("Later weeks")
    later = {one["date"] for one in calls(riverside, "times")} - asked
    assert later
    assert min(date.fromisoformat(one) for one in later) > date(2026, 12, 14)


def test_it_is_said_on_each_page_and_in_the_diary_and_takes_as_long(riverside: Site):
    check = checked(riverside)
    assert "For Follow-up" in check.text
    booked = check.press(BOOK)
    assert booked.heading == "You’re booked"
    assert "30 minutes with Isla Bennett" in booked.text
    assert "Follow-up" in booked.text
    (row,) = riverside.bookings()
    assert (row.type_name, row.minutes, row.state) == (FOLLOW_UP, 30, State.CONFIRMED)
    work(riverside)
    (mail,) = riverside.diary.mails(ADA)
    assert "Follow-up" in (mail.text or "")


def test_where_to_go_is_the_houses_own_address(riverside: Site):
    where = riverside.open(HOME).follow(FOLLOW_UP).follow("Mateo Silva")
    assert "18 Hill Crest, London, SE19" in where.text
    times = where.follow("Hilltop")
    details = times.follow(times.classed("pill")[0].text or "")
    booked = details.press("Continue", PATIENT).press(BOOK)
    assert "Hilltop, 18 Hill Crest, London, SE19" in booked.text
    assert booked.text.count("18 Hill Crest") == 2, "on the panel, and under the way there"
    work(riverside)
    assert "18 Hill Crest" in (riverside.diary.mails(ADA)[0].text or "")


def test_a_lost_time_is_replaced_by_others_for_the_same(riverside: Site):
    check = checked(riverside, FIRST)
    isla, house = 51, 41
    riverside.diary.take(
        RIVERSIDE.slug, date="20261126", time="0800", staff_id=isla, section_id=house
    )
    gone = check.press(BOOK, allow=409)
    assert gone.heading == "That time has gone"
    again = gone.press(gone.classed("option")[0].findtext("span") or "")
    assert "For First appointment" in again.text
    assert again.press(BOOK).heading == "You’re booked"


def test_a_change_is_for_the_same_and_keeps_the_diarys_own(riverside: Site):
    own = checked(riverside).press(BOOK).follow("Change or cancel")
    change = own.follow("Change the time")
    assert "Follow-up, 30 minutes." in change.text
    day = change.follow("Monday 30 November")
    moved = day.follow(day.classed("pill")[0].text or "").press("Move it")
    assert moved.heading == "Your appointment"
    old, new = riverside.bookings()
    assert (old.state, new.state, new.type_name) == (State.CANCELLED, State.CONFIRMED, FOLLOW_UP)
    assert old.diary_reference == new.diary_reference


def test_why_one_cancels_reaches_the_diary_and_is_kept_nowhere_else(riverside: Site):
    own = checked(riverside).press(BOOK).follow("Change or cancel")
    own.follow("Cancel it").press("Yes, cancel it", reason="sick")
    assert [one.cancel_reason for one in riverside.bookings()] == ["sick"]
    work(riverside)
    assert [(one.state, one.cancel_reason) for one in riverside.bookings()] == [
        (State.CANCELLED, None)
    ]
    assert [one["cancellation_reason"] for one in cancelled(riverside)] == [30]
    assert "Cancelled" in subjects(riverside, ADA)
    assert unkept(riverside) == []


def test_a_diary_that_has_had_enough_questions_is_not_said_to_be_full(riverside: Site):
    riverside.diary.limit(RIVERSIDE.slug, 0)
    page = riverside.open(HOME, allow=503)
    assert "nothing" not in page.heading.lower()
    riverside.diary.reset(RIVERSIDE.slug)


@pytest.mark.parametrize("query", ["type=90", "type=<b>&staff=any"])
def test_what_is_not_offered_says_so(riverside: Site, query: str):
    page = riverside.open(f"{HOME}?{query}", allow=404)
    assert page.heading == "You can’t book this online"


def test_something_sooner_goes_to_who_waits_for_the_same(
    make_site: MakeSite, diary: ReferenceDiary, monkeypatch: pytest.MonkeyPatch
):
    send_all_through(monkeypatch, diary)
    site = make_site(
        RIVERSIDE.slug,
        urls={RIVERSIDE.slug: diary.cliniko_url()},
        more={RIVERSIDE.slug: a_list(RIVERSIDE.slug, automatic=True)},
    )
    for_first = book_on(site, FIRST, "Thursday 17 December", "ben@marlowe.example")
    for_follow_up = book_on(site, FOLLOW_UP, "Thursday 17 December", "cleo@varga.example")
    sooner = book_on(site, FOLLOW_UP, "Thursday 3 December", "dan@osei.example")
    for page in (for_first, for_follow_up):
        assert join(page).heading == "Your appointment"
    sooner.follow("Change or cancel").follow("Cancel it").press("Yes, cancel it")
    work(site)

    waits = {one.patient_email: one for one in entries(site)}
    (made,) = offers(site)
    assert made.entry_id == waits["cleo@varga.example"].id
    taken = site.open(address_of(site, made.id)).press(TAKE)
    assert "yours" in taken.heading
    work(site)
    standing = [one for one in site.diary.bookings(RIVERSIDE.slug) if not one["released"]]
    assert len(standing) == 2, "hers was moved, and Dan's is gone"
    kinds = {one.patient_email: one.type_name for one in site.bookings()}
    assert kinds["cleo@varga.example"] == FOLLOW_UP


def test_the_terminal_offers_a_slot_for_what_it_is_for(
    make_site: MakeSite, diary: ReferenceDiary, monkeypatch: pytest.MonkeyPatch
):
    send_all_through(monkeypatch, diary)
    site = make_site(
        RIVERSIDE.slug,
        urls={RIVERSIDE.slug: diary.cliniko_url()},
        more={RIVERSIDE.slug: a_list(RIVERSIDE.slug)},
    )
    join(book_on(site, FOLLOW_UP, "Thursday 17 December", "cleo@varga.example"))
    sooner = book_on(site, FOLLOW_UP, "Thursday 3 December", "dan@osei.example")
    sooner.follow("Change or cancel").follow("Cancel it").press("Yes, cancel it")
    work(site)
    row = site.bookings()[-1]
    where = ["asap", "offer", RIVERSIDE.slug, "--staff", row.staff_id, "--room", row.room_id]
    when = ["--at", f"{row.starts_at_utc:%Y-%m-%d %H:%M}"]
    runner = site.app.test_cli_runner()
    told = runner.invoke(args=[*where, *when])
    assert "--type must say what it is for" in told.output
    assert f"{row.type_id} ({FOLLOW_UP})" in told.output
    told = runner.invoke(args=[*where, *when, "--type", row.type_id or ""])
    assert told.exit_code == 0, told.output
    assert [one.entry_id for one in offers(site)] == [entries(site)[0].id]


def book_on(site: Site, what: str, day: str, email: str) -> Page:
    page = times_of(site, what).follow(day)
    details = page.follow(page.classed("pill")[0].text or "")
    return details.press("Continue", PATIENT | {"email": email}).press(BOOK)
