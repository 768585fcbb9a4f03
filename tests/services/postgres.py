"""A PostgreSQL server of the tests' own."""

from __future__ import annotations

import itertools
import signal
from pathlib import Path

import psycopg
from psycopg import sql
from typing_extensions import override

from tests.services.server import PrivateServer, ServerNotStarted
from tests.setup.services import find_postgres

_USER = "openslot"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    # Over TCP alone, as in production: a socket's path would have to be short besides
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "timezone": "UTC",
    # What was committed survives the server's end by any signal, but not the machine's: so the
    # file system need not be waited for, while a page half written must be known for one
    "fsync": "off",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # In the folder, and so gone with it, even after a kill
    "dynamic_shared_memory_type": "mmap",
}


class PrivatePostgres(PrivateServer):
    """A PostgreSQL server of one test process's own, trusting whoever is on this machine.

    While it pauses it takes no new connection; those that it has go on.
    """

    _name = "PostgreSQL"
    _gentle = signal.SIGINT
    _firm = signal.SIGQUIT

    @property
    @override
    def url(self) -> str:
        """The database ``postgres``, which is there from the beginning."""
        return self._url("postgres")

    def new_database(self, *, like: str = "") -> str:
        """Make a database and return its URL: empty, or a copy of the one at that URL.

        Nobody may be connected to the one that is copied.
        """
        name = f"test_{next(self._numbers)}"
        template = _name_in(like) if like else "template1"
        self._do(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return self._url(name)

    def drop(self, url: str) -> None:
        """Remove the database at that URL, whoever may be connected to it."""
        self._do(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(_name_in(url)))
        )

    @override
    def _prepare(self) -> None:
        self._numbers = itertools.count(1)
        programs = find_postgres()
        if programs is None:
            raise ServerNotStarted("No PostgreSQL here: run python -m tests.setup.services.")
        self._programs = programs
        self._run_to_its_end(
            [
                str(programs / "initdb"),
                f"--pgdata={self._data}",
                f"--username={_USER}",
                "--auth=trust",
                "--encoding=UTF8",
                "--no-locale",
                "--no-sync",
            ]
        )

    @override
    def _command(self) -> list[str]:
        settings = [f"--{name}={value}" for name, value in _SETTINGS.items()]
        return [
            *(str(self._programs / "postgres"), "-D", str(self._data), "-p", str(self._port)),
            *settings,
        ]

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _url(self, database: str) -> str:
        return f"postgresql+psycopg://{_USER}@127.0.0.1:{self._port}/{database}"

    def _do(self, statement: sql.Composed) -> None:
        address = self.url.replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True, connect_timeout=60) as connection:
            connection.execute(statement)


def _name_in(url: str) -> str:
    return url.rpartition("/")[2]
