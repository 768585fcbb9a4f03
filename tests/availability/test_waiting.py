from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from dogpile.cache import make_region
from dogpile.cache.proxy import ProxyBackend

from tests.availability.fakes import STAFF, FakeDiary
from tests.availability.questions import A_WHILE, FRESH, STALE, Roll, ask, in_background, name
from tests.services.both import in_redis_too
from webapp.availability.asking import Asker, Patience, Question
from webapp.availability.cache import Stored, Value
from webapp.availability.keeping import Keeping
from webapp.diaries.errors import NoAnswer

pytestmark = pytest.mark.usefixtures("clock")

Make = Callable[..., Asker]


class TestWaiting:
    def test_a_page_waits_no_longer_than_it_may(self, asker: Asker, diary: FakeDiary, roll: Roll):
        hold = diary.hold(STAFF)
        rooms = Question("rooms", diary.rooms, FRESH, STALE)
        ask(asker, rooms)
        found = asker.answers([roll.question(), rooms], within=0.1)
        assert isinstance(found[roll.key], NoAnswer)
        assert isinstance(found["rooms"], Stored)
        hold.let_go()

    def test_what_came_too_late_is_there_for_the_next_page(
        self, asker: Asker, diary: FakeDiary, roll: Roll
    ):
        hold = diary.hold(STAFF)
        assert isinstance(ask(asker, roll.question(), within=0), NoAnswer)
        hold.let_go()
        assert name(ask(asker, roll.question())) == "asking 1"
        assert diary.count(STAFF) == 1

    def test_a_question_that_failed_lately_is_waited_for_only_briefly(
        self, make: Make, diary: FakeDiary, roll: Roll
    ):
        asker = make(Patience(pause_after_failure=0, doubtful_wait=0.05))
        diary.fail(STAFF)
        ask(asker, roll.question())
        hold = diary.hold(STAFF)
        # The hold lasts until it is let go: only the short wait can end this.
        assert isinstance(ask(asker, roll.question(), within=3600), NoAnswer)
        hold.let_go()

    def test_after_a_success_it_is_waited_for_again(self, make: Make, diary: FakeDiary, roll: Roll):
        asker = make(Patience(pause_after_failure=0, doubtful_wait=0))
        diary.fail(STAFF)
        ask(asker, roll.question())
        for failing in list(asker._in_flight.values()):
            failing.exception(A_WHILE)
        diary.recover()
        hold = diary.hold(STAFF)
        assert isinstance(ask(asker, roll.question()), NoAnswer)
        under_way = asker._in_flight[roll.key]
        hold.let_go()
        under_way.result(A_WHILE)
        asker.drop([roll.key])
        hold = diary.hold(STAFF)
        with ThreadPoolExecutor(1) as pool:
            coming = in_background(pool, asker, roll.question())
            hold.wait_for_arrival()
            hold.let_go()
            assert isinstance(coming.result(A_WHILE), Stored)


class AtTheLastMoment(ProxyBackend):
    """A store that lets something happen just before it keeps an answer."""

    happens: Callable[[], None] | None = None

    def set(self, key: str, value: Any) -> None:  # noqa: ANN401 - as dogpile has it
        if self.happens is not None:
            happens, self.happens = self.happens, None
            happens()
        self.proxied.set(key, value)


@in_redis_too
class TestDropping:
    def test_a_dropped_answer_is_asked_again(self, asker: Asker, roll: Roll):
        ask(asker, roll.question())
        asker.drop([roll.key])
        assert name(ask(asker, roll.question())) == "asking 2"

    def test_other_answers_stay(self, asker: Asker, roll: Roll):
        ask(asker, roll.question())
        asker.drop(["another key"])
        assert name(ask(asker, roll.question())) == "asking 1"

    def test_an_answer_that_was_under_way_meanwhile_is_not_kept(
        self, asker: Asker, diary: FakeDiary, roll: Roll
    ):
        hold = diary.hold(STAFF)
        with ThreadPoolExecutor(1) as pool:
            coming = in_background(pool, asker, roll.question())
            hold.wait_for_arrival()
            asker.drop([roll.key])
            hold.let_go()
            assert name(coming.result(A_WHILE)) == "asking 2"
        assert name(ask(asker, roll.question())) == "asking 2"

    def test_nor_is_one_that_was_just_about_to_be_kept(self, make: Make, roll: Roll):
        store = AtTheLastMoment()
        region = make_region().configure("dogpile.cache.memory", wrap=[store])
        asker = make(keeping=Keeping(memory=region))
        store.happens = lambda: asker.drop([roll.key])
        ask(asker, roll.question())
        assert name(ask(asker, roll.question())) == "asking 2"

    def test_of_one_that_changes_at_every_asking_the_last_is_used_and_not_kept(
        self, asker: Asker, roll: Roll
    ):
        def ask_while_it_changes() -> Value:
            found = roll.question().ask()
            asker.drop([roll.key])
            return found

        restless = Question(roll.key, ask_while_it_changes, FRESH, STALE)
        assert name(ask(asker, restless)) == "asking 2"
        # Whoever comes next asks again.
        assert name(ask(asker, roll.question())) == "asking 3"
        assert name(ask(asker, roll.question())) == "asking 3"
