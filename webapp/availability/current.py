"""Gives the app one Availability a practice, and views their own practice's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, current_app

from webapp.availability.keeping import Keeping
from webapp.availability.service import Availability

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.diaries.port import Diary
    from webapp.practices.model import Practice

_KEY = "openslot_availability"


def init_app(
    app: Flask, practices: Mapping[str, Practice], diaries: Mapping[str, Diary], redis_url: str
) -> None:
    """Give the app one Availability a practice, all on one cache."""
    keeping = Keeping(redis_url)
    app.extensions[_KEY] = {
        slug: Availability(practice, diaries[slug], keeping) for slug, practice in practices.items()
    }


def all_of(app: Flask) -> Mapping[str, Availability]:
    """Return every practice's availability in an app that is being wired."""
    return app.extensions[_KEY]


def availability_of(practice: Practice) -> Availability:
    """Return the practice's availability in this deployment."""
    return current_app.extensions[_KEY][practice.slug]
