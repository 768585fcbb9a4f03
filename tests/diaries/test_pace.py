"""Calls go one after the other, the urgent first; and nobody waits longer than they can."""

from __future__ import annotations

import threading
import time

import pytest

from webapp.diaries.errors import NotReached
from webapp.diaries.pace import LocalTurns, Pace, Urgency

READING, WRITING, FINISHING = Urgency.READING, Urgency.WRITING, Urgency.FINISHING


class Clock:
    """A clock that waiting moves, and nothing else."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    def wait(self, _condition: threading.Condition, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def pace_of(clock: Clock, interval: float) -> Pace:
    return Pace(LocalTurns(interval, now=clock), now=clock, wait=clock.wait)


class TestOneAfterTheOther:
    def test_turns_are_an_interval_apart(self, clock: Clock):
        pace = pace_of(clock, 1)
        came: list[float] = []
        for _ in range(4):
            pace.wait_for_turn(READING, deadline=2000)
            came.append(clock.now)
        assert came == [1000, 1001, 1002, 1003]

    def test_who_comes_late_enough_waits_for_nothing(self, clock: Clock):
        pace = pace_of(clock, 1)
        pace.wait_for_turn(READING, deadline=2000)
        clock.now += 5
        pace.wait_for_turn(READING, deadline=2000)
        assert clock.waits == []

    def test_an_interval_of_nothing_is_no_pace(self, clock: Clock):
        pace = pace_of(clock, 0)
        for _ in range(100):
            pace.wait_for_turn(READING, deadline=2000)
        assert (clock.now, clock.waits) == (1000, [])

    def test_a_pause_that_the_vendor_asks_for_is_kept(self, clock: Clock):
        pace = pace_of(clock, 1)
        pace.wait_for_turn(READING, deadline=2000)
        pace.hold(7)
        pace.wait_for_turn(WRITING, deadline=2000)
        assert clock.now == 1007
        pace.hold(0)
        pace.wait_for_turn(READING, deadline=2000)
        assert clock.now == 1008

    def test_a_turn_that_would_come_too_late_is_not_waited_for(self, clock: Clock):
        pace = pace_of(clock, 1)
        pace.hold(30)
        with pytest.raises(NotReached):
            pace.wait_for_turn(WRITING, deadline=1010)
        assert clock.waits == []
        with pytest.raises(NotReached):
            pace.wait_for_turn(WRITING, deadline=999)

    def test_who_gives_up_takes_no_turn_away(self, clock: Clock):
        pace = pace_of(clock, 1)
        pace.wait_for_turn(READING, deadline=2000)
        with pytest.raises(NotReached):
            pace.wait_for_turn(READING, deadline=clock.now + 0.5)
        pace.wait_for_turn(READING, deadline=2000)
        assert clock.now == 1001


class TestWhoGoesFirst:
    def test_writes_go_before_reads_that_came_earlier_and_what_is_begun_before_both(self):
        pace, order = Pace(LocalTurns(0.05)), list[str]()
        pace.wait_for_turn(READING, deadline=time.monotonic() + 5)

        def come(name: str, urgency: Urgency) -> None:
            pace.wait_for_turn(urgency, deadline=time.monotonic() + 5)
            order.append(name)

        wanted = [
            ("first read", READING),
            ("second read", READING),
            ("first write", WRITING),
            ("second write", WRITING),
            ("look after a write", FINISHING),
        ]
        threads = [threading.Thread(target=come, args=one) for one in wanted]
        pace.hold(0.3)
        for number, thread in enumerate(threads, 1):
            thread.start()
            await_number_waiting(pace, number)
        for thread in threads:
            thread.join()
        assert order == [
            "look after a write",
            "first write",
            "second write",
            "first read",
            "second read",
        ]

    def test_a_question_that_was_begun_is_finished_before_a_later_one(self):
        pace, order = Pace(LocalTurns(0.1)), list[str]()
        began = time.monotonic()
        pace.hold(0.3)

        def ask(name: str, deadline: float) -> None:
            for page in range(3):
                pace.wait_for_turn(READING, deadline=deadline)
                order.append(f"{name}{page}")

        threads = [
            threading.Thread(target=ask, args=(name, began + seconds))
            for name, seconds in (("a", 8), ("b", 9))
        ]
        for number, thread in enumerate(threads, 1):
            thread.start()
            await_number_waiting(pace, number)
        for thread in threads:
            thread.join()
        assert order == ["a0", "a1", "a2", "b0", "b1", "b2"]

    def test_many_threads_are_kept_apart(self):
        pace, came = Pace(LocalTurns(0.02)), list[float]()

        def come() -> None:
            pace.wait_for_turn(READING, deadline=time.monotonic() + 10)
            came.append(time.monotonic())

        threads = [threading.Thread(target=come) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert max(came) - min(came) >= 11 * 0.02 - 0.015


def await_number_waiting(pace: Pace, number: int) -> None:
    until = time.monotonic() + 5
    while len(pace._waiting) < number:
        assert time.monotonic() < until, "nobody came"
        time.sleep(0.001)
