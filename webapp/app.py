"""Wires the site together: settings, practices, their diaries, and the pages."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, redirect, render_template, url_for
from flask_babel import Babel
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp import commands
from webapp.appointments import commands as appointments
from webapp.appointments import current as current_diaries
from webapp.appointments.handlers import Handlers, Post
from webapp.appointments.telling import Tellers
from webapp.asap import handlers as asap_handlers
from webapp.asap import wiring as asap
from webapp.availability import current as availability
from webapp.booking import views as booking
from webapp.config import Settings, Switch, read_settings
from webapp.db import engine as db
from webapp.diaries.connect import connect
from webapp.diaries.observed import Call, ObservedDiary
from webapp.diaries.pacing import Paces
from webapp.diaries.seen import LastSeen
from webapp.embed import builder as embed_builder
from webapp.embed.script import blueprint as embed_script
from webapp.outbox import commands as outbox
from webapp.outbox.chores import Chore
from webapp.outbox.readings import outbox_readings
from webapp.practices import current, framed, look
from webapp.practices.loader import load_practices
from webapp.privacy.commands import group as privacy
from webapp.privacy.forgetting import purge
from webapp.web import assets, errors, forms, headers, health, limits, metrics, scraping, tokens
from webapp.web import logging as request_logging

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from webapp.diaries.port import Diary
    from webapp.practices.model import Practice

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
    metrics.init_app(app)
    tokens.init_app(app, key)
    embed_builder.init_app(app, settings)
    headers.init_app(app)
    errors.init_app(app)
    assets.init_app(app, _ROOT / "static")
    db.init_app(app, settings.database())
    Babel(app)
    Compress(app)
    current.init_app(app, practices)
    framed.init_app(app)
    look.init_app(app, practices, _ROOT / "static" / "css")
    limits.init_app(
        app,
        storage=settings.redis_url or "memory://",
        enabled=settings.rate_limits is Switch.ON,
    )
    seen = {slug: LastSeen() for slug in practices}
    paces = Paces(settings.redis_url)
    diaries = _observed_diaries(practices, seen, paces)
    availability.init_app(app, practices, diaries, settings.redis_url)
    current_diaries.init_app(app, diaries)
    booking.init_app(app)
    asap.see_that_lists_can_be_kept(practices, diaries)
    gateway = asap.gateway_for(settings, practices)
    asap.init_app(app, settings, practices, gateway)
    post = Post(
        server=settings.mail_server,
        sender=settings.mail_from,
        links_begin=settings.links_begin,
    )
    handlers = Handlers(
        practices=practices,
        diaries=diaries,
        availability=availability.all_of(app),
        new_session=db.sessions_of(app),
        tokens=tokens.tokens_of(app),
        post=post,
    )
    for_asap = asap_handlers.Handlers(
        practices=practices,
        diaries=diaries,
        availability=availability.all_of(app),
        new_session=db.sessions_of(app),
        tokens=tokens.tokens_of(app),
        post=post,
        gateway=gateway,
    )
    chores = (
        Chore(timedelta(hours=1), lambda: purge(db.sessions_of(app), practices)),
        Chore(timedelta(hours=1), for_asap.end_what_is_over),
        Chore(asap_handlers.LOOK_EVERY, for_asap.look_at_diaries),
        Chore(asap_handlers.LOOK_EVERY, for_asap.mirror_lists),
    )
    tellers = Tellers(practices, diaries, db.sessions_of(app))
    outbox.init_app(
        app,
        {**handlers.by_kind(), **for_asap.by_kind(), **tellers.by_kind()},
        chores,
        begin=paces.give_way,
    )
    app.cli.add_command(appointments.group)
    app.cli.add_command(privacy)
    app.register_blueprint(embed_script)
    commands.init_app(app, settings, practices, diaries)

    _let_operators_look(app, settings, seen)

    @app.get("/")
    def home() -> ResponseReturnValue:
        """Go to the only practice, or list them."""
        if len(practices) == 1:
            return redirect(url_for("booking.who", slug=next(iter(practices))))
        return render_template("practices.html", practices=practices.values())

    return app


def _observed_diaries(
    practices: Mapping[str, Practice], seen: Mapping[str, LastSeen], paces: Paces
) -> dict[str, Diary]:
    def observe(call: Call) -> None:
        metrics.count_call(call)
        seen[call.slug].note(call)

    return {
        slug: ObservedDiary(
            connect(one.diary, one.zone, paces=paces),
            slug=slug,
            system=one.diary.system,
            observer=observe,
        )
        for slug, one in practices.items()
    }


def _let_operators_look(app: Flask, settings: Settings, seen: Mapping[str, LastSeen]) -> None:
    with app.app_context():
        engine = db.current_engine()
    health.init_app(app)
    health.register(app, "database", health.database_check(engine))
    health.register(app, "cache", health.cache_check(settings.redis_url))
    health.register_report(
        app, "diaries", lambda: {slug: one.as_json() for slug, one in seen.items()}
    )
    scraping.init_app(app, token=settings.metrics_token.get_secret_value())
    scraping.register(app, "outbox", outbox_readings(db.sessions_of(app)))
