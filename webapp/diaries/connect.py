"""Makes the connector that a practice's settings call for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.diaries.physiodiary.api import Api, Limits
from webapp.diaries.physiodiary.diary import PhysiodiaryDiary

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from webapp.diaries.port import Diary
    from webapp.diaries.settings import DiarySettings


def connect(settings: DiarySettings, zone: ZoneInfo) -> Diary:
    """Return the practice's diary, safe to share between threads. Nothing is sent yet.

    ``zone`` is the practice's: the diary speaks in wall times. Make one for each practice, keep
    it, and ``close`` it at the end.
    """
    limits = Limits()
    return PhysiodiaryDiary(Api(settings, limits), zone, limits)
