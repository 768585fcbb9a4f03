"""Works out what is free: the hours that a person works, minus what stands in the diary. Pure.

Valomnia has no such question. Hours are wall times in the practice's zone: an hour that the clocks
skip is never offered, one that they repeat is offered in its first pass.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from webapp import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from webapp.diaries.settings import ValomniaSettings
    from webapp.diaries.valomnia.tables import Person, Stretch

Span = tuple[datetime, datetime]
"""From a moment to a later one, in UTC."""


def days_of(
    person: Person,
    settings: ValomniaSettings,
    *,
    first_day: date,
    days: int,
    zone: ZoneInfo,
    taken: Iterable[Span],
) -> Mapping[date, tuple[time, ...]]:
    """Return the person's free start times by day, ascending; a day without any is absent.

    ``taken`` is what is in the way, in any order. ``buffer_minutes`` stay free before and after
    each of them, and so starts lie a slot and a buffer apart.
    """
    length = timedelta(minutes=settings.slot_minutes)
    buffer = timedelta(minutes=settings.buffer_minutes)
    busy = _merged(taken)
    hours = person.hours or settings.hours
    found: dict[date, tuple[time, ...]] = {}
    for day in (first_day + timedelta(days=number) for number in range(days)):
        if hours is None or day in settings.closed_days:
            continue
        times: list[time] = []
        for stretch in hours.on(day.weekday()):
            for start in _starts(day, stretch, length=length, step=length + buffer):
                moment = clock.wall(day, start, zone)
                begins = moment.astimezone(UTC)
                if clock.exists(moment) and _is_clear(
                    busy, (begins - buffer, begins + length + buffer)
                ):
                    times.append(start)
        if times:
            found[day] = tuple(times)
    return found


def _starts(day: date, stretch: Stretch, *, length: timedelta, step: timedelta) -> Iterator[time]:
    start, end = datetime.combine(day, stretch.start), datetime.combine(day, stretch.end)
    while start + length <= end:
        yield start.time()
        start += step


def _merged(taken: Iterable[Span]) -> list[Span]:
    """Return the same time as spans that do not touch, in order."""
    merged: list[Span] = []
    for start, end in sorted(taken):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _is_clear(busy: Sequence[Span], span: Span) -> bool:
    # The first that ends after the span's start: those before it are over by then
    place = bisect_right(busy, span[0], key=lambda one: one[1])
    return place == len(busy) or busy[place][0] >= span[1]
