"""Gives views the diary of their practice, and the desk that books in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, current_app

from webapp.appointments.placing import Desk
from webapp.availability.current import availability_of
from webapp.db.engine import new_session
from webapp.practices.current import current_practice
from webapp.web.tokens import current_tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.diaries.port import Diary

_DIARIES = "openslot_diaries"


def init_app(app: Flask, diaries: Mapping[str, Diary]) -> None:
    """Keep the diaries, by slug, at hand."""
    app.extensions[_DIARIES] = diaries


def current_diary() -> Diary:
    """Return the diary of the request's practice."""
    diaries: Mapping[str, Diary] = current_app.extensions[_DIARIES]
    return diaries[current_practice().slug]


def current_desk() -> Desk:
    """Return the desk that books for the request's practice."""
    practice = current_practice()
    return Desk(
        practice=practice,
        diary=current_diary(),
        availability=availability_of(practice),
        new_session=new_session,
        tokens=current_tokens(),
    )
