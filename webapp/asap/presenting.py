"""Wishes, slots and offers in words, as pages and messages tell them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import ngettext

from webapp import clock
from webapp.asap.wishes import EVERY_DAY, Part

if TYPE_CHECKING:
    from webapp.asap.wishes import Wish

NOTICES = (0, 2, 24, 48)
"""The notices, in hours, that a patient can ask for."""
_WEEKDAYS = frozenset(range(5))
_HOURS_IN_A_DAY = 24


def say_end_of(number: str) -> str:
    """Name a phone number by its end alone, for pages that whoever has the link may open."""
    return _("the number ending in %(end)s", end=number[-3:])


def say_part(part: Part) -> str:
    """Name a part of the day and its hours."""
    match part:
        case Part.MORNING:
            return _("Morning, before midday")
        case Part.AFTERNOON:
            return _("Afternoon, midday to 5pm")
        case Part.EVENING:
            return _("Evening, from 5pm")


def say_notice(hours: int) -> str:
    """Say how long before it a patient must know."""
    if hours == 0:
        return _("None, even at the last minute")
    if hours < _HOURS_IN_A_DAY:
        return ngettext("At least %(num)s hour", "At least %(num)s hours", hours)
    days = round(hours / _HOURS_IN_A_DAY)
    return ngettext("At least a day", "At least %(num)s days", days)


def say_wish(wish: Wish) -> tuple[tuple[str, str], ...]:
    """Return what somebody wants as names and values."""
    return (
        (_("Days"), _say_days(wish.weekdays)),
        (_("Time of day"), _say_parts(wish.parts)),
        (_("Notice"), say_notice(round(wish.notice / timedelta(hours=1)))),
    )


def _say_days(weekdays: frozenset[int]) -> str:
    if weekdays == EVERY_DAY:
        return _("Any day")
    if weekdays == _WEEKDAYS:
        return _("Monday to Friday")
    return ", ".join(clock.say_weekday(day) for day in sorted(weekdays))


def _say_parts(parts: frozenset[Part]) -> str:
    if parts == frozenset(Part):
        return _("Any time")
    return "; ".join(say_part(one) for one in Part if one in parts)
