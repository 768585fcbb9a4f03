"""A connector to a server of a test's own, with a key that nobody may see."""

from __future__ import annotations

from tests.diaries.wire import LIMITS, ZONE
from webapp.diaries.calling import Limits
from webapp.diaries.physiodiary.api import Api
from webapp.diaries.physiodiary.diary import PhysiodiaryDiary
from webapp.diaries.settings import PhysiodiarySettings

KEY = "a-key-that-nobody-may-see"


def settings_for(url: str, **others: object) -> PhysiodiarySettings:
    return PhysiodiarySettings.model_validate(
        {"system": "physiodiary", "url": url, "api_key": KEY, **others}
    )


def diary_at(
    url: str, *, limits: Limits = LIMITS, authorities: str | None = None, **others: object
) -> PhysiodiaryDiary:
    api = Api(settings_for(url, **others), limits, authorities=authorities)
    return PhysiodiaryDiary(api, ZONE, limits)
