"""The diary in memory, asked by the week and by what the appointment is for."""

from __future__ import annotations

from datetime import date, time, timedelta

from typing_extensions import override

from tests.availability.fakes import ANNA, SIAN, FakeDiary
from webapp.diaries.errors import NoAnswer
from webapp.diaries.free_times import FreeTimes
from webapp.diaries.port import AppointmentType, Capability

FIRST = AppointmentType("90000000000000001", "First appointment", 45)
FOLLOW_UP = AppointmentType("90000000000000002", "Follow-up", 30, frozenset({ANNA.id}))
NINE = time(9)


class WeeklyDiary(FakeDiary):
    """``days`` has each person's free days; ``weeks_asked`` who was asked about which week.

    Weeks that begin on a day of ``broken`` cannot be had. With ``only_room`` they are all there.
    """

    def __init__(self, *types: AppointmentType) -> None:
        super().__init__()
        self.days: dict[str, set[date]] = {ANNA.id: set(), SIAN.id: set()}
        self.types = types
        self.weeks_asked: list[tuple[str, date, int]] = []
        self.types_asked: list[str | None] = []
        self.broken: set[date] = set()
        self.only_room = ""

    @property
    @override
    def capabilities(self) -> Capability:
        more = Capability.APPOINTMENT_TYPES if self.types else Capability(0)
        return super().capabilities | more

    @property
    @override
    def window_days(self) -> int | None:
        return 7

    @override
    def appointment_types(self) -> tuple[AppointmentType, ...]:
        return self.types

    @override
    def free_times(
        self,
        *,
        staff_id: str,
        room_id: str,
        first_day: date,
        days: int,
        type_id: str | None = None,
    ) -> FreeTimes:
        self.weeks_asked.append((staff_id, first_day, days))
        self.types_asked.append(type_id)
        if first_day in self.broken:
            raise NoAnswer("broke off")
        staff = next(one for one in self.people if one.id == staff_id)
        kind = next((one for one in self.types if one.id == type_id), None)
        span = {first_day + timedelta(days=at) for at in range(days)}
        is_there = self.only_room in {"", room_id}
        free = dict.fromkeys(sorted(self.days[staff_id] & span), (NINE,)) if is_there else {}
        room = next(one for one in self.places if one.id == room_id)
        return FreeTimes(staff, room, kind.minutes if kind else 45, free, kind)

    def weeks_of(self, staff_id: str) -> list[date]:
        return sorted(first for one, first, _ in self.weeks_asked if one == staff_id)
