"""Connects to the database and hands out sessions."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session, sessionmaker

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from sqlalchemy import Connection, Engine
    from sqlalchemy.pool import ConnectionPoolEntry

_KEY = "openslot_engine"
_SESSIONS = "openslot_sessions"
_WRITES = "openslot_writes"
_BUSY_MILLISECONDS = 10_000
_MIGRATIONS = Path(__file__).parent / "migrations"


def make_engine(url: str) -> Engine:
    """Return an engine for SQLite or PostgreSQL, set up to be shared by threads and processes.

    Its errors name the statement and never the values, which are patients' words.
    """
    if not url.startswith("sqlite"):
        return create_engine(
            url, hide_parameters=True, pool_pre_ping=True, pool_size=10, max_overflow=20
        )
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": _BUSY_MILLISECONDS / 1000}
    )

    def set_up(connection: Any, _entry: ConnectionPoolEntry) -> None:  # noqa: ANN401
        # Transactions begin as _begin() below says, not as the driver guesses.
        connection.isolation_level = None
        # Readers never wait for a writer, and a writer waits for another instead of failing.
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    event.listen(engine, "connect", set_up)
    event.listen(engine, "begin", _begin)
    return engine


def init_app(app: Flask, url: str) -> None:
    """Give the app its database."""
    engine = make_engine(url)
    app.extensions[_KEY] = engine
    app.extensions[_SESSIONS] = sessionmaker(engine, expire_on_commit=False)


def engine_of(app: Flask) -> Engine:
    """Return the engine of an app that is being wired."""
    return app.extensions[_KEY]


def sessions_of(app: Flask) -> sessionmaker[Session]:
    """Return what makes sessions in an app that is being wired, or worked for."""
    return app.extensions[_SESSIONS]


def current_engine() -> Engine:
    """Return this deployment's engine."""
    return current_app.extensions[_KEY]


def new_session() -> Session:
    """Return a session; use it as a context manager, and ``begin()`` to write."""
    return cast("sessionmaker[Session]", current_app.extensions[_SESSIONS])()


@contextmanager
def writing(new_session: Callable[[], Session]) -> Generator[Session]:
    """Open a transaction that writes, and commit it at the end.

    On SQLite it holds the one write lock from its first moment, so that what it reads stays true
    until it commits; on PostgreSQL it locks the rows that it reads ``with_for_update``.
    """
    with new_session() as session, session.begin():
        session.connection(execution_options={_WRITES: True})
        yield session


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest migration."""
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(engine: Engine) -> bool:
    """Say whether the database stands at the newest migration."""
    with engine.connect() as connection:
        stands_at = MigrationContext.configure(connection).get_current_heads()
    return set(stands_at) == set(ScriptDirectory.from_config(_config()).get_heads())


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config
