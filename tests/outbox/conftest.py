"""A standing clock, and an empty outbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from tests.outbox.promises import NOW


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    """An empty outbox."""
    return sessionmaker(engine, expire_on_commit=False)
