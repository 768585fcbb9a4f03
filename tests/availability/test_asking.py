from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine

from tests.availability.conftest import NOW
from tests.availability.fakes import STAFF, FakeDiary
from tests.availability.questions import A_WHILE, FRESH, STALE, Roll, ask, in_background, name
from tests.services.both import in_redis_too
from webapp.availability.asking import Asker, Patience, Question
from webapp.availability.cache import Stored
from webapp.diaries.errors import DiaryError, NoAnswer, NotReached
from webapp.diaries.port import Staff

pytestmark = pytest.mark.usefixtures("clock")

Make = Callable[..., Asker]


@in_redis_too
class TestOneFetch:
    def test_however_many_ask_at_once_the_diary_is_asked_once(
        self, asker: Asker, diary: FakeDiary, roll: Roll
    ):
        many = 50
        hold, together = diary.hold(STAFF), threading.Barrier(many)

        def come(_number: int) -> str:
            together.wait(A_WHILE)
            return name(ask(asker, roll.question()))

        with ThreadPoolExecutor(many) as pool:
            coming = [pool.submit(come, number) for number in range(many)]
            hold.wait_for_arrival()
            hold.let_go()
            assert {one.result(A_WHILE) for one in coming} == {"asking 1"}
        assert diary.count(STAFF) == 1

    def test_different_questions_are_asked_side_by_side(self, asker: Asker):
        together = threading.Barrier(4)

        def wait_for_the_others() -> tuple[Staff, ...]:
            together.wait(A_WHILE)
            return ()

        questions = [Question(f"q{at}", wait_for_the_others, FRESH, STALE) for at in range(4)]
        found = asker.answers(questions, within=A_WHILE)
        assert all(isinstance(one, Stored) for one in found.values())

    def test_an_answer_is_dated_when_it_was_asked_for(
        self, asker: Asker, diary: FakeDiary, roll: Roll, clock: time_machine.Traveller
    ):
        hold = diary.hold(STAFF)
        with ThreadPoolExecutor(1) as pool:
            coming = in_background(pool, asker, roll.question())
            hold.wait_for_arrival()
            clock.shift(30)
            hold.let_go()
            found = coming.result(A_WHILE)
        assert isinstance(found, Stored)
        assert found.fetched_at == pytest.approx(NOW.timestamp(), abs=5)


class TestAge:
    def test_a_fresh_answer_is_not_asked_again(
        self, asker: Asker, roll: Roll, clock: time_machine.Traveller
    ):
        ask(asker, roll.question())
        clock.shift(FRESH - 10)
        assert name(ask(asker, roll.question())) == "asking 1"
        assert roll.calls == 1

    @in_redis_too
    def test_a_stale_one_is_served_while_one_refresh_runs(
        self, asker: Asker, diary: FakeDiary, roll: Roll, clock: time_machine.Traveller
    ):
        ask(asker, roll.question())
        clock.shift(FRESH + 1)
        hold = diary.hold(STAFF)
        assert [name(ask(asker, roll.question())) for _ in range(5)] == ["asking 1"] * 5
        hold.wait_for_arrival()
        assert diary.count(STAFF) == 2
        hold.let_go()
        # A question that must wait joins the refresh that is under way.
        assert name(ask(asker, roll.question(stale=FRESH))) == "asking 2"
        assert name(ask(asker, roll.question())) == "asking 2"

    def test_one_that_is_too_old_is_waited_for(
        self, asker: Asker, roll: Roll, clock: time_machine.Traveller
    ):
        ask(asker, roll.question())
        clock.shift(STALE + 1)
        assert name(ask(asker, roll.question())) == "asking 2"

    @in_redis_too
    def test_one_that_is_too_old_is_not_shown_while_another_process_asks(
        self, make: Make, diary: FakeDiary, clock: time_machine.Traveller
    ):
        one, other = make(), make()
        ask(one, Roll(diary).question())
        clock.shift(STALE + 1)
        hold, elsewhere = diary.hold(STAFF), Roll(FakeDiary(), calls=10)
        with ThreadPoolExecutor(1) as pool:
            coming = in_background(pool, one, Roll(diary).question())
            hold.wait_for_arrival()
            assert name(ask(other, elsewhere.question())) == "asking 11"
            hold.let_go()
            coming.result(A_WHILE)


class TestFailure:
    @in_redis_too
    def test_it_is_told_and_not_asked_again_for_a_pause(
        self, asker: Asker, diary: FakeDiary, roll: Roll
    ):
        diary.fail(STAFF, NotReached("away"))
        for _ in range(3):
            assert isinstance(ask(asker, roll.question()), NotReached)
        diary.recover()
        assert isinstance(ask(asker, roll.question()), NotReached)
        assert roll.calls == 1

    def test_after_the_pause_it_is_asked_again(self, make: Make, diary: FakeDiary, roll: Roll):
        asker = make(Patience(pause_after_failure=0))
        diary.fail(STAFF)
        assert isinstance(ask(asker, roll.question()), NoAnswer)
        diary.recover()
        assert name(ask(asker, roll.question())) == "asking 2"

    def test_a_stale_answer_is_served_all_the_same(
        self, asker: Asker, diary: FakeDiary, roll: Roll, clock: time_machine.Traveller
    ):
        ask(asker, roll.question())
        clock.shift(FRESH + 1)
        diary.fail(STAFF)
        assert isinstance(ask(asker, roll.question(stale=FRESH)), DiaryError)
        assert name(ask(asker, roll.question())) == "asking 1"

    def test_one_question_that_fails_spoils_no_other(self, asker: Asker, diary: FakeDiary):
        diary.fail(STAFF)
        bad = Question("staff", diary.staff, FRESH, STALE)
        good = Question("rooms", diary.rooms, FRESH, STALE)
        found = asker.answers([bad, good], within=A_WHILE)
        assert isinstance(found["staff"], DiaryError)
        assert isinstance(found["rooms"], Stored)

    def test_a_connector_that_breaks_its_promise_about_errors_is_no_answer(
        self, asker: Asker, diary: FakeDiary, roll: Roll
    ):
        diary.fail(STAFF, ZeroDivisionError())
        assert isinstance(ask(asker, roll.question()), NoAnswer)
