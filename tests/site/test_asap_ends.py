"""Every end that an offer can come to: a page that says so, and that can be opened again."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from tests.reference_process import HARBOUR, ReferenceDiary
from tests.site.asap import (
    DECLINE,
    HEADINGS,
    ITS_OWN_PAGE,
    LEAVE,
    STOP,
    TAKE,
    UNDO,
    assert_ends,
    assert_stays,
    ben_on_the_list,
    entries,
    offer,
    on_the_list,
    openings,
    say_start,
    send_all_through,
    the_offer,
    with_lists,
    without_an_appointment,
)
from tests.site.conftest import MakeSite
from tests.site.ground import Site, free_slot
from tests.site.own import AbleDiary, swap_diaries, work, work_later
from webapp.appointments.model import State
from webapp.asap.endings import Ending
from webapp.diaries.errors import NotReached
from webapp.diaries.port import Capability

SETTLING = timedelta(minutes=1)
"""By then no answer of the diary can come any more."""


@pytest.fixture
def able(diary: ReferenceDiary, monkeypatch: pytest.MonkeyPatch) -> list[AbleDiary]:
    """Diaries that cancel."""
    return swap_diaries(monkeypatch, diary, Capability.CANCEL)


@pytest.fixture
def site(diary: ReferenceDiary, make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> Site:
    send_all_through(monkeypatch, diary)
    return with_lists(make_site)


@pytest.fixture
def adas(site: Site) -> str:
    """The address of Ada's page, on which Siân's first free time is on offer."""
    entry = on_the_list(site)
    return offer(site, free_slot(site.diary), entry)[0]


@pytest.fixture
def bens(site: Site, adas: str) -> str:
    """The address of Ben's page, who is offered the same."""
    return offer(site, free_slot(site.diary), ben_on_the_list(site))[0]


def test_offered(site: Site, adas: str) -> None:
    assert_ends(site, adas, Ending.OFFERED, TAKE, DECLINE, STOP)


class TestYours:
    def test_the_practice_takes_the_old_one_out_by_hand(self, site: Site, adas: str):
        site.open(adas).press(TAKE)
        page = assert_ends(site, adas, Ending.YOURS)
        assert "by hand" in page.text
        assert say_start(site, site.bookings()[0]) in page.text
        assert page.follow(ITS_OWN_PAGE).path == site.own_page(site.bookings()[1])
        work(site)
        assert "by hand" in assert_ends(site, adas, Ending.YOURS).text

    def test_the_diary_takes_the_old_one_out(self, able: list[AbleDiary], site: Site):
        [adas] = offer(site, free_slot(site.diary), on_the_list(site))
        page = site.open(adas).press(TAKE)
        assert "being taken out" in page.text
        work(site)
        page = assert_ends(site, adas, Ending.YOURS)
        assert "no longer in the diary" in page.text
        assert [row.state for row in site.bookings()] == [State.CANCELLED, State.CONFIRMED]

    def test_the_diary_does_not_and_both_stand_for_now(
        self, able: list[AbleDiary], site: Site, clock: time_machine.Traveller
    ):
        for one in able:
            one.cancelling_trouble += [NotReached("x")] * 30
        [adas] = offer(site, free_slot(site.diary), on_the_list(site))
        site.open(adas).press(TAKE)
        for _ in range(12):
            work_later(site, clock, timedelta(minutes=5))
        page = assert_ends(site, adas, Ending.YOURS)
        assert "twice" in page.text
        for row in site.bookings():
            assert say_start(site, row) in page.text
        for one in able:
            one.cancelling_trouble.clear()
        work_later(site, clock, timedelta(minutes=30))
        assert "no longer in the diary" in assert_ends(site, adas, Ending.YOURS).text

    def test_there_was_none_to_take_out(self, site: Site):
        adas = without_an_appointment(site)
        site.open(adas).press(TAKE)
        page = assert_ends(site, adas, Ending.YOURS)
        assert "old appointment" not in page.text

    def test_what_they_cancelled_or_moved_since_is_no_longer_said_to_be_theirs(
        self, site: Site, adas: str
    ):
        own = site.open(adas).press(TAKE).follow(ITS_OWN_PAGE)
        moved = site.open(f"{own.path}/change{free_slot(site.diary, at=5).choice}").press("Move it")
        assert assert_ends(site, adas, Ending.GIVEN_UP).has(own.path)
        moved.follow("Cancel it").press("Yes, cancel it")
        assert_ends(site, adas, Ending.GIVEN_UP)


