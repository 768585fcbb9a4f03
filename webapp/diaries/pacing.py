"""Keeps one pace for each key that a vendor counts by, across processes where there is Redis."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from typing import TYPE_CHECKING, Any, Protocol, cast

import redis

from webapp.diaries.budget import Budget, LocalBudget
from webapp.diaries.pace import LocalTurns, Pace, Turns, Urgency

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import SecretStr

log = logging.getLogger(__name__)

_PATIENCE_SECONDS = 0.5
_DO_WITHOUT_SECONDS = 5.0
"""After a failure Redis is left alone for so long."""
_STEP_ASIDE_SECONDS = 0.05
"""How long one waits for another process's more urgent call before it asks for a turn again."""
_WANTED_INTERVALS = 1.5
"""How long, in intervals, other processes step aside for a more urgent call that waits."""
_SPEND = """
if redis.call('PTTL', KEYS[2]) > 0 then return redis.call('PTTL', KEYS[2]) end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local paid_until = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local wait = paid_until - now - ARGV[2]
if wait > 0 then return math.ceil(wait) end
redis.call('SET', KEYS[1], paid_until + ARGV[1], 'PX', paid_until - now + ARGV[1] + 1000)
return 0
"""
"""Spends a request of a budget: the interval and the leeway of ``LocalBudget``, in milliseconds.

In one step, for all processes, by the one clock of Redis itself."""


class Client(Protocol):
    """As much of a Redis client as turns need."""

    def set(self, name: str, value: str, *, px: int, nx: bool = False) -> object: ...

    def pttl(self, name: str) -> int: ...

    def exists(self, *names: str) -> int: ...


class ScriptClient(Client, Protocol):
    """A client that runs scripts too."""

    def eval(self, script: str, numkeys: int, *keys_and_args: str) -> int: ...


class RedisTurns:
    """Turns that all processes share: whoever sets a key has the turn, and it lives an interval.

    While Redis is away each process keeps the pace by itself.
    """

    def __init__(self, client: Client, name: str, interval: float) -> None:
        self._client = client
        self._turn = f"{name}:turn"
        write, read = f"{name}:wanted", f"{name}:asked"
        self._wanted = {
            Urgency.FINISHING: write,
            Urgency.WRITING: write,
            Urgency.READING: read,
            Urgency.LOOKING_ON: None,
        }
        self._ahead = {Urgency.READING: [write], Urgency.LOOKING_ON: [write, read]}
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
        ahead = self._ahead.get(urgency)
        if ahead and self._client.exists(*ahead):
            return _STEP_ASIDE_SECONDS
        if self._client.set(self._turn, "taken", px=_milliseconds(self._interval), nx=True):
            return 0.0
        wanted = self._wanted[urgency]
        if wanted:
            wanted_for = self._interval * _WANTED_INTERVALS
            self._client.set(wanted, "waits", px=_milliseconds(wanted_for))
        return max(self._client.pttl(self._turn), 1) / 1000

    def _note_away(self, error: redis.RedisError) -> None:
        self._away_until = time.monotonic() + _DO_WITHOUT_SECONDS
        log.warning("Redis is away, keeping a diary's pace alone: %s", type(error).__name__)


class RedisBudget:
    """A budget that all processes share. While Redis is away each spends all of it by itself."""

    def __init__(self, client: ScriptClient, name: str, budget: Budget) -> None:
        self._client = client
        self._spent, self._held = f"{name}:spent", f"{name}:held"
        self._budget = budget
        self._alone = LocalBudget(budget)
        self._away_until = 0.0

    def take(self, urgency: Urgency) -> float:
        """Take the next turn and return 0, or the seconds after which to ask again."""
        if time.monotonic() >= self._away_until:
            in_milliseconds = self._budget.interval * 1000, self._budget.leeway(urgency) * 1000
            arguments = [str(round(one)) for one in in_milliseconds]
            try:
                until_next = self._client.eval(_SPEND, 2, self._spent, self._held, *arguments)
            except redis.RedisError as error:
                self._note_away(error)
            else:
                if until_next <= 0:
                    self._alone.take(Urgency.FINISHING)
                return until_next / 1000
        return self._alone.take(urgency)

    def hold(self, seconds: float) -> None:
        """Hand out no turn for so many seconds."""
        self._alone.hold(seconds)
        try:
            self._client.set(self._held, "held", px=_milliseconds(seconds))
        except redis.RedisError as error:
            self._note_away(error)

    def _note_away(self, error: redis.RedisError) -> None:
        self._away_until = time.monotonic() + _DO_WITHOUT_SECONDS
        log.warning("Redis is away, keeping a diary's budget alone: %s", type(error).__name__)


class Paces:
    """The paces of one process, one for each key at each vendor's server.

    Several practices may share a key: a vendor that counts by it counts them together.
    """

    def __init__(self, redis_url: str = "") -> None:
        self._lock = threading.Lock()
        self._paces: dict[str, Pace] = {}
        self._client = _client_at(redis_url) if redis_url else None
        self._gives_way = False

    def give_way(self) -> None:
        """From now on let what this process reads wait for what patients ask of others.

        For workers: nobody waits for what they read.
        """
        with self._lock:
            self._gives_way = True
            for one in self._paces.values():
                one.give_way()

    def pace(self, *, server: str, key: SecretStr, interval: float) -> Pace:
        """Return the pace of calls to ``server`` with ``key``, ``interval`` seconds apart."""

        def turns(name: str) -> Turns:
            if self._client is None or interval <= 0:
                return LocalTurns(interval)
            return RedisTurns(self._client, name, interval)

        return self._get(server, key, turns)

    def budget(self, *, server: str, key: SecretStr, a_minute: int) -> Pace:
        """Return the pace of calls to ``server`` with ``key``, of so many a minute."""

        def turns(name: str) -> Turns:
            budget = Budget(a_minute)
            if self._client is None:
                return LocalBudget(budget)
            return RedisBudget(self._client, name, budget)

        return self._get(server, key, turns)

    def _get(self, server: str, key: SecretStr, turns: Callable[[str], Turns]) -> Pace:
        told = f"{server} {key.get_secret_value()}".encode()
        # Redis sees a digest, never the key
        name = f"openslot:pace:{hashlib.sha256(told).hexdigest()[:32]}"
        with self._lock:
            if name not in self._paces:
                self._paces[name] = Pace(turns(name))
                if self._gives_way:
                    self._paces[name].give_way()
            return self._paces[name]


def _client_at(redis_url: str) -> ScriptClient:
    # redis-py leaves its keyword arguments bare.
    client = cast("Any", redis.Redis).from_url(
        redis_url, socket_timeout=_PATIENCE_SECONDS, socket_connect_timeout=_PATIENCE_SECONDS
    )
    return cast("ScriptClient", client)


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))
