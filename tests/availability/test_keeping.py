"""Redis comes and goes; answers are kept, and given, all the same."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine

from tests.availability.conftest import NOW
from tests.availability.fakes import ANNA, SIAN, STAFF, FakeDiary
from tests.availability.questions import A_WHILE, FRESH, Roll, ask, name
from tests.services.redis import PrivateRedis
from webapp.availability.asking import Asker
from webapp.availability.cache import Stored
from webapp.availability.keeping import Keeping

pytestmark = pytest.mark.redis

KEY = "openslot:harbour:staff"
FIRST, SECOND = Stored((ANNA,), NOW.timestamp()), Stored((SIAN,), NOW.timestamp())


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW) as traveller:
        yield traveller


@pytest.fixture
def redis(redis_server: PrivateRedis) -> PrivateRedis:
    redis_server.start()
    redis_server.flush()
    return redis_server


@pytest.fixture
def keeping(redis: PrivateRedis) -> Keeping:
    return Keeping(redis.url)


def kept(keeping: Keeping) -> Stored | None:
    [found] = keeping.get_multi([KEY])
    return found


class TestRedisGone:
    def test_answers_come_from_memory_and_nothing_is_raised(
        self, keeping: Keeping, redis: PrivateRedis, caplog: pytest.LogCaptureFixture
    ):
        keeping.set(KEY, FIRST)
        redis.kill()
        assert kept(keeping) is None
        assert keeping.get_or_create(KEY, lambda: SECOND, fresh=FRESH) == SECOND
        assert kept(keeping) == SECOND
        keeping.set(KEY, FIRST)
        assert kept(keeping) == FIRST
        keeping.delete_multi([KEY])
        assert kept(keeping) is None
        assert keeping.is_reachable() is False
        assert caplog.text.count("the cache is away, doing without") == 1
        assert redis.url not in caplog.text

    def test_it_is_left_alone_for_a_while_and_then_used_again(
        self, keeping: Keeping, redis: PrivateRedis, monkeypatch: pytest.MonkeyPatch
    ):
        redis.kill()
        keeping.set(KEY, FIRST)
        redis.start()
        assert kept(keeping) == FIRST
        monkeypatch.setattr(keeping, "_away_until", 0.0)
        assert kept(keeping) is None
        keeping.set(KEY, SECOND)
        assert kept(Keeping(redis.url)) == SECOND
        assert keeping.is_reachable() is True

    def test_what_was_dropped_while_it_was_there_does_not_come_back_from_memory(
        self, keeping: Keeping, redis: PrivateRedis, monkeypatch: pytest.MonkeyPatch
    ):
        redis.kill()
        keeping.set(KEY, FIRST)
        redis.start()
        monkeypatch.setattr(keeping, "_away_until", 0.0)
        keeping.delete_multi([KEY])
        redis.kill()
        assert kept(keeping) is None

    @pytest.mark.parametrize("how", ["kill", "pause"])
    def test_an_answer_is_not_asked_for_twice_because_of_it(
        self, keeping: Keeping, redis: PrivateRedis, how: str
    ):
        asked: list[int] = []

        def ask_the_diary() -> Stored:
            asked.append(1)
            # It goes between the asking and the keeping.
            getattr(redis, how)()
            return FIRST

        assert keeping.get_or_create(KEY, ask_the_diary, fresh=FRESH) == FIRST
        assert len(asked) == 1
        assert kept(keeping) == FIRST

    def test_what_the_diary_raises_goes_through_and_is_no_outage(
        self, keeping: Keeping, redis: PrivateRedis
    ):
        def fail() -> Stored:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            keeping.get_or_create(KEY, fail, fresh=FRESH)
        keeping.set(KEY, FIRST)
        assert kept(Keeping(redis.url)) == FIRST

    def test_of_many_who_ask_at_once_one_asks_the_diary_then_too(
        self, make: Callable[..., Asker], redis: PrivateRedis, diary: FakeDiary
    ):
        asker, roll = make(keeping=Keeping(redis.url)), Roll(diary)
        redis.kill()
        hold, together = diary.hold(STAFF), threading.Barrier(20)

        def come(_number: int) -> str:
            together.wait(A_WHILE)
            return name(ask(asker, roll.question()))

        with ThreadPoolExecutor(20) as pool:
            coming = [pool.submit(come, number) for number in range(20)]
            hold.wait_for_arrival()
            hold.let_go()
            assert {one.result(A_WHILE) for one in coming} == {"asking 1"}
        assert diary.count(STAFF) == 1


class TestSeveralProcesses:
    def test_on_one_redis_they_share_answers_and_forget_together(self, redis: PrivateRedis):
        one, other = Keeping(redis.url), Keeping(redis.url)
        one.set(KEY, FIRST)
        assert other.get_or_create(KEY, lambda: SECOND, fresh=FRESH) == FIRST
        other.delete_multi([KEY])
        assert kept(one) is None

    def test_without_redis_each_has_its_own(self):
        one, other = Keeping(), Keeping()
        one.set(KEY, FIRST)
        assert kept(other) is None
        assert one.is_reachable() is None
