"""A kill at any step of taking an opening, or of texting of it, leaves one truth.

Nobody else has the slot, the appointment that the patient had is let go only once the new one
stands, and each text goes once. The diary here cancels nothing by itself, as Physiodiary does
not: a kill between a diary's taking out and our writing that down is proved where a diary that
cancels is at hand, with the tests of the list and of settling.
"""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.proof.asap import AsapStack, Phone
from tests.proof.stack import ANNA, ROOM, SLUG, Slot
from webapp.asap.kinds import Kind
from webapp.asap.model import Condition

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.reference_process import ReferenceDiary

KILLED = 137 - 128
PROMISED, BOOKED = "placing: promised", "placing: booked"
RECORDED, PLACED = "placing: recorded", "taking: placed"
POINTS = [PROMISED, BOOKED, RECORDED, PLACED]


@dataclass(frozen=True)
class Tap:
    """A tap that a kill ended, and another patient who was offered the same."""

    slot: Slot
    had: Slot
    rival_had: Slot
    phone: Phone
    rival: Phone


def is_of(slot: Slot, call: dict[str, Any]) -> bool:
    return (call["date"], call["time"]) == (slot.date, slot.time)


@dataclass(frozen=True)
class Aftermath:
    """What was seen by each point: once the web was back, and once the worker had caught up.

    What the diary had in the end is noted too: other tests bring it back to its beginning.
    """

    stack: AsapStack
    taps: dict[str, Tap]
    seen_at_once: dict[str, tuple[str, str]]
    seen_then: dict[str, tuple[str, str]]
    books: dict[str, int]
    booked: dict[str, list[str]]
    asked_by_hand: int
    free: set[Slot]


@pytest.fixture(scope="module")
def stack(
    tmp_path_factory: pytest.TempPathFactory, migrated_file: Path, shared_diary: ReferenceDiary
) -> Iterator[AsapStack]:
    """One deployment for all the kills: each has an opening and two patients of its own.

    On SQLite: who comes first on PostgreSQL is proved by a crowd.
    """
    folder = tmp_path_factory.mktemp("kills")
    url = f"sqlite:///{shutil.copy(migrated_file, folder)}"
    shared_diary.reset()
    with AsapStack(folder, shared_diary, url) as stack:
        yield stack


@pytest.fixture(scope="module")
def aftermath(stack: AsapStack) -> Aftermath:
    """Kill the web once at each point, start it again, and let the worker catch up."""
    slots, haves = stack.free_slots(len(POINTS)), stack.far_slots(2 * len(POINTS))
    taps: dict[str, Tap] = {}
    for point, slot in zip(POINTS, slots, strict=True):
        had, rival_had = haves.pop(), haves.pop()
        stack.diary.take(
            SLUG, date=had.date, time=had.time, staff_id=int(ANNA), section_id=int(ROOM)
        )
        phones = stack.offer_to(slot, stack.join(had), stack.join(rival_had))
        taps[point] = Tap(slot, had, rival_had, *phones)
    for point, tap in taps.items():
        stack.start(threads=4, OPENSLOT_CRASH_AT=point)
        with pytest.raises(requests.ConnectionError):
            tap.phone.tap()
        stack.stop()
    stack.start(threads=16)
    # The others want it too, and two of those whose tap was killed tap again.
    again = [one.rival for one in taps.values()] + [taps[PROMISED].phone, taps[BOOKED].phone]
    with ThreadPoolExecutor(len(again)) as pool:
        assert set(pool.map(Phone.tap, again)) == {303}
    at_once = {point: (tap.phone.look(), tap.rival.look()) for point, tap in taps.items()}
    stack.let_time_pass()
    assert stack.work() == 0
    then = {point: (tap.phone.look(), tap.rival.look()) for point, tap in taps.items()}
    calls = stack.diary.calls(SLUG, action="book")
    books = {point: sum(is_of(tap.slot, one) for one in calls) for point, tap in taps.items()}
    booked = {point: stack.booked(tap.slot) for point, tap in taps.items()}
    by_hand = sum(one.startswith("Please take out the old ") for one in stack.subjects())
    free = {Slot(*one) for one in stack.diary.free(SLUG, staff_id=int(ANNA), section_id=int(ROOM))}
    return Aftermath(stack, taps, at_once, then, books, booked, by_hand, free)


