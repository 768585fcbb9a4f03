"""What was offered is somebody else's by now: it is said, and what else is sooner is shown."""

from __future__ import annotations

import pytest

from tests.reference_process import HARBOUR, ReferenceDiary
from tests.site.asap import (
    HEADINGS,
    TAKE,
    assert_ends,
    assert_stays,
    ben_on_the_list,
    entries,
    offer,
    on_the_list,
    openings,
    send_all_through,
    the_offer,
    with_lists,
    without_an_appointment,
)
from tests.site.conftest import MakeSite
from tests.site.ground import ANNA, CHRIS, Site, free_slot
from webapp.asap.endings import Ending
from webapp.asap.model import Condition
from webapp.asap.statuses import Response


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


def test_another_patient_was_quicker(site: Site, adas: str, bens: str) -> None:
    late = site.open(adas)
    site.open(bens).press(TAKE)
    assert HEADINGS[Ending.GONE] in late.press(TAKE).heading
    assert_stays(site, assert_ends(site, adas, Ending.GONE))
    assert_ends(site, bens, Ending.YOURS)


def test_the_desk_was_quicker(site: Site, adas: str) -> None:
    page = site.open(adas)
    free_slot(site.diary).taken_by_the_desk(site.diary)
    page.press(TAKE)
    assert_stays(site, assert_ends(site, adas, Ending.GONE))
    assert openings(site)[0].condition is Condition.GONE
    assert the_offer(site).response is Response.ACCEPTED_AND_NOT_AVAILABLE
    assert entries(site)[0].ended is None, "they wait for the next one"


def test_what_else_is_sooner_moves_the_appointment_they_have(site: Site, adas: str) -> None:
    page = site.open(adas)
    free_slot(site.diary).taken_by_the_desk(site.diary)
    gone = page.press(TAKE)
    own = site.own_page(site.bookings()[0])
    free = [one for one in gone.links if "time=" in one.href]
    assert 1 <= len(free) <= 3
    for one in free:
        assert one.href.startswith(f"{own}/change?")
    moved = gone.follow(free[0].name).press("Move it")
    assert moved.heading == "Your appointment"
    old, _lost, new = site.bookings()
    assert new.replaces_id == old.id
    assert new.starts_at_utc < old.starts_at_utc


def test_what_is_no_sooner_than_theirs_is_not_offered_instead(site: Site) -> None:
    [adas] = offer(site, free_slot(site.diary), on_the_list(site, at=1))
    page = site.open(adas)
    for staff_id in (ANNA, CHRIS):
        site.diary.fill(HARBOUR.slug, staff_id=staff_id)
    free_slot(site.diary).taken_by_the_desk(site.diary)
    gone = page.press(TAKE)
    assert HEADINGS[Ending.GONE] in gone.heading
    assert not [one for one in gone.links if "time=" in one.href]


def test_somebody_without_an_appointment_is_led_into_the_journey(site: Site) -> None:
    adas = without_an_appointment(site)
    page = site.open(adas)
    free_slot(site.diary).taken_by_the_desk(site.diary)
    gone = page.press(TAKE)
    assert "still have" not in gone.text
    free = [one for one in gone.links if "time=" in one.href]
    assert gone.follow(free[0].name).heading == "Your details"
