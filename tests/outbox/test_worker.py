"""The worker keeps promises one by one, and nothing that goes wrong with one ends it."""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from tests.outbox.promises import NOW, Sessions, claim, every, make, make_many, only
from webapp.outbox import worker as working
from webapp.outbox.chores import Chore
from webapp.outbox.claiming import LEASE, Claimed
from webapp.outbox.model import Status
from webapp.outbox.results import Park, TryLater
from webapp.outbox.worker import Worker
from webapp.web.logging import JsonLines

SECRET = "Zebulon Quince, throbbing kneecap"
A_WHILE = 60.0
"""Seconds. No test waits so long unless something hangs."""
HOURLY = timedelta(hours=1)
Handler = Callable[[Claimed], None]


def raising(error: Exception) -> Handler:
    def handler(_claimed: Claimed) -> None:
        raise error

    return handler


def away() -> OperationalError:
    return OperationalError("SELECT 1", {}, Exception(SECRET))


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the worker logs, as it is written."""
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("openslot.outbox")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield output
    logger.removeHandler(handler)
    logger.setLevel(level)


class TestKeeping:
    def test_each_kind_goes_to_its_handler_one_at_a_time_in_order(self, sessions: Sessions):
        make(sessions, "told", subject_id=1)
        make(sessions, "rung", subject_id=2)
        make(sessions, "told", subject_id=3)
        came: list[tuple[str, int]] = []
        worker = Worker(
            sessions,
            {
                "told": lambda one: came.append(("told", one.subject_id)),
                "rung": lambda one: came.append(("rung", one.subject_id)),
            },
        )
        assert [worker.run_once() for _ in range(4)] == [1, 1, 1, 0]
        assert came == [("told", 1), ("rung", 2), ("told", 3)]
        assert {row.status for row in every(sessions)} == {Status.DONE}

    def test_each_in_a_fresh_context(self, sessions: Sessions):
        make_many(sessions, 2)
        inside: list[str] = []

        @contextmanager
        def context() -> Generator[None]:
            inside.append("in")
            yield
            inside.append("out")

        worker = Worker(sessions, {"told": lambda _: inside.append("keeps")}, context=context)
        while worker.run_once():
            pass
        assert inside == ["in", "keeps", "out"] * 2

    def test_later(self, sessions: Sessions):
        make(sessions)
        error = TryLater("the diary is away", after_seconds=60)
        Worker(sessions, {"told": raising(error)}).run_once()
        row = only(sessions)
        assert (row.status, row.reason) == (Status.DUE, "the diary is away")
        assert row.due_at_utc == NOW + timedelta(seconds=60)

    def test_parked(self, sessions: Sessions):
        make(sessions)
        Worker(sessions, {"told": raising(Park("refused"))}).run_once()
        assert (only(sessions).status, only(sessions).reason) == (Status.PARKED, "refused")

    def test_a_kind_that_nobody_knows_is_parked(self, sessions: Sessions):
        make(sessions, "sung")
        Worker(sessions, {}).run_once()
        row = only(sessions)
        assert row.status is Status.PARKED
        assert row.reason == "nothing here knows the kind sung"

    def test_what_comes_is_logged_with_practice_kind_and_reason(
        self, sessions: Sessions, written: io.StringIO
    ):
        make(sessions)
        Worker(sessions, {"told": raising(Park("refused"))}).run_once()
        assert '"practice": "harbour"' in written.getvalue()
        assert '"came": "parked"' in written.getvalue()
        assert '"reason": "refused"' in written.getvalue()


class TestWhatIsNotForeseen:
    def test_it_is_tried_again_and_told_without_its_text(
        self, sessions: Sessions, written: io.StringIO
    ):
        make(sessions)
        try:
            raise LookupError(SECRET)
        except LookupError as cause:
            error = ValueError(SECRET)
            error.__cause__ = cause
        assert Worker(sessions, {"told": raising(error)}).run_once() == 1
        row = only(sessions)
        assert (row.status, row.reason) == (Status.DUE, "ValueError")
        assert NOW + timedelta(seconds=5) <= row.due_at_utc <= NOW + timedelta(seconds=7.5)
        lines = written.getvalue()
        assert "a handler failed" in lines
        assert "in handler" in lines, "where it happened is said"
        assert SECRET not in lines
        assert "Quince" not in lines

    def test_the_others_are_kept_all_the_same(self, sessions: Sessions):
        make(sessions, "told")
        make(sessions, "rung")
        worker = Worker(sessions, {"told": raising(KeyError(SECRET)), "rung": lambda _: None})
        while worker.run_once():
            pass
        assert [row.status for row in every(sessions)] == [Status.DUE, Status.DONE]

    def test_a_handler_without_a_database_leaves_the_promise_to_its_lapsing_claim(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        make(sessions)
        with pytest.raises(OperationalError):
            Worker(sessions, {"told": raising(away())}).run_once()
        assert only(sessions).status is Status.DUE
        assert Worker(sessions, {"told": lambda _: None}).run_once() == 0
        clock.shift(LEASE + timedelta(seconds=1))
        assert Worker(sessions, {"told": lambda _: None}).run_once() == 1
        assert only(sessions).status is Status.DONE

    def test_a_row_that_the_database_does_not_take_is_not_tried_for_ever(
        self, sessions: Sessions, written: io.StringIO
    ):
        make(sessions)
        error = IntegrityError("INSERT", {}, Exception(SECRET))
        assert Worker(sessions, {"told": raising(error)}).run_once() == 1
        row = only(sessions)
        assert (row.status, row.reason, row.claimed_by) == (Status.DUE, "IntegrityError", None)
        assert SECRET not in written.getvalue()

    def test_a_claim_that_lapsed_meanwhile_is_its_next_owners(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        make(sessions)

        def too_slow(_claimed: Claimed) -> None:
            clock.shift(LEASE + timedelta(seconds=1))
            claim(sessions, "another")

        Worker(sessions, {"told": too_slow}).run_once()
        row = only(sessions)
        assert (row.status, row.claimed_by) == (Status.DUE, "another")


class TestRunning:
    @pytest.fixture(autouse=True)
    def at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(working, "_AFTER_TROUBLE_SECONDS", 0)
        monkeypatch.setattr(working, "_LOOK_EVERY_SECONDS", 0.01)

    def test_a_database_that_goes_away_does_not_end_it(
        self, sessions: Sessions, written: io.StringIO
    ):
        make_many(sessions, 2)
        tries = 0

        def new_session() -> Session:
            nonlocal tries
            tries += 1
            if tries in {1, 2, 4}:
                raise away()
            return sessions()

        came: list[int] = []

        def handler(one: Claimed) -> None:
            came.append(one.subject_id)
            if len(came) == 2:
                worker.stop()

        worker = Worker(new_session, {"told": handler})
        worker.run()
        assert came == [0, 1]
        assert "the database is away: OperationalError" in written.getvalue()
        assert SECRET not in written.getvalue()

    @pytest.mark.parametrize("error", [away(), LookupError(SECRET)])
    def test_a_chore_that_fails_does_not_end_it_and_what_was_promised_is_kept(
        self, sessions: Sessions, written: io.StringIO, error: Exception
    ):
        make(sessions)

        def chore() -> None:
            raise error

        def handler(_one: Claimed) -> None:
            worker.stop()

        worker = Worker(sessions, {"told": handler}, chores=[Chore(HOURLY, chore)])
        worker.run()
        assert only(sessions).status is Status.DONE
        assert "a chore failed" in written.getvalue()
        assert SECRET not in written.getvalue()

    def test_told_to_stop_it_ends_after_what_it_has_in_hand(self, sessions: Sessions):
        make_many(sessions, 3)
        worker = Worker(sessions, {"told": lambda _: worker.stop()})
        worker.run()
        assert [row.status for row in every(sessions)].count(Status.DONE) == 1

    def test_with_several_threads_all_end_and_each_promise_is_kept_once(self, sessions: Sessions):
        make_many(sessions, 12)
        came: list[int] = []
        lock = threading.Lock()

        def handler(one: Claimed) -> None:
            with lock:
                came.append(one.id)
                if len(came) == 12:
                    worker.stop()

        worker = Worker(sessions, {"told": handler})
        running = threading.Thread(target=worker.run, args=(4,))
        running.start()
        running.join(A_WHILE)
        assert not running.is_alive()
        assert sorted(came) == [row.id for row in every(sessions)]

    def test_its_chores_are_done_before_what_was_promised_in_a_context_of_their_own(
        self, sessions: Sessions
    ):
        make(sessions)
        came: list[str] = []

        @contextmanager
        def context() -> Generator[None]:
            came.append("in")
            yield
            came.append("out")

        def handler(_one: Claimed) -> None:
            came.append("keeps")
            worker.stop()

        chores = [Chore(HOURLY, lambda: came.append("one")), Chore(HOURLY, lambda: None)]
        worker = Worker(sessions, {"told": handler}, context=context, chores=chores)
        worker.run()
        assert came == ["in", "one", "out", "in", "keeps", "out"]

    def test_of_all_its_threads_one_does_a_chore(self, sessions: Sessions):
        make_many(sessions, 12)
        done: list[int] = []
        kept: list[int] = []
        lock = threading.Lock()

        def handler(one: Claimed) -> None:
            with lock:
                kept.append(one.id)
                if len(kept) == 12:
                    worker.stop()

        chores = [Chore(HOURLY, lambda: done.append(1))]
        worker = Worker(sessions, {"told": handler}, chores=chores)
        running = threading.Thread(target=worker.run, args=(4,))
        running.start()
        running.join(A_WHILE)
        assert not running.is_alive()
        assert done == [1]
