"""One practice's questions to its diary, and the keys under which their answers are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp import clock
from webapp.availability.asking import Question
from webapp.availability.windows import Days, pieces
from webapp.diaries.free_times import FreeTimes
from webapp.diaries.port import Capability, Diary

if TYPE_CHECKING:
    from collections.abc import Callable

    from webapp.availability.answers import PairKey
    from webapp.availability.cache import Value
    from webapp.availability.limits import Limits
    from webapp.practices.model import Practice


@dataclass(frozen=True, slots=True)
class Questions:
    """Makes the questions of one practice. Asks nobody."""

    practice: Practice
    diary: Diary
    limits: Limits

    @property
    def knows_types(self) -> bool:
        """Whether what is free depends on what the appointment is for."""
        return Capability.APPOINTMENT_TYPES in self.diary.capabilities

    @property
    def by_the_week(self) -> bool:
        """Whether one call may not ask about the whole horizon."""
        return self.diary.window_days is not None

    def staff(self) -> Question:
        """Who is in the diary."""
        return self._list("staff", self.diary.staff)

    def rooms(self) -> Question:
        """Which rooms are in it."""
        return self._list("rooms", self.diary.rooms)

    def types(self) -> Question:
        """What appointments can be for."""
        return self._list("types", self.diary.appointment_types)

    def horizon(self) -> tuple[Days, ...]:
        """Return the days that the practice offers, in the pieces in which they are asked."""
        return pieces(
            clock.today(self.practice.zone),
            self.practice.booking.days_ahead,
            self.diary.window_days,
        )

    def pair(
        self,
        pair: PairKey,
        days: Days,
        type_id: str | None,
        *,
        newer_than: float | None = None,
        stale: float | None = None,
    ) -> Question:
        """Ask what is free with one person in one room, on these days.

        ``newer_than`` seconds is as old as the answer may be; without it as old as a page's may.
        ``stale`` may be older, and is used while a newer one is asked for.
        """
        staff_id, room_id = pair

        def ask() -> FreeTimes:
            return self.diary.free_times(
                staff_id=staff_id,
                room_id=room_id,
                first_day=days.first,
                days=days.count,
                type_id=type_id,
            )

        fresh = newer_than if newer_than is not None else self._fresh(days)
        if stale is None:
            stale = newer_than if newer_than is not None else self.limits.stale
        return Question(self.pair_key(pair, days, type_id), ask, fresh=fresh, stale=stale)

    def pair_key(self, pair: PairKey, days: Days, type_id: str | None) -> str:
        """Return the key of a pair's answer about these days."""
        key = self.key(f"free:{pair[0]}:{pair[1]}")
        if self.by_the_week:
            # The last piece grows by a day each midnight: with another length it is another.
            key = f"{key}:{days.first.isoformat()}:{days.count}"
        return f"{key}:{type_id}" if type_id is not None else key

    def key(self, rest: str) -> str:
        """Return a key of this practice's."""
        return f"openslot:{self.practice.slug}:{rest}"

    def _fresh(self, days: Days) -> float:
        limits = self.limits
        is_far = days.first > clock.today(self.practice.zone) + limits.far
        return limits.far_fresh if is_far and self.by_the_week else limits.fresh

    def _list(self, name: str, ask: Callable[[], Value]) -> Question:
        limits = self.limits
        return Question(self.key(name), ask, limits.roster_fresh, limits.roster_stale)
