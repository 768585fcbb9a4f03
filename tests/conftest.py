"""What tests of several packages share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.util import LRUCache

from webapp.db.engine import make_engine

pytest_plugins = ["tests.services.fixtures"]
# How long an example takes, or is in the making, says more of the machine than of the code.
_UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The same examples every time: a change is not red for what it did not touch. New ones are looked
# for with --hypothesis-profile=exploring.
settings.register_profile("openslot", _UNHURRIED, derandomize=True)
settings.register_profile("exploring", _UNHURRIED, derandomize=False)
settings.load_profile("openslot")
# No test speaks TLS to the world, and whoever sends a message would read all its authorities.
os.environ |= {"SSL_CERT_FILE": os.devnull, "SSL_CERT_DIR": os.devnull}


def pytest_configure(config: pytest.Config) -> None:
    """Let dogpile.cache say SETEX to Redis: its word, not ours, and Redis keeps knowing it."""
    config.addinivalue_line("filterwarnings", "ignore:Call to deprecated setex:DeprecationWarning")


_used: set[Engine] = set()
_dialects: dict[type[Dialect], Dialect] = {}
_compiled: LRUCache[Any, Any] = LRUCache(2_000)


@event.listens_for(Engine, "engine_connect")
def _note_use(connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
    """Note which engine is in use; what was compiled for one serves all others of its kind.

    Each test has engines of its own, and each of those would compile each statement anew, which
    takes longer than to run it. What is compiled belongs to a dialect, hence one for all.
    """
    engine = connection.engine
    _used.add(engine)
    dialect = _dialects.setdefault(type(engine.dialect), engine.dialect)
    engine.dialect = connection.dialect = dialect
    engine._compiled_cache = _compiled  # pyright: ignore[reportPrivateUsage]


@pytest.fixture(autouse=True)
def close_databases() -> Iterator[None]:
    """Close what a test opened: a site keeps its engine for life, which here is one test.

    From Python 3.13 on a connection that nobody closed is a warning, and so a failure.
    """
    yield
    while _used:
        _used.pop().dispose()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The database at ``database_url``."""
    engine = make_engine(database_url)
    yield engine
    engine.dispose()
