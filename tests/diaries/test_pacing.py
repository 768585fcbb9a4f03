"""One pace for a key, for all practices and, where there is Redis, for all processes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, cast

import pytest
import redis
from pydantic import SecretStr

from tests.services.redis import PrivateRedis
from webapp.diaries.errors import NotReached
from webapp.diaries.pace import Pace, Urgency
from webapp.diaries.pacing import Paces, RedisTurns

KEY, ANOTHER = SecretStr("a-customers-key"), SecretStr("anothers-key")
READING, WRITING = Urgency.READING, Urgency.WRITING


def pace_at(redis_url: str = "", *, key: SecretStr = KEY, interval: float = 0.2) -> Pace:
    return Paces(redis_url).pace(server="api.opendental.example", key=key, interval=interval)


def come(pace: Pace, urgency: Urgency = READING) -> float:
    pace.wait_for_turn(urgency, deadline=time.monotonic() + 60)
    return time.monotonic()


class TestWhoSharesOne:
    def test_practices_with_one_key_do_and_others_do_not(self):
        paces = Paces()

        def pace(key: SecretStr, server: str = "api.opendental.example") -> Pace:
            return paces.pace(server=server, key=key, interval=1)

        assert pace(KEY) is pace(SecretStr(KEY.get_secret_value()))
        assert pace(KEY) is not pace(ANOTHER)
        assert pace(KEY) is not pace(KEY, "10.0.0.7")


class TestAWorker:
    def test_its_reads_come_last_and_leave_most_of_a_budget_to_patients(self):
        paces = Paces()
        before = paces.budget(server="api.cliniko.example", key=KEY, a_minute=20)
        paces.give_way()
        after = paces.budget(server="api.cliniko.example", key=ANOTHER, a_minute=20)
        for pace in (before, after):
            # Ten may go at once, and six of them are kept for those who are waited for
            for _read in range(4):
                pace.wait_for_turn(READING, deadline=time.monotonic() + 60)
            with pytest.raises(NotReached):
                pace.wait_for_turn(READING, deadline=time.monotonic() + 1)
            pace.wait_for_turn(WRITING, deadline=time.monotonic() + 1)


class Broken:
    """A Redis that is away, as often as it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def _fail(self) -> int:
        self.asked += 1
        raise redis.ConnectionError("away")

    def set(self, name: str, value: str, *, px: int, nx: bool = False) -> object:
        return self._fail()

    def pttl(self, name: str) -> int:
        return self._fail()

    def exists(self, *names: str) -> int:
        return self._fail()


class TestWithoutRedis:
    def test_each_process_keeps_the_pace_alone(self, caplog: pytest.LogCaptureFixture):
        client = Broken()
        pace = Pace(RedisTurns(client, "openslot:pace:x", 0.1))
        began = time.monotonic()
        come(pace)
        come(pace, WRITING)
        third = come(pace)
        assert third - began >= 2 * 0.099
        # It is left alone for a while
        assert client.asked == 1
        assert "keeping a diary's pace alone" in caplog.text
        pace.hold(0.2)
        assert come(pace) - third >= 0.19


@pytest.mark.redis
class TestAcrossProcesses:
    @pytest.fixture
    def url(self, redis_server: PrivateRedis) -> str:
        redis_server.start()
        redis_server.flush()
        return redis_server.url

    def test_turns_are_an_interval_apart(self, url: str):
        began = time.monotonic()
        last = together([pace_at(url) for _ in range(3)] * 2, come)[-1]
        # From before the first turn: any of them may note its own too late
        assert last - began >= 5 * 0.198

    def test_other_keys_have_their_own(self, url: str):
        first, other = pace_at(url, interval=5), pace_at(url, key=ANOTHER, interval=5)
        began = come(first)
        assert come(other) - began < 4

    def test_a_pause_is_everybodys(self, url: str):
        first, second = pace_at(url), pace_at(url)
        began = time.monotonic()
        first.hold(0.5)
        assert come(second) - began >= 0.45

    @pytest.mark.parametrize(
        ("urgency", "line", "gives_way"),
        [
            pytest.param(WRITING, "wanted", False, id="a booking before pages"),
            pytest.param(READING, "asked", True, id="a page before a worker"),
        ],
    )
    def test_the_urgent_of_one_go_before_what_another_reads(
        self, url: str, urgency: Urgency, line: str, gives_way: bool
    ):
        urgent, reader = pace_at(url, interval=0.3), pace_at(url, interval=0.3)
        if gives_way:
            reader.give_way()
        come(reader)
        order: list[str] = []

        def read() -> None:
            for _turn in range(3):
                come(reader)
                order.append("another")

        def hurry() -> None:
            come(urgent, urgency)
            order.append("urgent")

        threads = [threading.Thread(target=one) for one in (hurry, read)]
        threads[0].start()
        with closing(cast("Any", redis.Redis).from_url(url)) as client:
            # The urgent one is in the line
            while not any(client.scan_iter(f"*:{line}")):
                time.sleep(0.005)
        threads[1].start()
        for thread in threads:
            thread.join()
        assert order[0] == "urgent"

    def test_redis_sees_no_key(self, url: str):
        come(pace_at(url))
        with closing(cast("Any", redis.Redis).from_url(url)) as client:
            names: list[bytes] = list(client.scan_iter())
        assert names
        assert not any(KEY.get_secret_value().encode() in one for one in names)

    def test_when_redis_goes_the_pace_is_kept_all_the_same(
        self, url: str, redis_server: PrivateRedis
    ):
        pace = pace_at(url)
        began = time.monotonic()
        come(pace)
        redis_server.stop()
        assert come(pace) - began >= 0.198


def together(paces: list[Pace], act: Callable[[Pace], float]) -> list[float]:
    """Let all act at once; return when each did, in order."""
    with ThreadPoolExecutor(len(paces)) as pool:
        return sorted(pool.map(act, paces))
