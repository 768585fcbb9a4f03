"""The pages for what goes wrong: what happened, what it means, what to do now."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Flask, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_log = logging.getLogger("openslot.web")
_Answer = tuple[str, int, list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Words:
    """An error page's heading and what it tells."""

    heading: str
    text: str


def _words(code: int) -> Words:
    found = _WORDS.get(code)
    if found is not None:
        return found()
    return Words(
        _("That didn’t work"), _("We couldn’t use what was sent. Go back and try once more.")
    )


_WORDS: dict[int, Callable[[], Words]] = {
    404: lambda: Words(
        _("We can’t find that page"),
        _("The link may be old, or a letter may be missing. Nothing has been changed or lost."),
    ),
    405: lambda: Words(
        _("That page can’t be used like this"), _("Begin again from the first page.")
    ),
    413: lambda: Words(
        _("That was too much at once"),
        _("Shorten what you typed and send it again. Nothing has been booked."),
    ),
    429: lambda: Words(
        _("Please wait a minute"),
        _(
            "There were a lot of requests from your connection. Wait a minute and try again. "
            "Nothing has been booked by this last one."
        ),
    ),
    500: lambda: Words(
        _("Something went wrong on our side"),
        _(
            "It’s not your fault. If you were booking, please call us to check before you try "
            "again."
        ),
    ),
}


def init_app(app: Flask) -> None:
    """Give every error a page, never a traceback."""

    @app.errorhandler(HTTPException)
    def known(error: HTTPException) -> _Answer:
        code = error.code or 500
        headers = [
            (name, value) for name, value in error.get_headers() if name in {"Allow", "Retry-After"}
        ]
        if code == HTTPStatus.TOO_MANY_REQUESTS:
            headers.append(("Retry-After", "60"))
        return _told(code, error.name, headers)

    @app.errorhandler(Exception)
    def unknown(error: Exception) -> _Answer:
        # The kind alone: an exception's text may repeat what a patient typed.
        _log.error("unhandled %s", type(error).__name__, exc_info=_without_text(error))
        return _told(500, HTTPStatus.INTERNAL_SERVER_ERROR.phrase, [])


def _told(code: int, name: str, headers: list[tuple[str, str]]) -> _Answer:
    if request.path.startswith("/api/"):
        # A program asks: it shows a person what is said, as text.
        return name, code, [*headers, ("Content-Type", "text/plain; charset=utf-8")]
    return _page(code), code, headers


def _page(code: int) -> str:
    return render_template("errors/error.html", words=_words(code))


def _without_text(error: Exception) -> tuple[type[Exception], Exception, TracebackType | None]:
    return RuntimeError, RuntimeError("text withheld"), error.__traceback__
