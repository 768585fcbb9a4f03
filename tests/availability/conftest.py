"""A diary in memory, askers on one cache, and a clock that tests move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from tests.availability.fakes import FakeDiary
from tests.availability.questions import Roll
from tests.practices.examples import practice
from webapp.availability.asking import Asker, Patience
from webapp.availability.keeping import Keeping
from webapp.availability.limits import Limits
from webapp.availability.service import Availability

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
USUAL, USUAL_LIMITS = Patience(), Limits()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Friday morning, until a test moves on."""
    with time_machine.travel(NOW) as traveller:
        yield traveller


@pytest.fixture
def diary() -> Iterator[FakeDiary]:
    diary = FakeDiary()
    yield diary
    diary.close()


@pytest.fixture
def keeping(cache_url: str) -> Keeping:
    """Where answers are kept: in memory, then in Redis."""
    return Keeping(cache_url)


@pytest.fixture
def make(keeping: Keeping, diary: FakeDiary) -> Iterator[Callable[..., Asker]]:
    """Make an asker; several on one keeping are like several processes on one Redis."""
    made: list[Asker] = []

    def one(patience: Patience = USUAL, keeping: Keeping = keeping) -> Asker:
        made.append(Asker(keeping, width=4, patience=patience))
        return made[-1]

    yield one
    diary.close()
    for asker in made:
        asker.close()


@pytest.fixture
def asker(make: Callable[..., Asker]) -> Asker:
    return make()


@pytest.fixture
def roll(diary: FakeDiary) -> Roll:
    return Roll(diary)


@pytest.fixture
def open_(diary: FakeDiary, cache_url: str) -> Iterator[Callable[..., Availability]]:
    """Open a practice's availability on the fake diary; what is named is its `[booking]` table.

    Each is like a process of its own: in memory it keeps its own answers, in Redis everybody's.
    """
    opened: list[Availability] = []

    def one(*, limits: Limits = USUAL_LIMITS, **booking: object) -> Availability:
        rules = practice(booking=booking)
        opened.append(Availability(rules, diary, Keeping(cache_url), limits=limits))
        return opened[-1]

    yield one
    for availability in opened:
        availability.close()
