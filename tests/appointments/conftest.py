"""A desk over a diary that does as it is told, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from tests.appointments.desk import KnownAvailability, ObedientDiary, desk_over
from webapp.appointments.placing import Desk


@pytest.fixture
def database_url(each_migrated_url: str) -> str:
    """What patients may be booked on: each test here runs on both."""
    return each_migrated_url


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    return sessionmaker(engine, expire_on_commit=False)


@pytest.fixture
def diary() -> ObedientDiary:
    return ObedientDiary()


@pytest.fixture
def free() -> KnownAvailability:
    return KnownAvailability()


@pytest.fixture
def desk(diary: ObedientDiary, free: KnownAvailability, sessions: sessionmaker[Session]) -> Desk:
    return desk_over(diary, free, sessions)
