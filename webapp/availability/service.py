"""One practice's availability: what pages ask, and what placing a booking asks again."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING, cast

from webapp import clock
from webapp.availability.answers import Answer, DiaryUnavailable, PairKey, Picture, Roster, Window
from webapp.availability.asking import Asker, Patience
from webapp.availability.cache import Stored
from webapp.availability.composing import compose_picture
from webapp.availability.keeping import Keeping
from webapp.availability.limits import Limits
from webapp.availability.questions import Questions
from webapp.availability.rosters import Rosters, unavailable
from webapp.availability.searching import Found, Search
from webapp.availability.windows import Look, piece_of
from webapp.diaries.free_times import FreeTimes
from webapp.diaries.port import AppointmentType, Diary, Slot
from webapp.web.metrics import count_lookup

if TYPE_CHECKING:
    from webapp.availability.windows import Days
    from webapp.practices.model import Practice

_EVERYTHING = Look()
_PICTURES_KEPT = 32


class Availability:
    """What one practice offers. Safe to share between threads."""

    def __init__(
        self,
        practice: Practice,
        diary: Diary,
        keeping: Keeping,
        *,
        limits: Limits | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._practice = practice
        self._diary = diary
        self._limits = limits or Limits()
        self._questions = Questions(practice, diary, self._limits)
        self._keeping = keeping
        self._asker = Asker(
            keeping,
            width=practice.diary.connections,
            patience=patience or Patience(),
            count=lambda found: count_lookup(practice.slug, found),
        )
        self._rosters = Rosters(practice.booking, self._questions, keeping)
        self._lock = threading.Lock()
        self._last: dict[tuple[object, ...], tuple[tuple[object, ...], Picture]] = {}

    def picture(self, look: Look = _EVERYTHING, *, newer_than: float | None = None) -> Picture:
        """Ask everything that is not known and return what is offered now.

        Answers as old as ``newer_than`` seconds are asked anew; without it some minutes do. Where
        the diary knows types and ``look`` names none of several, only the roster is asked.

        Takes ``Limits.page`` seconds at most. Raises DiaryUnavailable when nothing was answered.
        """
        ends = time.monotonic() + self._limits.page
        rules, questions = self._practice.booking, self._questions
        lists, found, type_ = self._rosters.lists(), Found(), None
        if rules.staff is not None and rules.rooms is not None and not questions.knows_types:
            # The ids are known: the lists, which only give names, need not come first.
            pairs = list(product(rules.staff, rules.rooms))
            search = Search(questions, look, pairs, None, newer_than)
            found |= self._asker.answers([*lists, *search.first()], within=_left(ends))
        else:
            found |= self._asker.answers(lists, within=_left(ends))
            roster = self._rosters.of(found, {})
            type_ = roster.find_type(look.type_id)
            if questions.knows_types and not roster.types:
                # The diary answers, and offers nothing of what the practice's file names.
                raise DiaryUnavailable(not_accepted=True)
            if questions.knows_types and type_ is None:
                return Picture(roster, {}, self.window())
            pairs = [
                (one.id, room.id)
                for one, room in product(roster.offering(type_).staff, roster.rooms)
            ]
            search = Search(questions, look, pairs, type_.id if type_ else None, newer_than)
            found |= self._asker.answers(search.first(), within=_left(ends))
        window = self.window()
        while _left(ends) and (more := search.further(found, window)):
            found |= self._asker.answers(more, within=_left(ends))
        return self._compose(found, search, type_, look)

    def roster(self) -> Roster:
        """Return whom, where and what is offered. Raises DiaryUnavailable."""
        return self._rosters.of(
            self._asker.answers(self._rosters.lists(), within=self._limits.page), {}
        )

    def slot(
        self,
        *,
        staff_id: str,
        room_id: str,
        start: datetime,
        stale_will_do: bool,
        type_id: str | None = None,
        at_short_notice: bool = False,
    ) -> tuple[Answer, Slot | None]:
        """Say whether a slot can be had, and return it when it can.

        Before it is called gone the diary is asked again. ``stale_will_do``: an answer of some
        minutes ago may still call it free, because the diary itself will decide. ``type_id``: what
        it is for, where the diary knows types. ``at_short_notice``: until it begins, whatever
        notice the practice wants of others.
        """
        window = self.window(at_short_notice=at_short_notice)
        if type_id is None and (only := self._rosters.known.find_type(None)) is not None:
            type_id = only.id
        is_whole = type_id is not None or not self.knows_types
        if (
            not is_whole
            or not self._rosters.offers(staff_id, room_id, type_id)
            or not window.allows(start)
        ):
            return Answer.NONE, None
        limits = self._limits
        for age in (limits.stale if stale_will_do else limits.fresh, limits.before_writing):
            pair = self._pair_at((staff_id, room_id), type_id, start, age)
            if pair is None:
                return Answer.UNCHECKED, None
            if pair.has(start):
                return Answer.FREE, Slot(pair.staff, pair.room, start, pair.minutes, pair.type)
        return Answer.NONE, None

    def look_again(
        self, *, staff_id: str, room_id: str, start: datetime, type_id: str | None = None
    ) -> Answer:
        """Ask the diary anew whether a slot is free, whatever is cached or may be offered."""
        self.drop(staff_id=staff_id, room_id=room_id, start=start, type_id=type_id)
        pair = self._pair_at((staff_id, room_id), type_id, start, self._limits.before_writing)
        if pair is None:
            return Answer.UNCHECKED
        return Answer.FREE if pair.has(start) else Answer.NONE

    def lost(
        self, *, staff_id: str, room_id: str, start: datetime, type_id: str | None = None
    ) -> None:
        """Forget answers that still call a slot free which the diary has just refused.

        Of many who lose one slot, the first makes the answer new; the others leave it alone.
        """
        days = self._days_at(start)
        [kept] = self._keeping.get_multi(
            [self._questions.pair_key((staff_id, room_id), days, type_id)]
        )
        if kept is None or cast("FreeTimes", kept.value).has(start):
            self.drop(staff_id=staff_id, room_id=room_id, start=start, type_id=type_id)

    def drop(
        self, *, staff_id: str, room_id: str, start: datetime, type_id: str | None = None
    ) -> None:
        """Forget what a slot that went makes doubtful: this person's times, and this room's."""
        days, known = self._days_at(start), self._rosters.kept()
        pairs = {(one.id, room.id) for one, room in product(known.staff, known.rooms)}
        pairs = {one for one in pairs if staff_id == one[0] or room_id == one[1]}
        types = {*(one.id for one in known.types), type_id}
        self._asker.drop(
            {
                self._questions.pair_key(pair, days, one)
                for pair in {*pairs, (staff_id, room_id)}
                for one in types
            }
        )

    @property
    def knows_types(self) -> bool:
        """Whether what is free depends on what the appointment is for."""
        return self._questions.knows_types

    @property
    def by_the_week(self) -> bool:
        """Whether the diary is asked a piece at a time, and each call counts."""
        return self._questions.by_the_week

    def roster_if_known(self) -> Roster:
        """Return whom and where is offered as far as it is known without asking; else empty."""
        return self._rosters.known

    def window(self, *, at_short_notice: bool = False) -> Window:
        """Return which starts may be offered at this moment."""
        zone = self._practice.zone
        moment = clock.now().astimezone(zone).replace(second=0, microsecond=0)
        rules = self._practice.booking
        return Window(
            earliest=clock.later(
                moment, 1 if at_short_notice else round(rules.minimum_notice_hours * 60)
            ),
            first_day=moment.date(),
            last_day=moment.date() + timedelta(days=rules.days_ahead - 1),
            zone=zone,
        )

    def close(self) -> None:
        """Stop asking."""
        self._asker.close()
        self._diary.close()

    def _pair_at(
        self, pair: PairKey, type_id: str | None, start: datetime, age: float
    ) -> FreeTimes | None:
        """Ask about one pair where a slot is, or take an answer no older; None without one."""
        question = self._questions.pair(
            pair, self._days_at(start), type_id, newer_than=age, stale=age
        )
        stored = self._asker.answers([question], within=self._limits.page)[question.key]
        return cast("FreeTimes", stored.value) if isinstance(stored, Stored) else None

    def _days_at(self, start: datetime) -> Days:
        horizon = self._questions.horizon()
        day = start.astimezone(self._practice.zone).date()
        return horizon[piece_of(horizon, day) or 0]

    def _compose(
        self, found: Found, search: Search, type_: AppointmentType | None, look: Look
    ) -> Picture:
        # The same answers say less of the horizon where only a day of it was looked at.
        keys = (look, *found)
        signature = tuple(
            one.fetched_at if isinstance(one, Stored) else None for one in found.values()
        )
        window = self.window()
        signature = (*signature, window.first_day)
        last = self._last.get(keys)
        if last is not None and last[0] == signature:
            return replace(last[1], window=window)
        searched = search.result(found, window)
        roster = self._rosters.of(found, searched.pairs)
        picture = compose_picture(searched, roster.offering(type_), window, type_)
        if picture.nothing_was_checked:
            raise unavailable(found)
        with self._lock:
            while len(self._last) >= _PICTURES_KEPT:
                del self._last[next(iter(self._last))]
            self._last[keys] = (signature, picture)
        return picture


def _left(ends: float) -> float:
    return max(0.0, ends - time.monotonic())
