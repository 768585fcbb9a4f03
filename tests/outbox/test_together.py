"""Many promises of one kind and practice are kept at once, and each is settled by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError

from tests.outbox.promises import KIND, NOW, Sessions, claim, every, make, make_many
from tests.services.both import on_both
from webapp.db.engine import writing
from webapp.outbox.claiming import LEASE, Claimed, claim_due, claim_more
from webapp.outbox.model import Status
from webapp.outbox.promising import promise
from webapp.outbox.results import Park, TryLater
from webapp.outbox.together import Together
from webapp.outbox.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import time_machine

    from webapp.outbox.results import Result

    Keep = Callable[[Sequence[Claimed]], Mapping[int, Result]]


def worker(sessions: Sessions, keep: Keep, most: int = 3) -> Worker:
    return Worker(sessions, {KIND: Together(keep, most)})


@on_both
def test_more_of_the_same_kind_and_practice_are_claimed_and_no_others(sessions: Sessions):
    make_many(sessions, 3)
    make(sessions, "another", subject_id=8)
    make(sessions, KIND, subject_id=9, due_at=NOW + timedelta(seconds=1))
    with writing(sessions) as session:
        promise(session, KIND, slug="elm", subject_id=10)
    first = claim(sessions, "one")

    more = claim_more(sessions, first, most=5)

    assert [(one.subject_id, one.claim, one.attempts) for one in more] == [
        (1, "one", 1),
        (2, "one", 1),
    ]
    assert {row.claimed_until_utc for row in every(sessions)[:3]} == {NOW + LEASE}
    assert [one.subject_id for one in claim_due(sessions, worker="two", most=9)] == [8, 10]


def test_each_is_settled_by_what_is_said_of_it(sessions: Sessions):
    ids = make_many(sessions, 4)
    seen: list[list[int]] = []

    def keep(claimed: Sequence[Claimed]) -> dict[int, Result]:
        seen.append([one.id for one in claimed])
        said: dict[int, Result] = {
            ids[0]: None,
            ids[1]: TryLater("it is away", after_seconds=7),
            ids[2]: Park("it is refused"),
        }
        return {one.id: said[one.id] for one in claimed if one.id in said}

    assert worker(sessions, keep, most=4).run_once() == 4

    assert seen == [ids]
    done, later, parked, left_out = every(sessions)
    assert (done.status, done.reason) == (Status.DONE, None)
    assert (later.status, later.reason) == (Status.DUE, "it is away")
    assert later.due_at_utc == NOW + timedelta(seconds=7)
    assert (parked.status, parked.reason) == (Status.PARKED, "it is refused")
    assert (left_out.status, left_out.reason) == (Status.DUE, "nothing was found out about it")
    assert left_out.due_at_utc > NOW
    assert {row.claimed_by for row in every(sessions)} == {None}


def test_no_more_than_the_handler_takes(sessions: Sessions):
    make_many(sessions, 7)
    seen: list[int] = []

    def keep(claimed: Sequence[Claimed]) -> dict[int, Result]:
        seen.append(len(claimed))
        return dict.fromkeys(one.id for one in claimed)

    keeper = worker(sessions, keep)
    while keeper.run_once():
        pass
    assert seen == [3, 3, 1]


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (TryLater("away"), Status.DUE, "away"),
        (Park("gone"), Status.PARKED, "gone"),
        (LookupError("a patient's word"), Status.DUE, "LookupError"),
    ],
)
def test_what_is_raised_is_said_of_all(
    sessions: Sessions, error: Exception, status: Status, reason: str
):
    make_many(sessions, 3)

    def keep(claimed: Sequence[Claimed]) -> dict[int, Result]:
        raise error

    worker(sessions, keep).run_once()
    assert [(row.status, row.reason) for row in every(sessions)] == [(status, reason)] * 3


def test_while_the_database_is_away_the_claims_are_left_to_lapse(
    sessions: Sessions, clock: time_machine.Traveller
):
    make_many(sessions, 2)

    def keep(claimed: Sequence[Claimed]) -> dict[int, Result]:
        raise OperationalError("", {}, Exception())

    with pytest.raises(OperationalError):
        worker(sessions, keep).run_once()
    assert claim_due(sessions, worker="another", most=2) == []
    clock.shift(LEASE + timedelta(seconds=1))
    assert [one.attempts for one in claim_due(sessions, worker="another", most=2)] == [2, 2]
