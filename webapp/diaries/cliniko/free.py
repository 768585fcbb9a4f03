"""Puts available times into days as the practice's clocks show them. Pure.

In the hour that the clocks repeat, a wall time means its first pass: what begins in the second is
not offered, for it could not be told apart.
"""

from __future__ import annotations

from datetime import UTC, date, time, timedelta
from typing import TYPE_CHECKING

from webapp import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from zoneinfo import ZoneInfo


def days_of(
    starts: Iterable[datetime], *, first_day: date, days: int, zone: ZoneInfo
) -> Mapping[date, tuple[time, ...]]:
    """Return the start times by day, ascending and once; a day without any is absent."""
    last_day = first_day + timedelta(days=days - 1)
    found: dict[date, set[time]] = {}
    for start in starts:
        local = start.astimezone(zone)
        day, at = local.date(), local.time().replace(fold=0)
        is_told = clock.wall(day, at, zone).astimezone(UTC) == start
        if first_day <= day <= last_day and is_told:
            found.setdefault(day, set()).add(at)
    return {day: tuple(sorted(found[day])) for day in sorted(found)}
