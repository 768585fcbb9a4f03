"""An office whose Open Dental keeps the ASAP list: the desk's own appointments, moved in place."""

from __future__ import annotations

import json

import pytest

from tests.reference_process import BRIDGE
from tests.site.asap import (
    LEAVE,
    TAKE,
    address_of,
    entries,
    join,
    offer,
    offers,
)
from tests.site.office import SURGERY, Office, wall
from tests.site.own import subjects, unkept, work
from webapp.appointments.model import State
from webapp.asap import notes
from webapp.asap.limits import KNOWN_FOR
from webapp.asap.model import Ended
from webapp.asap.statuses import Response, SendStatus


def test_the_desks_own_appointment_is_offered_and_moved_with_all_that_it_has(office: Office):
    old, to = office.slot(12), office.slot(2)
    number = office.write_down(old)
    office.mirror()
    [entry] = entries(office.site)
    assert (entry.number, entry.first_name, entry.no_texts_because) == (number, "Dora", None)
    [address] = offer(office.site, to, entry)
    work(office.site)
    [text] = office.site.diary.texts.texts()
    assert text.to == "+447700900555"
    page = office.site.open(address)
    assert page.heading == "An earlier appointment"
    assert office.site.visitor.send(address + TAKE, {}).heading == "It’s yours"
    moved = office.appointment(number)
    assert (moved["AptDateTime"], moved["Priority"]) == (wall(to), "Normal")
    assert moved["Note"] == "Crown, lower left"
    office.mirror()
    assert [one.ended for one in entries(office.site)] == [Ended.TAKEN]
    assert [one.state for one in office.site.bookings()] == [State.CANCELLED, State.CONFIRMED]
    assert office.site.diary.calls(BRIDGE.slug, "break") == []
    assert subjects(office.site) == [], "nobody knows an address of Dora's"
    assert unkept(office.site) == ["asap-expire"]


@pytest.mark.parametrize(
    ("said", "note"),
    [
        ({"TxtMsgOk": "No"}, notes.NOT_WANTED),
        ({"TxtMsgOk": "Unknown"}, notes.NOT_WANTED),
        ({"WirelessPhone": ""}, notes.NO_MOBILE),
    ],
)
def test_whoever_may_not_be_texted_is_on_the_list_without_texts(
    office: Office, said: dict[str, object], note: str
):
    office.write_down(office.slot(12), **said)
    office.mirror()
    [address] = offer(office.site, office.slot(2), *entries(office.site))
    work(office.site)
    [made] = offers(office.site)
    assert (made.text_status, made.note) == (SendStatus.DO_NOT_SEND, note)
    assert made.response is Response.UNABLE_TO_SEND
    assert office.site.diary.texts.texts() == []
    assert office.site.visitor.send(address + TAKE, {}).heading == "It’s yours"


def test_who_leaves_the_diarys_list_or_is_moved_there_is_followed(office: Office):
    number = office.write_down(office.slot(12))
    office.mirror()
    later = office.slot(15)
    office.ask("PUT", f"appointments/{number}", AptDateTime=wall(later))
    office.mirror()
    [row] = office.site.bookings()
    assert row.starts_at_utc.strftime("%Y%m%d%H%M") == f"{later.date}{later.time}"
    office.ask("PUT", f"appointments/{number}", Priority="Normal")
    office.mirror()
    assert [one.ended for one in entries(office.site)] == [Ended.OVER]
    assert [one.state for one in office.site.bookings()] == [State.CONFIRMED]
    office.ask("PUT", f"appointments/{number}", Priority="ASAP")
    office.mirror()
    assert [one.ended for one in entries(office.site)] == [Ended.OVER, None]
    office.ask("PUT", f"appointments/{number}/Break", sendToUnscheduledList="true")
    office.mirror()
    assert [one.ended for one in entries(office.site)] == [Ended.OVER, Ended.OVER]
    assert [one.state for one in office.site.bookings()] == [State.CANCELLED]


@pytest.mark.parametrize(
    ("change", "heading"),
    [
        ({"Priority": "Normal"}, "This offer isn’t open any more"),
        ({"Pattern": "XXXXXXXXX"}, "This offer isn’t open any more"),
        ({"AptDateTime": "later"}, "We can’t find your appointment"),
        ({"AptStatus": "Broken"}, "We can’t find your appointment"),
    ],
)
def test_what_the_desk_changed_meanwhile_is_not_touched_and_the_page_says_so(
    office: Office, change: dict[str, str], heading: str
):
    number = office.write_down(office.slot(12))
    office.mirror()
    [address] = offer(office.site, office.slot(2), *entries(office.site))
    if "AptDateTime" in change:
        change = {"AptDateTime": wall(office.slot(15))}
    office.ask("PUT", f"appointments/{number}", **change)
    before = office.appointment(number)
    assert office.site.visitor.send(address + TAKE, {}).heading == heading
    page = office.site.open(address)
    assert page.heading == heading
    assert ("You still have" in page.text) is (heading != "We can’t find your appointment")
    work(office.site)
    assert office.appointment(number) | {"serverDateTime": ""} == before | {"serverDateTime": ""}
    # Back on the list, wherever it is by now, it is offered and moved like any other
    office.ask("PUT", f"appointments/{number}", AptStatus="Scheduled", Priority="ASAP")
    office.ask("PUT", f"appointments/{number}", Pattern="XXXXXX")
    office.mirror()
    [again] = offer(office.site, office.slot(3), entries(office.site)[-1])
    assert office.site.visitor.send(again + TAKE, {}).heading == "It’s yours"
    assert office.appointment(number)["Priority"] == "Normal"


