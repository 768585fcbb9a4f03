"""So many requests a minute for a key: many at once, the urgent ones to the last."""

from __future__ import annotations

import itertools
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from tests.services.redis import PrivateRedis
from webapp.diaries.budget import Budget, LocalBudget
from webapp.diaries.errors import NotReached
from webapp.diaries.pace import Pace, Urgency
from webapp.diaries.pacing import Paces

FINISHING, WRITING, READING = Urgency.FINISHING, Urgency.WRITING, Urgency.READING


class TestAlone:
    @given(st.lists(st.floats(0, 5), max_size=400))
    def test_in_no_minute_more_go_than_the_vendor_lets_in(self, pauses: list[float]):
        moment = [0.0]
        turns = LocalBudget(Budget(20), now=lambda: moment[0])
        went: list[float] = []
        for pause in pauses:
            moment[0] += pause
            if turns.take(FINISHING) == 0:
                went.append(moment[0])
        for first, twenty_first in zip(went, went[20:], strict=False):
            assert twenty_first - first >= 60 - 1e-6

    def test_half_go_at_once_and_the_last_are_kept_for_the_urgent(self):
        turns = LocalBudget(Budget(200), now=lambda: 0.0)
        went = {
            urgency: len(
                list(itertools.takewhile(lambda one: one <= 0, map(turns.take, [urgency] * 300)))
            )
            for urgency in (READING, WRITING, FINISHING)
        }
        assert went == {READING: 70, WRITING: 20, FINISHING: 10}
        assert 0 < turns.take(FINISHING) <= 0.6

    def test_nobody_goes_while_the_vendor_wants_a_pause(self):
        moment = [0.0]
        turns = LocalBudget(Budget(200), now=lambda: moment[0])
        turns.hold(30)
        turns.hold(5)
        assert turns.take(FINISHING) == 30
        moment[0] = 30
        assert turns.take(FINISHING) == 0

    def test_who_would_wait_too_long_is_told_so_at_once(self):
        def wait(_condition: object, seconds: float) -> None:
            pytest.fail(f"somebody waited for {seconds} seconds")

        pace = Pace(LocalBudget(Budget(20), now=lambda: 0.0), now=lambda: 0.0, wait=wait)
        for _ in range(7):
            pace.wait_for_turn(READING, deadline=1)
        with pytest.raises(NotReached):
            pace.wait_for_turn(READING, deadline=2)
        pace.wait_for_turn(WRITING, deadline=1)


@pytest.mark.redis
class TestAcrossProcesses:
    @pytest.fixture
    def url(self, redis_server: PrivateRedis) -> str:
        redis_server.start()
        redis_server.flush()
        return redis_server.url

    @staticmethod
    def budget(url: str, a_minute: int) -> Pace:
        key = SecretStr("a-key-uk1")
        return Paces(url).budget(server="api.uk1.cliniko.example", key=key, a_minute=a_minute)

    def test_all_spend_of_one_and_wait_for_one_pause(self, url: str):
        # Three at once, and another ten seconds after the first
        paces = [self.budget(url, 6) for _ in range(3)]

        def spend(pace: Pace) -> bool:
            try:
                pace.wait_for_turn(FINISHING, deadline=time.monotonic() + 0.5)
            except NotReached:
                return False
            return True

        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(spend, paces * 6)) == 3
        fresh = [self.budget(url, 10_000) for _ in range(2)]
        fresh[0].hold(30)
        assert not spend(fresh[1])

    def test_when_redis_goes_the_budget_is_kept_all_the_same(
        self, url: str, redis_server: PrivateRedis
    ):
        pace = self.budget(url, 6)
        pace.wait_for_turn(READING, deadline=time.monotonic() + 1)
        redis_server.stop()
        pace.wait_for_turn(READING, deadline=time.monotonic() + 60)
        # There is another eight seconds after the first
        with pytest.raises(NotReached):
            pace.wait_for_turn(READING, deadline=time.monotonic() + 0.1)
