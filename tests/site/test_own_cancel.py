"""Cancelling: asked once more, promised once, and told truly, whoever takes it out of the diary."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine

from tests.page import Page
from tests.reference_process import HARBOUR, ReferenceDiary
from tests.site.conftest import MakeSite
from tests.site.ground import PATIENT, Site
from tests.site.own import (
    ADA,
    DESK,
    AbleDiary,
    a_slot,
    event_in,
    link_in,
    own,
    send_mail_through,
    subjects,
    swap_diaries,
    unkept,
    work,
    work_later,
)
from webapp.appointments.kinds import Kind
from webapp.appointments.model import State
from webapp.diaries.errors import NoAnswer, NotReached
from webapp.diaries.port import Capability

YES, NO = "Yes, cancel it", "No, keep it"


@pytest.fixture(autouse=True)
def post(diary: ReferenceDiary, monkeypatch: pytest.MonkeyPatch) -> None:
    send_mail_through(monkeypatch, diary)


@pytest.fixture
def able(diary: ReferenceDiary, monkeypatch: pytest.MonkeyPatch) -> list[AbleDiary]:
    """Diaries that cancel."""
    return swap_diaries(monkeypatch, diary, Capability.CANCEL)


@pytest.fixture
def site_that_cancels(able: list[AbleDiary], make_site: MakeSite) -> Site:
    return make_site()


def in_the_diary(site: Site) -> int:
    """Return how many bookings stand there."""
    return sum(not one["released"] for one in site.diary.bookings())


def asked(page: Page) -> Page:
    """Go to the page that asks once more."""
    found = page.follow("Cancel it")
    assert found.heading == "Cancel this appointment?"
    return found


class TestByHand:
    """A diary that only the practice can change."""

    def test_it_is_asked_once_more_and_may_be_kept(self, site: Site):
        page = own(site)
        before = site.dump()
        question = asked(page)
        assert "The practice will take it out of its diary by hand" in question.text
        kept = question.follow(NO)
        assert (kept.path, kept.heading) == (page.path, "Your appointment")
        assert site.dump() == before

    def test_the_page_says_what_was_asked_and_what_to_do(self, site: Site):
        page = asked(own(site)).press(YES)
        assert page.heading == "We have your request to cancel"
        assert "You need not come." in page.text
        assert "Changed your mind? Call us on 020 7946 0123" in page.text
        assert page.has("Book another time")
        assert not page.has("Cancel it")
        assert "Refresh" not in page.headers

    def test_the_practice_is_asked_and_the_patient_told_once_however_often_it_was_sent(
        self, site: Site
    ):
        question = asked(own(site))
        for _ in range(3):
            assert question.press(YES).heading == "We have your request to cancel"
        work(site)
        assert question.press(YES).heading == "We have your request to cancel"
        work(site)
        assert subjects(site, ADA) == ["You’re booked", "We have your request to cancel"]
        [mail] = site.diary.mails(DESK)
        assert mail.subject.startswith("Please cancel: ")
        for word in (PATIENT["name"], PATIENT["phone"], PATIENT["email"], "Siân O'Brien"):
            assert word in (mail.text or "")
        assert PATIENT["reason"] not in f"{mail.text}{mail.html}"
        assert unkept(site) == []
        assert in_the_diary(site) == 1, "the practice takes it out, not we"

    def test_sent_by_four_at_once_it_is_promised_once(self, site: Site):
        url, together = own(site).path, Barrier(4)

        def send(_number: int) -> int:
            together.wait(60)
            return site.visitor.raw("POST", f"{url}/cancel").status_code

        with ThreadPoolExecutor(4) as crowd:
            assert set(crowd.map(send, range(4))) == {303}
        assert unkept(site).count(Kind.RELEASE) == 1

    def test_looking_at_the_question_cancels_nothing(self, site: Site):
        page = own(site)
        before = site.dump()
        for method in ("GET", "HEAD"):
            assert site.visitor.raw(method, f"{page.path}/cancel").status_code == 200
        assert site.dump() == before

    @pytest.mark.parametrize(
        ("before", "heading"),
        [
            (timedelta(hours=23), "Your appointment"),
            (timedelta(hours=-1), "This appointment has passed"),
        ],
    )
    def test_too_late_for_it_nothing_is_cancelled(
        self, site: Site, clock: time_machine.Traveller, before: timedelta, heading: str
    ):
        question = asked(own(site))
        clock.move_to(site.bookings()[0].starts_at_utc - before)
        assert site.open(question.path).heading == heading
        assert question.press(YES).heading == heading
        assert site.bookings()[0].release_asked_at_utc is None
        assert Kind.RELEASE not in unkept(site)

    def test_while_nobody_knows_whether_it_stands_it_cannot_be_cancelled(self, site: Site):
        check = site.check(a_slot(site))
        site.diary.fault(HARBOUR.slug, "book", "drop_after", times=1)
        page = check.press("Book this appointment")
        [row] = site.bookings()
        token = site.tokens.page_of(slug=row.slug, journey=row.journey)
        own_url = f"/{row.slug}/booking/{token}"
        assert page.path != own_url
        for found in (
            site.open(f"{own_url}/cancel"),
            site.visitor.send(f"{own_url}/cancel", {}),
        ):
            assert (found.path, found.heading) == (own_url, "We’re checking whether you’re booked")
        assert unkept(site) == [Kind.SETTLE]


class TestByTheDiary:
    def test_it_is_on_its_way_and_then_done_and_the_time_is_free_again(
        self, site_that_cancels: Site
    ):
        site = site_that_cancels
        slot = a_slot(site)
        question = asked(own(site, slot))
        assert "by hand" not in question.text
        page = question.press(YES)
        assert page.heading == "Cancelling your appointment"
        assert int(page.headers["Refresh"]) <= 5
        assert [row.state for row in site.bookings()] == [State.CONFIRMED]
        work(site)
        page = site.open(page.path)
        assert page.heading == "Your appointment is cancelled"
        assert "Refresh" not in page.headers
        assert page.has("Book another time")
        assert [row.state for row in site.bookings()] == [State.CANCELLED]
        assert in_the_diary(site) == 0
        # The very same time can be booked again.
        assert site.book(slot, name="Zoë Ng").heading == "You’re booked"

    def test_the_patient_is_told_and_the_event_taken_out_of_calendars(
        self, site_that_cancels: Site
    ):
        site = site_that_cancels
        page = own(site)
        work(site)
        asked(page).press(YES)
        work(site)
        assert subjects(site) == ["You’re booked", "Cancelled"]
        first, last = site.diary.mails(ADA)
        assert 'method="CANCEL"' in last.attachments[0].type
        one, other = (event_in(mail.attachments[0].content) for mail in (first, last))
        assert one["uid"] == other["uid"]
        assert (int(one["sequence"]), int(other["sequence"])) == (0, 1)
        assert str(other["status"]) == "CANCELLED"
        assert site.open(link_in(last)).heading == "When would suit you?"
        site.open(f"{page.path}/appointment.ics", allow=404)

    def test_the_outcome_page_no_longer_says_booked(self, site_that_cancels: Site):
        site = site_that_cancels
        outcome = site.book(a_slot(site))
        asked(outcome.follow("Change or cancel")).press(YES)
        work(site)
        again = site.open(outcome.path)
        assert "You’re booked" not in again.text
        assert "cancelled" in again.heading
        site.open(f"{outcome.path}/appointment.ics", allow=404)

    def test_while_the_diary_is_away_it_is_tried_again(
        self, site_that_cancels: Site, able: list[AbleDiary], clock: time_machine.Traveller
    ):
        site = site_that_cancels
        page = asked(own(site)).press(YES)
        for one in able:
            one.cancelling_trouble += [NotReached("x"), NoAnswer("x")]
        work(site)
        assert unkept(site) == [Kind.RELEASE]
        assert site.open(page.path).heading == "Cancelling your appointment"
        work_later(site, clock, timedelta(seconds=10))
        work_later(site, clock, timedelta(seconds=20))
        assert site.open(page.path).heading == "Your appointment is cancelled"
        assert subjects(site) == ["You’re booked", "Cancelled"]

    def test_a_late_message_does_not_say_booked_of_what_is_cancelled(
        self, site_that_cancels: Site, clock: time_machine.Traveller
    ):
        site = site_that_cancels
        page = own(site)
        site.diary.inbox.fault("tempfail", times=1)
        work(site)
        asked(page).press(YES)
        work(site)
        work_later(site, clock, timedelta(minutes=1))
        assert subjects(site) == ["Cancelled"]
        assert unkept(site) == []


class TestMovedByTheDiary:
    def move(self, site: Site, page: Page, at: int) -> Page:
        asked = site.open(f"{page.path}/change{a_slot(site, at).choice}")
        return asked.press("Move it")

    def test_the_old_one_is_struck_out_and_only_the_new_time_is_told(self, site_that_cancels: Site):
        site = site_that_cancels
        old = own(site)
        self.move(site, old, 20)
        work(site)
        assert in_the_diary(site) == 1
        assert [row.state for row in site.bookings()] == [State.CANCELLED, State.CONFIRMED]
        assert site.open(old.path).heading == "This appointment has moved"
        first, last = site.diary.mails()
        assert first.subject.startswith("You’re booked: ")
        assert last.subject.startswith("Your appointment is now ")
        assert "by hand" not in (last.text or "")

    def test_moved_twice_or_cancelled_later_the_first_page_still_leads_on(
        self, site_that_cancels: Site
    ):
        site = site_that_cancels
        first = own(site)
        second = self.move(site, first, 20)
        work(site)
        third = self.move(site, second, 30)
        work(site)
        asked(third).press(YES)
        work(site)
        page = site.open(first.path)
        for heading in ("This appointment has moved", "This appointment has moved"):
            assert page.heading == heading
            page = page.follow("See your new appointment")
        assert (page.path, page.heading) == (third.path, "Your appointment is cancelled")
        assert in_the_diary(site) == 0
        assert [one[:12] for one in subjects(site, ADA)].count("Cancelled") == 1
