"""Says whether this process is alive, and whether it can serve patients now."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import redis
from flask import Blueprint, Flask, Response, current_app, jsonify
from sqlalchemy.exc import SQLAlchemyError

from webapp.db.standing import Standing, standing_of
from webapp.web.timed import OutOfTime, Timed

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    Check = Callable[[], str]
    Report = Callable[[], object]

_KEY = "openslot_health"
_SECONDS = 2.0
_READY, _NOT_READY = 200, 503

blueprint = Blueprint("health", __name__, url_prefix="/health")


class NotReady(Exception):
    """Why a check fails, in words without a secret: anybody may read them."""


@dataclass(frozen=True, slots=True)
class _Registered:
    timed: Timed[str]
    checks: dict[str, Check] = field(default_factory=dict[str, "Check"])
    reports: dict[str, Report] = field(default_factory=dict[str, "Report"])


def init_app(app: Flask, *, seconds: float = _SECONDS) -> None:
    """Add ``/health/live`` and ``/health/ready``; no check takes longer than ``seconds``."""
    app.extensions[_KEY] = _Registered(Timed(seconds, name="health"))
    app.register_blueprint(blueprint)


def register(app: Flask, name: str, check: Check) -> None:
    """Make readiness depend on ``check``: it says what it found, or raises NotReady.

    It runs in a thread of its own and without an app context.
    """
    _registered(app).checks[name] = check


def register_report(app: Flask, name: str, report: Report) -> None:
    """Show what ``report`` returns (JSON, at once, from memory). It never makes us unready."""
    _registered(app).reports[name] = report


def database_check(engine: Engine) -> Check:
    """Return the check that the database can be asked and has this version's tables."""

    def check() -> str:
        try:
            standing = standing_of(engine)
        except SQLAlchemyError as error:
            raise NotReady("cannot be reached") from error
        match standing:
            case Standing.CURRENT:
                return "at the newest migration"
            case Standing.AHEAD:
                return "migrated by a newer version"
            case Standing.BEHIND:
                raise NotReady("not migrated: run flask --app wsgi db upgrade")

    return check


def cache_check(redis_url: str) -> Check:
    """Return the check that the cache answers; without Redis it lives in this process."""
    if not redis_url:
        return lambda: "in this process"
    # redis-py leaves its keyword arguments bare.
    client = cast("Any", redis.Redis).from_url(
        redis_url, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS
    )

    def check() -> str:
        try:
            client.ping()
        except redis.RedisError as error:
            raise NotReady("Redis cannot be reached") from error
        return "Redis answers"

    return check


@blueprint.after_request
def keep_nowhere(response: Response) -> Response:
    """Keep no answer: each is true for its moment alone."""
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/live")
def live() -> Response:
    """Say that the process answers. Asks nothing of anybody."""
    return jsonify(alive=True)


@blueprint.get("/ready")
def ready() -> tuple[Response, int]:
    """Say whether patients can be served, and what is known of each part."""
    registered = _registered(current_app)
    found = {
        name: _as_json(result) for name, result in registered.timed.run(registered.checks).items()
    }
    is_ready = all(one["ok"] for one in found.values())
    reports = {name: report() for name, report in registered.reports.items()}
    return jsonify(ready=is_ready, checks=found, **reports), _READY if is_ready else _NOT_READY


def _as_json(result: str | BaseException) -> dict[str, object]:
    if isinstance(result, str):
        return {"ok": True, "detail": result}
    # Words of ours alone: another exception's text may hold an address or a password.
    ours = isinstance(result, NotReady | OutOfTime)
    return {"ok": False, "detail": str(result) if ours else f"failed: {type(result).__name__}"}


def _registered(app: Flask) -> _Registered:
    return cast("_Registered", app.extensions[_KEY])
