"""A booking's own page tells how it stands, to whoever has its address and to nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from tests.page import Page
from tests.reference_process import ELM_TREE, HARBOUR, ReferenceDiary
from tests.site.conftest import MakeSite
from tests.site.ground import MAX, PATIENT, SOLO, STUDIO, Site, Slot, free_slot
from tests.site.own import (
    ADA,
    DESK,
    a_slot,
    event_in,
    link_in,
    own,
    send_mail_through,
    subjects,
    unkept,
    work,
    work_later,
)
from webapp.appointments.model import State

BOOK = "Book this appointment"
CHANGE, CANCEL = "Change the time", "Cancel it"
SETTLING = timedelta(minutes=1)
"""By then no answer of the diary can come any more."""


@pytest.fixture
def site(make_site: MakeSite, diary: ReferenceDiary, monkeypatch: pytest.MonkeyPatch) -> Site:
    send_mail_through(monkeypatch, diary)
    return make_site()


def own_of(site: Site, at: int = -1) -> str:
    """Return the address of a booking's own page."""
    row = site.bookings()[at]
    return f"/{row.slug}/booking/{site.tokens.page_of(slug=row.slug, journey=row.journey)}"


def unclear(site: Site, slot: Slot, fault: str) -> Page:
    """Book while the diary gives no clear answer; return the own page."""
    check = site.check(slot)
    site.diary.fault(HARBOUR.slug, "book", fault, times=1)
    check.press(BOOK)
    return site.open(own_of(site))


class TestWhatItShows:
    def test_one_that_stands_with_what_may_be_done(self, site: Site):
        slot = a_slot(site)
        page = own(site, slot)
        assert page.heading == "Your appointment"
        assert "Hello Ada, this is your appointment:" in page.text
        for words in ("Siân O'Brien", "45 minutes", "Treatment Room 2, 1 Quay Street"):
            assert words in page.text
        assert page.has(CHANGE)
        assert page.has(CANCEL)
        assert "Refresh" not in page.headers
        assert page.path == own_of(site)

    def test_no_more_of_the_patient_than_a_first_name(self, site: Site):
        html = own(site).html
        for word in (*PATIENT.values(), "Whitcombe", "900123"):
            assert word not in html

    def test_the_practices_own_time(self, site: Site):
        slot = free_slot(site.diary, MAX, STUDIO, slug=SOLO, at=8)
        page = site.book(slot, phone="(212) 555-0177").follow("Change or cancel")
        hour = int(slot.time[:2]) % 12 or 12
        minutes = f":{slot.time[2:]}" if slot.time[2:] != "00" else ""
        half = "am" if slot.time < "1200" else "pm"
        said = "midday" if slot.time == "1200" else f"{hour}{minutes}{half}"
        assert f", {said}" in page.text

    def test_too_soon_to_change_it_here(self, site: Site, clock: time_machine.Traveller):
        page = own(site)
        clock.move_to(site.bookings()[0].starts_at_utc - timedelta(hours=23, minutes=59))
        page = site.open(page.url)
        assert page.heading == "Your appointment"
        assert "There’s too little time left to change or cancel it here." in page.text
        assert "call us on 020 7946 0123" in page.text
        assert not page.has(CHANGE)
        assert not page.has(CANCEL)

    def test_past(self, site: Site, clock: time_machine.Traveller):
        page = own(site)
        clock.move_to(site.bookings()[0].starts_at_utc)
        page = site.open(page.url)
        assert page.heading == "This appointment has passed"
        assert page.has("Book another time")
        assert not page.has(CHANGE)

    def test_nobody_knows_yet_and_then_nothing_was_booked(
        self, site: Site, clock: time_machine.Traveller
    ):
        page = unclear(site, a_slot(site), "drop_before")
        assert page.heading == "We’re checking whether you’re booked"
        assert "may or may not be yours" in page.text
        assert int(page.headers["Refresh"]) <= 5
        assert not page.has(CHANGE)
        work_later(site, clock, SETTLING)
        page = site.open(page.url)
        assert page.heading == "Nothing was booked"
        assert page.has("Book another time")
        assert subjects(site) == ["Not booked"]
        assert "/times?" in link_in(site.diary.mails(ADA)[0])

    def test_nobody_knows_and_the_practice_will_ring(
        self, site: Site, clock: time_machine.Traveller
    ):
        page = unclear(site, a_slot(site), "drop_after")
        work_later(site, clock, SETTLING)
        page = site.open(page.url)
        assert page.heading == "The practice will ring you"
        assert "We’ve asked the practice to look and to ring you." in page.text
        assert subjects(site, ADA) == ["We’re checking your appointment"]
        [mail] = site.diary.mails(DESK)
        assert mail.subject.startswith("Please check and ring: ")
        for word in (PATIENT["name"], PATIENT["phone"]):
            assert word in (mail.text or "")
        assert PATIENT["reason"] not in (mail.text or "") + (mail.html or "")


