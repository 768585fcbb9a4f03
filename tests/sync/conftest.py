"""A reference Updox, and a practice that has it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker

from tests.reference_process import ReferenceDiary
from tests.sync.ground import Ground, with_updox


@pytest.fixture(scope="session")
def process() -> Iterator[ReferenceDiary]:
    with ReferenceDiary(today="2026-11-20T08:00") as running:
        yield running


@pytest.fixture
def diary(process: ReferenceDiary) -> Iterator[ReferenceDiary]:
    process.reset()
    yield process
    process.clear()


@pytest.fixture
def ground(engine: Engine, diary: ReferenceDiary) -> Ground:
    sessions = sessionmaker(engine, expire_on_commit=False)
    return Ground(sessions, diary, with_updox(diary.updox_url))
