"""Wires the site together: settings, practices, their diaries, and the pages."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, redirect, render_template, url_for
from flask_babel import Babel
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp import commands
from webapp.availability import service as availability
from webapp.booking import views as booking
from webapp.config import Settings, Switch, read_settings
from webapp.db import engine as db
from webapp.diaries.connect import connect
from webapp.practices import current, look
from webapp.practices.loader import load_practices
from webapp.web import assets, errors, forms, headers, limits, tokens
from webapp.web import logging as request_logging

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_ROOT = Path(__file__).parent.parent
_LARGEST_BODY = 64 * 1024
_CONFIGURATION = {
    "MAX_CONTENT_LENGTH": _LARGEST_BODY,
    "MAX_FORM_MEMORY_SIZE": _LARGEST_BODY,
    "COMPRESS_ALGORITHM": ["gzip"],
    "COMPRESS_LEVEL": 4,
}
_log = logging.getLogger("openslot")


def create_app(settings: Settings | None = None) -> Flask:
    """Build the site. Raises SettingsError, a sentence a mistake, when it cannot run."""
    settings = settings or read_settings()
    practices = load_practices(settings.practices)
    key = settings.signing_key()
    app = Flask(__name__, template_folder=str(_ROOT / "templates"), static_folder=None)
    app.config.from_mapping(_CONFIGURATION)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.finalize = forms.printable
    app.url_map.strict_slashes = True
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
    request_logging.init_app(app)
    tokens.init_app(app, key)
    headers.init_app(app)
    errors.init_app(app)
    assets.init_app(app, _ROOT / "static")
    db.init_app(app, settings.database())
    Babel(app)
    Compress(app)
    current.init_app(app, practices)
    look.init_app(app, practices, _ROOT / "static" / "css")
    limits.init_app(
        app,
        storage=settings.redis_url or "memory://",
        enabled=settings.rate_limits is Switch.ON,
    )
    diaries = {slug: connect(one.diary, one.zone) for slug, one in practices.items()}
    availability.init_app(app, practices, diaries, settings.redis_url)
    booking.init_app(app, diaries)
    commands.init_app(app, practices, diaries)

    @app.get("/")
    def home() -> ResponseReturnValue:
        """Go to the only practice, or list them."""
        if len(practices) == 1:
            return redirect(url_for("booking.who", slug=next(iter(practices))))
        return render_template("practices.html", practices=practices.values())

    return app
