"""How long answers hold and pages wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """How long answers hold and pages wait, in seconds."""

    fresh: float = 60
    stale: float = 600
    roster_fresh: float = 600
    roster_stale: float = 24 * 3600
    page: float = 7
    """A page waits no longer; what could not be checked by then is said."""
    before_writing: float = 5
    """An answer older than this is asked again before a slot is called gone."""
    far_fresh: float = 300
    """For weeks beyond ``far``, where the diary is asked by the week and counts our calls."""
    far: timedelta = timedelta(days=14)
