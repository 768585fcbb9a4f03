"""A time within what is open can be had, though what is listed has moved since it was chosen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.reference_process import BRIDGE, ReferenceDiary
from tests.site.asap import TAKE, a_list, entries, join, offer, openings, send_all_through
from tests.site.office import OBI, SURGERY, Office, wall
from tests.site.own import FAR, work
from webapp.appointments.model import State
from webapp.asap.model import Condition

if TYPE_CHECKING:
    import time_machine

    from tests.site.conftest import MakeSite
    from tests.site.ground import Slot

BOOK = "Book this appointment"
HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
def office(
    diary: ReferenceDiary,
    make_site: MakeSite,
    monkeypatch: pytest.MonkeyPatch,
    clock: time_machine.Traveller,
) -> Office:
    send_all_through(monkeypatch, diary)
    urls = {BRIDGE.slug: diary.opendental_url()}
    rules = a_list(BRIDGE.slug, list="openslot", automatic=True)
    return Office(make_site(BRIDGE.slug, urls=urls, more={BRIDGE.slug: rules}), clock)


def write_down_fifteen_minutes(office: Office, slot: Slot) -> int:
    """The desk has a short appointment where a range opens: all that is listed moves behind it."""
    patient = office.ask("POST", "patients", LName="Marlowe", FName="Ben")["PatNum"]
    made = office.ask(
        "POST",
        "appointments",
        PatNum=patient,
        Op=SURGERY,
        ProvNum=OBI,
        AptDateTime=wall(slot),
        Pattern="XXX",
    )
    return made["AptNum"]


def an_hour_or_more(office: Office) -> Slot:
    """The first of two free times in one range, of which none comes before."""
    slots = [office.slot(at) for at in range(FAR, FAR + 20)]
    starts = [datetime.fromisoformat(wall(one)) for one in slots]
    return next(
        slots[at]
        for at in range(1, len(slots) - 1)
        if starts[at - 1] + HALF_AN_HOUR != starts[at] == starts[at + 1] - HALF_AN_HOUR
    )


def behind(slot: Slot) -> Slot:
    """The first time that is listed behind a short appointment there."""
    start = datetime.fromisoformat(wall(slot)) + timedelta(minutes=15)
    return replace(slot, time=f"{start:%H%M}")


def test_a_time_that_is_free_is_had_though_a_neighbours_leaving_moves_all_that_is_listed(
    office: Office,
):
    first = an_hour_or_more(office)
    short = write_down_fifteen_minutes(office, first)
    chosen = behind(first)
    details = office.site.open(chosen.page("details"))
    assert details.heading == "Your details"
    office.ask("PUT", f"appointments/{short}/Break", sendToUnscheduledList="false")
    office.clock.shift(HALF_AN_HOUR)
    assert office.site.open(chosen.page("details")).heading == "Your details"
    office.site.book(chosen)
    assert [one.state for one in office.site.bookings()] == [State.CONFIRMED]
    office.clock.shift(HALF_AN_HOUR)
    assert office.site.open(chosen.page("details"), allow=410).heading == "That time has gone"


def test_so_it_is_not_withdrawn_from_whom_it_was_offered_to(office: Office):
    first = an_hour_or_more(office)
    short = write_down_fifteen_minutes(office, first)
    join(office.site.book(office.slot(FAR + 20)).follow("Change or cancel"))
    [address] = offer(office.site, behind(first), *entries(office.site))
    office.ask("PUT", f"appointments/{short}/Break", sendToUnscheduledList="false")
    for _ in range(2):
        office.clock.shift(HALF_AN_HOUR)
        for chore in office.site.app.extensions["openslot_chores"]:
            chore.do()
        work(office.site)
    assert [one.condition for one in openings(office.site)] == [Condition.OPEN]
    assert len(office.site.diary.texts.texts()) == 1
    assert office.site.visitor.send(address + TAKE, {}).heading == "It’s yours"
