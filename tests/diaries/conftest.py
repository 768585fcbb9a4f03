"""The reference diary, one process for all tests of a worker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.diaries.grounds import GROUNDS, Ground
from tests.reference_process import ReferenceDiary
from webapp.diaries.port import Diary

TODAY = "2026-11-20"
"""What the reference diary takes for today: a Friday."""


@pytest.fixture(scope="session")
def reference_process() -> Iterator[ReferenceDiary]:
    with ReferenceDiary(today=TODAY) as running:
        yield running


@pytest.fixture
def reference(reference_process: ReferenceDiary) -> Iterator[ReferenceDiary]:
    """The reference diary as it was at the start, without faults or calls."""
    reference_process.reset()
    yield reference_process
    reference_process.clear()


@pytest.fixture(params=GROUNDS)
def ground(request: pytest.FixtureRequest, reference: ReferenceDiary) -> Ground:
    """Each connector's ground in turn."""
    return GROUNDS[request.param](reference)


@pytest.fixture
def diary(ground: Ground) -> Iterator[Diary]:
    """The connector on that ground."""
    with closing(ground.diary()) as one:
        yield one
