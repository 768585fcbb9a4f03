"""An office whose Open Dental keeps the record of offers: its own text, link and answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.reference_process import BRIDGE, ReferenceDiary
from tests.site.asap import (
    SOONER,
    a_list,
    address_of,
    entries,
    join,
    offer,
    openings,
    send_all_through,
    the_offer,
)
from tests.site.asap import offers as all_offers
from tests.site.ground import free_slot
from tests.site.own import subjects, work, work_later
from tests.site.test_diarys_list import SURGERY, Office, wall
from webapp.appointments.model import State
from webapp.asap import notes
from webapp.asap.api.offering import CannotOffer
from webapp.asap.model import Condition, Ended
from webapp.asap.statuses import Response, SendStatus
from webapp.clock import now
from webapp.db.engine import sessions_of
from webapp.outbox.model import Promise, Status

if TYPE_CHECKING:
    import time_machine

    from tests.site.conftest import MakeSite

LATER = timedelta(minutes=2)
"""By then nothing of a write can be under way any more."""
BEN = {"FName": "Ben", "WirelessPhone": "07700 900456"}
REFUSAL = "Texting is not enabled for Dora"


@pytest.fixture
def office(
    diary: ReferenceDiary,
    make_site: MakeSite,
    monkeypatch: pytest.MonkeyPatch,
    clock: time_machine.Traveller,
) -> Office:
    """An office where all is as at one that keeps the list, but for who texts."""
    send_all_through(monkeypatch, diary)
    monkeypatch.delenv("OPENSLOT_SMS_URL")
    rules = a_list(BRIDGE.slug, record="diary", texts_from="")
    urls = {BRIDGE.slug: diary.opendental_url()}
    office = Office(make_site(BRIDGE.slug, urls=urls, more={BRIDGE.slug: rules}), clock)
    for one in office.ask("GET", "appointments/ASAP"):
        office.ask("PUT", f"appointments/{one['AptNum']}", Priority="Normal")
    diary.forget_calls(BRIDGE.slug)
    return office


def offered(office: Office, at: int = 2) -> int:
    """Offer Dora a slot, and let the worker pass it on; return her appointment's number."""
    number = office.write_down(office.slot(12))
    office.mirror()
    offer(office.site, office.slot(at), *entries(office.site))
    work(office.site)
    return number


def comms(office: Office) -> list[dict[str, Any]]:
    """Return what Open Dental has of offers."""
    return office.ask("GET", "asapcomms?dateStart=2000-01-01&dateEnd=2100-01-01")


def reasons(office: Office) -> list[str]:
    """Return why promises are parked, as an operator reads it."""
    with sessions_of(office.site.app)() as session:
        found = session.query(Promise).where(Promise.status == Status.PARKED)
        return [one.reason or "" for one in found]


def posts(office: Office) -> int:
    return len(office.site.diary.calls(BRIDGE.slug, "offer"))


def test_an_offer_is_passed_on_and_followed_until_its_patient_has_it(office: Office):
    to = office.slot(2)
    number = offered(office)
    [comm] = comms(office)
    assert (comm["FKey"], comm["FKeyType"]) == (number, "ScheduledAppt")
    made = the_offer(office.site)
    assert (made.gateway_id, made.response) == ("asapcomm:1", Response.AWAITING_TRANSMIT)
    assert made.text_status is SendStatus.SENT_AWAITING_RECEIPT
    assert office.site.diary.texts.texts() == [], "the text is Open Dental's own"
    office.site.diary.answer_asapcomm(BRIDGE.slug, 1, "Viewed")
    office.mirror()
    seen = the_offer(office.site)
    assert (seen.response, seen.text_status) == (Response.VIEWED, SendStatus.SEND_SUCCESSFUL)
    assert seen.text_sent_at_utc is not None
    office.site.diary.answer_asapcomm(BRIDGE.slug, 1, "AcceptedAndMoved")
    office.mirror()
    assert office.appointment(number)["AptDateTime"] == wall(to)
    assert the_offer(office.site).response is Response.ACCEPTED_AND_MOVED
    assert [one.condition for one in openings(office.site)] == [Condition.TAKEN]
    assert [one.ended for one in entries(office.site)] == [Ended.TAKEN]
    old, new = office.site.bookings()
    assert (old.state, new.state) == (State.CANCELLED, State.CONFIRMED)
    assert new.starts_at_utc.strftime("%Y%m%d%H%M") == f"{to.date}{to.time}"
    assert posts(office) == 1


