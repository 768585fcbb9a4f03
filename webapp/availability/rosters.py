"""Remembers whom, where and what a practice offers, as its diary's lists have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.availability.answers import DiaryUnavailable, PairKey, Roster
from webapp.availability.cache import Stored
from webapp.availability.composing import compose_roster
from webapp.diaries.errors import NoAnswer, NotAccepted
from webapp.diaries.free_times import FreeTimes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.availability.asking import Question
    from webapp.availability.keeping import Keeping
    from webapp.availability.questions import Questions
    from webapp.availability.searching import Found
    from webapp.practices.model import BookingRules


class Rosters:
    """One practice's. Safe to share between threads. ``known`` is the latest; empty at first."""

    def __init__(self, rules: BookingRules, questions: Questions, keeping: Keeping) -> None:
        self._rules = rules
        self._questions = questions
        self._keeping = keeping
        self.known = Roster((), ())

    def kept(self) -> Roster:
        """Return the roster as this process knows it, or else as it is kept; empty without."""
        if not self.known.staff:
            lists = self.lists()
            kept = self._keeping.get_multi([one.key for one in lists])
            found: Found = {
                question.key: stored or NoAnswer("not kept")
                for question, stored in zip(lists, kept, strict=True)
            }
            try:
                return self.of(found, {})
            except DiaryUnavailable:
                return self.known
        return self.known

    def lists(self) -> list[Question]:
        """Return the questions that a roster is made of."""
        questions = self._questions
        lists = [questions.staff(), questions.rooms()]
        return [*lists, questions.types()] if questions.knows_types else lists

    def offers(self, staff_id: str, room_id: str, type_id: str | None) -> bool:
        """Say whether this can be had at all, as far as is known."""
        rules, known = self._rules, self.known
        people = rules.staff or {one.id for one in known.staff}
        places = rules.rooms or {one.id for one in known.rooms}
        type_ = known.find_type(type_id)
        if known.types and (type_ is None or not type_.is_offered_by(staff_id)):
            return False
        return (not people or staff_id in people) and (not places or room_id in places)

    def of(self, found: Found, answers: Mapping[PairKey, FreeTimes | None]) -> Roster:
        """Make the roster from the answers to ``lists`` and to questions about pairs; keep it.

        Raises DiaryUnavailable.
        """
        questions = self._questions
        types = found[questions.types().key] if questions.knows_types else Stored((), 0)
        roster = compose_roster(
            self._rules,
            found[questions.staff().key],
            found[questions.rooms().key],
            types,
            answers,
        )
        if roster is None:
            raise unavailable(found)
        if not roster.staff or not roster.rooms:
            # The diary answers, and has nothing of what the practice's file names.
            raise DiaryUnavailable(not_accepted=True)
        self.known = roster
        return roster


def unavailable(found: Found) -> DiaryUnavailable:
    """Return the error for answers that say nothing."""
    return DiaryUnavailable(
        not_accepted=any(isinstance(one, NotAccepted) for one in found.values())
    )
