"""Many patients, one slot; one patient, many presses: over several processes on PostgreSQL."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count, repeat
from typing import TYPE_CHECKING

import pytest

from tests.proof.stack import ANNA, ROOM, SLUG, Slot, Stack, Submitted, begin, look, submit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.reference_process import ReferenceDiary
    from tests.services.postgres import PrivatePostgres
    from tests.services.redis import PrivateRedis

PROCESSES = 4

pytestmark = [pytest.mark.postgres, pytest.mark.redis]


@pytest.fixture(scope="module")
def deployment(
    tmp_path_factory: pytest.TempPathFactory,
    shared_diary: ReferenceDiary,
    postgres: PrivatePostgres,
    redis_server: PrivateRedis,
) -> Iterator[Stack]:
    """Four web processes on PostgreSQL and Redis, for all crowds."""
    postgres.start()
    redis_server.start()
    url = postgres.new_database()
    folder = tmp_path_factory.mktemp("crowds")
    with Stack(folder, shared_diary, url, redis_url=redis_server.url) as stack:
        yield stack.start(workers=PROCESSES, threads=50)
    postgres.drop(url)


@pytest.fixture
def crowd_stack(
    deployment: Stack, shared_diary: ReferenceDiary, redis_server: PrivateRedis
) -> Stack:
    """That deployment, as though nobody had booked yet."""
    shared_diary.reset()
    redis_server.flush()
    deployment.forget()
    return deployment


def at_once(stack: Stack, slot: Slot, tokens: list[str]) -> list[Submitted]:
    """Submit all of them together, as different patients."""

    def one(number: int, token: str) -> Submitted:
        return submit(stack, slot, token, patient=number)

    with ThreadPoolExecutor(len(tokens)) as pool:
        return list(pool.map(one, count(), tokens))


@pytest.mark.parametrize(("patients", "diary_takes"), [(200, 0), (50, 2)])
def test_of_many_patients_one_has_the_slot(
    crowd_stack: Stack, patients: int, diary_takes: int
) -> None:
    stack = crowd_stack
    [slot] = stack.free_slots(1)
    first = begin(stack, slot)
    with ThreadPoolExecutor(20) as pool:
        others = list(pool.map(begin, repeat(stack), repeat(slot, patients - 1)))
    if diary_takes:
        stack.diary.fault(SLUG, "book", "slow", seconds=diary_takes)

    seen = at_once(stack, slot, [first, *others])
    stack.diary.clear(SLUG)

    assert Counter(one.status for one in seen) == {303: 1, 409: patients - 1}
    assert {one.heading for one in seen if one.status == 409} == {"That time has gone"}
    [winner] = [one for one in seen if one.status == 303]
    assert look(stack, winner) == "You’re booked"
    [booking] = stack.diary.bookings(SLUG)
    assert (booking["received"]["date"], booking["received"]["time"]) == (slot.date, slot.time)
    assert len(stack.diary.calls(SLUG, action="book")) <= patients
    assert stack.rows("SELECT count(*) FROM booking WHERE state = 'confirmed'") == [(1,)]
    assert stack.work() == 0
    assert len(stack.subjects()) == 2, "one message to the winner, one to the practice"


def test_one_journey_submitted_fifty_times_books_once(crowd_stack: Stack) -> None:
    stack = crowd_stack
    [slot] = stack.free_slots(1)
    token = begin(stack, slot)
    stack.diary.fault(SLUG, "book", "slow", seconds=1)

    with ThreadPoolExecutor(50) as pool:
        seen = list(pool.map(submit, repeat(stack), repeat(slot), repeat(token, 50)))
    stack.diary.clear(SLUG)

    assert {one.status for one in seen} == {303}
    assert len({one.location for one in seen}) == 1
    assert len(stack.diary.calls(SLUG, action="book")) == 1
    assert len(stack.diary.bookings(SLUG)) == 1
    assert stack.states() == ["confirmed"]


def test_any_number_of_workers_keep_each_promise_once(crowd_stack: Stack) -> None:
    stack = crowd_stack
    slots = stack.free_slots(6)
    for number, slot in enumerate(slots):
        assert submit(stack, slot, begin(stack, slot), patient=number).status == 303

    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(Stack.work, repeat(stack, 3))) == {0}

    assert stack.unkept() == []
    # By the mail server's own count: nothing was sent twice.
    assert len(stack.diary.mails()) == 2 * len(slots)
    attempts = stack.rows("SELECT max(attempts) FROM outbox WHERE kind <> 'settle'")
    assert attempts == [(1,)]


def test_each_pair_is_asked_once_for_all_processes(crowd_stack: Stack) -> None:
    stack = crowd_stack
    stack.diary.forget_calls(SLUG)
    [slot] = stack.free_slots(1)
    stack.diary.fault(SLUG, "freeList", "slow", seconds=0.3)
    with ThreadPoolExecutor(40) as pool:
        list(pool.map(begin, repeat(stack), repeat(slot, 40)))
    asked = Counter(
        (call["staffId"], call["sectionId"]) for call in stack.diary.calls(SLUG, action="freeList")
    )
    assert set(asked.values()) == {1}
    assert (int(ANNA), int(ROOM)) in asked
