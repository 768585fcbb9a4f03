"""A second tap while the first one's outcome is written down: neither blocks the other."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.appointments.stored import HARBOUR, Sessions, a_booking, keep, opened, read
from webapp.appointments.model import State
from webapp.appointments.recording import record
from webapp.appointments.replacing import continue_event
from webapp.db.engine import writing
from webapp.diaries.port import Confirmation

if TYPE_CHECKING:
    from collections.abc import Iterator

A_WHILE = 60.0
"""Seconds. No test waits so long unless something hangs."""
_WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@pytest.fixture
def sessions(database_url: str) -> Iterator[Sessions]:
    yield from opened(database_url)


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_records_a_change_and_who_makes_it_once_more_lock_in_one_order(sessions: Sessions):
    old = keep(sessions, state=State.CONFIRMED, journey="first", outcome_hash="1")
    new = keep(sessions, state=State.SENDING, journey="change", outcome_hash="2", replaces_id=old)

    def confirm() -> bool:
        with writing(sessions) as session:
            return record(session, new, State.CONFIRMED, HARBOUR, confirmation=Confirmation(45))

    with ThreadPoolExecutor(1) as pool:
        with sessions() as session:
            row = a_booking(journey="change", outcome_hash="2", replaces_id=old)
            continue_event(session, row, old)
            recorded = pool.submit(confirm)
            _wait_until_somebody_waits(sessions)
            session.add(row)
            with pytest.raises(IntegrityError):
                session.flush()
        assert recorded.result(A_WHILE)
    assert read(sessions, new).state is State.CONFIRMED


def _wait_until_somebody_waits(sessions: Sessions) -> None:
    ends = time.monotonic() + A_WHILE
    with sessions() as session:
        while not session.scalar(_WAITING):
            assert time.monotonic() < ends, "nobody waits"
            session.rollback()
