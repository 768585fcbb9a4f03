"""What tests of several packages share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from webapp.db.engine import make_engine, upgrade


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest migration, to be copied: migrating takes its time."""
    path = tmp_path_factory.mktemp("migrated") / "openslot.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture
def database_url(tmp_path: Path, migrated_file: Path) -> str:
    """The address of a SQLite file that this test alone uses, migrated and empty."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path)}"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """That database."""
    engine = make_engine(database_url)
    yield engine
    engine.dispose()
