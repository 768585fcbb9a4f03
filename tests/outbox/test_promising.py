"""A promise counts with its transaction, is made once, and may be taken back until begun."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.outbox.promises import KIND, NOW, Sessions, claim, every, make, only
from tests.services.both import on_both
from webapp.db.engine import writing
from webapp.outbox.claiming import finish, park, postpone
from webapp.outbox.model import Status
from webapp.outbox.promising import promise, take_back


@on_both
def test_a_promise_counts_when_its_transaction_commits_and_not_before(sessions: Sessions):
    with writing(sessions) as session:
        promise(session, KIND, slug="harbour", subject_id=7)
        session.flush()
        assert every(sessions) == []
    row = only(sessions)
    assert (row.slug, row.kind, row.subject_id, row.key) == ("harbour", KIND, 7, "told:7")
    assert (row.status, row.attempts, row.claimed_by, row.reason) == (Status.DUE, 0, None, None)
    assert (row.due_at_utc, row.created_at_utc, row.done_at_utc) == (NOW, NOW, None)


def test_a_transaction_that_fails_promises_nothing(sessions: Sessions):
    def fail() -> None:
        with writing(sessions) as session:
            promise(session, KIND, slug="harbour", subject_id=7)
            session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert every(sessions) == []


@on_both
def test_it_is_made_once_in_one_transaction_and_in_the_next(sessions: Sessions):
    with writing(sessions) as session:
        for _ in range(2):
            promise(session, KIND, slug="harbour", subject_id=7)
    make(sessions, subject_id=7)
    assert len(every(sessions)) == 1


@pytest.mark.parametrize("status", [Status.DONE, Status.PARKED])
def test_one_that_was_kept_or_parked_is_not_made_again(sessions: Sessions, status: Status):
    make(sessions)
    if status is Status.DONE:
        finish(sessions, claim(sessions))
    else:
        park(sessions, claim(sessions), "why")
    make(sessions)
    assert only(sessions).status is status


def test_kind_subject_and_turn_tell_promises_apart(sessions: Sessions):
    with writing(sessions) as session:
        for kind, subject_id, turn in (
            ("told", 1, ""),
            ("told", 2, ""),
            ("rung", 1, ""),
            ("told", 1, "2"),
        ):
            promise(session, kind, slug="harbour", subject_id=subject_id, turn=turn)
    assert [row.key for row in every(sessions)] == ["told:1", "told:2", "rung:1", "told:1:2"]


@on_both
def test_it_is_due_when_it_says_whatever_the_zone_of_that(sessions: Sessions):
    later = datetime(2026, 11, 20, 5, tzinfo=ZoneInfo("America/New_York"))
    make(sessions, due_at=later)
    row = only(sessions)
    assert row.due_at_utc == NOW + timedelta(hours=2)
    assert row.due_at_utc.utcoffset() == timedelta(0)


class TestTakingBack:
    def test_one_that_nobody_has_begun_is_gone(self, sessions: Sessions):
        make(sessions)
        with writing(sessions) as session:
            take_back(session, KIND, 1)
        assert every(sessions) == []

    def test_so_is_one_that_failed_and_waits(self, sessions: Sessions):
        make(sessions)
        postpone(sessions, claim(sessions), "away", after_seconds=60)
        with writing(sessions) as session:
            take_back(session, KIND, 1)
        assert every(sessions) == []

    @on_both
    def test_one_that_a_worker_has_in_hand_stays(self, sessions: Sessions):
        make(sessions)
        claim(sessions)
        with writing(sessions) as session:
            take_back(session, KIND, 1)
        assert only(sessions).status is Status.DUE

    def test_kept_and_parked_ones_and_those_of_others_stay(self, sessions: Sessions):
        make(sessions, subject_id=1)
        finish(sessions, claim(sessions))
        make(sessions, subject_id=2)
        park(sessions, claim(sessions), "why")
        make(sessions, "rung", subject_id=1)
        make(sessions, subject_id=3)
        with writing(sessions) as session:
            take_back(session, KIND, 1)
            take_back(session, KIND, 2)
        assert [(row.kind, row.subject_id) for row in every(sessions)] == [
            (KIND, 1),
            (KIND, 2),
            ("rung", 1),
            (KIND, 3),
        ]

    def test_it_counts_only_when_its_transaction_commits(self, sessions: Sessions):
        make(sessions)

        def fail() -> None:
            with writing(sessions) as session:
                take_back(session, KIND, 1)
                raise LookupError

        with pytest.raises(LookupError):
            fail()
        assert only(sessions).status is Status.DUE
