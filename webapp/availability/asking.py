"""Asks a diary many questions at once: each only once however many wait, stale rather than slow."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp import clock
from webapp.availability.cache import Stored
from webapp.diaries.errors import DiaryError, NoAnswer
from webapp.web.metrics import Lookup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from webapp.availability.cache import Value
    from webapp.availability.keeping import Keeping

_log = logging.getLogger("openslot.availability")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long answers are believed and waited for, all in seconds."""

    pause_after_failure: float = 10
    """After a failure the question is not asked again for this long."""
    doubt_after_failure: float = 300
    """After a failure, until a success, pages wait only ``doubtful_wait`` for this question."""
    doubtful_wait: float = 1.5


@dataclass(frozen=True, slots=True)
class Question:
    """One question, the key of its answer, and for how long an answer holds (seconds).

    Up to ``fresh`` it is used as it is; up to ``stale`` it is used while one refresh runs.
    """

    key: str
    ask: Callable[[], Value]
    fresh: float
    stale: float


class Asker:
    """One practice's questions, asked by a pool of ``width`` threads."""

    def __init__(
        self,
        keeping: Keeping,
        *,
        width: int,
        patience: Patience,
        count: Callable[[Lookup], None] = lambda _found: None,
    ) -> None:
        self._keeping = keeping
        self._pool = ThreadPoolExecutor(width, thread_name_prefix="diary")
        self._patience = patience
        self._count = count
        self._lock = threading.Lock()
        self._in_flight: dict[str, Future[Stored]] = {}
        self._failed: dict[str, tuple[float, DiaryError]] = {}

    def answers(
        self, questions: Sequence[Question], *, within: float
    ) -> dict[str, Stored | DiaryError]:
        """Return each question's answer, or why there is none, after ``within`` seconds at most."""
        now = clock.now().timestamp()
        kept = self._keeping.get_multi([one.key for one in questions])
        results: dict[str, Stored | DiaryError] = {}
        waiting: dict[str, Future[Stored]] = {}
        for question, stored in zip(questions, kept, strict=True):
            age = now - stored.fetched_at if stored is not None else float("inf")
            if stored is not None and age < question.fresh:
                results[question.key] = stored
                self._count(Lookup.FRESH)
                continue
            started = self._start(question)
            is_stale = stored is not None and age < question.stale
            self._count(Lookup.STALE if is_stale else Lookup.MISSED)
            if stored is not None and is_stale:
                results[question.key] = stored
            elif isinstance(started, DiaryError):
                results[question.key] = started
            else:
                waiting[question.key] = started
        return results | self._await(waiting, within)

    def drop(self, keys: Iterable[str]) -> None:
        """Forget these answers, and what is being fetched for them, here and elsewhere."""
        self._keeping.delete_multi(list(keys))

    def close(self) -> None:
        """Let running questions end and start no more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _await(
        self, waiting: dict[str, Future[Stored]], within: float
    ) -> dict[str, Stored | DiaryError]:
        sure = [one for key, one in waiting.items() if not self._is_doubtful(key)]
        began = time.monotonic()
        wait(sure, timeout=within)
        left = max(0.0, within - (time.monotonic() - began))
        wait(waiting.values(), timeout=min(left, self._patience.doubtful_wait))
        results: dict[str, Stored | DiaryError] = {}
        for key, future in waiting.items():
            if not future.done():
                results[key] = NoAnswer("not in time")
                continue
            error = future.exception()
            if error is None:
                results[key] = future.result()
            else:
                results[key] = error if isinstance(error, DiaryError) else NoAnswer("failed")
        return results

    def _is_doubtful(self, key: str) -> bool:
        failed = self._failed.get(key)
        return failed is not None and _since(failed[0]) < self._patience.doubt_after_failure

    def _start(self, question: Question) -> Future[Stored] | DiaryError:
        with self._lock:
            running = self._in_flight.get(question.key)
            if running is not None:
                return running
            failed = self._failed.get(question.key)
            if failed is not None and _since(failed[0]) < self._patience.pause_after_failure:
                return failed[1]
            future = self._pool.submit(self._fetch, question)
            self._in_flight[question.key] = future
        return future

    def _fetch(self, question: Question) -> Stored:
        try:
            stored = self._look_up(question)
            self._failed.pop(question.key, None)
            return stored
        except DiaryError as error:
            self._failed[question.key] = (time.monotonic(), error)
            _log.warning("a diary could not be asked: %s", type(error).__name__)
            raise
        except Exception:
            _log.exception("asking a diary failed")
            raise
        finally:
            # Before it is done: whoever drops the answer once it is there must not join it.
            with self._lock:
                self._in_flight.pop(question.key, None)

    def _look_up(self, question: Question) -> Stored:
        began = clock.now().timestamp()
        stored = self._keeping.get_or_create(
            question.key, lambda: self._ask(question), fresh=question.fresh
        )
        if began - stored.fetched_at > question.stale:
            # Another process is asking, and we were handed what it is about to replace.
            stored = self._ask(question)
            self._keeping.set(question.key, stored)
        return stored

    @staticmethod
    def _ask(question: Question) -> Stored:
        # Dated when asked: the answer is no younger than that.
        asked_at = clock.now().timestamp()
        return Stored(question.ask(), asked_at)


def _since(moment: float) -> float:
    return time.monotonic() - moment
