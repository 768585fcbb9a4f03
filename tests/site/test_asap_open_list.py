"""Joining the list without an appointment, from a page of times on which nothing is free."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from tests.page import Page
from tests.reference_process import ELM_TREE, HARBOUR, ReferenceDiary
from tests.site.asap import ADAS_PHONE, LEAVE, entries, with_lists
from tests.site.conftest import MakeSite
from tests.site.ground import GYM, JAYNE, PATIENT, SIAN, Site
from tests.site.own import ADA, BASE, send_mail_through, work
from webapp.asap.model import Ended

FULL = f"/{HARBOUR.slug}/times?staff={JAYNE}&room=any"
"""Jayne Park is booked out."""
WAIT, JOIN = "/asap", "/asap/join"
WHO = {one: PATIENT[one] for one in ("name", "phone", "email")}
ANSWERS = {**WHO, "consent": "y"}
FRAMED = "frame-ancestors 'self' https://www.harbour.example"
MISTAKES: list[tuple[dict[str, str | list[str]], str, str]] = [
    ({"name": ""}, "name", "Enter your name"),
    ({"name": "123"}, "name", "Enter your name in letters"),
    ({"name": "a" * 101}, "name", "Shorten your name"),
    ({"email": ""}, "email", "Enter your email address"),
    ({"email": "ada@"}, "email", "Enter an email address"),
    ({"email": "a\0da@whitcombe.example"}, "email", "Remove the characters"),
    ({"phone": "020 7946 0123"}, "phone", "Enter a mobile number"),
    ({"consent": []}, "consent", "Tick the box"),
]


@pytest.fixture
def site(make_site: MakeSite, diary: ReferenceDiary, monkeypatch: pytest.MonkeyPatch) -> Site:
    send_mail_through(monkeypatch, diary)
    return with_lists(make_site)


@pytest.fixture
def form(site: Site) -> Page:
    return site.open(FULL).follow(WAIT)


def policy(page: Page) -> str:
    return page.headers["Content-Security-Policy"]


class TestTheForm:
    def test_it_asks_who_they_are_and_whom_they_would_see(self, form: Page):
        assert {form.fields[one] for one in WHO} == {""}
        assert form.ticked("whom") == ["any"]
        assert form.ticked("days") == [str(day) for day in range(7)]
        assert form.ticked("consent") == []
        assert "Jayne Park" in form.text
        assert form.has("Back")
        assert FRAMED in policy(form), "it is a page of the journey, which may be framed"

    def test_where_something_is_free_nobody_is_asked_to_wait(self, site: Site):
        assert not site.open(f"/{HARBOUR.slug}/times?staff={SIAN}&room=any").has(WAIT)

    def test_a_diary_that_cannot_be_asked_is_no_full_diary(self, site: Site):
        site.diary.fault(HARBOUR.slug, "freeList", "drop_before")
        page = site.open(FULL, allow=503)
        assert not page.has(WAIT)

    def test_what_was_typed_on_the_way_is_filled_in_and_nothing_is_done_by_that(self, site: Site):
        before = site.dump()
        times = site.visitor.send(FULL, PATIENT | {"token": site.token()})
        form = times.press(WAIT)
        assert {one: form.fields[one] for one in WHO} == WHO
        assert form.problems == []
        assert form.ticked("consent") == []
        assert form.ticked("notice") == ["2"]
        assert site.dump() == before
        assert PATIENT["reason"] not in form.html, "the reason is for the diary alone"
        assert form.press(JOIN, consent="y").path.endswith("/joined")

    def test_what_others_bring_along_is_filled_in_too_and_does_nothing(self, site: Site):
        for token in ("", "nonsense", "elm"):
            given = site.token(ELM_TREE.slug) if token == "elm" else token
            form = site.visitor.send(f"/{HARBOUR.slug}/asap", ANSWERS | {"token": given})
            assert form.fields["name"] == PATIENT["name"]
            assert form.problems == []
            assert entries(site) == []

    def test_an_address_with_something_wrong_leads_nobody_onto_a_list(self, site: Site):
        site.open(FULL)
        for query, status in (("?day=2026-13-45", 400), ("?staff=99999", 404), ("?room=%00", 404)):
            site.open(f"/{HARBOUR.slug}/asap{query}", allow=status)
            for path in ("asap", "asap/join"):
                answers = ANSWERS | {"token": site.token(), "days": "1", "parts": "morning"}
                url = f"/{HARBOUR.slug}/{path}{query}"
                site.visitor.send(url, answers | {"notice": "0", "whom": "this"}, allow=status)
            assert entries(site) == []


class TestJoining:
    def test_the_page_after_it_says_what_was_said_and_acts_on_nothing(self, site: Site, form: Page):
        done = form.press(JOIN, ANSWERS | {"days": ["0", "4"], "parts": ["evening"]})
        assert "Monday, Friday" in done.text
        assert "Evening" in done.text
        assert f"the number ending in {PATIENT['phone'][-3:]}" in done.text
        assert PATIENT["phone"] not in done.text
        assert done.buttons == []
        assert FRAMED in policy(done)
        assert done.headers["Cache-Control"] == "no-store"
        assert done.headers["Referrer-Policy"] == "no-referrer"

    def test_the_page_that_acts_is_another_one_which_nobody_may_frame(self, site: Site, form: Page):
        done = form.press(JOIN, ANSWERS)
        [way] = [one for one in done.root.iter("a") if one.get("href", "").endswith(own(done))]
        assert way.get("target") == "_top", "out of the frame"
        page = site.open(own(done))
        assert "frame-ancestors 'none'" in policy(page)
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        for words in (PATIENT["name"].split()[1], ADA):
            assert words not in page.html

    def test_what_they_said_is_kept_as_they_said_it(self, site: Site, form: Page):
        form.press(JOIN, ANSWERS | {"whom": "this", "notice": "0"})
        [entry] = entries(site)
        assert (entry.booking_id, entry.slug) == (None, HARBOUR.slug)
        assert (entry.patient_name, entry.patient_email) == (PATIENT["name"], ADA)
        assert (entry.patient_phone, entry.notice_hours) == (ADAS_PHONE, 0)
        assert (entry.staff_id, entry.room_id) == (str(JAYNE), None)
        assert entry.patient_number == entry.id

    def test_a_room_that_they_chose_is_kept_and_anybody_will_do(self, site: Site):
        url = FULL.replace("room=any", f"room={GYM}")
        site.open(url).follow(WAIT).press(JOIN, ANSWERS)
        [entry] = entries(site)
        assert (entry.staff_id, entry.room_id) == (None, str(GYM))

    def test_another_process_than_the_one_that_asked_understands_the_answer(
        self, site: Site, form: Page, make_site: MakeSite
    ):
        """A fresh process has not asked the diary yet who works there."""
        [button] = [one for one in form.buttons if JOIN in one.href]
        fresh = with_lists(make_site)
        sent = button.fields.to_dict(flat=False) | ANSWERS
        assert fresh.visitor.raw("POST", button.href, data=sent).status_code == 303
        assert entries(site)[0].staff_id is None, "they said that anybody will do"

    def test_a_fresh_process_asks_the_same(self, make_site: MakeSite, form: Page):
        asked = with_lists(make_site).open(form.url)
        assert asked.ticked("whom") == form.ticked("whom") == ["any"]

    def test_a_diary_that_is_away_keeps_nobody_off_the_list(
        self, diary: ReferenceDiary, make_site: MakeSite
    ):
        diary.fault(HARBOUR.slug, "*", "drop_before")
        site = with_lists(make_site)
        url = f"/{HARBOUR.slug}/asap?staff={JAYNE}&room=any"
        assert site.open(url).press(JOIN, ANSWERS).path.endswith("/joined")
        assert entries(site)[0].staff_id == str(JAYNE)
        site.open(f"/{HARBOUR.slug}/asap?staff=%00", allow=404)

    def test_they_are_told_by_email_where_to_leave_and_leave(self, site: Site, form: Page):
        done = form.press(JOIN, ANSWERS)
        work(site)
        [mail] = site.diary.mails(ADA)
        [url] = {line for line in (mail.text or "").splitlines() if line.startswith(BASE)}
        assert url.removeprefix(BASE) == own(done)
        left = site.open(own(done)).press(LEAVE)
        assert left.path == own(done)
        assert not left.has(LEAVE)
        assert entries(site)[0].ended is Ended.LEFT
        rows = site.dump()
        site.visitor.send(f"{own(done)}/leave", {})
        assert not site.open(done.path).has(own(done)), "the other page knows it too"
        assert site.dump() == rows

    def test_each_mistake_is_named_and_nothing_is_kept(self, site: Site, form: Page):
        for answers, box, words in MISTAKES:
            page = form.press(JOIN, ANSWERS | answers)
            assert page.title.startswith("Error: ")
            [problem] = page.problems
            assert problem.startswith(words)
            assert problem in page.error_at(box)
            for name, value in (WHO | answers).items():
                assert name in answers or page.fields[name] == value
            assert entries(site) == []

    def test_sent_again_it_is_the_same_entry(self, site: Site, form: Page):
        pages = {form.press(JOIN, ANSWERS).path for _ in range(3)}
        assert len(pages) == 1
        assert len(entries(site)) == 1

    @pytest.mark.parametrize("token", ["elm", "late"])
    def test_a_form_whose_token_is_not_good_is_shown_again_as_it_was(
        self, site: Site, form: Page, clock: time_machine.Traveller, token: str
    ):
        given = {"elm": site.token(ELM_TREE.slug), "late": form.fields["token"]}[token]
        if token == "late":
            clock.shift(timedelta(hours=2, seconds=1))
        page = form.press(JOIN, ANSWERS | {"token": given})
        assert page.problems
        assert {one: page.fields[one] for one in WHO} == WHO
        assert entries(site) == []
        assert page.press(JOIN).path.endswith("/joined")

    def test_a_program_that_fills_the_trap_is_not_let_in(self, site: Site, form: Page):
        assert form.press(JOIN, ANSWERS | {"website": "https://spam.example"}).problems
        assert entries(site) == []


def test_a_place_on_the_list_is_its_own_practices_alone(site: Site, form: Page) -> None:
    done = form.press(JOIN, ANSWERS)
    for path in (done.path, own(done)):
        site.open(path.replace(HARBOUR.slug, ELM_TREE.slug), allow=404)
    site.visitor.send(f"{own(done)}/leave".replace(HARBOUR.slug, ELM_TREE.slug), {}, allow=404)
    site.open(f"/{HARBOUR.slug}/asap/{'0' * 32}", allow=404)
    assert entries(site)[0].ended is None


def own(done: Page) -> str:
    """Return the address of the page on which they can leave."""
    return done.path.removesuffix("/joined")
