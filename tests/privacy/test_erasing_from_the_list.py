"""One patient's places on the ASAP list are erased, and everybody else's stay."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from sqlalchemy import select

from tests.appointments.stored import NOW, Sessions, keep, opened
from tests.asap.ground import OnTheList, offers, on_the_list, open_to_all
from tests.services.both import on_both
from webapp.appointments.model import Booking, State
from webapp.asap.kinds import Kind as AsapKind
from webapp.asap.model import Condition, Entry, Offer, Opening
from webapp.db.engine import writing
from webapp.outbox.model import Promise
from webapp.privacy.forgetting import erase_by_email


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sessions(database_url: str) -> Iterator[Sessions]:
    yield from opened(database_url)


def ids(sessions: Sessions, table: type[Booking | Entry | Offer | Opening]) -> list[int]:
    with sessions() as session:
        return list(session.scalars(select(table.id).order_by(table.id)))


def promises(sessions: Sessions) -> list[tuple[str, int]]:
    with sessions() as session:
        rows = session.scalars(select(Promise).order_by(Promise.kind, Promise.subject_id))
        return [(row.kind, row.subject_id) for row in rows]


def email_of(sessions: Sessions, one: OnTheList) -> str:
    with sessions() as session:
        return session.get_one(Entry, one.entry_id).patient_email


@on_both
def test_one_patients_place_is_forgotten_and_everybody_elses_stays(sessions: Sessions):
    them, other = on_the_list(sessions), on_the_list(sessions)
    open_to_all(sessions)
    email = email_of(sessions, them)
    assert erase_by_email(sessions, f" {email.upper()} ") == 1
    assert ids(sessions, Entry) == [other.entry_id]
    assert [one.entry_id for one in offers(sessions)] == [other.entry_id]
    assert len(ids(sessions, Opening)) == 1
    of_texts = [subject for kind, subject in promises(sessions) if kind == AsapKind.TEXT]
    assert of_texts == [offers(sessions)[0].id]


def test_a_slot_that_they_have_in_hand_is_nobody_elses(sessions: Sessions):
    """Nobody knows any more whose it is: the diary may have it."""
    them, other = on_the_list(sessions), on_the_list(sessions)
    mine, _theirs = open_to_all(sessions)
    with writing(sessions) as session:
        session.get_one(Opening, mine.opening_id).claimed_by_id = mine.id
    erase_by_email(sessions, email_of(sessions, them))
    with sessions() as session:
        opening = session.get_one(Opening, mine.opening_id)
    assert (opening.condition, opening.live_key) == (Condition.GONE, None)
    assert [one.entry_id for one in offers(sessions)] == [other.entry_id]


@pytest.mark.parametrize("condition", [Condition.TAKEN, Condition.GONE, Condition.WITHDRAWN])
def test_one_that_has_ended_stays_as_it_ended(sessions: Sessions, condition: Condition):
    them = on_the_list(sessions)
    on_the_list(sessions)
    mine, _theirs = open_to_all(sessions)
    with writing(sessions) as session:
        opening = session.get_one(Opening, mine.opening_id)
        opening.claimed_by_id, opening.condition = mine.id, condition
    erase_by_email(sessions, email_of(sessions, them))
    with sessions() as session:
        assert session.get_one(Opening, mine.opening_id).condition is condition


def test_without_an_appointment_too(sessions: Sessions):
    them = on_the_list(sessions, has=None)
    open_to_all(sessions)
    assert erase_by_email(sessions, email_of(sessions, them)) == 0
    assert (ids(sessions, Entry), ids(sessions, Offer)) == ([], [])


def test_the_places_of_an_erased_appointment_go_whatever_their_address(sessions: Sessions):
    one = on_the_list(sessions)
    assert one.booking_id is not None
    with writing(sessions) as session:
        booking = session.get_one(Booking, one.booking_id)
        booking.patient_email = "ada@whitcombe.example"
    assert erase_by_email(sessions, "ada@whitcombe.example") == 1
    assert ids(sessions, Entry) == []


@on_both
def test_an_appointment_that_was_moved_to_goes_with_the_place_of_the_old_one(sessions: Sessions):
    one = on_the_list(sessions, patient_email="ada@whitcombe.example")
    with writing(sessions) as session:
        session.get_one(Entry, one.entry_id).patient_email = "ada@whitcombe.example"
    keep(
        sessions,
        state=State.CONFIRMED,
        replaces_id=one.booking_id,
        patient_email="ada@whitcombe.example",
    )
    assert erase_by_email(sessions, "ada@whitcombe.example") == 2
    assert (ids(sessions, Booking), ids(sessions, Entry)) == ([], [])
