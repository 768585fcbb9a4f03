"""One practice's availability: what pages ask, and what placing a booking asks again."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from webapp import clock
from webapp.availability.answers import Answer, PairKey, Picture, Roster, Window
from webapp.availability.asking import Asker, Patience, Question
from webapp.availability.cache import Stored
from webapp.availability.keeping import Keeping
from webapp.diaries.errors import DiaryError, NotAccepted
from webapp.diaries.port import Diary, FreeTimes, Room, Slot, Staff
from webapp.web.metrics import count_lookup

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from webapp.practices.model import Practice


@dataclass(frozen=True, slots=True)
class Limits:
    """How long answers hold and pages wait, in seconds."""

    fresh: float = 60
    stale: float = 600
    roster_fresh: float = 600
    roster_stale: float = 24 * 3600
    page: float = 7
    """A page waits no longer; what could not be checked by then is said."""
    before_writing: float = 5
    """An answer older than this is asked again before a slot is called gone."""


class DiaryUnavailable(Exception):
    """The diary answered nothing at all. ``not_accepted``: it refused us, an operator's matter."""

    def __init__(self, *, not_accepted: bool) -> None:
        super().__init__("the diary answered nothing")
        self.not_accepted = not_accepted


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
        self._keeping = keeping
        self._asker = Asker(
            keeping,
            width=practice.diary.connections,
            patience=patience or Patience(),
            count=lambda found: count_lookup(practice.slug, found),
        )
        self._last: tuple[tuple[object, ...], Picture] | None = None

    def picture(self, *, newer_than: float | None = None) -> Picture:
        """Ask everything that is not known and return what is offered now.

        Answers as old as ``newer_than`` seconds are asked anew; without it some minutes do.

        Takes ``Limits.page`` seconds at most. Raises DiaryUnavailable when nothing was answered.
        """
        ends = time.monotonic() + self._limits.page
        rules = self._practice.booking
        lists = [self._staff_question(), self._rooms_question()]
        pairs: dict[PairKey, Question] = {}
        if rules.staff is not None and rules.rooms is not None:
            # The ids are known: the lists, which only give names, need not come first.
            pairs = self._pair_questions(rules.staff, rules.rooms, newer_than)
        found = self._asker.answers([*lists, *pairs.values()], within=_left(ends))
        if not pairs:
            roster = self._roster(found, {})
            pairs = self._pair_questions(
                [one.id for one in roster.staff], [one.id for one in roster.rooms], newer_than
            )
            found |= self._asker.answers(list(pairs.values()), within=_left(ends))
        return self._compose(found, pairs)

    def slot(
        self,
        *,
        staff_id: str,
        room_id: str,
        start: datetime,
        stale_will_do: bool,
        at_short_notice: bool = False,
    ) -> tuple[Answer, Slot | None]:
        """Say whether a slot can be had, and return it when it can.

        Before it is called gone the diary is asked again. ``stale_will_do``: an answer of some
        minutes ago may still call it free, because the diary itself will decide.
        ``at_short_notice``: until it begins, whatever notice the practice wants of others.
        """
        window = self.window(at_short_notice=at_short_notice)
        if not self._offers(staff_id, room_id) or not window.allows(start):
            return Answer.NONE, None
        limits = self._limits
        for age in (limits.stale if stale_will_do else limits.fresh, limits.before_writing):
            question = self._pair_question(staff_id, room_id, fresh=age, stale=age)
            stored = self._asker.answers([question], within=limits.page)[question.key]
            if isinstance(stored, DiaryError):
                return Answer.UNCHECKED, None
            pair = cast("FreeTimes", stored.value)
            if start.time() in pair.days.get(start.date(), ()):
                return Answer.FREE, Slot(pair.staff, pair.room, start, pair.minutes)
        return Answer.NONE, None

    def look_again(self, *, staff_id: str, room_id: str, start: datetime) -> Answer:
        """Ask the diary anew whether a slot is free, whatever is cached or may be offered."""
        self.drop(staff_id=staff_id, room_id=room_id)
        limits = self._limits
        question = self._pair_question(
            staff_id, room_id, fresh=limits.before_writing, stale=limits.before_writing
        )
        stored = self._asker.answers([question], within=limits.page)[question.key]
        if isinstance(stored, DiaryError):
            return Answer.UNCHECKED
        times = cast("FreeTimes", stored.value).days.get(start.date(), ())
        return Answer.FREE if start.time() in times else Answer.NONE

    def lost(self, *, staff_id: str, room_id: str, start: datetime) -> None:
        """Forget answers that still call a slot free which the diary has just refused.

        Of many who lose one slot, the first makes the answer new; the others leave it alone.
        """
        [kept] = self._keeping.get_multi([self._pair_key(staff_id, room_id)])
        if kept is None or start.time() in cast("FreeTimes", kept.value).days.get(start.date(), ()):
            self.drop(staff_id=staff_id, room_id=room_id)

    def drop(self, *, staff_id: str, room_id: str) -> None:
        """Forget what a slot that went makes doubtful: this person's times, and this room's."""
        last = self._last
        keys = {self._pair_key(staff_id, room_id)}
        if last is not None:
            keys |= {
                self._pair_key(one, room)
                for one, room in last[1].pairs
                if one == staff_id or room == room_id
            }
        self._asker.drop(keys)

    def roster_if_known(self) -> Roster:
        """Return whom and where is offered as far as it is known without asking; else empty."""
        last = self._last
        return last[1].roster if last is not None else Roster((), ())

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

    def _offers(self, staff_id: str, room_id: str) -> bool:
        rules = self._practice.booking
        known = self.roster_if_known()
        people = rules.staff or {one.id for one in known.staff}
        places = rules.rooms or {one.id for one in known.rooms}
        return (not people or staff_id in people) and (not places or room_id in places)

    def _compose(
        self, found: Mapping[str, Stored | DiaryError], asked: Mapping[PairKey, Question]
    ) -> Picture:
        signature = tuple(
            (key, one.fetched_at if isinstance(one, Stored) else None) for key, one in found.items()
        )
        window = self.window()
        last = self._last
        if last is not None and last[0] == signature:
            return Picture(last[1].roster, last[1].pairs, window, last[1].merged)
        answers: dict[PairKey, FreeTimes | None] = {}
        for pair, question in asked.items():
            stored = found[question.key]
            answers[pair] = cast("FreeTimes", stored.value) if isinstance(stored, Stored) else None
        roster = self._roster(found, answers)
        offered = {(one.id, room.id) for one in roster.staff for room in roster.rooms}
        picture = Picture(
            roster, {pair: one for pair, one in answers.items() if pair in offered}, window
        )
        if picture.nothing_was_checked:
            raise _unavailable(found)
        self._last = (signature, picture)
        return picture

    def _roster(
        self,
        found: Mapping[str, Stored | DiaryError],
        answers: Mapping[PairKey, FreeTimes | None],
    ) -> Roster:
        """Return whom to offer: the diary's lists, cut and ordered by the practice's file.

        Where a list could not be had, names come from the pairs that answered.
        """
        staff = found[self._key("staff")]
        rooms = found[self._key("rooms")]
        known = [one for one in answers.values() if one is not None]
        people = {one.staff.id: one.staff for one in known}
        places = {one.room.id: one.room for one in known}
        if isinstance(staff, Stored):
            people = {one.id: one for one in cast("tuple[Staff, ...]", staff.value)}
        if isinstance(rooms, Stored):
            places = {one.id: one for one in cast("tuple[Room, ...]", rooms.value)}
        if not people or not places:
            raise _unavailable(found)
        rules = self._practice.booking
        return Roster(
            staff=tuple(people[one] for one in (rules.staff or people) if one in people),
            rooms=tuple(places[one] for one in (rules.rooms or places) if one in places),
        )

    def _pair_questions(
        self, staff: Sequence[str], rooms: Sequence[str], newer_than: float | None
    ) -> dict[PairKey, Question]:
        fresh = self._limits.fresh if newer_than is None else newer_than
        stale = self._limits.stale if newer_than is None else newer_than
        return {
            (one, room): self._pair_question(one, room, fresh=fresh, stale=stale)
            for one in staff
            for room in rooms
        }

    def _pair_question(
        self, staff_id: str, room_id: str, *, fresh: float, stale: float
    ) -> Question:
        def ask() -> FreeTimes:
            return self._diary.free_times(
                staff_id=staff_id,
                room_id=room_id,
                first_day=clock.today(self._practice.zone),
                days=self._practice.booking.days_ahead,
            )

        return Question(self._pair_key(staff_id, room_id), ask, fresh=fresh, stale=stale)

    def _staff_question(self) -> Question:
        limits = self._limits
        return Question(
            self._key("staff"), self._diary.staff, limits.roster_fresh, limits.roster_stale
        )

    def _rooms_question(self) -> Question:
        limits = self._limits
        return Question(
            self._key("rooms"), self._diary.rooms, limits.roster_fresh, limits.roster_stale
        )

    def _pair_key(self, staff_id: str, room_id: str) -> str:
        return self._key(f"free:{staff_id}:{room_id}")

    def _key(self, rest: str) -> str:
        return f"openslot:{self._practice.slug}:{rest}"


def _unavailable(found: Mapping[str, Stored | DiaryError]) -> DiaryUnavailable:
    return DiaryUnavailable(
        not_accepted=any(isinstance(one, NotAccepted) for one in found.values())
    )


def _left(ends: float) -> float:
    return max(0.0, ends - time.monotonic())
