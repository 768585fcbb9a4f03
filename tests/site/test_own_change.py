"""Another time for an appointment: the old one is the patient's until the new one surely is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from werkzeug.test import TestResponse

from tests.page import Page
from tests.reference_process import ELM_TREE, HARBOUR, ReferenceDiary
from tests.site import ground
from tests.site.conftest import MakeSite
from tests.site.ground import PATIENT, Site, Slot
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
from webapp.appointments.model import State
from webapp.diaries.errors import FieldsRefused, NotReached, PatientField

BETTER = "When would suit you better?"
STAYS = "Your appointment stays as it is"
SETTLING = timedelta(minutes=1)
"""By then no answer of the diary can come any more."""


@pytest.fixture
def diaries(diary: ReferenceDiary, monkeypatch: pytest.MonkeyPatch) -> list[AbleDiary]:
    send_mail_through(monkeypatch, diary)
    return swap_diaries(monkeypatch, diary)


@pytest.fixture
def site(diaries: list[AbleDiary], make_site: MakeSite) -> Site:
    return make_site()


@pytest.fixture
def old(site: Site) -> Page:
    """The own page of a booking that stands."""
    return own(site)


def ask(site: Site, old: Page, slot: Slot) -> Page:
    """Choose a time; return the page that asks once more."""
    page = site.open(f"{old.path}/change{slot.choice}")
    assert page.heading == "Move your appointment?"
    return page


def move(site: Site, old: Page, slot: Slot | None = None, *, allow: int = 200) -> Page:
    return ask(site, old, slot or a_slot(site)).press("Move it", allow=allow)


def assert_stands(site: Site, old: Page) -> None:
    page = site.open(old.path)
    assert page.heading == "Your appointment"
    assert page.has("Change the time")
    assert site.bookings()[0].release_asked_at_utc is None


def at_once(site: Site, forms: list[Page]) -> list[TestResponse]:
    """Press "Move it" on all these pages in one moment."""
    together = Barrier(len(forms))

    def send(page: Page) -> TestResponse:
        [button] = [one for one in page.buttons if one.name == "Move it"]
        together.wait(60)
        return site.visitor.raw("POST", button.href, data=button.fields)

    with ThreadPoolExecutor(len(forms)) as crowd:
        return list(crowd.map(send, forms))


class TestMoving:
    def test_from_page_to_page_and_the_old_one_says_where_it_went(self, site: Site, old: Page):
        times = old.follow("Change the time")
        assert times.heading == BETTER
        assert "It stays yours until the new time is in the diary." in times.text
        free = [one for one in times.links if "time=" in one.href]
        asked = site.open(free[-1].href)
        assert asked.heading == "Move your appointment?"
        assert "The old time stays yours until the new one is in the diary." in asked.text
        new = asked.press("Move it")
        assert new.heading == "Your appointment"
        assert new.path != old.path
        moved = site.open(old.path)
        assert moved.heading == "This appointment has moved"
        assert not moved.has("Change the time")
        assert moved.follow("See your new appointment").path == new.path
        assert [row.state for row in site.bookings()] == [State.CONFIRMED] * 2

    def test_the_diary_has_the_same_patient_and_whence_they_moved(self, site: Site, old: Page):
        when = site.diary.bookings()[0]
        move(site, old)
        booked = site.diary.bookings()[0]
        assert (booked["name"], booked["desc"][:17]) == (PATIENT["name"], "Moved online from")
        assert PATIENT["reason"] not in booked["desc"]
        assert (booked["date"], booked["time"]) != (when["date"], when["time"])
        assert {row.reason for row in site.bookings()} == {None}

    def test_the_patient_is_told_and_the_practice_asked(self, site: Site, old: Page):
        work(site)
        new = move(site, old)
        work(site)
        assert subjects(site, ADA)[0] == "You’re booked"
        assert subjects(site, ADA)[1].startswith("Your appointment is now")
        assert subjects(site, DESK) == ["Please take out the old appointment"]
        first, second = site.diary.mails(ADA)
        assert site.open(link_in(second)).path == new.path
        assert "We will take the old one out of our diary by hand" in (second.text or "")
        one, other = (event_in(mail.attachments[0].content) for mail in (first, second))
        assert one["uid"] == other["uid"]
        assert (int(one["sequence"]), int(other["sequence"])) == (0, 1)
        assert unkept(site) == []

    def test_moved_twice_every_page_leads_on(self, site: Site, old: Page):
        second = move(site, old)
        third = move(site, second, a_slot(site, 20))
        assert site.open(old.path).follow("See your new").path == second.path
        assert site.open(second.path).follow("See your new").path == third.path
        assert third.heading == "Your appointment"

    def test_once_moved_it_cannot_be_moved_or_cancelled_again(self, site: Site, old: Page):
        asked = ask(site, old, a_slot(site, 20))
        move(site, old)
        before = site.dump()
        assert asked.press("Move it").heading == "This appointment has moved"
        assert site.visitor.send(f"{old.path}/cancel", {}).heading == "This appointment has moved"
        assert site.dump() == before
        assert site.writes() == 2


class TestWhenItFails:
    def test_taken(self, site: Site, old: Page):
        slot = a_slot(site)
        asked = ask(site, old, slot)
        slot.taken_by_the_desk(site.diary)
        page = asked.press("Move it", allow=409)
        assert page.heading == BETTER
        assert f"That time has just gone. {STAYS}." in page.text
        assert_stands(site, old)
        assert move(site, old, a_slot(site, 20)).heading == "Your appointment"

    def test_gone_before_it_was_chosen(self, site: Site, old: Page):
        choice = a_slot(site).choice.rpartition("=")[0] + "=0301"
        page = site.open(f"{old.path}/change{choice}", allow=410)
        assert f"is no longer free. {STAYS}." in page.text

    def test_unreachable(self, site: Site, old: Page, diaries: list[AbleDiary]):
        for one in diaries:
            one.booking_trouble.append(NotReached("x"))
        asked = ask(site, old, a_slot(site))
        page = asked.press("Move it", allow=503)
        assert page.heading == BETTER
        assert "We couldn’t reach the practice’s diary just now." in page.text
        assert STAYS in page.text
        assert_stands(site, old)
        # The very same form again: nothing is sent for it a second time.
        assert STAYS in asked.press("Move it", allow=503).text
        assert site.writes() == 1
        assert move(site, old).heading == "Your appointment"

    def test_refused(self, site: Site, old: Page, diaries: list[AbleDiary]):
        for one in diaries:
            one.booking_trouble.append(FieldsRefused(frozenset({PatientField.REASON})))
        page = move(site, old, allow=409)
        assert f"We couldn’t move it there. {STAYS}" in page.text
        assert "has just gone" not in page.text
        assert_stands(site, old)

    @pytest.mark.parametrize(
        ("fault", "heading"),
        [("drop_before", "Nothing was booked"), ("drop_after", "The practice will ring you")],
    )
    def test_unknown(
        self, site: Site, old: Page, clock: time_machine.Traveller, fault: str, heading: str
    ):
        asked = ask(site, old, a_slot(site))
        site.diary.fault(HARBOUR.slug, "book", fault, times=1)
        page = asked.press("Move it")
        assert page.heading == "We’re checking whether you’re booked"
        assert "that one is still yours" in page.text
        assert page.follow("See it").path == old.path
        assert_stands(site, old)
        # Another change meanwhile leads to the one that is under way.
        assert move(site, old, a_slot(site, 20)).path == page.path
        assert site.writes() == 2
        work_later(site, clock, SETTLING)
        settled = site.open(page.path)
        assert settled.heading == heading
        assert "that one is still yours" in settled.text
        assert "You still have your appointment on" in (site.diary.mails(ADA)[-1].text or "")
        assert_stands(site, old)


class TestOnce:
    def test_two_tabs_at_once_to_two_times_make_one_change(self, site: Site, old: Page):
        tabs = [ask(site, old, a_slot(site, at)) for at in (12, 20)]
        answers = at_once(site, tabs)
        assert {one.status_code for one in answers} == {303}
        heading = {site.open(one.headers["Location"]).heading for one in answers}
        assert heading <= {"Your appointment", "This appointment has moved"}
        assert len(site.diary.bookings()) == 2
        states = [row.state for row in site.bookings()]
        assert states == [State.CONFIRMED] * 2

    def test_one_form_sent_four_times_at_once_makes_one_change(self, site: Site, old: Page):
        form = ask(site, old, a_slot(site))
        site.diary.fault(HARBOUR.slug, "book", "slow_after", times=1, seconds=0.3)
        answers = at_once(site, [form] * 4)
        assert {one.status_code for one in answers} == {303}
        assert len(site.diary.bookings()) == 2
        assert site.writes() == 2
        work(site)
        assert subjects(site, DESK) == ["Please take out the old appointment"]

    def test_sent_again_it_leads_to_where_it_went(self, site: Site, old: Page):
        form = ask(site, old, a_slot(site))
        new = form.press("Move it")
        again = form.press("Move it")
        assert again.heading == "This appointment has moved"
        assert again.follow("See your new appointment").path == new.path
        assert site.writes() == 2


class TestWhoMayChange:
    @pytest.mark.parametrize("token", ["nonsense", "elm"])
    def test_a_form_that_is_not_ours_is_shown_again(self, site: Site, old: Page, token: str):
        given = site.token(ELM_TREE.slug) if token == "elm" else token
        before = site.dump()
        page = site.visitor.send(f"{old.path}/change{a_slot(site).choice}", {"token": given})
        assert page.heading == "Move your appointment?"
        assert site.dump() == before

    def test_a_form_without_a_time_leads_to_the_times(self, site: Site, old: Page):
        page = site.visitor.send(f"{old.path}/change", {"token": site.token()})
        assert page.heading == BETTER
        assert site.writes() == 1

    @pytest.mark.parametrize(
        ("notice", "before", "may"),
        [(2, 3.0, True), (2, 1.9, False), (48, 47.0, False), (0, 0.1, True), (0, -0.1, False)],
    )
    def test_until_the_practices_notice_and_never_after_it_began(
        self,
        *,
        make_site: MakeSite,
        diaries: list[AbleDiary],
        monkeypatch: pytest.MonkeyPatch,
        clock: time_machine.Traveller,
        notice: int,
        before: float,
        may: bool,
    ):
        text = ground._HARBOUR_FILE.replace(
            "[booking]", f"[booking]\nchange_notice_hours = {notice}"
        )
        monkeypatch.setitem(ground._FILES, HARBOUR.slug, text)
        site = make_site(HARBOUR.slug)
        old = own(site)
        form = ask(site, old, a_slot(site, 40))
        clock.move_to(site.bookings()[0].starts_at_utc - timedelta(hours=before))
        stands = site.open(f"{old.path}/change")
        assert (stands.heading == BETTER) is may
        assert (stands.path == old.path) is not may
        form.press("Move it")
        assert site.writes() == (2 if may else 1)
