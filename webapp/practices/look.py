"""One style sheet a practice: the product's rules in the practice's colours, made once at start."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, abort, current_app

from webapp.practices.current import current_practice
from webapp.practices.theme import derive_theme

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from webapp.practices.model import Practice
    from webapp.practices.theme import Schemes, Theme

blueprint = Blueprint("look", __name__)

_KEY = "openslot_looks"
_ORDER = ("tokens", "base", "layout", "components", "calendar", "embed")
_NEUTRAL_ACCENT = "#33506b"
_A_YEAR = 31_536_000


@dataclass(frozen=True, slots=True)
class Look:
    """A style sheet and the digest of it that its URL carries."""

    css: str
    digest: str


def init_app(app: Flask, practices: Mapping[str, Practice], css_folder: Path) -> None:
    """Compose every practice's sheet; templates reach it through ``look_url(practice)``."""
    rules = "\n".join((css_folder / f"{name}.css").read_text("utf-8") for name in _ORDER)
    looks = {slug: _compose(rules, practice.colours) for slug, practice in practices.items()}
    looks[""] = _compose(rules, derive_theme(_NEUTRAL_ACCENT))
    app.extensions[_KEY] = looks
    app.register_blueprint(blueprint)

    def look_url(practice: Practice | None) -> str:
        if practice is None:
            return f"/look-{looks[''].digest}.css"
        return f"/{practice.slug}/look-{looks[practice.slug].digest}.css"

    app.add_template_global(look_url, "look_url")


@blueprint.get("/<slug>/look-<digest>.css")
def of_practice(digest: str) -> Response:
    """Serve a practice's sheet, cacheable for ever: the URL names the content."""
    return _serve(current_practice().slug, digest)


@blueprint.get("/look-<digest>.css")
def neutral(digest: str) -> Response:
    """Serve the sheet of pages that belong to no practice."""
    return _serve("", digest)


def _serve(slug: str, digest: str) -> Response:
    look: Look = current_app.extensions[_KEY][slug]
    if digest != look.digest:
        # A page from before a deployment still asks for its own sheet; today's suits it better
        # than none, but must not be kept under the old name.
        if not digest.isalnum():
            abort(404)
        return Response(look.css, mimetype="text/css", headers={"Cache-Control": "no-store"})
    kept = f"public, max-age={_A_YEAR}, immutable"
    return Response(look.css, mimetype="text/css", headers={"Cache-Control": kept})


def _compose(rules: str, schemes: Schemes) -> Look:
    dark = _properties(schemes.dark)
    css = (
        f"{rules}\n:root{{{_properties(schemes.light)}}}\n"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}\n"
        f":root[data-theme=dark]{{{dark}}}\n"
    )
    return Look(css=css, digest=hashlib.sha256(css.encode()).hexdigest()[:12])


def _properties(theme: Theme) -> str:
    return ";".join(f"--{name.replace('_', '-')}:{value}" for name, value in asdict(theme).items())
