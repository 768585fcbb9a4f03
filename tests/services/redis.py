"""A Redis server, or Valkey, of the tests' own."""

from __future__ import annotations

import signal

from redis import Redis
from typing_extensions import override

from tests.services.server import PrivateServer, ServerNotStarted
from tests.setup.services import find_redis


class PrivateRedis(PrivateServer):
    """A Redis server of one test process's own. It keeps nothing: a restart empties it."""

    _name = "Redis"
    _gentle = signal.SIGTERM
    _firm = signal.SIGKILL

    @property
    @override
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    def flush(self) -> None:
        """Empty it."""
        with Redis.from_url(self.url, socket_timeout=60) as client:
            client.flushall()

    @override
    def _prepare(self) -> None:
        server = find_redis()
        if server is None:
            raise ServerNotStarted("No Redis here: run python -m tests.setup.services.")
        self._server = server

    @override
    def _command(self) -> list[str]:
        return [
            *(str(self._server), "--bind", "127.0.0.1", "--port", str(self._port)),
            *("--dir", str(self._folder), "--save", "", "--appendonly", "no", "--databases", "16"),
        ]
