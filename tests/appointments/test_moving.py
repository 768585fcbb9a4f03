"""One appointment in the diary is in one place: what follows where two things happen to it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine

from tests.appointments.settlers import AbleDiary, FreeList, settler_over
from tests.appointments.stored import (
    DEADLINE,
    HARBOUR,
    Sessions,
    claimed,
    keep,
    opened,
    promised,
    read,
)
from webapp.appointments.kinds import Kind
from webapp.appointments.model import State
from webapp.appointments.recording import record
from webapp.db.engine import writing
from webapp.diaries.errors import DiaryError, SlotShared, SlotTaken
from webapp.diaries.port import CancelReason, Capability, Confirmation, PlacedBooking, Slot
from webapp.outbox.results import Park, TryLater

ABLE = Capability.BOOK | Capability.CANCEL | Capability.FIND | Capability.MOVE


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(DEADLINE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sessions(tmp_path: Path, migrated_file: Path) -> Iterator[Sessions]:
    yield from opened(f"sqlite:///{shutil.copy(migrated_file, tmp_path)}")


def the_old_one(sessions: Sessions, state: State = State.CONFIRMED) -> int:
    return keep(
        sessions,
        state=state,
        diary_reference="7",
        release_asked_at_utc=DEADLINE,
        cancel_reason=CancelReason.SICK,
    )


def a_move(sessions: Sessions, old: int, state: State) -> int:
    return keep(sessions, state=state, replaces_id=old, diary_reference="7", diary_key="a-journey")


def say_yes(sessions: Sessions, row_id: int) -> None:
    with writing(sessions) as session:
        record(session, row_id, State.CONFIRMED, HARBOUR, confirmation=Confirmation(45, "7"))


@pytest.mark.parametrize("concluded", [State.UNKNOWN, State.NOT_BOOKED, State.PRACTICE_CHECKS])
def test_a_late_yes_moves_it_for_good_and_nothing_is_taken_out(
    sessions: Sessions, concluded: State
):
    old = the_old_one(sessions)
    new = a_move(sessions, old, concluded)
    for _ in range(2):
        say_yes(sessions, new)
    assert read(sessions, new).state is State.CONFIRMED
    assert (read(sessions, old).state, read(sessions, old).sequence) == (State.CANCELLED, 1)
    assert read(sessions, old).cancel_reason is None, "it may tell of their health"
    assert promised(sessions, old) == [Kind.SLOT_FREED]


def test_a_yes_that_comes_when_it_has_gone_elsewhere_is_for_the_practice_to_look_at(
    sessions: Sessions,
):
    old = the_old_one(sessions, State.CANCELLED)
    new = a_move(sessions, old, State.NOT_BOOKED)
    say_yes(sessions, new)
    assert read(sessions, new).state is State.PRACTICE_CHECKS
    assert promised(sessions) == [Kind.PATIENT_UNCONFIRMED, Kind.PRACTICE_CHECK]


@pytest.mark.parametrize(
    ("moving", "error"), [(State.UNKNOWN, TryLater), (State.PRACTICE_CHECKS, Park)]
)
def test_nothing_is_taken_out_while_nobody_knows_where_it_is(
    sessions: Sessions, moving: State, error: type[Exception]
):
    old = the_old_one(sessions)
    a_move(sessions, old, moving)
    diary = AbleDiary(ABLE)
    with pytest.raises(error):
        settler_over(diary, FreeList(), sessions).release(claimed(old, Kind.RELEASE))
    assert diary.cancelled == []
    assert read(sessions, old).state is State.CONFIRMED


def test_what_was_moved_is_looked_for_and_taken_out_by_the_diarys_number_and_key(
    sessions: Sessions,
):
    new = a_move(sessions, the_old_one(sessions, State.CANCELLED), State.CONFIRMED)
    diary = AbleDiary(ABLE)
    for _ in range(2):
        settler_over(diary, FreeList(), sessions).release(claimed(new, Kind.RELEASE))
    [asked] = diary.cancelled
    assert (asked.reference, asked.key) == ("7", "a-journey")


@dataclass
class CrowdedDiary(AbleDiary):
    """It has the appointment where it was to be moved to, and somebody else there too."""

    error: type[DiaryError] = SlotTaken

    def move(self, booking: PlacedBooking, to: Slot) -> Confirmation:
        raise self.error("somebody else is there")


@pytest.mark.parametrize("error", [SlotTaken, SlotShared])
def test_found_where_it_was_moved_to_beside_somebody_else_it_is_never_said_to_stand_as_before(
    sessions: Sessions, error: type[DiaryError]
):
    old = keep(sessions, state=State.CONFIRMED, diary_reference="7")
    new = a_move(sessions, old, State.UNKNOWN)
    diary = CrowdedDiary(ABLE, on_find=lambda: Confirmation(45, "7"), error=error)
    settler_over(diary, FreeList(), sessions).settle(claimed(new, Kind.SETTLE))
    assert read(sessions, new).state is State.PRACTICE_CHECKS
    assert promised(sessions) == [Kind.PATIENT_UNCONFIRMED, Kind.PRACTICE_CHECK]
