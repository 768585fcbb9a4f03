"""Joining the list for something sooner than an appointment, changing one's mind, and leaving."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine

from tests.page import Page
from tests.reference_process import ELM_TREE, HARBOUR, ReferenceDiary
from tests.site.asap import (
    ADAS_PHONE,
    LEAVE,
    SOONER,
    entries,
    join,
    with_lists,
)
from tests.site.conftest import MakeSite
from tests.site.ground import ANNA, PATIENT, ROOM_2, SIAN, SOLO, Site, free_slot
from tests.site.own import ADA, BASE, a_slot, own, send_mail_through, work
from webapp.asap.model import Ended
from webapp.clock import say_moment

MAIL = "You’re on the list for something sooner"
AGREED = {"consent": "y"}
TWO_HOURS = timedelta(hours=2, seconds=1)
MISTAKES: list[tuple[dict[str, str | list[str]], str, str]] = [
    ({"phone": "12"}, "phone", "Enter a phone number"),
    ({"phone": "020 7946 0123"}, "phone", "Enter a mobile number"),
    ({"phone": "0" * 31}, "phone", "Shorten the phone number"),
    ({"phone": "07700\0900123"}, "phone", "Remove the characters"),
    ({"days": []}, "days", "Choose at least one day"),
    ({"days": ["7"]}, "days", "Choose at least one day"),
    ({"parts": []}, "parts", "Choose at least one part of the day"),
    ({"parts": ["night"]}, "parts", "Choose at least one part of the day"),
    ({"notice": []}, "notice", "Choose how much notice you need"),
    ({"notice": "-1"}, "notice", "Choose how much notice you need"),
    ({"whom": []}, "whom", "Choose whom you would see"),
    ({"whom": str(ANNA)}, "whom", "Choose whom you would see"),
    ({"consent": []}, "consent", "Tick the box"),
]


@pytest.fixture
def site(make_site: MakeSite, diary: ReferenceDiary, monkeypatch: pytest.MonkeyPatch) -> Site:
    send_mail_through(monkeypatch, diary)
    return with_lists(make_site)


@pytest.fixture
def form(site: Site) -> Page:
    """The form, opened from the page of an appointment with Siân."""
    return own(site).follow(SOONER)


class TestTheForm:
    def test_the_confirmation_leads_to_it_and_so_does_the_appointments_own_page(self, site: Site):
        done = site.book(a_slot(site))
        from_there = done.follow(SOONER)
        from_its_own = done.follow("Change or cancel").follow(SOONER)
        assert from_there.path == from_its_own.path == f"{site.own_page(site.bookings()[0])}/sooner"
        assert from_there.has("Back")

    def test_it_knows_who_asks_and_asks_for_no_more_than_it_must(self, form: Page):
        assert form.fields["phone"] == "", "whoever has the link must not learn the number"
        assert PATIENT["phone"][-3:] in form.text
        assert PATIENT["phone"] not in form.text
        assert "name" not in form.fields
        assert "email" not in form.fields
        assert form.ticked("days") == [str(day) for day in range(7)]
        assert form.ticked("parts") == ["morning", "afternoon", "evening"]
        assert form.ticked("notice") == ["2"]
        assert form.ticked("whom") == ["any"]
        assert form.ticked("consent") == [], "nobody agrees by leaving a box as it is"

    def test_it_says_which_appointment_is_kept_meanwhile(self, site: Site, form: Page):
        start = site.bookings()[0].starts_at_utc
        assert say_moment(start) in form.text

    def test_somebody_who_works_alone_is_not_asked_about(self, make_site: MakeSite):
        site = with_lists(make_site, SOLO)
        slot = free_slot(site.diary, 7, 1, slug=SOLO, at=12)
        form = site.book(slot, phone="(212) 555-0187").follow(SOONER)
        assert "whom" not in form.fields
        form.press(SOONER, AGREED)
        [entry] = entries(site)
        assert (entry.staff_id, entry.patient_phone) == ("7", "+12125550187")


class TestJoining:
    def test_the_appointments_page_says_that_they_are_on_the_list_and_what_for(
        self, site: Site, form: Page
    ):
        page = form.press(SOONER, AGREED | {"days": ["0", "1"], "parts": ["morning"]})
        assert page.heading == "Your appointment"
        assert "Monday, Tuesday" in page.text
        assert "Morning" in page.text
        assert page.has(LEAVE)
        assert page.has("Change the time"), "the appointment stays as it is"

    def test_what_they_said_is_kept_as_they_said_it(self, site: Site, form: Page):
        answers = {"phone": "+44 7700 900321", "days": ["5"], "parts": ["evening"], "notice": "48"}
        form.press(SOONER, AGREED | answers | {"whom": "this"})
        [entry] = entries(site)
        assert (entry.slug, entry.booking_id) == (HARBOUR.slug, site.bookings()[0].id)
        assert (entry.patient_name, entry.patient_email) == (PATIENT["name"], ADA)
        assert entry.patient_phone == "+447700900321"
        assert (entry.weekdays, entry.parts, entry.notice_hours) == ("5", "evening", 48)
        assert (entry.staff_id, entry.room_id) == (str(SIAN), str(ROOM_2))
        assert entry.ended_at_utc is None

    def test_anybody_will_do_unless_they_say_so(self, site: Site, form: Page):
        form.press(SOONER, AGREED)
        [entry] = entries(site)
        assert (entry.staff_id, entry.patient_phone) == (None, ADAS_PHONE)

    def test_they_are_told_by_email_where_to_leave(self, site: Site, form: Page):
        form.press(SOONER, AGREED)
        work(site)
        mail = next(one for one in site.diary.mails(ADA) if "on the list" in one.subject)
        [url] = {line for line in (mail.text or "").splitlines() if line.startswith(BASE)}
        page = site.open(url.removeprefix(BASE))
        assert page.path.startswith(f"/{HARBOUR.slug}/asap/")
        left = page.press(LEAVE)
        assert not left.buttons
        assert entries(site)[0].ended is Ended.LEFT
        assert site.open(site.own_page(site.bookings()[0])).has(SOONER)

    def test_each_mistake_is_named_at_its_box_and_above_and_nothing_is_kept(
        self, site: Site, form: Page
    ):
        for answers, box, words in MISTAKES:
            page = form.press(SOONER, AGREED | answers)
            assert page.title.startswith("Error: ")
            [problem] = page.problems
            assert problem.startswith(words)
            assert problem in page.error_at(box)
            assert entries(site) == []

    def test_all_mistakes_are_named_at_once_and_everything_stays_as_it_was_typed(
        self, site: Site, form: Page
    ):
        answers: dict[str, str | list[str]] = {
            "phone": "020 7946 0123",
            "days": ["2"],
            "parts": [],
            "notice": "24",
            "whom": "this",
        }
        page = form.press(SOONER, answers)
        assert len(page.problems) == 3
        assert page.fields["phone"] == "020 7946 0123"
        assert (page.ticked("days"), page.ticked("parts")) == (["2"], [])
        assert (page.ticked("notice"), page.ticked("whom")) == (["24"], ["this"])
        assert page.ticked("consent") == []
        again = page.press(SOONER, AGREED, phone="07700 900999", parts=["morning"])
        assert again.has(LEAVE)
        [entry] = entries(site)
        assert (entry.patient_phone, entry.weekdays) == ("+447700900999", "2")


class TestOnce:
    def test_sent_again_it_is_the_same_entry(self, site: Site, form: Page):
        for _ in range(3):
            assert form.press(SOONER, AGREED).has(LEAVE)
        work(site)
        assert len(entries(site)) == 1
        assert [one.subject for one in site.diary.mails(ADA)].count(MAIL) == 1

    def test_two_tabs_that_send_at_once_make_one_entry(self, site: Site, form: Page):
        tabs = [form, form, own_form(site), own_form(site)]
        together = Barrier(len(tabs))

        def send(tab: Page) -> int:
            [button] = [one for one in tab.buttons if one.href.endswith(SOONER)]
            together.wait(60)
            return site.visitor.raw(
                "POST", button.href, data=button.fields.to_dict(flat=False) | AGREED
            ).status_code

        with ThreadPoolExecutor(len(tabs)) as crowd:
            assert set(crowd.map(send, tabs)) == {303}
        assert len(entries(site)) == 1


class TestChangingAndLeaving:
    def test_what_was_said_before_stands_in_the_form_and_can_be_changed(
        self, site: Site, form: Page
    ):
        page = form.press(SOONER, AGREED | {"days": ["1", "3"], "whom": "this"})
        again = page.follow(SOONER)
        assert f"the number ending in {PATIENT['phone'][-3:]}" in again.text
        assert (again.ticked("days"), again.ticked("whom")) == (["1", "3"], ["this"])
        before = entries(site)[0]
        saved = again.press(SOONER, AGREED, days=["6"], whom="any")
        assert "Sunday" in saved.text
        [entry] = entries(site)
        assert (entry.id, entry.weekdays, entry.staff_id) == (before.id, "6", None)
        assert entry.created_at_utc == before.created_at_utc, "they keep their place"

    def test_one_tap_leaves_and_the_appointment_stays(self, site: Site, form: Page):
        left = form.press(SOONER, AGREED).press(LEAVE)
        assert left.heading == "Your appointment"
        assert not left.has(LEAVE)
        assert left.has("Change the time")
        assert entries(site)[0].ended is Ended.LEFT
        assert site.writes() == 1

    def test_leaving_twice_is_leaving_once(self, site: Site, form: Page):
        page = form.press(SOONER, AGREED)
        page.press(LEAVE)
        rows = site.dump()
        assert not page.press(LEAVE).has(LEAVE)
        assert site.dump() == rows

    def test_who_left_may_join_again(self, site: Site, form: Page):
        left = form.press(SOONER, AGREED).press(LEAVE)
        assert join(left).has(LEAVE)
        assert [one.ended for one in entries(site)] == [Ended.LEFT, None]
        assert len({one.patient_number for one in entries(site)}) == 1


class TestWhoMayNot:
    def test_an_appointment_that_was_given_up_or_has_passed_leads_back_to_its_page(
        self, site: Site, form: Page, clock: time_machine.Traveller
    ):
        page = site.open(site.own_page(site.bookings()[0]))
        clock.move_to(site.bookings()[0].starts_at_utc)
        assert form.press(SOONER, AGREED).heading == "This appointment has passed"
        assert site.open(form.path).heading == "This appointment has passed"
        clock.shift(-timedelta(days=3))
        page.follow("Cancel it").press("Yes, cancel it")
        assert form.press(SOONER, AGREED).path == page.path
        assert entries(site) == []

    @pytest.mark.parametrize("token", ["elm", "late"])
    def test_a_form_whose_token_is_not_good_is_shown_again_as_it_was(
        self, site: Site, form: Page, clock: time_machine.Traveller, token: str
    ):
        given = {"elm": site.token(ELM_TREE.slug), "late": form.fields["token"]}[token]
        if token == "late":
            clock.shift(TWO_HOURS)
        page = form.press(SOONER, AGREED | {"token": given, "days": ["4"]})
        assert page.problems
        assert page.ticked("days") == ["4"]
        assert entries(site) == []
        assert page.press(SOONER).has(LEAVE)

    def test_a_program_that_fills_the_trap_is_not_let_in(self, site: Site, form: Page):
        page = form.press(SOONER, AGREED, website="https://spam.example")
        assert page.problems
        assert entries(site) == []

    def test_the_address_is_its_own_practices_alone(self, site: Site, form: Page):
        site.open(form.path.replace(HARBOUR.slug, ELM_TREE.slug), allow=404)
        site.visitor.send(form.path.replace(HARBOUR.slug, ELM_TREE.slug), AGREED, allow=404)
        site.visitor.send(f"/{HARBOUR.slug}/booking/{'0' * 32}/sooner/leave", {}, allow=404)

    def test_a_practice_without_a_list_shows_nothing_of_it(self, make_site: MakeSite):
        site = make_site()
        done = site.book(a_slot(site))
        page = done.follow("Change or cancel")
        assert not page.has(SOONER)
        assert not done.has(SOONER)
        for rest in ("sooner", "sooner/leave"):
            site.visitor.send(f"{page.path}/{rest}", AGREED, allow=404)
        site.open(f"{page.path}/sooner", allow=404)
        for path in ("asap", "asap/join"):
            site.visitor.send(f"/{HARBOUR.slug}/{path}", PATIENT, allow=404)
        site.open(f"/{HARBOUR.slug}/asap", allow=404)
        assert entries(site) == []


def own_form(site: Site) -> Page:
    return site.open(f"{site.own_page(site.bookings()[0])}/sooner")
