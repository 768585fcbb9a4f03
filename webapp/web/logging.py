"""Log lines as JSON, one a request, with no word that a patient typed and no secret."""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
import time
from typing import TYPE_CHECKING

from flask import Flask, g, has_request_context, request

from webapp import clock

if TYPE_CHECKING:
    from flask import Response

_log = logging.getLogger("openslot.request")
_OURS = re.compile(r"[A-Za-z0-9-]{8,64}")


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": clock.now().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context() and "request_id" in g:
            line["request"] = g.request_id
        line.update(getattr(record, "fields", {}))
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up() -> None:
    """Send this process's log lines to standard error as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    # At lower levels it writes whole rows.
    logging.getLogger("sqlalchemy").setLevel(logging.WARNING)


def init_app(app: Flask) -> None:
    """Write one line for each request.

    It names the route, not the path: a path may carry a token, a query nothing that is needed.
    """

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if _OURS.fullmatch(given) else secrets.token_hex(8)
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        if "began" in g and _log.isEnabledFor(logging.INFO):
            practice = g.get("practice")
            fields = {
                "method": request.method,
                "route": request.url_rule.rule if request.url_rule else None,
                "practice": practice.slug if practice else None,
                "status": response.status_code,
                "ms": round((time.perf_counter() - g.began) * 1000, 1),
            }
            _log.info("request", extra={"fields": fields})
        if "request_id" in g:
            response.headers["X-Request-Id"] = g.request_id
        return response
