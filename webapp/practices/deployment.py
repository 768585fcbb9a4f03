"""Finds what is wrong with the deployment itself: its settings, database, cache and secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import redis
from sqlalchemy.exc import SQLAlchemyError

from webapp.config import Mode
from webapp.db.standing import Standing, standing_of
from webapp.practices.doctor import Finding, advice, well, wrong
from webapp.practices.loader import literal_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from webapp.config import Settings
    from webapp.practices.model import Practice

_REDIS_SECONDS = 5
_SEVERAL = "where more than one process runs"


def examine_settings(settings: Settings) -> Iterator[Finding]:
    """Yield what is to be said of the settings, without asking anybody."""
    if settings.mode is Mode.DEVELOPMENT:
        yield advice(
            "OPENSLOT_MODE is development: fit for your own machine; leave it out for patients."
        )
        return
    if not settings.base_url:
        yield wrong(
            "OPENSLOT_BASE_URL is not set: links in messages begin with it; give the site's "
            "address, such as https://book.example."
        )
    elif urlsplit(settings.base_url).scheme != "https":
        yield wrong(
            f"OPENSLOT_BASE_URL is {settings.base_url}, so links in messages would be open to "
            "eavesdroppers: put TLS in front of the site and give its https:// address."
        )
    else:
        yield well(f"Links in messages begin with {settings.base_url}.")
    if settings.uses_the_demo:
        yield advice(
            "OPENSLOT_PRACTICES is not set, so the made-up practices are served: name the folder "
            "of your own practices' files."
        )
    if not settings.trusted_proxies:
        yield advice(
            "OPENSLOT_TRUSTED_PROXIES is 0: behind a reverse proxy all patients would share one "
            "rate limit; say how many proxies of yours stand in front."
        )


def examine_database(engine: Engine, settings: Settings) -> Iterator[Finding]:
    """Yield whether the database answers and has this version's tables."""
    try:
        standing = standing_of(engine)
    except SQLAlchemyError:
        where = engine.url.render_as_string(hide_password=True)
        yield wrong(
            f"The database {where} cannot be reached: check OPENSLOT_DATABASE_URL, and that its "
            "server runs and lets this machine in."
        )
        return
    match standing:
        case Standing.CURRENT:
            yield well("The database is up to date.")
        case Standing.BEHIND:
            yield wrong("The database is not up to date: run flask --app wsgi db upgrade.")
        case Standing.AHEAD:
            yield advice(
                "A newer version than this one has migrated the database: deploy that version "
                "here too."
            )
    if engine.dialect.name == "sqlite" and settings.mode is Mode.PRODUCTION:
        yield advice(
            "Bookings are kept in a SQLite file, which one machine alone can use: "
            f"{_SEVERAL}, set OPENSLOT_DATABASE_URL to a PostgreSQL database."
        )


def examine_cache(settings: Settings) -> Iterator[Finding]:
    """Yield whether the cache answers."""
    if not settings.redis_url:
        if settings.mode is Mode.PRODUCTION:
            yield advice(
                "OPENSLOT_REDIS_URL is not set, so each process asks the diaries and counts rate "
                f"limits by itself: {_SEVERAL}, give a Redis or Valkey server."
            )
        return
    # redis-py leaves its keyword arguments bare.
    from_url = cast("Any", redis.Redis).from_url
    parts = urlsplit(settings.redis_url)
    where = f"{parts.hostname}:{parts.port or 6379}"
    try:
        with from_url(
            settings.redis_url,
            socket_timeout=_REDIS_SECONDS,
            socket_connect_timeout=_REDIS_SECONDS,
        ) as client:
            client.ping()
    except redis.AuthenticationError:
        yield wrong(
            f"Redis at {where} does not accept the user or password in OPENSLOT_REDIS_URL: "
            "compare them with the server's own."
        )
    except redis.RedisError:
        yield wrong(
            f"Redis at {where} does not answer: check OPENSLOT_REDIS_URL, and that the server "
            "runs and lets this machine in."
        )
    else:
        yield well(f"Redis at {where} answers.")


def examine_file(practice: Practice, settings: Settings) -> Iterator[Finding]:
    """Yield where a practice's pages are, and what its file should not hold."""
    if settings.base_url:
        yield well(f"Its pages are at {settings.base_url}/{practice.slug}/.")
    if settings.uses_the_demo:
        return
    file = settings.practices / f"{practice.slug}.toml"
    for secret in literal_secrets(file):
        key = secret.rpartition(".")[2]
        name = f"{practice.slug}_{key}".upper().replace("-", "_")
        yield advice(
            f"{secret} stands in {file.name} itself, for whoever can read the file: move it into "
            f'the environment and write {key} = "env:{name}", or into a file of its own and '
            f'write {key} = "file:PATH".'
        )
