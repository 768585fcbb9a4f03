"""An office whose Open Dental keeps the ASAP list: what its desk and its patients do meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.reference_process import BRIDGE
from tests.site.asap import (
    STOP,
    TAKE,
    entries,
    join,
    offer,
    offers,
)
from tests.site.office import Office, wall
from tests.site.own import work
from webapp.appointments.model import State
from webapp.asap import notes
from webapp.asap.model import Entry
from webapp.asap.statuses import SendStatus
from webapp.asap.wishes import Part
from webapp.db.engine import sessions_of


def test_what_the_desk_makes_longer_is_not_said_to_have_lost_its_time(office: Office):
    own = office.site.book(office.slot(12)).follow("Change or cancel")
    join(own, parts=["morning", "afternoon"])
    office.mirror()
    [row] = office.site.bookings()
    # A slash is five minutes
    office.ask(
        "PUT",
        f"appointments/{row.diary_reference}",
        Pattern="/" * (row.minutes // 5 + 1),
        Priority="ASAP",
    )
    office.mirror()
    page = office.site.open(own.path)
    assert "no longer yours" not in page.text
    assert "still at this time" in page.text
    assert "moved it here" not in page.follow("See your new appointment").text


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
