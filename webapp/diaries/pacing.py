"""Keeps one pace for each key that a vendor counts by, across processes where there is Redis."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from typing import TYPE_CHECKING, Any, Protocol, cast

import redis

from webapp.diaries.pace import LocalTurns, Pace, Turns, Urgency

if TYPE_CHECKING:
    from pydantic import SecretStr

log = logging.getLogger(__name__)

_PATIENCE_SECONDS = 0.5
_DO_WITHOUT_SECONDS = 5.0
"""After a failure Redis is left alone for so long."""
_STEP_ASIDE_SECONDS = 0.05
"""How long a read waits for another process's write before it asks for a turn again."""
_WANTED_INTERVALS = 1.5
"""How long, in intervals, other processes' reads step aside for a write that waits."""


class Client(Protocol):
    """As much of a Redis client as turns need."""

    def set(self, name: str, value: str, *, px: int, nx: bool = False) -> object: ...

    def pttl(self, name: str) -> int: ...

    def exists(self, name: str) -> int: ...


class RedisTurns:
    """Turns that all processes share: whoever sets a key has the turn, and it lives an interval.

    While Redis is away each process keeps the pace by itself.
    """

    def __init__(self, client: Client, name: str, interval: float) -> None:
        self._client = client
        self._turn, self._wanted = f"{name}:turn", f"{name}:wanted"
        self._interval = interval
        self._alone = LocalTurns(interval)
        self._away_until = 0.0

    def take(self, urgency: Urgency) -> float:
        """Take the next turn and return 0, or the seconds after which to ask again."""
        if time.monotonic() >= self._away_until:
            try:
                until_next = self._take(urgency)
            except redis.RedisError as error:
                self._note_away(error)
            else:
                if until_next <= 0:
                    self._alone.hold(self._interval)
                return until_next
        return self._alone.take(urgency)

    def hold(self, seconds: float) -> None:
        """Hand out no turn for so many seconds."""
        self._alone.hold(seconds)
        try:
            self._client.set(self._turn, "held", px=_milliseconds(seconds))
        except redis.RedisError as error:
            self._note_away(error)

    def _take(self, urgency: Urgency) -> float:
        is_read = urgency is Urgency.READING
        if is_read and self._client.exists(self._wanted):
            return _STEP_ASIDE_SECONDS
        if self._client.set(self._turn, "taken", px=_milliseconds(self._interval), nx=True):
            return 0.0
        if not is_read:
            wanted_for = self._interval * _WANTED_INTERVALS
            self._client.set(self._wanted, "write", px=_milliseconds(wanted_for))
        return max(self._client.pttl(self._turn), 1) / 1000

    def _note_away(self, error: redis.RedisError) -> None:
        self._away_until = time.monotonic() + _DO_WITHOUT_SECONDS
        log.warning("Redis is away, keeping a diary's pace alone: %s", type(error).__name__)


class Paces:
    """The paces of one process, one for each key at each vendor's server.

    Several practices may share a key: a vendor that counts by it counts them together.
    """

    def __init__(self, redis_url: str = "") -> None:
        self._lock = threading.Lock()
        self._paces: dict[str, Pace] = {}
        self._client = _client_at(redis_url) if redis_url else None

    def pace(self, *, server: str, key: SecretStr, interval: float) -> Pace:
        """Return the pace of calls to ``server`` with ``key``, ``interval`` seconds apart."""
        told = f"{server} {key.get_secret_value()}".encode()
        # Redis sees a digest, never the key
        name = f"openslot:pace:{hashlib.sha256(told).hexdigest()[:32]}"
        with self._lock:
            if name not in self._paces:
                self._paces[name] = Pace(self._turns(name, interval))
            return self._paces[name]

    def _turns(self, name: str, interval: float) -> Turns:
        if self._client is None or interval <= 0:
            return LocalTurns(interval)
        return RedisTurns(self._client, name, interval)


def _client_at(redis_url: str) -> Client:
    # redis-py leaves its keyword arguments bare.
    client = cast("Any", redis.Redis).from_url(
        redis_url, socket_timeout=_PATIENCE_SECONDS, socket_connect_timeout=_PATIENCE_SECONDS
    )
    return cast("Client", client)


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))
