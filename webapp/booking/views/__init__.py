"""The journey's pages: each loads, validates, calls one use case, and redirects or renders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.booking.views import choosing, outcome, placing, privacy
from webapp.booking.views.blueprint import TEMPLATE_GLOBALS, blueprint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

    from webapp.diaries.port import Diary

__all__ = ["choosing", "init_app", "outcome", "placing", "privacy"]


def init_app(app: Flask, diaries: Mapping[str, Diary]) -> None:
    """Add the journey to the app; ``diaries`` by slug."""
    placing.init_app(app, diaries)
    for name, value in TEMPLATE_GLOBALS.items():
        app.jinja_env.globals[name] = value
    app.register_blueprint(blueprint)
