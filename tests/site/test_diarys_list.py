"""An office whose Open Dental keeps the ASAP list: the desk's own appointments, moved in place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import requests
import time_machine

from tests.reference_process import BRIDGE, ReferenceDiary
from tests.site.asap import (
    LEAVE,
    STOP,
    TAKE,
    a_list,
    address_of,
    entries,
    join,
    offer,
    offers,
    send_all_through,
)
from tests.site.ground import Site, Slot, free_slot
from tests.site.own import subjects, unkept, work
from webapp.appointments.model import State
from webapp.asap import notes
from webapp.asap.limits import KNOWN_FOR
from webapp.asap.model import Ended, Entry
from webapp.asap.statuses import Response, SendStatus
from webapp.asap.wishes import Part
from webapp.db.engine import sessions_of

if TYPE_CHECKING:
    from tests.site.conftest import MakeSite

OBI, SURGERY = 31, 21
ROUND = timedelta(minutes=4)
DORA = {"LName": "Quill", "FName": "Dora", "WirelessPhone": "07700 900555", "TxtMsgOk": "Yes"}
WHOLE_HEADER = {
    "Authorization": f"ODFHIR {BRIDGE.key}",
    "Content-Type": "application/json",
}


@dataclass
class Office:
    """The site, and the office's own hand in its Open Dental."""

    site: Site
    clock: time_machine.Traveller

    def slot(self, at: int) -> Slot:
        return free_slot(self.site.diary, OBI, SURGERY, slug=BRIDGE.slug, at=at)

    def ask(self, method: str, path: str, **body: object) -> Any:  # noqa: ANN401 - JSON
        address = f"{self.site.diary.opendental_url()}/{path}"
        answer = requests.request(
            method,
            address,
            data=json.dumps(body) if body else None,
            headers=WHOLE_HEADER,
            timeout=30,
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def write_down(self, slot: Slot, **said: object) -> int:
        """Give a patient of the office's an appointment that is on its ASAP list."""
        patient = self.ask("POST", "patients", **(DORA | said))["PatNum"]
        made = self.ask(
            "POST",
            "appointments",
            PatNum=patient,
            Op=SURGERY,
            ProvNum=OBI,
            AptDateTime=wall(slot),
            Pattern="XXXXXX",
            Note="Crown, lower left",
            Priority="ASAP",
        )
        return made["AptNum"]

    def appointment(self, number: int) -> dict[str, Any]:
        return self.ask("GET", f"appointments/{number}")

    def mirror(self) -> None:
        """Let a round pass, and the worker do its work."""
        self.clock.shift(ROUND)
        with self.site.app.app_context():
            self.site.app.extensions["openslot_chores"][-1].do()
        work(self.site)


def wall(slot: Slot) -> str:
    day, at = slot.date, slot.time
    return f"{day[:4]}-{day[4:6]}-{day[6:]} {at[:2]}:{at[2:]}:00"


@pytest.fixture
def office(
    diary: ReferenceDiary,
    make_site: MakeSite,
    monkeypatch: pytest.MonkeyPatch,
    clock: time_machine.Traveller,
) -> Office:
    send_all_through(monkeypatch, diary)
    urls = {BRIDGE.slug: diary.opendental_url()}
    site = make_site(BRIDGE.slug, urls=urls, more={BRIDGE.slug: a_list(BRIDGE.slug)})
    # The demo office has some of its own on the list
    office = Office(site, clock)
    for one in office.ask("GET", "appointments/ASAP"):
        office.ask("PUT", f"appointments/{one['AptNum']}", Priority="Normal")
    diary.forget_calls(BRIDGE.slug)
    return office


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
    office.clock.shift(ROUND)
    with office.site.app.app_context():
        office.site.app.extensions["openslot_chores"][-1].do()
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


@pytest.mark.parametrize("parts", [["morning", "afternoon"], None])
def test_what_the_desk_moves_leads_from_its_old_page_to_the_new_one_and_keeps_its_wish(
    office: Office, parts: list[str] | None
):
    own = office.site.book(office.slot(12)).follow("Change or cancel")
    if parts:
        join(own, parts=parts)
    office.mirror()
    [row] = office.site.bookings()
    later = office.slot(15)
    office.ask(
        "PUT", f"appointments/{row.diary_reference}", AptDateTime=wall(later), Priority="ASAP"
    )
    office.mirror()
    old, new = office.site.bookings()
    assert (old.state, new.state, new.replaces_id) == (State.CANCELLED, State.CONFIRMED, old.id)
    assert new.starts_at_utc.strftime("%Y%m%d%H%M") == f"{later.date}{later.time}"
    page = office.site.open(own.path)
    assert page.heading == "This appointment has moved"
    assert "The practice moved it" in page.text
    page = page.follow("See your new appointment")
    assert page.heading == "Your appointment"
    assert "The practice moved it here from" in page.text
    [entry] = entries(office.site)
    assert entry.ended is None
    assert entry.parts == ",".join(sorted(parts or Part))
    # The worker and a button of the old page, pressed in an old tab, leave it where it is
    office.site.visitor.send(own.path + "/cancel", {})
    office.mirror()
    assert office.site.diary.calls(BRIDGE.slug, "break") == []
    [address] = offer(office.site, office.slot(2), entry)
    assert office.site.visitor.send(address + TAKE, {}).heading == "It’s yours"


@pytest.mark.parametrize("is_moved", [True, False])
def test_a_page_never_says_cancelled_of_what_the_desk_only_moved(office: Office, is_moved: bool):
    number = office.write_down(office.slot(12))
    office.mirror()
    [row] = office.site.bookings()
    later = office.slot(15)
    if is_moved:
        said = {"AptDateTime": wall(later), "Priority": "Normal"}
        office.ask("PUT", f"appointments/{number}", **said)
    else:
        office.ask("PUT", f"appointments/{number}/Break", sendToUnscheduledList="true")
    office.mirror()
    token = office.site.tokens.page_of(slug=row.slug, journey=row.journey)
    page = office.site.open(f"/{row.slug}/booking/{token}")
    says = "Your appointment" if is_moved else "The practice has changed this appointment"
    assert page.heading == says
    assert "Book another time" not in page.text
    [row] = office.site.bookings()
    assert (f"{row.starts_at_utc:%Y%m%d%H%M}" == f"{later.date}{later.time}") is is_moved


def test_who_wants_to_hear_no_more_hears_no_more_when_the_desk_lists_them_again(office: Office):
    number = office.write_down(office.slot(12))
    office.mirror()
    [address] = offer(office.site, office.slot(2), *entries(office.site))
    office.site.visitor.send(address + STOP, {})
    work(office.site)
    assert office.appointment(number)["Priority"] == "Normal"
    office.ask("PUT", f"appointments/{number}", Priority="ASAP")
    office.mirror()
    office.clock.shift(timedelta(hours=7))
    office.mirror()
    [_, again] = entries(office.site)
    assert (again.ended, again.no_texts_because) == (None, notes.NO_LONGER_ON_LIST)


def test_who_has_a_place_already_gets_no_second_one(office: Office):
    join(office.site.book(office.slot(12)).follow("Change or cancel"))
    office.mirror()
    with sessions_of(office.site.app)() as session, session.begin():
        session.get_one(Entry, 1).diary_reference = None  # as before the list was the diary's
    keys = {"Authorization": f"ODFHIR {BRIDGE.slug}-developer/{BRIDGE.slug}-customer"}
    address = f"/api/{BRIDGE.slug}/appointments/ASAP"
    assert office.site.visitor.raw("GET", address, headers=keys).json == []
    office.mirror()
    assert office.site.visitor.raw("GET", address, headers=keys).json != []
    [entry] = entries(office.site)
    assert entry.diary_reference == office.site.bookings()[0].diary_reference


def test_from_a_list_that_was_not_read_for_long_nobody_is_texted(office: Office):
    office.write_down(office.slot(12))
    office.mirror()
    offer(office.site, office.slot(5), *entries(office.site))
    office.clock.shift(timedelta(minutes=31))
    work(office.site)
    [made] = offers(office.site)
    assert (made.text_status, made.note) == (SendStatus.DO_NOT_SEND, notes.NOT_READ)
    assert office.site.diary.texts.texts() == []


def test_of_what_the_desk_has_made_too_long_for_it_the_page_says_so_and_no_text_goes(
    office: Office,
):
    number = office.write_down(office.slot(12))
    office.mirror()
    [address] = offer(office.site, office.slot(2), *entries(office.site))
    office.ask("PUT", f"appointments/{number}", Pattern="X" * 24)
    office.mirror()
    [made] = offers(office.site)
    assert (made.text_status, made.note) == (SendStatus.DO_NOT_SEND, notes.TOO_SHORT)
    for page in (office.site.open(address), office.site.visitor.send(address + TAKE, {})):
        assert page.heading == "This offer isn’t open any more"
        assert "You still have" in page.text


def test_whoever_erases_a_patient_of_the_list_hears_that_the_desk_must_take_them_off_it(
    office: Office,
):
    number = office.write_down(office.slot(12), Email="dora@quill.example")
    office.mirror()
    erase = ["privacy", "erase", "--email", "Dora@Quill.example"]
    told = office.site.app.test_cli_runner().invoke(args=erase).output
    assert told.startswith("1 bookings erased.\n" + BRIDGE.slug)
    assert "erase once more" in told
    office.mirror()
    office.ask("PUT", f"appointments/{number}", Priority="Normal")
    office.mirror()
    told = office.site.app.test_cli_runner().invoke(args=erase).output
    assert told == "1 bookings erased.\n"
    office.mirror()
    assert entries(office.site) == []
