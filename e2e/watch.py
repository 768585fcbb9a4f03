"""Watches all that a browser does for what must never happen, whatever else a test looks at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from e2e.site import ADDRESS, HOST_NAME

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

_HERE = {ADDRESS, HOST_NAME}
_STATUS = re.compile(r"Failed to load resource: the server responded with a status of (4\d\d|503) ")


class Watch:
    """Follows one browser context. ``verify`` at the end.

    A page may itself come with a 4xx, or a 503 when the diary is away; nothing that it loads may.
    """

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self._wrong: list[str] = []
        self._complaints: list[tuple[str, str]] = []
        self._pages: set[str] = set()
        self._expected: list[str] = []
        context.on("console", self._hear)
        context.on("weberror", self._fail)
        context.on("request", self._see_request)
        context.on("response", self._see_response)

    def expect_complaint(self, words: str) -> None:
        """Let the browser's console complain in these words: what it refuses is being tested."""
        self._expected.append(words)

    def verify(self) -> None:
        """Stop watching.

        Raises AssertionError for a console's or script's error, a stranger asked, or a cookie.
        """
        self._context.remove_listener("console", self._hear)
        self._context.remove_listener("weberror", self._fail)
        self._context.remove_listener("request", self._see_request)
        self._context.remove_listener("response", self._see_response)
        wrong = list(self._wrong)
        wrong += [f"console: {text}" for text, url in self._complaints if self._is_wrong(text, url)]
        wrong += [f"cookie: {cookie}" for cookie in self._context.cookies()]
        assert not wrong, "\n".join(wrong)

    def _is_wrong(self, text: str, url: str) -> bool:
        if any(words in text for words in self._expected):
            return False
        return not (_STATUS.match(text) and url in self._pages)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._complaints.append((message.text, message.location["url"]))

    def _fail(self, error: WebError) -> None:
        self._wrong.append(f"script: {error.error}")

    def _see_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob", "about"} and parts.hostname not in _HERE:
            self._wrong.append(f"request to {request.url}")

    def _see_response(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self._pages.add(response.url)
