"""Makes the connector that a practice's settings call for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.diaries.calling import Limits
from webapp.diaries.cliniko.api import LIMITS as CLINIKO_LIMITS
from webapp.diaries.cliniko.api import Api as ClinikoApi
from webapp.diaries.cliniko.diary import ClinikoDiary
from webapp.diaries.opendental.api import LIMITS as OPENDENTAL_LIMITS
from webapp.diaries.opendental.api import Api as OpenDentalApi
from webapp.diaries.opendental.diary import OpenDentalDiary
from webapp.diaries.pacing import Paces
from webapp.diaries.physiodiary.api import Api as PhysiodiaryApi
from webapp.diaries.physiodiary.diary import PhysiodiaryDiary
from webapp.diaries.settings import ClinikoSettings, OpenDentalSettings, PhysiodiarySettings
from webapp.diaries.valomnia.api import Api as ValomniaApi
from webapp.diaries.valomnia.diary import ValomniaDiary

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from webapp.diaries.port import Diary
    from webapp.diaries.settings import DiarySettings


def connect(settings: DiarySettings, zone: ZoneInfo, *, paces: Paces | None = None) -> Diary:
    """Return the practice's diary, safe to share between threads. Nothing is sent yet.

    ``zone`` is the practice's: its times are wall times. Make one for each practice, keep it, and
    ``close`` it at the end. Of vendors that count how often they are asked, ``paces`` keeps the
    pace; all practices share it.
    """
    limits = Limits()
    if isinstance(settings, PhysiodiarySettings):
        return PhysiodiaryDiary(PhysiodiaryApi(settings, limits), zone, limits)
    if isinstance(settings, OpenDentalSettings):
        pace = (paces or Paces()).pace(
            server=settings.url.host or "",
            key=settings.customer_key,
            interval=settings.seconds_between_requests,
        )
        api = OpenDentalApi(settings, OPENDENTAL_LIMITS, pace)
        return OpenDentalDiary(api, settings, zone, OPENDENTAL_LIMITS)
    if isinstance(settings, ClinikoSettings):
        pace = (paces or Paces()).budget(
            server=settings.url.host or "",
            key=settings.api_key,
            a_minute=settings.requests_per_minute,
        )
        return ClinikoDiary(ClinikoApi(settings, CLINIKO_LIMITS, pace), zone, CLINIKO_LIMITS)
    return ValomniaDiary(ValomniaApi(settings, limits), settings, zone, limits)
