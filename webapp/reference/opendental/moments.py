"""Reads and writes days and moments as the API does: office-local, without a zone."""

from __future__ import annotations

import re
from datetime import date, datetime

from webapp.reference.opendental.errors import wrong_format

DAY = "yyyy-MM-dd"
MOMENT = "yyyy-MM-dd HH:mm:ss"
NO_DAY = "0001-01-01"
NO_MOMENT = "0001-01-01 00:00:00"
"""What stands where there is none."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")


def read_day(name: str, text: object) -> date:
    """Raise ApiError for what is no day."""
    if isinstance(text, str) and _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise wrong_format(name, DAY)


def read_moment(name: str, text: object) -> datetime:
    """Raise ApiError for what is no moment."""
    if isinstance(text, str) and _MOMENT.fullmatch(text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    raise wrong_format(name, MOMENT)


def write_moment(moment: datetime | None) -> str:
    return NO_MOMENT if moment is None else moment.strftime("%Y-%m-%d %H:%M:%S")


def write_day(day: date | None) -> str:
    return NO_DAY if day is None else day.isoformat()
