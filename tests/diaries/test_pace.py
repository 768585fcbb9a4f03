"""Calls go one after the other, the urgent first; and nobody waits longer than they can."""

from __future__ import annotations

import threading
import time

import pytest

from webapp.diaries.errors import NotReached
from webapp.diaries.pace import LocalTurns, Pace, Urgency

READING, WRITING, FINISHING = Urgency.READING, Urgency.WRITING, Urgency.FINISHING
A_WHILE = 60.0
"""Seconds. No test waits so long unless something hangs."""


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


class NotedTurns:
    """Notes which thread has each turn. Each waits until as many stand in line as ``lines`` says.

    So the order is the pace's own doing, however late a thread comes.
    """

    def __init__(self, lines: list[int]) -> None:
        self.pace = Pace(self)
        self.had: list[str] = []
        self._lines = lines
        self._begins = False

    def take(self, urgency: Urgency) -> float:
        if not self._begins or len(self.pace._waiting) < self._lines[len(self.had)]:
            return 0.005
        self.had.append(threading.current_thread().name)
        return 0.0

    def hold(self, seconds: float) -> None:
        raise AssertionError("nobody here asks for a pause")

    def hand_out_to(self, threads: list[threading.Thread]) -> None:
        """Start them one by one, each once the one before is in the line; wait until all end."""
        until = time.monotonic() + A_WHILE
        for number, thread in enumerate(threads, 1):
            thread.start()
            while len(self.pace._waiting) < number:
                assert time.monotonic() < until, "nobody came"
                time.sleep(0.001)
        self._begins = True
        for thread in threads:
            thread.join()


class TestWhoGoesFirst:
    def test_writes_go_before_reads_that_came_earlier_and_what_is_begun_before_both(self):
        turns = NotedTurns([5, 4, 3, 2, 1])

        def come(urgency: Urgency) -> None:
            turns.pace.wait_for_turn(urgency, deadline=time.monotonic() + A_WHILE)

        wanted = [
            ("first read", READING),
            ("second read", READING),
            ("first write", WRITING),
            ("second write", WRITING),
            ("look after a write", FINISHING),
        ]
        turns.hand_out_to(
            [threading.Thread(target=come, args=(one,), name=name) for name, one in wanted]
        )
        assert turns.had == [
            "look after a write",
            "first write",
            "second write",
            "first read",
            "second read",
        ]

    def test_a_question_that_was_begun_is_finished_before_a_later_one(self):
        # Whoever had a turn is back in the line before the next is given
        turns = NotedTurns([2, 2, 2, 1, 1, 1])
        began = time.monotonic()

        def ask(deadline: float) -> None:
            for _page in range(3):
                turns.pace.wait_for_turn(READING, deadline=deadline)

        turns.hand_out_to(
            [
                threading.Thread(target=ask, args=(began + A_WHILE + later,), name=name)
                for name, later in (("a", 0), ("b", 1))
            ]
        )
        assert turns.had == ["a", "a", "a", "b", "b", "b"]

    def test_many_threads_are_kept_apart(self):
        began = time.monotonic()
        pace, came = Pace(LocalTurns(0.02)), list[float]()

        def come() -> None:
            pace.wait_for_turn(READING, deadline=time.monotonic() + A_WHILE)
            came.append(time.monotonic())

        threads = [threading.Thread(target=come) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(came) == 12
        # From before the first turn: any of them may note its own too late
        assert max(came) - began >= 11 * 0.02
