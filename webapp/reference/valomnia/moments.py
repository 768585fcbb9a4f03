"""Reads and writes moments as the document does: ``2016-10-09T08:10:00Z``."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def read_moment(text: object) -> datetime | None:
    """Return the moment in UTC; None for what is no such."""
    if not isinstance(text, str) or not _MOMENT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
    except ValueError:
        return None


def write_moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
