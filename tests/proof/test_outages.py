"""Parts of a deployment go away under load: the site keeps answering, truly, and catches up."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import requests

from tests.proof.stack import SLUG, Stack, begin, heading_of, look, submit

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from tests.reference_process import ReferenceDiary
    from tests.services.postgres import PrivatePostgres
    from tests.services.redis import PrivateRedis

pytestmark = [pytest.mark.postgres, pytest.mark.redis]
NOT_AVAILABLE = "Online booking is not available just now"


@pytest.fixture
def running(
    tmp_path: Path,
    shared_diary: ReferenceDiary,
    postgres: PrivatePostgres,
    redis_server: PrivateRedis,
) -> Iterator[Stack]:
    """Two web processes on PostgreSQL and Redis, which know of no outage before."""
    shared_diary.reset()
    postgres.start()
    redis_server.start()
    redis_server.flush()
    url = postgres.new_database()
    with Stack(tmp_path, shared_diary, url, redis_url=redis_server.url) as stack:
        yield stack.start(workers=2, threads=16)
    postgres.start()
    redis_server.start()
    shared_diary.clear()
    postgres.drop(url)


@contextmanager
def load(stack: Stack) -> Generator[list[tuple[int, str]]]:
    """Ask for the first page and the times again and again; collect what was answered."""
    seen: list[tuple[int, str]] = []
    ends = threading.Event()

    def ask(page: str) -> None:
        while not ends.is_set():
            answer = requests.get(f"{stack.url}{page}", timeout=120)
            seen.append((answer.status_code, heading_of(answer.text)))

    with ThreadPoolExecutor(3) as pool:
        for page in ("/", "/times?staff=any&room=any", "/where?staff=any"):
            pool.submit(ask, page)
        try:
            yield seen
        finally:
            ends.set()


def test_redis_gone_and_back(running: Stack, redis_server: PrivateRedis) -> None:
    slots = running.free_slots(3)
    with load(running) as seen:
        assert look(running, submit(running, slots[0], begin(running, slots[0]))) == "You’re booked"
        redis_server.kill()
        assert look(running, submit(running, slots[1], begin(running, slots[1]))) == "You’re booked"
        redis_server.start()
        assert look(running, submit(running, slots[2], begin(running, slots[2]))) == "You’re booked"
    assert {status for status, _ in seen} == {200}
    assert running.states() == ["confirmed"] * 3


def test_the_database_restarted(running: Stack, postgres: PrivatePostgres) -> None:
    slots = running.free_slots(3)
    token = begin(running, slots[0])
    with load(running) as seen:
        postgres.stop()
        away = submit(running, slots[0], token)
        assert (away.status, away.heading) == (503, "Check and book")
        assert running.diary.calls(SLUG, action="book") == []
        postgres.start()
        assert look(running, submit(running, slots[0], token)) == "You’re booked"
    assert {status for status, _ in seen} == {200}, "what is free needs no database"
    assert running.work() == 0
    assert running.unkept() == []


def test_mail_refused_for_a_while_is_sent_later(running: Stack) -> None:
    [slot] = running.free_slots(1)
    running.diary.inbox.fault("tempfail", times=2)
    assert look(running, submit(running, slot, begin(running, slot))) == "You’re booked"
    for _ in range(2):
        assert running.work() == 0
        running.let_time_pass()
    assert running.work() == 0
    assert running.unkept() == []
    assert len(running.subjects()) == 2


def test_the_diary_down_is_said_and_never_called_full(running: Stack) -> None:
    slots = running.free_slots(2)
    token = begin(running, slots[0])
    running.diary.fault(SLUG, "*", "server_error")
    with load(running) as seen:
        told = submit(running, slots[0], token)
        assert told.status == 303
        assert look(running, told) == "We’re checking whether you’re booked"
    # Known answers are shown while they are fresh enough; nothing is ever called full.
    assert {status for status, _ in seen} <= {200, 503}
    assert {heading for status, heading in seen if status == 503} <= {NOT_AVAILABLE}
    running.let_time_pass(60)
    assert running.work() == 0
    assert running.states() == ["unknown"], "nobody concludes anything while the diary is down"

    running.diary.clear(SLUG)
    running.let_time_pass(120)
    assert running.work() == 0
    running.let_time_pass(180)
    assert running.work() == 0
    assert running.states() == ["not_booked"]
    assert running.unkept() == []
    token = begin(running, slots[1], keeps_trying=True)
    assert look(running, submit(running, slots[1], token)) == "You’re booked"
