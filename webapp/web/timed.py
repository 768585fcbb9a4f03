"""Makes calls that may hang, all at once, and waits for them no longer than told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Answer = TypeVar("Answer")


class OutOfTime(Exception):
    """The call took too long; it may still be under way."""


class Timed(Generic[Answer]):
    """A few threads for calls whose end nobody can promise, such as to a database that is away.

    A call that hangs keeps its thread; when all are kept, further calls count as out of time.
    """

    def __init__(self, seconds: float, *, threads: int = 4, name: str = "timed") -> None:
        self._seconds = seconds
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)

    def run(self, calls: Mapping[str, Callable[[], Answer]]) -> dict[str, Answer | BaseException]:
        """Return each call's answer, or what it raised; OutOfTime when it took too long."""
        running = {name: self._pool.submit(call) for name, call in calls.items()}
        wait(running.values(), timeout=self._seconds)
        results: dict[str, Answer | BaseException] = {}
        for name, future in running.items():
            if not future.done():
                future.cancel()
                results[name] = OutOfTime(f"no answer in {self._seconds:g} seconds")
                continue
            error = future.exception()
            results[name] = future.result() if error is None else error
        return results
