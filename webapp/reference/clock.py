"""The reference diary's own idea of now, which may be moved to another day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta


def _now() -> datetime:
    return datetime.now(UTC)


class Clock:
    """Runs at the pace of the real clock, a fixed distance from it. Times are aware, in UTC."""

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self._offset = offset

    @classmethod
    def starting(cls, text: str) -> Clock:
        """Start at a day (at the present time of day) or at a day and time in UTC.

        ``2026-11-20`` or ``2026-11-20T08:00``; anything else raises ``ValueError``.
        """
        now = _now()
        if "T" not in text:
            return cls(timedelta(days=(date.fromisoformat(text) - now.date()).days))
        wanted = datetime.fromisoformat(text)
        return cls((wanted if wanted.tzinfo else wanted.replace(tzinfo=UTC)) - now)

    def now(self) -> datetime:
        return _now() + self._offset
