"""Where Open Dental texts offers itself: what it has moved since, and what our pages show of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.reference_process import BRIDGE
from tests.site.asap import (
    SOONER,
    address_of,
    entries,
    join,
    offer,
    openings,
    the_offer,
)
from tests.site.ground import free_slot
from tests.site.office import SURGERY, Office, offered, wall
from tests.site.own import subjects, work
from webapp.appointments.model import State
from webapp.asap import notes
from webapp.asap.api.offering import CannotOffer
from webapp.asap.model import Condition, Ended
from webapp.asap.statuses import Response, SendStatus

LATER = timedelta(minutes=2)
"""By then nothing of a write can be under way any more."""
BEN = {"FName": "Ben", "WirelessPhone": "07700 900456"}
REFUSAL = "Texting is not enabled for Dora"


@pytest.fixture
def office(recording_office: Office) -> Office:
    return recording_office


def comms(office: Office) -> list[dict[str, Any]]:
    """Return what Open Dental has of offers."""
    return office.ask("GET", "asapcomms?dateStart=2000-01-01&dateEnd=2100-01-01")


@pytest.mark.parametrize("meanwhile", ["the list was read first", "the desk has moved it on"])
def test_who_has_it_has_it_though_their_appointment_is_seen_elsewhere(
    office: Office, meanwhile: str
):
    number = offered(office)
    office.site.diary.answer_asapcomm(BRIDGE.slug, 1, "AcceptedAndMoved")
    if meanwhile == "the list was read first":
        office.site.diary.fault(BRIDGE.slug, "comms", "rubbish_html", times=1)
        office.mirror()
        assert [one.ended for one in entries(office.site)] == [Ended.OVER]
        seen = openings(office.site)[0].starts_at_utc
    else:
        later = office.slot(9)
        office.ask("PUT", f"appointments/{number}", AptDateTime=wall(later))
        seen = datetime.fromisoformat(wall(later)).replace(tzinfo=UTC)
    office.mirror()
    assert the_offer(office.site).response is Response.ACCEPTED_AND_MOVED
    assert [one.condition for one in openings(office.site)] == [Condition.TAKEN]
    [row] = office.site.bookings()
    assert (row.state, row.starts_at_utc) == (State.CONFIRMED, seen), "it has followed there"


@pytest.mark.parametrize("is_off_the_book", [False, True])
def test_who_took_it_and_was_changed_by_the_desk_since_is_not_shown_at_the_old_time(
    office: Office, is_off_the_book: bool
):
    own = office.site.book(office.slot(12)).follow("Change or cancel")
    join(own)
    work(office.site)
    office.mirror()
    offer(office.site, office.slot(2), *entries(office.site))
    work(office.site)
    later, number = office.slot(9), office.site.bookings()[0].diary_reference
    office.site.diary.answer_asapcomm(BRIDGE.slug, 1, "AcceptedAndMoved")
    if is_off_the_book:
        office.ask("PUT", f"appointments/{number}/Break", sendToUnscheduledList="true")
    else:
        office.ask("PUT", f"appointments/{number}", AptDateTime=wall(later))
    office.mirror()
    assert the_offer(office.site).response is Response.ACCEPTED_AND_MOVED
    assert [one.ended for one in entries(office.site)] == [Ended.TAKEN]
    page = office.site.open(own.path)
    if is_off_the_book:
        assert page.heading == "Your appointment is cancelled"
        return
    assert page.heading == "This appointment has moved"
    [_, new] = office.site.bookings()
    assert new.state is State.CONFIRMED
    assert new.starts_at_utc.strftime("%Y%m%d%H%M") == f"{later.date}{later.time}"
    assert office.site.open(address_of(office.site, 1)).heading == "This offer is over"


@pytest.mark.parametrize("fails_first", [False, True])
def test_after_an_outage_it_is_told_what_was_accepted_meanwhile(office: Office, fails_first: bool):
    to = office.slot(2)
    offered(office)
    office.mirror()
    office.site.diary.answer_asapcomm(BRIDGE.slug, 1, "AcceptedAndMoved")
    starts = datetime.fromisoformat(wall(to)).replace(tzinfo=UTC)
    office.clock.move_to(starts + timedelta(hours=5))
    if fails_first:
        office.site.diary.fault(BRIDGE.slug, "comms", "rubbish_html", times=1)
        office.mirror()
        assert the_offer(office.site).response is not Response.ACCEPTED_AND_MOVED
    office.mirror()
    assert the_offer(office.site).response is Response.ACCEPTED_AND_MOVED
    assert [one.condition for one in openings(office.site)] == [Condition.TAKEN]
    [*_, row] = office.site.bookings()
    assert (row.state, row.starts_at_utc) == (State.CONFIRMED, starts)


def test_a_booking_made_here_is_shown_where_the_diary_has_moved_it(office: Office):
    own = office.site.book(office.slot(12)).follow("Change or cancel")
    join(own)
    work(office.site)
    office.mirror()
    to = office.slot(2)
    offer(office.site, to, *entries(office.site))
    work(office.site)
    office.site.diary.answer_asapcomm(BRIDGE.slug, 1, "AcceptedAndMoved")
    office.mirror()
    old, new = office.site.bookings()
    assert (old.state, new.state, new.replaces_id) == (State.CANCELLED, State.CONFIRMED, old.id)
    assert new.starts_at_utc.strftime("%Y%m%d%H%M") == f"{to.date}{to.time}"
    assert (new.room_id, old.uid, old.diary_reference) == (
        str(SURGERY),
        new.uid,
        new.diary_reference,
    )
    assert office.site.diary.calls(BRIDGE.slug, "break") == []
    assert subjects(office.site), "its patient has a letter of the new time"


def test_it_is_offered_with_the_same_person_alone_and_believed_where_the_diary_has_it(
    office: Office,
):
    own = office.site.book(office.slot(12)).follow("Change or cancel")
    assert "Anybody" not in own.follow(SOONER).text
    join(own)
    work(office.site)
    office.mirror()
    anothers = free_slot(office.site.diary, 32, 22, slug=BRIDGE.slug, at=1)
    with pytest.raises(CannotOffer):
        offer(office.site, anothers, *entries(office.site))
    offer(office.site, office.slot(2), *entries(office.site))
    work(office.site)
    number = office.site.bookings()[0].diary_reference
    office.site.diary.answer_asapcomm(BRIDGE.slug, 1, "AcceptedAndMoved")
    office.ask("PUT", f"appointments/{number}", ProvNum=33, Op=23)
    office.mirror()
    old, new = office.site.bookings()
    assert (old.state, new.state) == (State.CANCELLED, State.CONFIRMED)
    assert (new.staff_name, new.room_name) == ("Lena Fischer", "Hygiene Room")


def test_whom_the_desk_has_given_to_another_meanwhile_is_not_offered_the_first_ones_time(
    office: Office,
):
    number = office.write_down(office.slot(12))
    office.mirror()
    offer(office.site, office.slot(2), *entries(office.site))
    office.ask("PUT", f"appointments/{number}", ProvNum=32, Op=22)
    office.mirror()
    made = the_offer(office.site)
    assert (made.text_status, made.note) == (SendStatus.DO_NOT_SEND, notes.WITH_ANOTHER)
    assert comms(office) == []
