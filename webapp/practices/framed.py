"""How a page differs inside another site's frame: a script that reports, and the host's accent."""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache

from flask import Flask, g, has_request_context, request
from flask_babel import gettext as _

from webapp.practices.theme import Theme, derive_theme, is_colour


def init_app(app: Flask) -> None:
    """Tell templates whether the page is framed, and in which colours the host wants it."""

    @app.context_processor
    def framing() -> dict[str, object]:
        if not has_request_context():
            # A message: no page, and in no frame.
            return {}
        asked = accent_of_request()
        palette, problem = _palette(asked) if asked else ("", "")
        return {"is_framed": is_framed(), "palette": palette, "palette_problem": problem}


def is_framed() -> bool:
    """Say whether the page may stand in a frame: browsers tell; one that does not, may."""
    g.varies_by_destination = True
    return request.headers.get("Sec-Fetch-Dest", "iframe") != "document"


def accent_of_request() -> str:
    """Return the accent that the host asked for, as ``#rrggbb``, or nothing."""
    accent = "#" + request.args.get("accent", "")[:6].lower()
    return accent if is_colour(accent) else ""


@lru_cache(maxsize=64)
def _palette(accent: str) -> tuple[str, str]:
    """Return both schemes' colours as a frame's script reads them, or why they cannot be."""
    try:
        schemes = derive_theme(accent)
    except ValueError as error:
        return "", _("the accent was not used: %(why)s", why=str(error))
    return f"{_colours(schemes.light)}|{_colours(schemes.dark)}", ""


def _colours(theme: Theme) -> str:
    return ";".join(f"{name.replace('_', '-')}:{value}" for name, value in asdict(theme).items())
