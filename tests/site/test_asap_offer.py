"""The page behind the link in a text: what it shows, to whom, and its three buttons."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from werkzeug.test import TestResponse

from tests.page import Page
from tests.reference_process import HARBOUR, ReferenceDiary
from tests.site.asap import (
    ADAS_PHONE,
    BEN,
    DECLINE,
    ITS_OWN_PAGE,
    STOP,
    TAKE,
    UNDO,
    ben_on_the_list,
    entries,
    offer,
    offers,
    on_the_list,
    openings,
    say_start,
    send_all_through,
    the_offer,
    with_lists,
)
from tests.site.conftest import MakeSite
from tests.site.ground import JAYNE, PATIENT, Site, free_slot
from tests.site.own import BASE, AbleDiary, swap_diaries, work
from webapp.appointments.model import State
from webapp.asap.model import Condition, Ended
from webapp.asap.statuses import Response
from webapp.diaries.errors import FieldsRefused, NotReached, PatientField

PRIVATE = (
    *(BEN[one] for one in ("phone", "email", "reason")),
    *(PATIENT[one] for one in ("phone", "email", "reason")),
    "Whitcombe",
    "Marlowe",
    ADAS_PHONE,
)


@pytest.fixture
def diaries(diary: ReferenceDiary, monkeypatch: pytest.MonkeyPatch) -> list[AbleDiary]:
    send_all_through(monkeypatch, diary)
    return swap_diaries(monkeypatch, diary)


@pytest.fixture
def site(diaries: list[AbleDiary], make_site: MakeSite) -> Site:
    return with_lists(make_site)


@pytest.fixture
def offered(site: Site) -> Page:
    """Ada's page, on which Siân's first free time is on offer."""
    entry = on_the_list(site)
    [address] = offer(site, free_slot(site.diary), entry)
    work(site)
    return site.open(address)


def at_once(site: Site, *addresses: str) -> list[TestResponse]:
    """Say yes on all these pages in one moment."""
    together = Barrier(len(addresses))

    def send(address: str) -> TestResponse:
        together.wait(60)
        return site.visitor.raw("POST", address + TAKE)

    with ThreadPoolExecutor(len(addresses)) as crowd:
        return list(crowd.map(send, addresses))


class TestWhatItShows:
    def test_the_text_leads_to_it(self, site: Site, offered: Page):
        [text] = site.diary.texts.texts()
        assert text.to == ADAS_PHONE
        assert text.links == [BASE + offered.path]
        assert text.body.startswith("Ada,")

    def test_what_they_have_and_what_is_on_offer(self, site: Site, offered: Page):
        [booking], [opening] = site.bookings(), openings(site)
        had, new = say_start(site, booking), say_start(site, opening)
        assert offered.text.index(had) < offered.text.index(new)
        for words in (booking.staff_name, opening.room_name, "1 Quay Street", "45 minutes"):
            assert words in offered.text

    def test_three_buttons_and_no_link_acts(self, offered: Page):
        ways = [one.href.removeprefix(offered.path) for one in offered.buttons]
        assert ways == [TAKE, DECLINE, STOP]
        assert [one.get("method") for one in offered.root.iter("form")] == ["post"] * 3
        acting = {offered.path + one for one in (TAKE, DECLINE, STOP, UNDO)}
        assert not acting & {one.href for one in offered.links}

    def test_whoever_finds_the_address_learns_no_more_than_a_first_name(
        self, site: Site, offered: Page
    ):
        taken = offered.press(TAKE)
        for found in (offered, taken, offered.press(STOP)):
            for words in PRIVATE:
                assert words not in found.html

    def test_nobody_keeps_it_frames_it_or_learns_its_address(self, offered: Page):
        assert offered.headers["Cache-Control"] == "no-store"
        assert offered.headers["Referrer-Policy"] == "no-referrer"
        assert offered.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
        assert "Refresh" not in offered.headers

    def test_somebody_without_an_appointment_is_told_of_none(self, site: Site):
        form = site.open(f"/{HARBOUR.slug}/times?staff={JAYNE}&room=any").follow("/asap")
        form.press("/asap/join", name="Cy", phone="07700 900777", email="c@y.example", consent="y")
        [address] = offer(site, free_slot(site.diary), *entries(site))
        page = site.open(address)
        assert "You have" not in page.text
        assert page.press(TAKE).has(ITS_OWN_PAGE)
        assert site.diary.bookings()[0]["name"] == "Cy"

    def test_all_that_is_still_open_to_them_is_listed_on_each_page(self, site: Site):
        entry = on_the_list(site)
        [third], [first], [second] = (
            offer(site, free_slot(site.diary, at=at), entry) for at in (4, 0, 2)
        )
        work(site)
        assert len(site.diary.texts.texts()) == 2, "a day brings two texts, but all of the offers"
        assert others(site.open(second)) == [first, third]
        assert others(site.open(first)) == [second, third]
        site.open(first).press(DECLINE)
        assert others(site.open(second)) == [third]
        assert site.open(second).follow(third).press(TAKE)
        assert others(site.open(second)) == []

    def test_what_others_were_offered_is_not_theirs_to_see(self, site: Site, offered: Page):
        [bens] = offer(site, free_slot(site.diary, at=3), ben_on_the_list(site))
        assert others(site.open(offered.path)) == []
        assert others(site.open(bens)) == []


class TestTakingIt:
    def test_it_is_theirs_and_in_the_diary_under_their_name(self, site: Site, offered: Page):
        mine = offered.press(TAKE)
        assert mine.path == offered.path
        assert not mine.has(TAKE)
        booked = site.diary.bookings()[0]
        assert (booked["name"], booked["phone"]) == (PATIENT["name"], PATIENT["phone"])
        assert "ASAP" in booked["desc"]
        assert [row.state for row in site.bookings()] == [State.CONFIRMED] * 2
        assert site.bookings()[0].release_asked_at_utc is not None
        assert the_offer(site).response is Response.ACCEPTED_AND_MOVED
        assert openings(site)[0].condition is Condition.TAKEN
        assert entries(site)[0].ended is Ended.TAKEN

    def test_the_way_on_leads_to_the_new_appointments_own_page(self, site: Site, offered: Page):
        new = offered.press(TAKE).follow(ITS_OWN_PAGE)
        assert new.path == site.own_page(site.bookings()[1])
        assert new.heading == "Your appointment"

    def test_taken_again_by_the_same_hand_it_is_the_same(self, site: Site, offered: Page):
        pages = [offered.press(TAKE) for _ in range(3)]
        assert len({one.heading for one in pages}) == 1
        assert site.writes() == 2

    def test_four_taps_at_once_make_one_booking(self, site: Site, offered: Page):
        site.diary.fault(HARBOUR.slug, "book", "slow_after", times=1, seconds=0.3)
        answers = at_once(site, *[offered.path] * 4)
        assert {one.status_code for one in answers} == {303}
        assert site.writes() == 2
        assert openings(site)[0].condition is Condition.TAKEN

    def test_of_two_patients_at_once_one_has_it(self, site: Site):
        addresses = offer(site, free_slot(site.diary), on_the_list(site), ben_on_the_list(site))
        at_once(site, *addresses)
        got = [site.open(one).has(ITS_OWN_PAGE) for one in addresses]
        assert sorted(got) == [False, True]
        assert site.writes() == 3
        assert sorted(one.response for one in offers(site)) == [
            Response.ACCEPTED_AND_MOVED,
            Response.ACCEPTED_AND_NOT_AVAILABLE,
        ]

    def test_a_diary_that_is_not_reached_changes_nothing_and_it_may_be_tried_again(
        self, site: Site, offered: Page, diaries: list[AbleDiary]
    ):
        for one in diaries:
            one.booking_trouble.append(NotReached("x"))
        away = offered.press(TAKE, allow=503)
        assert "Nothing has changed" in away.text
        assert away.has("020 7946 0123")
        assert site.writes() == 1
        assert openings(site)[0].claimed_by_id is None
        assert away.press(TAKE).has(ITS_OWN_PAGE)

    def test_a_diary_that_refuses_their_details_changes_nothing(
        self, site: Site, offered: Page, diaries: list[AbleDiary]
    ):
        for one in diaries:
            one.booking_trouble.append(FieldsRefused(frozenset({PatientField.EMAIL})))
        refused = offered.press(TAKE, allow=409)
        assert refused.has("020 7946 0123")
        assert site.bookings()[0].release_asked_at_utc is None
        assert entries(site)[0].ended is None
        assert site.open(offered.path).has(TAKE), "somebody else may have it yet"


class TestTheOtherButtons:
    def test_no_thanks_is_undone_by_one_tap_and_keeps_them_on_the_list(
        self, site: Site, offered: Page
    ):
        declined = offered.press(DECLINE)
        assert [one.href for one in declined.buttons] == [offered.path + UNDO]
        assert the_offer(site).response is Response.DECLINED
        assert entries(site)[0].ended is None
        again = declined.press(UNDO)
        assert again.has(TAKE)
        assert the_offer(site).response is Response.VIEWED

    def test_what_somebody_else_has_by_now_cannot_be_shown_again(self, site: Site):
        mine, bens = offer(site, free_slot(site.diary), on_the_list(site), ben_on_the_list(site))
        declined = site.open(mine).press(DECLINE)
        site.open(bens).press(TAKE)
        after = declined.press(UNDO)
        assert not after.has(UNDO)
        assert not after.has(TAKE)
        assert offers(site)[0].response is Response.DECLINED

    def test_stop_takes_them_off_the_list_and_no_text_comes_any_more(self, site: Site):
        entry = on_the_list(site)
        [first], [_second] = (offer(site, free_slot(site.diary, at=at), entry) for at in (0, 2))
        stopped = site.open(first).press(STOP)
        assert stopped.buttons == []
        assert entries(site)[0].ended is Ended.STOPPED
        work(site)
        assert site.diary.texts.texts() == []
        assert the_state_of_the_appointment(site) is State.CONFIRMED
        rows = site.dump()
        for way in (DECLINE, UNDO, STOP):
            site.visitor.send(first + way, {})
        assert offers(site)[0].response is Response.DECLINED_STOP_COMM
        assert site.dump()["asap_entry"] == rows["asap_entry"]

    def test_a_yes_after_it_was_stopped_books_nothing(self, site: Site, offered: Page):
        offered.press(STOP)
        assert not offered.press(TAKE).has(ITS_OWN_PAGE)
        assert site.writes() == 1

    def test_whoever_opens_or_reloads_the_address_of_a_button_is_led_back(
        self, site: Site, offered: Page
    ):
        rows = site.dump()
        for way in (TAKE, DECLINE, UNDO, STOP):
            assert site.open(offered.path + way).path == offered.path
            assert site.visitor.raw("HEAD", offered.path + way).status_code == 302
        assert site.dump() == rows
        assert site.writes() == 1

    def test_an_address_that_is_nobodys_is_not_found(self, site: Site):
        for token in ("x" * 26, "%00", "0" * 400, "Å"):
            site.open(f"/a/{token}", allow=404)
            site.open(f"/a/{token}{TAKE}", allow=404)
            for way in (TAKE, DECLINE, UNDO, STOP):
                site.visitor.send(f"/a/{token}{way}", {}, allow=404)

    def test_a_practice_that_is_no_longer_served_has_no_offers(
        self, site: Site, offered: Page, make_site: MakeSite
    ):
        elsewhere = make_site("elm-tree-clinic")
        elsewhere.open(offered.path, allow=404)
        elsewhere.visitor.send(offered.path + TAKE, {}, allow=404)
        assert site.writes() == 1


def others(page: Page) -> list[str]:
    """Return where the page's other offers lead, in order."""
    return [one.href for one in page.links if one.href.startswith("/a/")]


def the_state_of_the_appointment(site: Site) -> State:
    [booking] = site.bookings()
    return booking.state
