"""The one place that asks the time, and the one that writes dates and times for people."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from babel.dates import format_date
from flask_babel import gettext as _

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_LOCALE = "en_GB"
_NOON = 12


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def today(zone: ZoneInfo) -> date:
    """Return the day that it is in ``zone``."""
    return now().astimezone(zone).date()


def wall(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the aware moment that clocks in ``zone`` show as ``day`` and ``at``.

    An hour that the autumn clock change repeats means its first pass unless ``at.fold`` is 1.
    """
    return datetime.combine(day, at, zone)


def to_utc(moment: datetime) -> datetime:
    """Return the same moment in UTC, where differences and comparisons are true ones."""
    return moment.astimezone(UTC)


def exists(moment: datetime) -> bool:
    """Say whether clocks in the moment's zone ever show it: the spring change skips an hour."""
    try:
        back = moment.astimezone(UTC).astimezone(moment.tzinfo)
    except OverflowError:
        # The first and the last day that Python can count: no clock here shows them.
        return False
    return back.replace(tzinfo=None) == moment.replace(tzinfo=None)


def later(moment: datetime, minutes: int) -> datetime:
    """Return the moment so many real minutes after, in the same zone."""
    return (moment.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(moment.tzinfo)


@lru_cache(maxsize=1024)
def say_day(day: date) -> str:
    """Write a day as people say it: "Monday 23 November"."""
    return format_date(day, "EEEE d MMMM", locale=_LOCALE)


@lru_cache(maxsize=1024)
def say_day_in_short(day: date) -> str:
    """Write a day for a text message, where each letter costs: "Mon 23 Nov"."""
    return format_date(day, "EEE d MMM", locale=_LOCALE)


@lru_cache(maxsize=1024)
def say_day_and_year(day: date) -> str:
    """Write a day with its year: "Monday 23 November 2026"."""
    return format_date(day, "EEEE d MMMM y", locale=_LOCALE)


@lru_cache(maxsize=1024)
def say_day_without_weekday(day: date) -> str:
    """Write a day in short: "17 February"."""
    return format_date(day, "d MMMM", locale=_LOCALE)


@lru_cache(maxsize=64)
def say_month(month: int) -> str:
    """Write a month, 1 to 12: "November"."""
    return format_date(date(2000, month, 1), "LLLL", locale=_LOCALE)


@lru_cache(maxsize=64)
def say_month_in_short(month: int) -> str:
    """Write a month, 1 to 12, for a narrow place: "Nov"."""
    return format_date(date(2000, month, 1), "LLL", locale=_LOCALE)


@lru_cache(maxsize=16)
def say_weekday(weekday: int) -> str:
    """Write a weekday, 0 (Monday) to 6: "Monday"."""
    return format_date(date(2001, 1, 1 + weekday), "EEEE", locale=_LOCALE)


@lru_cache(maxsize=16)
def say_weekday_in_short(weekday: int) -> str:
    """Write a weekday, 0 (Monday) to 6, for a narrow place: "Mon"."""
    return format_date(date(2001, 1, 1 + weekday), "EEE", locale=_LOCALE)


def say_time(at: time) -> str:
    """Write a time of day as people say it: "9:15am", "10am", "midday"."""
    if at.minute == 0 and at.hour == _NOON:
        return _("midday")
    if at.minute == 0 and at.hour == 0:
        return _("midnight")
    return _twelve_hours(at.hour, at.minute)


@lru_cache(maxsize=1440)
def _twelve_hours(hour: int, minute: int) -> str:
    half = "am" if hour < _NOON else "pm"
    minutes = f":{minute:02}" if minute else ""
    return f"{hour % _NOON or _NOON}{minutes}{half}"


def say_moment(moment: datetime) -> str:
    """Write day and time: "Monday 23 November, 9:15am"."""
    return f"{say_day(moment.date())}, {say_time(moment.time())}"


def say_moment_from(today: date, moment: datetime) -> str:
    """Write day and time as said on ``today``: "today, 2pm", "tomorrow, 9:15am", or the date."""
    at = say_time(moment.time())
    if moment.date() == today:
        return _("today, %(time)s", time=at)
    if moment.date() == today + timedelta(days=1):
        return _("tomorrow, %(time)s", time=at)
    return say_moment(moment)


def say_span(start: datetime, minutes: int) -> str:
    """Write when an appointment begins and ends: "9:15am to 10am"."""
    end = later(start, minutes)
    return _("%(start)s to %(end)s", start=say_time(start.time()), end=say_time(end.time()))


def say_zone(zone: ZoneInfo, at: datetime) -> str:
    """Name a zone for people elsewhere: "London time (GMT)"."""
    place = zone.key.rsplit("/", 1)[-1].replace("_", " ")
    return _("%(place)s time (%(short)s)", place=place, short=at.astimezone(zone).strftime("%Z"))
