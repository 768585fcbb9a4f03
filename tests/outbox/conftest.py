"""A standing clock, and an outbox on each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from tests.outbox.promises import NOW, Sessions
from webapp.db.engine import make_engine


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def each(each_migrated_url: str) -> Iterator[Sessions]:
    """An empty outbox on SQLite, then on PostgreSQL."""
    engine = make_engine(each_migrated_url)
    yield sessionmaker(engine, expire_on_commit=False)
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    """An empty outbox on SQLite alone."""
    return sessionmaker(engine, expire_on_commit=False)
