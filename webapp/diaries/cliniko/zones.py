"""Compares time zones by what their clocks show. Pure, but for the machine's list of zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_COMPARED = timedelta(days=400)
"""Longer than any two clock changes of a zone are apart, and than anybody books ahead."""
_STEP = timedelta(minutes=30)
"""Clocks change on the hour, or half an hour off it."""


def find(name: str) -> ZoneInfo | None:
    """Return a zone by its IANA name; None where there is none of it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@lru_cache(maxsize=128)
def show_the_same(one: ZoneInfo, other: ZoneInfo, *, since: date) -> bool:
    """Say whether clocks in both show the same at every moment for a year and more."""
    start = datetime(since.year, since.month, since.day, tzinfo=UTC)
    return all(
        moment.astimezone(one).utcoffset() == moment.astimezone(other).utcoffset()
        for moment in (start + _STEP * step for step in range(_COMPARED // _STEP))
    )
