"""The journey's pages: each loads, validates, calls one use case, and redirects or renders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.booking.views import changing, choosing, outcome, page, placing, privacy
from webapp.booking.views.blueprint import TEMPLATE_GLOBALS, blueprint

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["changing", "choosing", "init_app", "outcome", "page", "placing", "privacy"]


def init_app(app: Flask) -> None:
    """Add the journey to the app."""
    for name, value in TEMPLATE_GLOBALS.items():
        app.jinja_env.globals[name] = value
    app.register_blueprint(blueprint)
