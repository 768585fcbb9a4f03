"""When texts about an opening go out: the gaps, the practice's hours, the last moment. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from webapp import clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from webapp.practices.asap import AsapRules

_LATE = timedelta(minutes=15)
_STEPS = (timedelta(hours=2), timedelta(hours=12), timedelta(hours=48))
"""Where Open Dental's Web Sched ASAP lengthens the gap between one text and the next."""


def gap(rules: AsapRules, *, to_go: timedelta) -> timedelta:
    """Return how long the next patient waits, ``to_go`` before the slot begins."""
    reached = sum(to_go >= step for step in _STEPS)
    return timedelta(minutes=rules.gap_minutes[reached])


def when_to_text(
    rules: AsapRules, zone: ZoneInfo, *, start: datetime, at: datetime
) -> Iterator[datetime]:
    """Yield when the first patient's text is due, the second's, and so on without end.

    All lie inside the practice's hours for texts. What would run past the end of a day's hours
    goes at their end (as Open Dental's does); what is asked for outside them, when they next
    begin.
    """
    due = _next_allowed(rules, zone, at)
    _, closes = _hours(rules, zone, due)
    while True:
        yield due
        due = min(due + gap(rules, to_go=start - due), closes)


def allowed_at(
    rules: AsapRules, zone: ZoneInfo, moment: datetime, *, due: datetime | None = None
) -> bool:
    """Say whether the practice lets texts go out at this moment.

    One that was ``due`` inside the hours may be some minutes late: a worker is never on the dot.
    """
    opens, closes = _hours(rules, zone, moment)
    if opens <= moment <= closes:
        return True
    return due is not None and opens <= due <= closes < moment <= closes + _LATE


def next_allowed(rules: AsapRules, zone: ZoneInfo, moment: datetime) -> datetime:
    """Return the first moment, not before this one, at which texts may go out."""
    return _next_allowed(rules, zone, moment)


def is_too_late(rules: AsapRules, *, start: datetime, at: datetime) -> bool:
    """Say whether the slot is too near for a text at this moment."""
    return start - at < timedelta(minutes=rules.last_text_minutes)


def _next_allowed(rules: AsapRules, zone: ZoneInfo, moment: datetime) -> datetime:
    opens, closes = _hours(rules, zone, moment)
    if moment < opens:
        return opens
    if moment <= closes:
        return moment
    tomorrow = moment.astimezone(zone).date() + timedelta(days=1)
    return _hours(rules, zone, clock.wall(tomorrow, time(12), zone))[0]


def _hours(rules: AsapRules, zone: ZoneInfo, moment: datetime) -> tuple[datetime, datetime]:
    """Return when texts may begin and must end on the day of ``moment``, in UTC.

    Compared in UTC: two moments of one zone would be compared by their clocks, which the
    autumn change makes run twice.
    """
    day = moment.astimezone(zone).date()
    return (
        clock.to_utc(clock.wall(day, rules.texts_after, zone)),
        clock.to_utc(clock.wall(day, rules.texts_before, zone)),
    )
