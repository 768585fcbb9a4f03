"""The demo practice that is on Valomnia, as its own file has it, with a diary of a test's own."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from tests.diaries.wire import PATIENT, ZONE
from tests.reference_process import MEADOW
from webapp.diaries.calling import Limits
from webapp.diaries.settings import ValomniaSettings
from webapp.diaries.valomnia.api import Api
from webapp.diaries.valomnia.diary import ValomniaDiary

_FILE = Path(__file__).parents[3] / "webapp" / "practices" / "demo" / "meadow-clinic.toml"
# The reference practice knows no closed days
_TABLE = tomllib.loads(_FILE.read_text())["diary"] | {"closed_days": []}


def settings_for(url: str, **others: Any) -> ValomniaSettings:  # noqa: ANN401 - a table's values
    return ValomniaSettings.model_validate(_TABLE | {"url": url, "password": MEADOW.key} | others)


def diary_at(
    url: str,
    limits: Limits = PATIENT,
    *,
    authorities: str | None = None,
    **others: Any,  # noqa: ANN401 - a table's values
) -> ValomniaDiary:
    settings = settings_for(url, **others)
    return ValomniaDiary(Api(settings, limits, authorities=authorities), settings, ZONE, limits)
