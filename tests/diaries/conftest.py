"""The reference diary, one process for all tests of a worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.reference_process import ReferenceDiary

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
