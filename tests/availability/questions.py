"""A question whose answer is another one each time, and how tests ask it."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from webapp.availability.asking import Asker, Question
from webapp.availability.cache import Stored
from webapp.diaries.errors import DiaryError
from webapp.diaries.port import Staff

if TYPE_CHECKING:
    from tests.availability.fakes import FakeDiary

FRESH, STALE = 60, 600
A_WHILE = 60.0
"""Seconds. No test waits so long unless something hangs."""


@dataclass
class Roll:
    """A list that is another one at each asking."""

    diary: FakeDiary
    key: str = "staff of harbour"
    calls: int = field(default=0)

    def question(self, *, fresh: float = FRESH, stale: float = STALE) -> Question:
        return Question(self.key, self._ask, fresh=fresh, stale=stale)

    def _ask(self) -> tuple[Staff, ...]:
        self.calls += 1
        asked = self.calls
        self.diary.staff()
        return (Staff("1", f"asking {asked}"),)


def ask(asker: Asker, question: Question, *, within: float = A_WHILE) -> Stored | DiaryError:
    return asker.answers([question], within=within)[question.key]


def name(answer: Stored | DiaryError) -> str:
    assert isinstance(answer, Stored), answer
    assert isinstance(answer.value, tuple)
    [name] = [person.name for person in answer.value]
    return name


def in_background(
    pool: ThreadPoolExecutor, asker: Asker, question: Question
) -> Future[Stored | DiaryError]:
    return pool.submit(ask, asker, question)
