"""Databases and caches for tests, as a pytest plugin.

    pytest_plugins = ["tests.services.fixtures"]

``postgres`` and ``redis_server`` start when the first test asks for them. What asks for
``database_url`` is on SQLite, and on PostgreSQL too where it is marked ``on_both``; what asks for
``cache_url`` keeps nothing but in memory, and in Redis too where it is marked ``in_redis_too``
(both in tests.services.both). A server is up and empty whatever the test before did to it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.services.both import MEMORY, SQLITE
from tests.services.memory import in_memory
from tests.services.postgres import PrivatePostgres
from tests.services.redis import PrivateRedis
from webapp.db.engine import make_engine, upgrade


@pytest.fixture(scope="session")
def postgres() -> Iterator[PrivatePostgres]:
    """PostgreSQL for all tests of this process. A test that needs it up calls ``start()`` first."""
    with PrivatePostgres() as server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[PrivateRedis]:
    """Redis for all tests of this process. A test that needs it up calls ``start()`` first."""
    with PrivateRedis() as server:
        yield server


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
def each_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of this test's own, without tables: on SQLite, then on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'openslot.sqlite'}"
        return
    server: PrivatePostgres = request.getfixturevalue("postgres")
    server.start()
    url = server.new_database()
    yield url
    server.start()
    server.drop(url)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest migration, to be copied: migrating takes its time."""
    path = tmp_path_factory.mktemp("migrated") / "openslot.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres: PrivatePostgres) -> str:
    """A PostgreSQL database at the newest migration, to be copied: migrating takes its time."""
    url = postgres.new_database()
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()
    return url


@pytest.fixture
def database_url(request: pytest.FixtureRequest, migrated_file: Path) -> Iterator[str]:
    """A database of this test's own, migrated and empty: on SQLite, or where ``on_both`` says."""
    if getattr(request, "param", SQLITE) == SQLITE:
        with TemporaryDirectory(prefix="openslot-sqlite-", dir=in_memory()) as folder:
            yield f"sqlite:///{shutil.copy(migrated_file, folder)}"
        return
    server: PrivatePostgres = request.getfixturevalue("postgres")
    server.start()
    url = server.new_database(like=request.getfixturevalue("migrated_postgres"))
    yield url
    server.start()
    server.drop(url)


@pytest.fixture
def cache_url(request: pytest.FixtureRequest) -> str:
    """What ``OPENSLOT_REDIS_URL`` says: nothing, or an empty Redis where ``in_redis_too`` says."""
    if getattr(request, "param", MEMORY) == MEMORY:
        return ""
    server: PrivateRedis = request.getfixturevalue("redis_server")
    server.start()
    server.flush()
    return server.url
