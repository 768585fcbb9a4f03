"""The truth by itself, without HTTP."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TypedDict

import pytest

from webapp.reference.clock import Clock
from webapp.reference.demo_practices import demo_plans, harbour_physio
from webapp.reference.plan import Plan
from webapp.reference.practice import NotFree, Practice

NOWHERE = -1


class Where(TypedDict):
    person_id: int
    room_id: int


def wall(text: str) -> datetime:
    """Read a time as the practice's own clock shows it, without a zone."""
    return datetime.fromisoformat(text)


class StoppedClock(Clock):
    def __init__(self, now: str) -> None:
        super().__init__()
        self._at = datetime.fromisoformat(now).replace(tzinfo=UTC)

    def now(self) -> datetime:
        return self._at

    def move(self, **span: float) -> None:
        self._at += timedelta(**span)


@pytest.mark.parametrize("plan", demo_plans(), ids=lambda plan: plan.slug)
@pytest.mark.parametrize("weekday", range(7))
def test_nobody_is_in_two_places_and_no_room_holds_two(plan: Plan, weekday: int):
    practice = Practice(plan, StoppedClock(f"2026-11-{16 + weekday}T08:00"))
    practice.fill()

    for count in range(-7, 91):
        on_day = practice.day(practice.today() + timedelta(days=count))
        for place, one in enumerate(on_day):
            for other in on_day[place + 1 :]:
                assert not one.stands_in_the_way_of(
                    person_id=other.person_id,
                    room_id=NOWHERE if plan.rooms_for_many else other.room_id,
                    start=other.start,
                    end=other.end,
                )


@pytest.mark.parametrize("weekday", range(7))
def test_somebody_is_free_within_two_days_whatever_the_weekday(weekday: int):
    practice = Practice(harbour_physio(), StoppedClock(f"2026-11-{16 + weekday}T08:00"))

    free = [
        practice.free(person_id=person.id, room_id=room.id, first=practice.today(), days=4)
        for person in practice.plan.people
        for room in practice.plan.rooms
    ]

    assert any(free)
    assert sum(map(len, free)) < 100


def test_times_that_have_passed_today_are_not_offered():
    clock = StoppedClock("2026-12-29T08:00")
    practice = Practice(harbour_physio(), clock)
    where: Where = {"person_id": 42228, "room_id": 7322}
    practice.release(**where, start=wall("2026-12-29T09:15"))
    practice.release(**where, start=wall("2026-12-29T10:00"))

    def first_today() -> str:
        return f"{practice.free(**where, first=date(2026, 12, 29), days=1)[0]:%H%M}"

    assert first_today() == "0915"
    clock.move(hours=1, minutes=15)
    assert first_today() == "1000"
    with pytest.raises(NotFree):
        practice.book(**where, start=wall("2026-12-29T09:15"))


def test_only_the_very_appointment_is_cancelled_and_only_before_it_begins():
    clock = StoppedClock("2026-12-29T08:00")
    practice = Practice(harbour_physio(), clock)
    where: Where = {"person_id": 42228, "room_id": 7322}
    start = wall("2026-12-29T09:15")
    practice.release(**where, start=start)
    first = practice.book(**where, start=start)

    assert not practice.cancel(**where, start=start, number=first.number + 1)
    assert practice.cancel(**where, start=start, number=first.number)
    assert practice.was_released(first)
    second = practice.book(**where, start=start)
    assert not practice.cancel(**where, start=start, number=first.number)
    clock.move(hours=1, minutes=15)
    assert not practice.cancel(**where, start=start, number=second.number)
    assert second in practice.day(start.date())


def test_the_wall_clock_is_the_practices_in_summer_too():
    practice = Practice(harbour_physio(), StoppedClock("2026-07-01T23:30"))

    assert practice.now() == wall("2026-07-02T00:30")
    assert practice.today() == date(2026, 7, 2)


def test_times_keep_their_wall_hour_over_the_change_of_clocks():
    practice = Practice(harbour_physio(), StoppedClock("2026-10-23T06:00"))

    before, after = (
        practice.starts(42230, date(2026, 10, 24)),
        practice.starts(42230, date(2026, 10, 31)),
    )

    assert [f"{start:%H%M}" for start in before] == [f"{start:%H%M}" for start in after]


def test_a_week_of_holiday_has_no_times():
    practice = Practice(harbour_physio(), StoppedClock("2026-11-20T06:00"))

    assert practice.starts(42230, date(2026, 12, 14))
    assert not any(practice.starts(42230, date(2026, 12, 21) + timedelta(days=n)) for n in range(7))
    assert practice.starts(42230, date(2026, 12, 28))


def test_a_new_day_opens_at_the_far_end_as_time_goes_by():
    clock = StoppedClock("2026-11-20T08:00")
    practice = Practice(harbour_physio(), clock)
    where: Where = {"person_id": 42228, "room_id": 7322}

    assert not practice.free(**where, first=date(2027, 2, 19), days=10)
    clock.move(days=10)
    assert practice.free(**where, first=date(2027, 2, 19), days=10)


def test_a_clock_starts_at_the_day_or_the_moment_asked_for():
    assert Clock.starting("2026-11-20").now().date() == date(2026, 11, 20)
    late = Clock.starting("2031-02-03T04:05").now()
    assert late - datetime(2031, 2, 3, 4, 5, tzinfo=UTC) < timedelta(seconds=5)