def test_who_joins_on_our_pages_is_put_on_the_diarys_list_and_taken_off_it(office: Office):
    own = office.site.book(office.slot(12)).follow("Change or cancel")
    joined = join(own)
    [row] = office.site.bookings()
    number = int(row.diary_reference or "")
    # The diary's list, read before it was told, does not take them off
    with office.site.app.app_context():
        office.site.app.extensions["openslot_chores"][-1].do()
    office.mirror()
    assert office.appointment(number)["Priority"] == "ASAP"
    office.mirror()
    [entry] = entries(office.site)
    assert (entry.ended, entry.number) == (None, number)
    assert entry.patient_number == office.appointment(number)["PatNum"]
    office.site.open(joined.path).press(LEAVE)
    office.mirror()
    assert office.appointment(number)["Priority"] == "Normal"
    assert [one.ended for one in entries(office.site)] == [Ended.LEFT]
    assert unkept(office.site) == []


@pytest.mark.parametrize("has_asked", [True, False])
def test_who_has_asked_here_for_something_sooner_stays_on_it_when_they_change_their_time(
    office: Office, has_asked: bool
):
    own = office.site.book(office.slot(12)).follow("Change or cancel")
    number = office.site.bookings()[0].diary_reference
    if has_asked:
        join(own)
    else:
        office.ask("PUT", f"appointments/{number}", Priority="ASAP")
    office.mirror()
    to = office.slot(15)
    new = office.site.open(f"{own.path}/change{to.choice}").press("Move it")
    assert office.appointment(int(number or ""))["Priority"] == "Normal"
    # The diary's list, read before it was told, does not take them off
    office.read_list()
    if has_asked:
        assert [one.ended for one in entries(office.site)] == [None]
    work(office.site)
    for _ in range(2):
        office.mirror()
        listed = office.appointment(int(number or ""))
        assert listed["AptDateTime"] == wall(to)
        assert listed["Priority"] == ("ASAP" if has_asked else "Normal")
    assert [one.ended for one in entries(office.site)] == [None if has_asked else Ended.OVER]
    if has_asked:
        [address] = offer(office.site, office.slot(2), *entries(office.site))
        assert office.site.visitor.send(address + TAKE, {}).heading == "It’s yours"
        office.mirror()
        assert [one.ended for one in entries(office.site)] == [Ended.TAKEN]
        assert office.appointment(int(number or ""))["Priority"] == "Normal"
    assert new.heading == "Your appointment"


def test_who_agrees_on_our_page_is_texted_though_the_desk_had_them_on_the_list_before(
    office: Office,
):
    own = office.site.book(office.slot(12)).follow("Change or cancel")
    [row] = office.site.bookings()
    office.ask("PUT", f"appointments/{row.diary_reference}", Priority="ASAP")
    office.mirror()
    [entry] = entries(office.site)
    assert entry.no_texts_because == notes.NOT_WANTED
    join(own)
    offer(office.site, office.slot(2), entry)
    work(office.site)
    assert [one.to for one in office.site.diary.texts.texts()] == ["+447700900123"]
    office.clock.shift(2 * KNOWN_FOR)
    office.mirror()
    assert [one.no_texts_because for one in entries(office.site)] == [None]


def test_without_an_appointment_nobody_is_asked_onto_it(office: Office):
    assert office.site.open(f"/{BRIDGE.slug}/asap", allow=404)


def test_the_api_calls_an_appointment_by_the_diarys_number(office: Office):
    number = office.write_down(office.slot(12))
    office.mirror()
    keys = f"ODFHIR {BRIDGE.slug}-developer/{BRIDGE.slug}-customer"
    client = office.site.app.test_client()
    listed = office.site.visitor.raw(
        "GET", f"/api/{BRIDGE.slug}/appointments/ASAP", headers={"Authorization": keys}
    )
    assert [one["AptNum"] for one in json.loads(listed.data)] == [number]
    body = {"op": SURGERY, "aptNum": number, "dateTimeStart": wall(office.slot(2))}
    made = client.post(
        f"/api/{BRIDGE.slug}/asapcomms", json=body, headers={"Authorization": keys}
    ).json
    assert made is not None
    assert (made["FKey"], made["FKeyType"]) == (number, "ScheduledAppt")
    [one] = offers(office.site)
    assert office.site.open(address_of(office.site, one.id)).heading == "An earlier appointment"