class TestNobodyKnowsYet:
    @pytest.mark.parametrize(
        ("fault", "how", "buttons"),
        [
            ("drop_before", Ending.OFFERED, (TAKE, DECLINE, STOP)),
            ("drop_after", Ending.PRACTICE_CHECKS, ()),
        ],
    )
    def test_it_looks_and_then_says_what_it_found(  # noqa: PLR0917 - fixtures and cases
        self,
        site: Site,
        adas: str,
        bens: str,
        clock: time_machine.Traveller,
        fault: str,
        how: Ending,
        buttons: tuple[str, ...],
    ):
        site.diary.fault(HARBOUR.slug, "book", fault, times=1)
        site.open(adas).press(TAKE)
        page = assert_ends(site, adas, Ending.LOOKING)
        assert int(page.headers["Refresh"]) <= 5
        assert_stays(site, page)
        theirs = assert_ends(site, bens, Ending.IN_HAND)
        assert int(theirs.headers["Refresh"]) <= 5
        assert_stays(site, theirs, 1)
        assert HEADINGS[Ending.LOOKING] in site.visitor.send(adas + TAKE, {}).heading
        assert site.writes() == 3, "what is on its way is not sent again"
        work_later(site, clock, SETTLING)
        work_later(site, clock, SETTLING)
        page = assert_ends(site, adas, how, *buttons)
        assert "Refresh" not in page.headers
        assert site.bookings()[0].release_asked_at_utc is None
        after = Ending.OFFERED if how is Ending.OFFERED else Ending.GONE
        assert_ends(site, bens, after, *buttons)

    def test_a_yes_after_it_was_not_booked_is_a_new_one(
        self, site: Site, adas: str, clock: time_machine.Traveller
    ):
        site.diary.fault(HARBOUR.slug, "book", "drop_before", times=1)
        site.open(adas).press(TAKE)
        work_later(site, clock, SETTLING)
        work_later(site, clock, SETTLING)
        site.open(adas).press(TAKE)
        assert_ends(site, adas, Ending.YOURS)
        assert the_offer(site).attempts == 2


class TestOver:
    def test_declined(self, site: Site, adas: str, bens: str):
        site.open(adas).press(DECLINE)
        assert_stays(site, assert_ends(site, adas, Ending.DECLINED, UNDO))
        site.open(bens).press(TAKE)
        assert_ends(site, adas, Ending.DECLINED)

    def test_stopped(self, site: Site, adas: str):
        site.open(adas).press(STOP)
        assert_stays(site, assert_ends(site, adas, Ending.STOPPED))

    def test_chose_another(self, site: Site, adas: str):
        [other] = offer(site, free_slot(site.diary, at=2), *entries(site))
        site.open(other).press(TAKE)
        assert_stays(site, assert_ends(site, adas, Ending.CHOSE_ANOTHER), 1)
        assert not site.visitor.send(adas + TAKE, {}).has(ITS_OWN_PAGE)
        assert site.writes() == 2

    def test_left(self, site: Site, adas: str):
        page = site.open(site.own_page(site.bookings()[0])).press(LEAVE)
        assert_stays(site, assert_ends(site, adas, Ending.LEFT))
        page.follow("Cancel it").press("Yes, cancel it")
        left = assert_ends(site, adas, Ending.LEFT)
        assert not left.has(page.path), "there is no appointment left to speak of"
        assert not site.visitor.send(adas + TAKE, {}).has(ITS_OWN_PAGE)
        assert site.writes() == 1

    def test_not_sooner(self, site: Site):
        [later] = offer(site, free_slot(site.diary, at=4), on_the_list(site))
        own = site.own_page(site.bookings()[0])
        site.open(f"{own}/change{free_slot(site.diary).choice}").press("Move it")
        assert_stays(site, assert_ends(site, later, Ending.NOT_SOONER), 1)
        assert not site.visitor.send(later + TAKE, {}).has(ITS_OWN_PAGE)

    def test_expired(self, site: Site, adas: str, clock: time_machine.Traveller):
        page = site.open(adas)
        clock.move_to(openings(site)[0].starts_at_utc)
        assert HEADINGS[Ending.EXPIRED] in page.press(TAKE).heading
        assert_stays(site, assert_ends(site, adas, Ending.EXPIRED))
        assert site.writes() == 1

    def test_withdrawn(self, site: Site, adas: str):
        page = site.open(adas)
        number = str(openings(site)[0].id)
        result = site.app.test_cli_runner().invoke(args=["asap", "withdraw", number])
        assert result.exit_code == 0
        page.press(TAKE)
        assert_stays(site, assert_ends(site, adas, Ending.WITHDRAWN))
        assert site.writes() == 1
