"""What tests of several packages share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Connection, Engine, event

from webapp.db.engine import make_engine

pytest_plugins = ["tests.services.fixtures"]
# How long an example takes says more of the machine than of the code.
settings.register_profile("openslot", deadline=None)
settings.load_profile("openslot")


def pytest_configure(config: pytest.Config) -> None:
    """Let dogpile.cache say SETEX to Redis: its word, not ours, and Redis keeps knowing it."""
    config.addinivalue_line("filterwarnings", "ignore:Call to deprecated setex:DeprecationWarning")


_used: set[Engine] = set()


@event.listens_for(Engine, "engine_connect")
def _note_use(connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
    _used.add(connection.engine)


@pytest.fixture(autouse=True)
def close_databases() -> Iterator[None]:
    """Close what a test opened: a site keeps its engine for life, which here is one test.

    From Python 3.13 on a connection that nobody closed is a warning, and so a failure.
    """
    yield
    while _used:
        _used.pop().dispose()


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