def test_once_one_has_it_nobody_else_is_told_of_it(office: Office):
    office.write_down(office.slot(12))
    office.write_down(office.slot(13), **BEN)
    office.mirror()
    offer(office.site, office.slot(2), *entries(office.site))
    with sessions_of(office.site.app).begin() as session:
        # Ben's is due some minutes after Dora's
        second = session.query(Promise).where(Promise.kind == "asap-text").all()[1]
        second.due_at_utc += timedelta(minutes=30)
    work(office.site)
    office.site.diary.answer_asapcomm(BRIDGE.slug, 1, "AcceptedAndMoved")
    office.mirror()
    work_later(office.site, office.clock, timedelta(hours=1))
    mine, his = all_offers(office.site)
    assert mine.response is Response.ACCEPTED_AND_MOVED
    assert (his.response, his.note) == (Response.FAILED, notes.TAKEN)
    assert [one.ended for one in entries(office.site)] == [Ended.TAKEN, None]
    assert len(comms(office)) == posts(office) == 1


def test_without_an_answer_it_is_looked_for_and_never_offered_twice(office: Office):
    office.site.diary.fault(BRIDGE.slug, "offer", "drop_after", times=1)
    offered(office)
    assert the_offer(office.site).gateway_id is None
    work_later(office.site, office.clock, LATER)
    assert the_offer(office.site).gateway_id == "asapcomm:1"
    assert len(comms(office)) == posts(office) == 1


def test_what_never_came_about_is_offered_again_but_not_at_once(office: Office):
    office.site.diary.fault(BRIDGE.slug, "offer", "drop_before", times=1)
    offered(office)
    with sessions_of(office.site.app).begin() as session:
        # As after a crash: another worker takes it up at once
        session.query(Promise).where(Promise.kind == "asap-text").one().due_at_utc = now()
    work_later(office.site, office.clock, timedelta(seconds=20))
    assert posts(office) == 1, "the office may be at it still"
    work_later(office.site, office.clock, LATER)
    assert the_offer(office.site).gateway_id == "asapcomm:1"
    assert len(comms(office)) == 1


def test_another_offer_of_theirs_is_not_taken_for_the_one_in_doubt(office: Office):
    offered(office)
    office.site.diary.fault(BRIDGE.slug, "offer", "drop_before", times=1)
    offer(office.site, office.slot(4), *entries(office.site))
    work(office.site)
    work_later(office.site, office.clock, LATER)
    assert [one.gateway_id for one in all_offers(office.site)] == ["asapcomm:1", "asapcomm:2"]


def test_a_refusal_is_asked_once_and_told_to_the_operator_in_our_words(office: Office):
    office.site.diary.fault(
        BRIDGE.slug, "offer", "field_errors", status=400, errors=[{"message": REFUSAL}]
    )
    offered(office)
    work_later(office.site, office.clock, LATER)
    made = the_offer(office.site)
    assert (made.text_status, made.response) == (SendStatus.SEND_FAILED, Response.FAILED)
    assert made.note == notes.REFUSED_BY_DIARY
    [reason] = reasons(office)
    assert "Web Sched ASAP" in reason
    assert "Dora" not in reason
    assert posts(office) == 1


def test_who_is_off_the_diarys_list_since_is_not_texted_and_nobody_is_alarmed(office: Office):
    number = office.write_down(office.slot(12))
    office.mirror()
    offer(office.site, office.slot(2), *entries(office.site))
    office.ask("PUT", f"appointments/{number}", Priority="Normal")
    work(office.site)
    made = the_offer(office.site)
    assert (made.text_status, made.note) == (SendStatus.DO_NOT_SEND, notes.OFF_THE_DIARYS_LIST)
    assert made.response is Response.FAILED
    assert (comms(office), reasons(office)) == ([], [])


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


def test_what_is_over_is_read_once_and_then_no_more(office: Office):
    to = office.slot(2)
    offered(office)
    office.clock.move_to(datetime.fromisoformat(wall(to)).replace(tzinfo=UTC) + timedelta(hours=5))
    office.site.diary.forget_calls(BRIDGE.slug)
    for _ in range(3):
        office.mirror()
    assert len(office.site.diary.calls(BRIDGE.slug, "comms")) == 1


@pytest.mark.parametrize(
    ("response", "ended"),
    [(Response.DECLINED, None), (Response.DECLINED_STOP_COMM, Ended.STOPPED)],
)
def test_an_answer_on_its_own_page_counts_here_and_is_what_our_api_says(
    office: Office, response: Response, ended: Ended | None
):
    number = offered(office)
    office.site.diary.answer_asapcomm(BRIDGE.slug, 1, response.value)
    office.mirror()
    assert [one.ended for one in entries(office.site)] == [ended]
    keys = f"ODFHIR {BRIDGE.slug}-developer/{BRIDGE.slug}-customer"
    address = f"/api/{BRIDGE.slug}/asapcomms/{the_offer(office.site).id}"
    told = json.loads(office.site.visitor.raw("GET", address, headers={"Authorization": keys}).data)
    assert told["ResponseStatus"] == response.value
    assert (told["FKey"], told["SmsSendStatus"]) == (number, "SendSuccessful")
    assert told["TemplateText"] == comms(office)[0]["TemplateText"]
    assert [one.condition for one in openings(office.site)] == [Condition.OPEN]
    expected = "ASAP" if ended is None else "Normal"
    assert office.appointment(number)["Priority"] == expected


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
