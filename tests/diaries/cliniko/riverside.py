"""The demo practice that is on Cliniko, as its file has it, with a diary of a test's own."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.diaries.wire import PATIENT, ZONE
from webapp.diaries.calling import Limits
from webapp.diaries.cliniko.api import Api
from webapp.diaries.cliniko.diary import ClinikoDiary
from webapp.diaries.pace import LocalTurns, Pace
from webapp.diaries.settings import ClinikoSettings

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_FILE = Path(__file__).parents[3] / "webapp" / "practices" / "demo" / "riverside-physio.toml"
_TABLE = tomllib.loads(_FILE.read_text())["diary"]


def identity(number: int) -> str:
    """Return the id under which the reference server's API knows what the plan numbers so."""
    return str(1_702_000_000_000_000_000 + number)


def settings_for(url: str, **others: Any) -> ClinikoSettings:  # noqa: ANN401 - a table's values
    return ClinikoSettings.model_validate(_TABLE | {"url": url} | others)


def diary_at(
    url: str,
    limits: Limits = PATIENT,
    *,
    pace: Pace | None = None,
    zone: ZoneInfo = ZONE,
    **others: Any,  # noqa: ANN401 - a table's values
) -> ClinikoDiary:
    """Return a diary that counts no requests, unless it is given a pace that does."""
    settings = settings_for(url, **others)
    return ClinikoDiary(Api(settings, limits, pace or Pace(LocalTurns(0))), zone, limits)
