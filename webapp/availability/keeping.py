"""Keeps answers in Redis while it is there, and in this process while it is not."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any, TypeVar, cast

from redis.exceptions import RedisError

from webapp import clock
from webapp.availability.cache import Stored, memory_region, redis_region

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dogpile.cache import CacheRegion

_log = logging.getLogger("openslot.availability")
_DO_WITHOUT_SECONDS = 5.0
"""After a failure Redis is left alone for so long: a page must not wait for it at each answer."""

_Result = TypeVar("_Result")


class Keeping:
    """Where answers are kept, by key. One fetch at a time for a key, however many ask.

    With Redis that holds across processes; without it, or while it is away, in each process. A
    drop leaves its moment behind: an answer that was asked for before it does not count, even if
    whoever asked keeps it only afterwards.
    """

    def __init__(self, redis_url: str = "", *, memory: CacheRegion | None = None) -> None:
        """Keep in Redis at this address, if one is given, and in ``memory`` otherwise."""
        # dogpile.cache has no types of its own for what a region holds.
        self._memory = cast("Any", memory or memory_region())
        self._shared = cast("Any", redis_region(redis_url) if redis_url else None)
        self._away_until = 0.0

    def get_multi(self, keys: Sequence[str]) -> list[Stored | None]:
        """Return what is kept under each key, however old, or None."""
        wanted = [*keys, *(_drop_of(key) for key in keys)]
        found: list[Any] = self._with(
            lambda region: region.get_multi(wanted, ignore_expiration=True)
        )
        drops = found[len(keys) :]
        return [_counting(one, drop) for one, drop in zip(found, drops, strict=False)]

    def get_or_create(self, key: str, create: Callable[[], Stored], *, fresh: float) -> Stored:
        """Return the answer if it is younger than ``fresh`` seconds, else the one that is made.

        Of many who ask at once one makes it. What ``create`` raises goes through.
        """
        made: list[Stored] = []

        def remember() -> Stored:
            made.append(create())
            return made[-1]

        def look_up(region: Any) -> Stored:  # noqa: ANN401
            if made:
                # Redis went away while the diary was being asked: the answer is good all the same.
                region.set(key, made[-1])
                return made[-1]
            found: Stored = region.get_or_create(key, remember, expiration_time=fresh)
            if _counting(found, region.get(_drop_of(key), ignore_expiration=True)) is not None:
                return found
            # Dropped while it was asked for: once more. Under a rush something goes at every
            # asking; then the answer is used, and the drop keeps it from the next who asks.
            again = remember()
            region.set(key, again)
            return again

        return self._with(look_up)

    def set(self, key: str, stored: Stored) -> None:
        """Keep an answer."""
        self._with(lambda region: region.set(key, stored))

    def delete_multi(self, keys: Sequence[str]) -> None:
        """Forget these answers, and those that are being asked for at this moment."""
        dropped = {_drop_of(key): Stored((), clock.now().timestamp()) for key in keys}

        def drop(region: Any) -> None:  # noqa: ANN401
            region.set_multi(dropped)
            region.delete_multi(list(keys))

        drop(self._memory)
        if self._shared is not None:
            self._with(drop)

    def is_reachable(self) -> bool | None:
        """Say whether Redis answers; None where there is none."""
        if self._shared is None:
            return None
        try:
            self._shared.get("openslot:health")
        except RedisError:
            return False
        return True

    def _with(self, use: Callable[[Any], _Result]) -> _Result:
        if self._shared is None or time.monotonic() < self._away_until:
            return use(self._memory)
        try:
            return use(self._shared)
        except RedisError as error:
            self._away_until = time.monotonic() + _DO_WITHOUT_SECONDS
            _log.warning("the cache is away, doing without: %s", type(error).__name__)
            return use(self._memory)


def _drop_of(key: str) -> str:
    return f"{key}:dropped"


def _counting(found: object, drop: object) -> Stored | None:
    """Return an answer unless it was asked for before its key was dropped."""
    if not isinstance(found, Stored):
        return None
    if isinstance(drop, Stored) and found.fetched_at < drop.fetched_at:
        return None
    return found
