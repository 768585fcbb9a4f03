"""Our own database away while a booking is placed: nothing is sent blindly, or twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from tests.appointments.desk import (
    ORDER,
    START,
    TOKENS,
    KnownAvailability,
    ObedientDiary,
    desk_over,
    rows,
)
from tests.services.both import on_both
from webapp.appointments import placing
from webapp.appointments.model import Booking, State
from webapp.appointments.placing import Desk
from webapp.db.engine import writing
from webapp.web.tokens import hash_of


def _away() -> OperationalError:
    return OperationalError("SELECT 1", {}, Exception("gone"))


def test_without_a_database_nothing_is_sent(diary: ObedientDiary, free: KnownAvailability) -> None:
    def new_session() -> Session:
        raise _away()

    with pytest.raises(OperationalError):
        desk_over(diary, free, new_session).place(ORDER)
    assert diary.requests == []


@on_both
def test_a_row_that_the_database_refuses_for_another_reason_lets_nothing_be_sent(
    desk: Desk, diary: ObedientDiary, sessions: sessionmaker[Session]
) -> None:
    desk.place(ORDER)
    with writing(sessions) as session:
        # Another journey stands at what would be this one's secret address.
        session.scalars(select(Booking)).one().outcome_hash = hash_of(
            TOKENS.outcome_of(slug="harbour", journey="b")
        )
    other = replace(ORDER, journey="b", slot_start=START + timedelta(hours=1))
    with pytest.raises(SQLAlchemyError):
        desk.place(other)
    assert len(diary.requests) == 1
    assert len(rows(sessions)) == 1


@pytest.mark.parametrize(
    ("failures", "state"), [(1, State.CONFIRMED), (3, State.CONFIRMED), (99, State.SENDING)]
)
def test_an_outcome_is_recorded_again_until_it_stands_and_told_all_the_same(
    *,
    diary: ObedientDiary,
    free: KnownAvailability,
    sessions: sessionmaker[Session],
    monkeypatch: pytest.MonkeyPatch,
    failures: int,
    state: State,
) -> None:
    monkeypatch.setattr(placing, "_RECORD_AGAIN_SECONDS", 0)
    left = failures

    def new_session() -> Session:
        nonlocal left
        if diary.requests and left:
            left -= 1
            raise _away()
        return sessions()

    placed = desk_over(diary, free, new_session).place(ORDER)
    assert placed.state is State.CONFIRMED
    assert [row.state for row in rows(sessions)] == [state]
    assert len(diary.requests) == 1
