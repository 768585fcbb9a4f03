"""Whoever must know is promised to be told, in the transaction that makes it so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from tests.appointments.settlers import CANCELS, PLAIN, AbleDiary, FreeList, settler_over
from tests.appointments.stored import NOW, START, Sessions, claimed, keep, opened, promised
from tests.practices.examples import practice
from webapp.appointments.kinds import Kind
from webapp.appointments.model import Booking, State
from webapp.appointments.recording import ask_release, record
from webapp.appointments.telling import promise_again
from webapp.asap.mirrored import Rows
from webapp.db.engine import writing
from webapp.diaries.lists import AsapAppointment
from webapp.diaries.port import Capability
from webapp.outbox.model import Promise
from webapp.web.tokens import Tokens

UPDOX = {
    "url": "https://updox.example",
    "application_id": "vendor",
    "application_password": "a-password",
    "account_id": "harbour",
    "calendar": "everybody",
}
TOLD = practice(updox=UPDOX)
UNTOLD = practice()


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sessions(tmp_path: Path, migrated_file: Path) -> Iterator[Sessions]:
    """On SQLite alone: what is decided here is decided in Python."""
    yield from opened(f"sqlite:///{shutil.copy(migrated_file, tmp_path)}")


def syncs(sessions: Sessions) -> list[str]:
    """Return the keys of the promises to tell."""
    with sessions() as session:
        found = select(Promise.key).where(Promise.kind == Kind.SYNC).order_by(Promise.id)
        return list(session.scalars(found))


def tell(sessions: Sessions, row_id: int, state: State) -> None:
    with writing(sessions) as session:
        record(session, row_id, state, TOLD)


def release(sessions: Sessions, row_id: int, able: Capability) -> None:
    """Cancel as the patient does, and let the worker do what was promised."""
    with writing(sessions) as session:
        ask_release(session, session.get_one(Booking, row_id))
    settler_over(AbleDiary(able), FreeList(), sessions, TOLD).release(claimed(row_id, "release"))


def test_a_booking_that_stands_and_no_other(sessions: Sessions):
    for state in State:
        if state not in {State.SENDING, State.CANCELLED}:
            tell(sessions, keep(sessions), state)
    confirmed = 1 + [one for one in State if one is not State.SENDING].index(State.CONFIRMED)
    assert syncs(sessions) == [f"sync:{confirmed}"]


def test_a_late_yes_too_and_each_once(sessions: Sessions):
    row_id = keep(sessions)
    tell(sessions, row_id, State.NOT_BOOKED)
    assert syncs(sessions) == []
    for _ in range(2):
        tell(sessions, row_id, State.CONFIRMED)
    assert syncs(sessions) == [f"sync:{row_id}"]


def test_only_where_the_practices_file_says_who(sessions: Sessions):
    row_id = keep(sessions)
    with writing(sessions) as session:
        record(session, row_id, State.CONFIRMED, UNTOLD)
    assert promised(sessions) == [Kind.PATIENT_BOOKED]


@pytest.mark.parametrize("able", [PLAIN, CANCELS])
def test_one_that_is_taken_out_by_the_diary_or_by_hand(sessions: Sessions, able: Capability):
    row_id = keep(sessions, state=State.CONFIRMED)
    release(sessions, row_id, able)
    assert syncs(sessions) == [f"sync:{row_id}:out"]


def test_one_that_the_diary_did_not_take_out_still_stands(sessions: Sessions):
    row_id = keep(sessions, state=State.CONFIRMED)
    with writing(sessions) as session:
        ask_release(session, session.get_one(Booking, row_id))
    assert syncs(sessions) == []


def test_a_move_promises_both(sessions: Sessions):
    old = keep(sessions, state=State.CONFIRMED)
    new = keep(sessions, replaces_id=old)
    tell(sessions, new, State.CONFIRMED)
    settler_over(AbleDiary(), FreeList(), sessions, TOLD).release(claimed(old, "release"))
    assert syncs(sessions) == [f"sync:{new}", f"sync:{old}:out"]


def test_again_for_what_was_made_changed_or_stood_since_then(sessions: Sessions):
    since = NOW + timedelta(days=10)
    past = {"starts_at_utc": NOW, "state": State.CONFIRMED}
    keep(sessions, **past)
    stood = keep(sessions, **(past | {"starts_at_utc": since}))
    made = keep(sessions, **past, created_at_utc=since)
    out = keep(sessions, **past, release_asked_at_utc=since)
    late = keep(sessions, **(past | {"state": State.CANCELLED}), settled_at_utc=since)
    keep(sessions, starts_at_utc=since, state=State.NOT_BOOKED)
    keep(sessions, starts_at_utc=since, state=State.CONFIRMED, slug="another")
    for _ in range(2):
        with writing(sessions) as session:
            count = promise_again(session, "harbour", since=since, turn="again 1")
        assert count == 4
    assert syncs(sessions) == [f"sync:{one}:again 1" for one in (stood, made, out, late)]


def test_nobody_is_told_that_what_the_practice_made_was_booked_online(sessions: Sessions):
    of_the_desk = {"journey": "diary.1", "state": State.CONFIRMED, "diary_reference": "5"}
    old = keep(sessions, **of_the_desk)
    new = keep(
        sessions, journey="asap.1", replaces_id=old, diary_reference="5", diary_key="diary.1"
    )
    tell(sessions, new, State.CONFIRMED)
    assert syncs(sessions) == [f"sync:{new}"]
    with writing(sessions) as session:
        assert promise_again(session, "harbour", since=NOW, turn="again 1") == 1


def test_where_the_desk_puts_what_was_booked_here_and_nothing_that_it_made(sessions: Sessions):
    ours, theirs = (
        keep(sessions, state=State.CONFIRMED, diary_reference="7"),
        keep(sessions, state=State.CONFIRMED, diary_reference="8", journey="diary.8"),
    )
    told: list[list[str]] = []
    for days in (1, 2):
        rows = Rows(TOLD, Tokens("a-key"), NOW + timedelta(days=days))
        for row_id in (ours, theirs):
            start = START + timedelta(days=days)
            one = AsapAppointment("7", "1", "42230", "7323", start, 45)
            with writing(sessions) as session:
                assert rows.follow(session, row_id, one, ("Siân O'Brien", "Treatment Room 2"))
        told.append(syncs(sessions))
        ours = theirs + 1
    with writing(sessions) as session:
        Rows(TOLD, Tokens("a-key"), NOW).let_go(session, ours)
    first = [f"sync:{ours - 2}:out", f"sync:{ours}:1"]
    assert told == [first, [*first, f"sync:{ours}:2"]]
    assert syncs(sessions) == [*first, f"sync:{ours}:2", f"sync:{ours}:out"]
