"""Lets those who ask the same at once share one answer, which nobody asked for too early."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING, Generic, TypeVar

from webapp.diaries.errors import NoAnswer

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

_Answer = TypeVar("_Answer")


class Shared(Generic[_Answer]):
    """One page asks for each person in each room, and one list of appointments tells it all.

    Whoever asks while the same is being asked waits for the next asking, together with all who
    come meanwhile: an answer is never older than the question.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next: dict[Hashable, Future[_Answer]] = {}
        self._running: dict[Hashable, Future[_Answer]] = {}

    def get(self, question: Hashable, ask: Callable[[], _Answer], *, deadline: float) -> _Answer:
        """Return what ``ask`` answers, to us or to somebody who asks with us.

        Waits until ``deadline`` on the ``time.monotonic`` scale, and raises NoAnswer then, or
        what ``ask`` raises.
        """
        with self._lock:
            joined = self._next.get(question)
            mine = joined or Future()
            self._next[question] = mine
            before = self._running.get(question)
        if joined is None:
            if before is not None:
                wait([before], timeout=_left(deadline))
            self._lead(question, mine, ask)
        try:
            return mine.result(timeout=_left(deadline))
        except TimeoutError:
            raise NoAnswer("the diary did not answer others in time either") from None

    def _lead(self, question: Hashable, mine: Future[_Answer], ask: Callable[[], _Answer]) -> None:
        with self._lock:
            del self._next[question]
            self._running[question] = mine
        try:
            mine.set_result(ask())
        except BaseException as error:  # noqa: BLE001 - whoever waits for it is told
            mine.set_exception(error)
        finally:
            with self._lock:
                if self._running.get(question) is mine:
                    del self._running[question]


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())
