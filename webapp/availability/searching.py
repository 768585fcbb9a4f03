"""One page's search for free times: which pieces of the horizon are asked, for each pair. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from webapp import clock
from webapp.availability.cache import Stored
from webapp.availability.windows import piece_of
from webapp.diaries.free_times import FreeTimes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from webapp.availability.answers import PairKey, Window
    from webapp.availability.asking import Question
    from webapp.availability.questions import Questions
    from webapp.availability.windows import Days, Look
    from webapp.diaries.errors import DiaryError

Found = dict[str, "Stored | DiaryError"]
"""Answers by their keys."""


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search came to: as in :class:`webapp.availability.answers.Picture`."""

    pairs: Mapping[PairKey, FreeTimes | None]
    in_part: frozenset[PairKey]
    until: Mapping[PairKey, date]


class Search:
    """Asks about each pair from the first piece of the horizon on, until enough is known."""

    def __init__(
        self,
        questions: Questions,
        look: Look,
        pairs: Iterable[PairKey],
        type_id: str | None,
        newer_than: float | None,
    ) -> None:
        self._questions = questions
        self._look = look
        self._type_id = type_id
        self._newer_than = newer_than
        self._horizon = questions.horizon()
        self._asked = dict.fromkeys(
            (one for one in pairs if not questions.by_the_week or _is_looked_for(look, one)),
            self._first_pieces(),
        )

    def first(self) -> list[Question]:
        """Return what to ask to begin with."""
        return [
            self._question(pair, piece)
            for pair, asked in self._asked.items()
            for piece in self._horizon[asked.start : asked.stop]
        ]

    def further(self, found: Found, window: Window) -> list[Question]:
        """Return what to ask next about whoever has nothing free yet; empty when that is all.

        Twice as many weeks each time: who is free late is found in few rounds.
        """
        new: list[Question] = []
        if len(self._horizon) == 1 or self._look.bounded:
            return new
        for pair in self._without_any(found, window):
            asked = self._asked[pair]
            stop = min(len(self._horizon), asked.stop * 2)
            if stop > asked.stop:
                self._asked[pair] = range(asked.start, stop)
                new += [self._question(pair, one) for one in self._horizon[asked.stop : stop]]
        return new

    def result(self, found: Found, window: Window) -> Searched:
        """Return what was found out about each pair."""
        pairs: dict[PairKey, FreeTimes | None] = {}
        in_part: set[PairKey] = set()
        until: dict[PairKey, date] = {}
        for pair, asked in self._asked.items():
            answers = self._answers(pair, found)
            pairs[pair] = _join(answers)
            if pairs[pair] is not None and len(answers) < len(asked):
                in_part.add(pair)
            if self._look.only is None and asked.stop < len(self._horizon):
                until[pair] = self._horizon[asked.stop - 1].last
        if not self._look.bounded:
            # Whoever has nothing in the weeks asked so far may have it in those that were not.
            in_part |= {pair for pair in self._without_any(found, window) if pair in until}
        return Searched(pairs, frozenset(in_part), until)

    def _first_pieces(self) -> range:
        only, until = self._look.only, self._look.until
        if len(self._horizon) == 1:
            return range(1)
        if only is not None:
            at = piece_of(self._horizon, only) or 0
            return range(at, at + 1)
        if until is None or until < self._horizon[0].first:
            return range(1)
        at = piece_of(self._horizon, until)
        since = self._look.since
        begin = piece_of(self._horizon, since) if since is not None else None
        return range(begin or 0, len(self._horizon) if at is None else at + 1)

    def _without_any(self, found: Found, window: Window) -> list[PairKey]:
        """Return the pairs of the people with nothing free in any room, as far as was asked."""
        if self._look.only is not None:
            return []
        done: set[object] = set()
        for pair in self._asked:
            # Where a piece failed nobody asks further: the others would fail as slowly.
            has_any = any(_offers_any(one, window) for one in self._answers(pair, found))
            if has_any or self._failed(pair, found):
                done.add(self._whose(pair))
        return [pair for pair in self._asked if self._whose(pair) not in done]

    def _whose(self, pair: PairKey) -> object:
        return pair if self._look.by_room else pair[0]

    def _failed(self, pair: PairKey, found: Found) -> bool:
        return len(self._answers(pair, found)) < len(self._asked[pair])

    def _answers(self, pair: PairKey, found: Found) -> list[FreeTimes]:
        asked = self._asked[pair]
        keys = [self._key(pair, one) for one in self._horizon[asked.start : asked.stop]]
        stored = [found.get(key) for key in keys]
        return [cast("FreeTimes", one.value) for one in stored if isinstance(one, Stored)]

    def _question(self, pair: PairKey, piece: Days) -> Question:
        return self._questions.pair(pair, piece, self._type_id, newer_than=self._newer_than)

    def _key(self, pair: PairKey, piece: Days) -> str:
        return self._questions.pair_key(pair, piece, self._type_id)


def _is_looked_for(look: Look, pair: PairKey) -> bool:
    return look.staff_id in {None, pair[0]} and look.room_id in {None, pair[1]}


def _join(answers: Sequence[FreeTimes]) -> FreeTimes | None:
    if len(answers) < 2:  # noqa: PLR2004 - one piece is the answer itself
        return answers[0] if answers else None
    days = {day: times for one in answers for day, times in one.days.items()}
    spans = {day: found for one in answers for day, found in one.spans.items()}
    return replace(answers[0], days=days, spans=spans)


def _offers_any(answer: FreeTimes, window: Window) -> bool:
    return any(
        window.allows(clock.wall(day, at, window.zone))
        for day, times in answer.days.items()
        for at in times
    )
