"""A due promise has one owner while the lease runs, and what came of it is written down."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import text, update

from tests.outbox.promises import NOW, Sessions, claim, every, make, make_many, only
from tests.services.both import on_both
from webapp.db.engine import writing
from webapp.outbox.claiming import (
    LEASE,
    Claimed,
    claim_due,
    depth,
    finish,
    oldest_due,
    park,
    postpone,
)
from webapp.outbox.model import Promise, Status
from webapp.outbox.results import MOST_ATTEMPTS

WORKERS = 8
A_WHILE = 60.0
"""Seconds. No test waits so long unless something hangs."""


def due_now(sessions: Sessions, worker: str = "another") -> list[Claimed]:
    return claim_due(sessions, worker=worker, most=10)


@on_both
class TestClaiming:
    def test_a_claim_says_what_it_is_about(self, sessions: Sessions):
        make(sessions, "told", subject_id=7)
        claimed = claim(sessions, "one")
        row = only(sessions)
        assert claimed == Claimed(row.id, "harbour", "told", 7, "told:7", 1, NOW, "one")
        assert (row.claimed_by, row.claimed_until_utc, row.attempts) == ("one", NOW + LEASE, 1)
        assert row.status is Status.DUE

    def test_the_longest_due_comes_first(self, sessions: Sessions):
        for subject_id, late in ((1, 10), (2, 30), (3, 20), (4, 30)):
            make(sessions, subject_id=subject_id, due_at=NOW - timedelta(seconds=late))
        assert [claim(sessions, f"worker {at}").subject_id for at in range(4)] == [2, 4, 3, 1]

    def test_only_what_is_due_is_claimed(self, sessions: Sessions, clock: time_machine.Traveller):
        make(sessions, due_at=NOW + timedelta(seconds=1))
        assert due_now(sessions) == []
        clock.shift(timedelta(seconds=1))
        assert len(due_now(sessions)) == 1

    def test_what_is_kept_or_parked_is_not(self, sessions: Sessions):
        make(sessions, subject_id=1)
        finish(sessions, claim(sessions))
        make(sessions, subject_id=2)
        park(sessions, claim(sessions), "why")
        assert due_now(sessions) == []

    def test_no_more_than_asked_for_are_claimed(self, sessions: Sessions):
        make_many(sessions, 30)
        if sessions.kw["bind"].dialect.name == "postgresql":
            # With what it knows of the table the server may choose another way to the rows.
            with sessions() as session, session.begin():
                session.execute(text("ANALYZE outbox"))
        for most in (1, 1, 5):
            assert len(claim_due(sessions, worker=f"of {most}", most=most)) == most

    def test_of_eight_workers_at_once_each_promise_has_one_owner(self, sessions: Sessions):
        ids = make_many(sessions, 5 * WORKERS)
        together = threading.Barrier(WORKERS)

        def work(number: int) -> list[int]:
            together.wait(A_WHILE)
            mine: list[int] = []
            while claimed := claim_due(sessions, worker=f"worker {number}", most=1):
                mine += [one.id for one in claimed]
            return mine

        with ThreadPoolExecutor(WORKERS) as pool:
            found = [one for mine in pool.map(work, range(WORKERS)) for one in mine]
        assert sorted(found) == sorted(ids)
        assert {row.attempts for row in every(sessions)} == {1}


@on_both
class TestTheLease:
    def test_while_it_runs_nobody_else_claims(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        make(sessions)
        claim(sessions)
        clock.shift(LEASE)
        assert due_now(sessions) == []

    def test_a_lapsed_claim_is_taken_over(self, sessions: Sessions, clock: time_machine.Traveller):
        make(sessions)
        claim(sessions, "one")
        clock.shift(LEASE + timedelta(seconds=1))
        assert claim(sessions, "another").attempts == 2
        assert only(sessions).claimed_by == "another"

    @pytest.mark.parametrize("is_over", [False, True])
    @pytest.mark.parametrize("end", ["finish", "postpone", "park"])
    def test_the_former_owner_cannot_write_over_the_next(
        self, sessions: Sessions, clock: time_machine.Traveller, end: str, *, is_over: bool
    ):
        make(sessions)
        former = claim(sessions, "one")
        clock.shift(LEASE + timedelta(seconds=1))
        latter = claim(sessions, "another")
        if is_over:
            finish(sessions, latter)
        before = told(only(sessions))
        match end:
            case "finish":
                finish(sessions, former)
            case "postpone":
                postpone(sessions, former, "too late", after_seconds=None)
            case _:
                park(sessions, former, "too late")
        assert told(only(sessions)) == before


def told(row: Promise) -> dict[str, object]:
    return {column.name: getattr(row, column.name) for column in Promise.__table__.columns}


class TestResults:
    def test_done(self, sessions: Sessions, clock: time_machine.Traveller):
        make(sessions)
        first = claim(sessions)
        postpone(sessions, first, "away", after_seconds=0)
        claimed = claim(sessions, "another")
        clock.shift(timedelta(seconds=3))
        finish(sessions, claimed)
        row = only(sessions)
        assert (row.status, row.done_at_utc) == (Status.DONE, NOW + timedelta(seconds=3))
        assert (row.reason, row.claimed_by, row.claimed_until_utc) == (None, None, None)

    def test_later_at_the_moment_that_the_handler_names(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        make(sessions)
        postpone(sessions, claim(sessions), "the diary is away", after_seconds=90)
        row = only(sessions)
        assert (row.status, row.reason) == (Status.DUE, "the diary is away")
        assert row.due_at_utc == NOW + timedelta(seconds=90)
        assert (row.claimed_by, row.claimed_until_utc) == (None, None)
        assert due_now(sessions) == []
        clock.shift(timedelta(seconds=90))
        assert len(due_now(sessions)) == 1

    def test_later_by_itself_waits_longer_each_time(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        make(sessions)
        waits: list[float] = []
        for attempt in range(1, 5):
            at = only(sessions).due_at_utc
            clock.move_to(at)
            postpone(sessions, claim(sessions, f"{attempt}"), "away", after_seconds=None)
            waits.append((only(sessions).due_at_utc - at).total_seconds())
        for wait, least in zip(waits, (5, 10, 20, 40), strict=True):
            assert least <= wait <= least * 1.5

    def test_after_the_last_attempt_it_is_parked(self, sessions: Sessions):
        make(sessions)
        with writing(sessions) as session:
            session.execute(update(Promise).values(attempts=MOST_ATTEMPTS - 2))
        postpone(sessions, claim(sessions), "away", after_seconds=0)
        assert only(sessions).status is Status.DUE
        postpone(sessions, claim(sessions), "away", after_seconds=0)
        row = only(sessions)
        assert row.status is Status.PARKED
        assert row.reason == f"gave up after {MOST_ATTEMPTS} attempts: away"

    def test_parked_with_the_reason(self, sessions: Sessions):
        make(sessions)
        park(sessions, claim(sessions), "nobody knows the kind")
        row = only(sessions)
        assert (row.status, row.reason) == (Status.PARKED, "nobody knows the kind")
        assert (row.claimed_by, row.done_at_utc) == (None, None)


@on_both
def test_an_operator_sees_how_many_stand_where_and_since_when(
    sessions: Sessions, clock: time_machine.Traveller
):
    with sessions() as session:
        assert (depth(session), oldest_due(session)) == ({}, None)
    make(sessions, subject_id=1)
    finish(sessions, claim(sessions))
    make(sessions, subject_id=2)
    park(sessions, claim(sessions), "why")
    make(sessions, subject_id=3, due_at=NOW - timedelta(minutes=5))
    make(sessions, subject_id=4, due_at=NOW + timedelta(minutes=5))
    with sessions() as session:
        assert depth(session) == {Status.DONE: 1, Status.PARKED: 1, Status.DUE: 2}
        assert oldest_due(session) == NOW - timedelta(minutes=5)
