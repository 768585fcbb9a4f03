"""Works out when appointments may begin in what is open, and which starts to list. Pure.

Times are wall times in the practice's zone: one in the hour that the clocks skip is never offered,
and one in the hour that they repeat means its first pass.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from webapp import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from zoneinfo import ZoneInfo

    from webapp.diaries.free_times import Span
    from webapp.diaries.opendental.mapping import Opening


def days_of(
    openings: Iterable[Opening],
    *,
    first_day: date,
    days: int,
    length: timedelta,
    step: timedelta,
    zone: ZoneInfo,
) -> Mapping[date, tuple[time, ...]]:
    """Return the start times by day, ascending and once; a day without any is absent.

    Starts lie ``step`` apart from where a range opens, so long as ``length`` fits in.
    """
    found: dict[date, set[time]] = {}
    last_day = first_day + timedelta(days=days - 1)
    for opening in openings:
        start = opening.start
        while start + length <= opening.end:
            day = start.date()
            is_asked_for = first_day <= day <= last_day
            if is_asked_for and clock.exists(clock.wall(day, start.time(), zone)):
                found.setdefault(day, set()).add(start.time())
            start += step
    return {day: tuple(sorted(found[day])) for day in sorted(found)}


def spans_of(
    openings: Iterable[Opening], *, first_day: date, days: int, length: timedelta
) -> Mapping[date, tuple[Span, ...]]:
    """Return by day between which times ``length`` may begin, so that it lies in one range.

    In order; a day without any is absent. Nothing is said of hours that the clocks skip: who asks
    about a start knows that it is one.
    """
    found: dict[date, set[Span]] = {}
    last_day = first_day + timedelta(days=days - 1)
    for opening in openings:
        last = opening.end - length
        day = max(first_day, opening.start.date())
        while opening.start <= last and day <= min(last_day, last.date()):
            begins = max(opening.start, datetime.combine(day, time.min))
            ends = min(last, datetime.combine(day, time.max))
            found.setdefault(day, set()).add((begins.time(), ends.time()))
            day += timedelta(days=1)
    return {day: tuple(sorted(found[day])) for day in sorted(found)}
