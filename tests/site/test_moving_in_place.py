"""Where the diary can move an appointment, it keeps its own, and never has two of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine

from tests.reference_process import BRIDGE, MEADOW, ReferenceDiary
from tests.site.asap import TAKE, a_list, entries, join, offer, send_all_through
from tests.site.ground import Site, Slot, free_slot
from tests.site.own import ADA, FAR, subjects, unkept, work, work_later
from webapp.appointments.model import State

if TYPE_CHECKING:
    from tests.page import Page
    from tests.site.conftest import MakeSite

LATER = timedelta(minutes=3)
NEARER = 8
CHANGED = "Your appointment is "


@dataclass
class Office:
    """A site over a diary that moves, and what that diary calls its doings."""

    site: Site
    slug: str
    staff_id: int
    room_id: int
    writes: tuple[str, str, str]
    """Booking, moving, taking out."""
    desk: str

    def slot(self, at: int) -> Slot:
        return free_slot(self.site.diary, self.staff_id, self.room_id, slug=self.slug, at=at)

    def own(self) -> Page:
        return self.site.book(self.slot(FAR)).follow("Change or cancel")

    def ask(self, own: Page, slot: Slot) -> Page:
        return self.site.open(f"{own.path}/change{slot.choice}")

    def standing(self) -> list[tuple[str, str]]:
        """Date and time of each online booking that stands in the diary."""
        listed = self.site.diary.bookings(self.slug)
        return [(one["date"], one["time"]) for one in listed if not one["released"]]

    def written(self) -> tuple[int, ...]:
        """How often the diary was asked to book, to move, to take out."""
        return tuple(len(self.site.diary.calls(self.slug, one)) for one in self.writes)

    def states(self) -> list[State]:
        return [one.state for one in self.site.bookings()]

    def numbers(self) -> set[str | None]:
        return {one.diary_reference for one in self.site.bookings()}


@pytest.fixture(params=[MEADOW.slug, BRIDGE.slug])
def office(
    request: pytest.FixtureRequest,
    diary: ReferenceDiary,
    make_site: MakeSite,
    monkeypatch: pytest.MonkeyPatch,
) -> Office:
    send_all_through(monkeypatch, diary)
    slug: str = request.param
    urls = {MEADOW.slug: diary.valomnia_url(), BRIDGE.slug: diary.opendental_url()}
    site = make_site(slug, urls=urls, more={slug: a_list(slug, list="openslot")})
    if slug == MEADOW.slug:
        writes = ("upsert", "update", "delete")
        return Office(site, slug, 812, 82, writes, "hello@meadowclinic.example")
    return Office(
        site, slug, 31, 21, ("save", "update", "break"), "desk@bridgestreetdental.example"
    )


def at(slot: Slot) -> list[tuple[str, str]]:
    return [(slot.date, slot.time)]


def test_a_change_keeps_the_diarys_own_appointment_and_cancelling_it_takes_it_out(office: Office):
    old, to = office.own(), office.slot(NEARER)
    new = office.ask(old, to).press("Move it")
    assert (new.heading, office.standing()) == ("Your appointment", at(to))
    assert office.site.open(old.path).heading == "This appointment has moved"
    assert office.states() == [State.CANCELLED, State.CONFIRMED]
    assert len(office.numbers()) == 1, "it is the same in the diary"
    work(office.site)
    assert office.written() == (1, 1, 0)
    assert [one[: len(CHANGED)] for one in subjects(office.site, ADA)] == [CHANGED]
    third = office.ask(new, office.slot(FAR + 3)).press("Move it")
    third.follow("Cancel it").press("Yes, cancel it")
    work(office.site)
    assert (office.standing(), office.written()) == ([], (1, 2, 1))
    assert office.states() == [State.CANCELLED] * 3
    assert subjects(office.site, ADA)[-1] == "Cancelled"
    assert office.site.diary.mails(office.desk) == []
    assert unkept(office.site) == []


def test_a_taken_slot_leaves_the_old_one_as_it_was(office: Office):
    old, to = office.own(), office.slot(NEARER)
    before = office.standing()
    asked = office.ask(old, to)
    to.taken_by_the_desk(office.site.diary)
    assert "That time has just gone." in asked.press("Move it", allow=409).text
    assert office.standing() == before
    assert office.site.open(old.path).has("Change the time")


@pytest.mark.parametrize(
    ("fault", "is_moved"), [("drop_before", False), ("drop_after", True)], ids=["lost", "unheard"]
)
def test_a_lost_answer_is_settled_by_looking_and_until_then_neither_time_is_promised(
    office: Office, clock: time_machine.Traveller, fault: str, is_moved: bool
):
    old, to = office.own(), office.slot(NEARER)
    before = office.standing()
    asked = office.ask(old, to)
    office.site.diary.fault(office.slug, office.writes[1], fault, times=1)
    page = asked.press("Move it")
    assert page.heading == "We’re checking whether you’re booked"
    assert "never in both places" in page.text
    assert "still yours" not in page.text
    moving = office.site.open(old.path)
    assert moving.heading == "Moving your appointment"
    assert not moving.has("Cancel it")
    work_later(office.site, clock, LATER)
    assert office.standing() == (at(to) if is_moved else before)
    assert office.written()[::2] == (1, 0)
    if is_moved:
        assert office.states() == [State.CANCELLED, State.CONFIRMED]
        assert subjects(office.site, ADA)[-1].startswith(CHANGED)
    else:
        assert office.states() == [State.CONFIRMED, State.NOT_BOOKED]
        assert "You still have your appointment on" in (office.site.diary.mails(ADA)[-1].text or "")
        assert office.site.open(old.path).has("Change the time")
    assert unkept(office.site) == []


def test_one_that_the_desk_has_taken_out_is_not_booked_anew(office: Office):
    old = office.own()
    [(date, time)] = office.standing()
    asked = office.ask(old, office.slot(NEARER))
    office.site.diary.release(
        office.slug, date=date, time=time, staff_id=office.staff_id, section_id=office.room_id
    )
    page = asked.press("Move it")
    assert (page.path, page.heading) == (old.path, "We can’t find this appointment")
    assert asked.press("Move it").text == page.text
    assert office.standing() == []
    assert office.written() == (1, 0, 0)
    work(office.site)
    assert subjects(office.site, ADA)[-1] == "We couldn’t move your appointment"
    assert subjects(office.site, office.desk) == ["Please ring about a move"]
    assert unkept(office.site) == []


def test_taking_what_the_list_offers_moves_it_too(office: Office):
    join(office.own())
    to = office.slot(0)
    [address] = offer(office.site, to, *entries(office.site))
    work(office.site)
    yours = office.site.visitor.send(address + TAKE, {})
    assert yours.heading == "It’s yours"
    assert "is no longer in the diary" in yours.text
    work(office.site)
    assert (office.standing(), office.written()) == (at(to), (1, 1, 0))
    assert office.states() == [State.CANCELLED, State.CONFIRMED]
    assert subjects(office.site, ADA)[-1].startswith(CHANGED)
