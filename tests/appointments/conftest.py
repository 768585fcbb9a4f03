"""A desk over a diary that does as it is told."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from tests.appointments.desk import KnownAvailability, ObedientDiary, desk_over
from webapp.appointments.placing import Desk


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
