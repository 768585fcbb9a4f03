"""A reference diary, for what the doctor finds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.reference_process import ReferenceDiary


@pytest.fixture(scope="session")
def reference_process() -> Iterator[ReferenceDiary]:
    with ReferenceDiary(today="2026-11-20T08:00") as running:
        yield running


@pytest.fixture
def reference(reference_process: ReferenceDiary) -> Iterator[ReferenceDiary]:
    """The reference diary as it was at the start."""
    reference_process.reset()
    yield reference_process
    reference_process.clear()
