"""An office whose Open Dental keeps the record of offers: its own text, link and answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.reference_process import BRIDGE
from tests.site.asap import (
    entries,
    offer,
    openings,
    the_offer,
)
from tests.site.asap import offers as all_offers
from tests.site.office import Office, offered, wall
from tests.site.own import work, work_later
from webapp.appointments.model import State
from webapp.asap import notes
from webapp.asap.model import Condition, Ended
from webapp.asap.statuses import Response, SendStatus
from webapp.clock import now
from webapp.db.engine import sessions_of
from webapp.outbox.model import Promise, Status

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
