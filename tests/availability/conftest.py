"""A diary in memory, askers on one cache, and a clock that tests move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from dogpile.cache import CacheRegion

from tests.availability.fakes import FakeDiary
from tests.availability.questions import Roll
from tests.practices.examples import practice
from webapp.availability.asking import Asker, Patience
from webapp.availability.cache import cache_region
from webapp.availability.service import Availability, Limits

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
def region() -> CacheRegion:
    return cache_region("")


@pytest.fixture
def make(region: CacheRegion, diary: FakeDiary) -> Iterator[Callable[..., Asker]]:
    """Make an asker; several on one region are like several processes on one Redis."""
    made: list[Asker] = []

    def one(patience: Patience = USUAL, region: CacheRegion = region) -> Asker:
        made.append(Asker(region, width=4, patience=patience))
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
def open_(diary: FakeDiary) -> Iterator[Callable[..., Availability]]:
    """Open a practice's availability on the fake diary; what is named is its `[booking]` table."""
    opened: list[Availability] = []

    def one(*, limits: Limits = USUAL_LIMITS, **booking: object) -> Availability:
        rules = practice(booking=booking)
        opened.append(Availability(rules, diary, cache_region(""), limits=limits))
        return opened[-1]

    yield one
    for availability in opened:
        availability.close()
