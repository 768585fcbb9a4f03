"""Finds the practice that a request is about, and lets every template speak of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Flask, abort, current_app, g, request

from webapp.web.headers import allow_framing_by

if TYPE_CHECKING:
    from webapp.practices.model import Practice

_KEY = "openslot_practices"


def init_app(app: Flask, practices: dict[str, Practice]) -> None:
    """Resolve ``slug`` in every URL to a practice; an unknown one is a 404."""
    app.extensions[_KEY] = practices

    @app.url_value_preprocessor
    def find_practice(_endpoint: str | None, values: dict[str, object] | None) -> None:
        named = cast("str", values.pop("slug", "")) if values else ""
        # Where no route fits (an old link, a wrong method) the path alone tells whose page it is.
        g.practice = practice = practices.get(named or request.path.split("/")[1])
        if practice is not None:
            allow_framing_by(("'self'", *practice.embed.origins))
        elif named:
            abort(404)

    @app.url_defaults
    def keep_practice(endpoint: str, values: dict[str, object]) -> None:
        practice = g.get("practice")
        if practice is not None and app.url_map.is_endpoint_expecting(endpoint, "slug"):
            values.setdefault("slug", practice.slug)

    @app.context_processor
    def practice_in_templates() -> dict[str, object]:
        return {"practice": g.get("practice")}


def all_practices() -> dict[str, Practice]:
    """Return this deployment's practices by slug."""
    return current_app.extensions[_KEY]


def current_practice() -> Practice:
    """Return the practice that the request's URL names."""
    return g.practice


def speak_for(slug: str) -> bool:
    """Let a page whose address names no practice be this one's; False where it is not ours."""
    g.practice = all_practices().get(slug)
    return g.practice is not None


def slug_of_request() -> str:
    """Return the slug for rate limits and logs; empty where no practice is meant."""
    practice = g.get("practice")
    return practice.slug if practice is not None else (request.path.split("/")[1][:60])
