"""A worker's chores: done at the start and when they are due, by one thread, whatever fails."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace

import pytest

from webapp.outbox import chores as doing
from webapp.outbox.chores import Chore, Chores

SECRET = "Zebulon Quince, throbbing kneecap"
A_WHILE = 60.0
"""Seconds. No test waits so long unless something hangs."""


class Stopwatch:
    """What a worker measures waits with, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Stopwatch:
    watch = Stopwatch()
    monkeypatch.setattr(doing, "time", SimpleNamespace(monotonic=watch.monotonic))
    return watch


def test_each_is_done_at_the_start_and_then_whenever_it_is_due(watch: Stopwatch):
    done: list[tuple[str, float]] = []

    def noting(name: str, every: float) -> Chore:
        return Chore(timedelta(seconds=every), lambda: done.append((name, watch.seconds - 1000)))

    chores = Chores([noting("often", 5), noting("hourly", 3600)])
    for after in (0, 1, 4.9, 5, 9.9, 10, 3599, 3600):
        watch.seconds = 1000 + after
        chores.do_what_is_due()
    assert done == [
        ("often", 0),
        ("hourly", 0),
        ("often", 5),
        ("often", 10),
        ("often", 3599),
        ("hourly", 3600),
    ]


def test_on_a_machine_that_has_just_started_it_is_done_at_the_start_too(watch: Stopwatch):
    watch.seconds = 0.0
    done: list[float] = []
    Chores([Chore(timedelta(hours=1), lambda: done.append(watch.seconds))]).do_what_is_due()
    assert done == [0.0]


def test_of_many_threads_that_ask_at_once_one_does_it(watch: Stopwatch):
    done: list[int] = []
    together = threading.Barrier(8)
    chores = Chores([Chore(timedelta(hours=1), lambda: done.append(1))])

    def come(_number: int) -> None:
        together.wait(A_WHILE)
        chores.do_what_is_due()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(come, range(8)))
    assert done == [1]


def test_while_one_thread_is_busy_with_a_chore_others_go_on_to_what_else_is_due(watch: Stopwatch):
    busy, let_go = threading.Event(), threading.Event()
    done: list[str] = []

    def slow() -> None:
        busy.set()
        assert let_go.wait(A_WHILE)
        done.append("slow")

    every = timedelta(hours=1)
    chores = Chores([Chore(every, slow), Chore(every, lambda: done.append("quick"))])
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(chores.do_what_is_due)
        assert busy.wait(A_WHILE)
        chores.do_what_is_due()
        assert done == ["quick"]
        let_go.set()
        first.result(A_WHILE)
    assert done == ["quick", "slow"]


def test_one_that_fails_is_logged_without_its_text_and_done_again_when_it_is_due(
    watch: Stopwatch, caplog: pytest.LogCaptureFixture
):
    tries: list[float] = []
    done: list[float] = []

    def fail() -> None:
        tries.append(watch.seconds)
        raise LookupError(SECRET)

    every = timedelta(seconds=60)
    chores = Chores([Chore(every, fail), Chore(every, lambda: done.append(watch.seconds))])
    with caplog.at_level(logging.ERROR, "openslot.outbox"):
        chores.do_what_is_due()
        chores.do_what_is_due()
    assert (tries, done) == ([1000], [1000])
    [record] = caplog.records
    assert record.getMessage() == "a chore failed"
    assert "LookupError" in caplog.text
    assert "in fail" in caplog.text, "where it happened is said"
    assert SECRET not in caplog.text
    watch.seconds += 60
    chores.do_what_is_due()
    assert (tries, done) == ([1000, 1060], [1000, 1060])
