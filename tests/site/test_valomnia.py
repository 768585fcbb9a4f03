"""The whole way with a practice on Valomnia, which finds, cancels, and knows nothing of slots."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from tests.reference_process import MEADOW, ReferenceDiary
from tests.site.conftest import MakeSite
from tests.site.ground import PATIENT, Site, Slot, free_slot
from tests.site.own import ADA, FAR, send_mail_through, subjects, unkept, work, work_later
from webapp.appointments.model import State

EWAN, UPSTAIRS = 812, 82
BOOK = "Book this appointment"
LATER = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def post(diary: ReferenceDiary, monkeypatch: pytest.MonkeyPatch) -> None:
    send_mail_through(monkeypatch, diary)


@pytest.fixture
def meadow(diary: ReferenceDiary, make_site: MakeSite) -> Site:
    return make_site(MEADOW.slug, urls={MEADOW.slug: diary.valomnia_url()})


def slot_of(site: Site, at: int = FAR) -> Slot:
    return free_slot(site.diary, EWAN, UPSTAIRS, slug=MEADOW.slug, at=at)


def standing(site: Site) -> list[tuple[str, str]]:
    """Return date and time of each booking that stands in the diary."""
    listed = site.diary.bookings(MEADOW.slug)
    return [(one["date"], one["time"]) for one in listed if not one["released"]]


def test_a_patient_books_and_the_desk_sees_who_comes(meadow: Site):
    slot = slot_of(meadow)
    outcome = meadow.book(slot)
    assert outcome.heading == "You’re booked"
    assert standing(meadow) == [(slot.date, slot.time)]
    [made] = meadow.diary.bookings(MEADOW.slug)
    assert made["name"] == f"{PATIENT['name']} with Ewan Sinclair, Upstairs Room"
    for word in PATIENT.values():
        assert word in made["desc"]
    [row] = meadow.bookings()
    assert (row.state, row.minutes, row.reason) == (State.CONFIRMED, 40, None)
    assert row.diary_reference


def test_a_slot_that_the_desk_took_meanwhile_is_told_as_taken(meadow: Site):
    slot = slot_of(meadow)
    check = meadow.check(slot)
    slot.taken_by_the_desk(meadow.diary)
    check.press(BOOK, allow=409)
    assert standing(meadow) == []
    assert meadow.diary.calls(MEADOW.slug, "upsert") == []


def test_cancelling_takes_it_out_of_the_diary(meadow: Site):
    page = meadow.book(slot_of(meadow)).follow("Change or cancel")
    page.follow("Cancel it").press("Yes, cancel it")
    work(meadow)
    assert standing(meadow) == []
    assert [row.state for row in meadow.bookings()] == [State.CANCELLED]
    assert meadow.diary.mails("hello@meadowclinic.example") == [], "nobody has to do it by hand"


def test_an_answer_that_was_lost_is_settled_by_asking(meadow: Site, clock: time_machine.Traveller):
    check = meadow.check(slot_of(meadow))
    meadow.diary.fault(MEADOW.slug, "upsert", "drop_after", times=1)
    assert check.press(BOOK).heading == "We’re checking whether you’re booked"
    work_later(meadow, clock, LATER)
    [row] = meadow.bookings()
    assert row.state is State.CONFIRMED
    assert len(standing(meadow)) == 1
    assert subjects(meadow, ADA) == ["You’re booked"]
    assert unkept(meadow) == []


def test_a_booking_that_never_arrived_is_surely_not_booked(
    meadow: Site, clock: time_machine.Traveller
):
    check = meadow.check(slot_of(meadow))
    meadow.diary.fault(MEADOW.slug, "upsert", "drop_before", times=1)
    check.press(BOOK)
    work_later(meadow, clock, LATER)
    assert [row.state for row in meadow.bookings()] == [State.NOT_BOOKED]
    assert standing(meadow) == []


def test_a_diary_that_is_away_is_told_as_that(meadow: Site):
    check = meadow.check(slot_of(meadow))
    meadow.diary.fault(MEADOW.slug, "*", "drop_before")
    check.press(BOOK, allow=503)
    assert [row.state for row in meadow.bookings()] == [State.UNREACHABLE]