class TestWhoseItIs:
    def test_it_is_never_framed_kept_or_told_of(self, site: Site):
        url = own(site).path
        for path in (url, f"{url}/change", f"{url}/cancel", f"{url}/appointment.ics"):
            headers = site.visitor.raw("GET", path).headers
            assert headers["Content-Security-Policy"].endswith("; frame-ancestors 'none'")
            assert headers["Cache-Control"] == "no-store"
            assert headers["Referrer-Policy"] == "no-referrer"
        for path in (f"{url}/change", f"{url}/cancel"):
            headers = site.visitor.raw("POST", path).headers
            assert headers["Content-Security-Policy"].endswith("; frame-ancestors 'none'")
            assert headers["Cache-Control"] == "no-store"

    def test_the_outcome_may_be_framed_and_opens_it_above_the_frame(self, site: Site):
        outcome = site.book(a_slot(site))
        policy = outcome.headers["Content-Security-Policy"]
        assert policy.endswith("; frame-ancestors 'self' https://www.harbour.example")
        [link] = [one for one in outcome.root.iter("a") if "/booking/" in one.get("href", "")]
        assert link.get("target") == "_top"

    def test_nobody_gets_there_by_another_token(self, site: Site):
        outcome = site.book(a_slot(site)).path.rpartition("/")[2]
        url = own_of(site)
        before = site.dump()
        for rest in ("", "/change", "/cancel", "/appointment.ics"):
            for path in (
                f"/{HARBOUR.slug}/booking/{outcome}",
                f"/{HARBOUR.slug}/booking/{'0' * 32}",
                url[:-1],
                f"{url}0",
                url.replace(HARBOUR.slug, ELM_TREE.slug),
            ):
                site.open(path + rest, allow=404)
                if rest in {"/change", "/cancel"}:
                    answers = {"token": site.token()}
                    site.visitor.send(path + rest + a_slot(site).choice, answers, allow=404)
            site.open(url.replace("/booking/", "/outcome/"), allow=404)
            assert site.dump() == before

    def test_opening_changes_nothing(self, site: Site):
        url = own(site).path
        before, bookings = site.dump(), site.diary.bookings()
        for rest in ("", "/change", f"/change{a_slot(site).choice}", "/cancel", "/appointment.ics"):
            for method in ("GET", "HEAD"):
                assert site.visitor.raw(method, url + rest).status_code == 200
        assert site.dump() == before
        assert site.diary.bookings() == bookings
        assert site.writes() == 1


class TestTheMessage:
    def test_it_arrives_once_with_a_link_that_works_and_the_calendar_file(self, site: Site):
        page = own(site)
        for _ in range(2):
            work(site)
        [mail] = site.diary.mails()
        assert (mail.to, mail.subject[:14]) == ((ADA,), "You’re booked:")
        assert mail.header("Reply-To") == f"Harbour Physiotherapy <{DESK}>"
        assert mail.header("Auto-Submitted") == "auto-generated"
        assert site.open(link_in(mail)).url == page.path
        [file] = mail.attachments
        assert 'method="PUBLISH"' in file.type
        answer = site.visitor.raw("GET", f"{page.path}/appointment.ics")
        ours, theirs = event_in(answer.get_data()), event_in(file.content)
        for name in ("uid", "sequence", "dtstart", "dtend", "location"):
            assert ours[name] == theirs[name]
        assert unkept(site) == []

    def test_the_reason_for_the_visit_is_in_no_message_and_no_row(self, site: Site):
        own(site)
        work(site)
        [mail] = site.diary.mails()
        assert PATIENT["reason"] not in f"{mail.text}{mail.html}{mail.headers}"
        assert PATIENT["reason"] not in str(site.dump())

    def test_it_waits_for_a_mail_server_that_is_away_and_names_the_same_message(
        self, site: Site, pass_time: Callable[[timedelta], None]
    ):
        own(site)
        # Taken, and the answer lost: it may come twice, and is one by its name.
        site.diary.inbox.fault("drop", times=1)
        work(site)
        assert unkept(site) == ["patient-booked"]
        pass_time(timedelta(seconds=10))
        work(site)
        assert unkept(site) == []
        assert len({mail.message_id for mail in site.diary.mails()}) == 1

    def test_one_that_is_refused_is_for_a_person_to_see(self, site: Site):
        own(site)
        site.diary.inbox.fault("refuse")
        work(site)
        listed = site.app.test_cli_runner().invoke(args=["outbox", "list"]).output
        assert "parked" in listed
        assert "the mail server refused it: recipient 550" in listed
        assert not any(word in listed for word in PATIENT.values())


def test_a_booking_that_came_to_nothing_has_a_page_that_says_so(site: Site):
    slot = a_slot(site)
    check = site.check(slot)
    slot.taken_by_the_desk(site.diary)
    check.press(BOOK, allow=409)
    [row] = site.bookings()
    assert row.state is State.TAKEN
    page = site.open(own_of(site))
    assert page.heading == "Nothing was booked"
    assert page.has("Book another time")
