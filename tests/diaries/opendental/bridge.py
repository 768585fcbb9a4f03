"""The demo practice that is on Open Dental, as its file has it, with a diary of a test's own."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from tests.diaries.wire import PATIENT, ZONE
from tests.reference_process import BRIDGE
from webapp.diaries.calling import Limits
from webapp.diaries.opendental.api import Api
from webapp.diaries.opendental.diary import OpenDentalDiary
from webapp.diaries.pace import LocalTurns, Pace
from webapp.diaries.settings import OpenDentalSettings

_FILE = Path(__file__).parents[3] / "webapp" / "practices" / "demo" / "bridge-street-dental.toml"
_TABLE = tomllib.loads(_FILE.read_text())["diary"]
DEVELOPER, CUSTOMER = BRIDGE.key.split("/")


def settings_for(url: str, **others: Any) -> OpenDentalSettings:  # noqa: ANN401 - a table's values
    return OpenDentalSettings.model_validate(_TABLE | {"url": url} | others)


def diary_at(
    url: str,
    limits: Limits = PATIENT,
    *,
    pace: Pace | None = None,
    authorities: str | None = None,
    **others: Any,  # noqa: ANN401 - a table's values
) -> OpenDentalDiary:
    """Return a diary that keeps no pace, unless it is given one."""
    settings = settings_for(url, **others)
    api = Api(settings, limits, pace or Pace(LocalTurns(0)), authorities=authorities)
    return OpenDentalDiary(api, settings, ZONE, limits)
