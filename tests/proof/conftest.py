"""A diary for all the proofs, and a deployment: a fresh one, or one that runs already."""

from __future__ import annotations

import shutil
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
def stack(tmp_path: Path, shared_diary: ReferenceDiary, database_url: str) -> Iterator[Stack]:
    """A deployment that is not running yet, on SQLite unless the test is marked otherwise."""
    shared_diary.reset()
    with Stack(tmp_path, shared_diary, database_url) as stack:
        yield stack


@pytest.fixture(scope="class")
def running(
    tmp_path_factory: pytest.TempPathFactory, migrated_file: Path, shared_diary: ReferenceDiary
) -> Iterator[Stack]:
    """A deployment on SQLite whose web runs for all tests of a class: only its worker is killed.

    Each test has a slot of its own, and finds no mail of the others'.
    """
    folder = tmp_path_factory.mktemp("running")
    url = f"sqlite:///{shutil.copy(migrated_file, folder)}"
    shared_diary.reset()
    with Stack(folder, shared_diary, url) as stack:
        yield stack.start()
