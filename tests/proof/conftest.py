"""A diary for all the proofs, and a fresh deployment for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.proof.stack import Stack
from tests.reference_process import ReferenceDiary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def shared_diary() -> Iterator[ReferenceDiary]:
    """The reference diary's process."""
    with ReferenceDiary() as diary:
        yield diary


@pytest.fixture
def stack(tmp_path: Path, shared_diary: ReferenceDiary, each_database_url: str) -> Iterator[Stack]:
    """A deployment that is not running yet, on SQLite and on PostgreSQL."""
    shared_diary.reset()
    with Stack(tmp_path, shared_diary, each_database_url) as stack:
        yield stack