def test_killed_before_the_diary_was_asked_it_is_free_to_all_again(aftermath: Aftermath) -> None:
    tap = aftermath.taps[PROMISED]
    assert aftermath.seen_at_once[PROMISED] == (
        "We’re checking whether it’s yours",
        "Somebody else is just taking it",
    )
    assert aftermath.seen_then[PROMISED] == ("An earlier appointment", "An earlier appointment")
    assert aftermath.stack.opening(tap.slot) == (Condition.OPEN, None)
    assert (aftermath.books[PROMISED], aftermath.booked[PROMISED]) == (0, [])


def test_killed_once_the_diary_had_booked_it_is_nobody_elses_and_the_practice_looks(
    aftermath: Aftermath,
) -> None:
    tap = aftermath.taps[BOOKED]
    assert aftermath.seen_at_once[BOOKED] == (
        "We’re checking whether it’s yours",
        "Somebody else is just taking it",
    )
    assert aftermath.seen_then[BOOKED] == ("The practice will ring you", "Somebody else has it")
    assert aftermath.stack.opening(tap.slot) == (Condition.GONE, tap.phone.offer_id)
    assert aftermath.books[BOOKED] == 1
    assert aftermath.booked[BOOKED] == [aftermath.stack.email(tap.phone)]


@pytest.mark.parametrize("point", [RECORDED, PLACED])
def test_killed_once_that_was_recorded_it_is_theirs(aftermath: Aftermath, point: str) -> None:
    tap = aftermath.taps[point]
    assert aftermath.seen_at_once[point] == ("It’s yours", "Somebody else is just taking it")
    assert aftermath.seen_then[point] == ("It’s yours", "Somebody else has it")
    assert aftermath.stack.opening(tap.slot) == (Condition.TAKEN, tap.phone.offer_id)
    assert aftermath.books[point] == 1
    assert aftermath.booked[point] == [aftermath.stack.email(tap.phone)]
    assert aftermath.stack.responses([tap.phone, tap.rival]) == {
        "AcceptedAndMoved": 1,
        "AcceptedAndNotAvailable": 1,
    }


def test_the_old_one_is_let_go_only_where_the_new_one_stands(aftermath: Aftermath) -> None:
    stack = aftermath.stack
    let_go = {point: stack.is_let_go(tap.had) for point, tap in aftermath.taps.items()}
    assert let_go == {PROMISED: False, BOOKED: False, RECORDED: True, PLACED: True}
    assert not any(stack.is_let_go(tap.rival_had) for tap in aftermath.taps.values())
    assert aftermath.asked_by_hand == 2, "the practice takes them out by hand"
    assert aftermath.free.isdisjoint(tap.had for tap in aftermath.taps.values())
    # What waits is what lies ahead: the ends of openings, and texts of what is free again.
    assert {row[0] for row in stack.unkept()} <= {Kind.EXPIRE, Kind.TEXT}


def test_killed_while_a_text_is_handed_over_it_goes_once(
    tmp_path: Path, shared_diary: ReferenceDiary, database_url: str
) -> None:
    shared_diary.reset()
    with AsapStack(tmp_path, shared_diary, database_url) as stack:
        [slot], haves = stack.free_slots(1), stack.far_slots(2)
        phones = stack.offer_to(slot, *(stack.join(one) for one in haves))

        assert stack.work(OPENSLOT_CRASH_AT="texting: begun") == -KILLED
        assert shared_diary.texts.texts() == []
        assert stack.work(OPENSLOT_CRASH_AT="texting: sent") == -KILLED
        assert len(shared_diary.texts.texts()) == 1
        stack.let_time_pass()
        assert stack.work() == 0

        texts = shared_diary.texts.texts()
        assert sorted(one.links[0].rsplit("/", 1)[1] for one in texts) == sorted(
            one.token for one in phones
        )
        assert stack.responses(phones) == {"PendingRsvp": 2}
        assert stack.unkept(but=Kind.EXPIRE) == []
