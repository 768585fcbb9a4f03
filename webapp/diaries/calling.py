"""Calls one vendor's server over HTTP: a request out, a status and bytes back, within limits."""

from __future__ import annotations

import http.client
import logging
import re
import threading
import time
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests
import urllib3

from webapp.diaries.errors import NoAnswer, NotReached, Unintelligible
from webapp.diaries.port import CallOrigin
from webapp.diaries.transport import Adapter, CallLimits, Exchange, dial, under_way

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.diaries.server_settings import ServerSettings

LONGEST_ANSWER = 2 * 1024 * 1024
"""Bytes. Ninety days of times for one person in one room are some tens of thousands, and a page
of five hundred appointments some hundreds of thousands."""

_HEADERS = {
    "Accept": "application/json",
    # A compressed answer could unfold to any length
    "Accept-Encoding": "identity",
    "User-Agent": "Openslot",
}
_PROXY_REFUSES = http.HTTPStatus.PROXY_AUTHENTICATION_REQUIRED
_PORTS = {"http": 80, "https": 443}
_FAILURES = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    # Also how the libraries meet a malformed address, header or encoding
    ValueError,
)
_TUNNEL_REFUSED = re.compile(r"Tunnel connection failed: ([0-9]{3})\b")
_READS = CallLimits(connect=3.05, read=6.0, total=8.0)
_WRITE = CallLimits(connect=3.05, read=20.0, total=25.0)


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient we are. ``reads`` and ``write`` are in seconds, and so is ``pause``."""

    reads: CallLimits = _READS
    write: CallLimits = _WRITE
    attempts: int = 3
    """How often a read is sent at most, within ``reads.total``."""
    pause: float = 0.1
    """The shortest pause before a read is repeated; the longest is ``longest_pause``."""

    @property
    def longest_pause(self) -> float:
        return self.pause * 5


@dataclass(frozen=True, slots=True)
class Message:
    """One request. Its body and headers may hold a key or a patient's words: shown nowhere."""

    method: str
    url: str
    body: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. It may repeat a patient's words: the body and the rest are shown nowhere."""

    status: int
    body: bytes = field(repr=False)
    location: str = field(default="", repr=False)
    """Where a redirect points; it is never followed."""
    cookies: tuple[str, ...] = field(default=(), repr=False)
    """The ``Set-Cookie`` lines; none is kept."""
    retry_after: str = field(default="", repr=False)
    """The ``Retry-After`` of who asks for a pause."""
    limit_resets_at: str = field(default="", repr=False)
    """The ``X-RateLimit-Reset`` of who counts requests."""


class _Session(requests.Session):
    """A session that goes nowhere but where it is sent, and takes nothing along.

    A redirect followed would hand the key and the patient to another address; one merely
    looked at would be read without a limit. The environment's proxies and ``.netrc`` are for
    other programs, and cookies would tie one patient's question to the next one's.
    """

    def __init__(self, *, connections: int, settings: ServerSettings) -> None:
        super().__init__()
        proxy = None if settings.proxy is None else str(settings.proxy)
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        self.headers.clear()
        self.headers.update(_HEADERS)
        if proxy is not None:
            self.proxies = {"http": proxy, "https": proxy}
        adapter = Adapter(
            connections=connections, source_address=settings.source_address, proxy=proxy
        )
        self.mount("http://", adapter)
        self.mount("https://", adapter)

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        del resp
        return None


class _WithoutQuery(logging.Filter):
    """Cuts what follows the ``?`` from the addresses that urllib3 tells at DEBUG.

    Where patients are looked for by a question, their names stand there.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                one.partition("?")[0] if isinstance(one, str) else one for one in record.args
            )
        return True


logging.getLogger("urllib3.connectionpool").addFilter(_WithoutQuery())


class Caller:
    """One practice's server at its vendor's. Safe to share between threads.

    ``authorities`` names a file of certificate authorities to trust in place of the public
    ones.
    """

    def __init__(
        self, settings: ServerSettings, limits: Limits, *, authorities: str | None = None
    ) -> None:
        self._settings = settings
        self._limits = limits
        self._url = str(settings.url)
        # Through a tunnel, as without a proxy, every answer is the diary's own
        self._is_forwarded = settings.proxy is not None and settings.url.scheme == "http"
        self._verify = True if authorities is None else authorities
        self._reads = _Session(connections=settings.connections, settings=settings)
        self._turns = threading.BoundedSemaphore(settings.connections)

    @property
    def host(self) -> str:
        """Where the diary is, as ``host:port``: fit for a log."""
        return _place(self._url)

    def read(self, question: Message, *, deadline: float) -> Reply:
        """Ask once, over a kept connection. ``deadline`` is on the ``time.monotonic`` scale.

        Raises NotReached, NoAnswer, or Unintelligible for an answer without end.
        """
        exchange = Exchange(self._limits.reads, deadline)
        if not self._turns.acquire(timeout=max(0.0, exchange.remaining())):
            raise NotReached("too many questions are waiting for this diary's answers")
        try:
            return self._exchange(self._reads, question, exchange)
        finally:
            self._turns.release()

    def write(self, order: Message, *, deadline: float) -> Reply:
        """Send once, over a connection made for it. Raises as ``read`` does.

        A kept connection may have been closed by the diary a moment ago; a write lost on it
        could not be told from one that was carried out.
        """
        exchange = Exchange(self._limits.write, deadline)
        with _Session(connections=1, settings=self._settings) as session:
            session.headers["Connection"] = "close"
            return self._exchange(session, order, exchange)

    def origin(self) -> CallOrigin:
        """Connect, to the proxy where there is one, and say nothing. Raises NotReached."""
        limits = self._limits.reads
        proxy = self._settings.proxy
        first_stop = urlsplit(self._url if proxy is None else str(proxy))
        try:
            opened = dial(
                first_stop.hostname or "",
                first_stop.port or _PORTS[first_stop.scheme],
                source_address=self._settings.source_address,
                exchange=Exchange(limits, time.monotonic() + limits.total),
            )
        except (OSError, UnicodeError) as exc:
            why = _why(exc)
        else:
            with opened:
                return CallOrigin(
                    local_address=str(opened.getsockname()[0]),
                    # Its user and password, if any, stay out
                    proxy=None if proxy is None else f"{proxy.scheme}://{_place(str(proxy))}",
                )
        raise NotReached(f"{first_stop.hostname} was not reached: {why}")

    def close(self) -> None:
        """Give back pooled connections."""
        self._reads.close()

    def _exchange(self, session: requests.Session, message: Message, exchange: Exchange) -> Reply:
        if exchange.remaining() <= 0:
            raise NotReached("no time was left to ask")
        try:
            with under_way(exchange):
                reply = self._send(session, message, exchange)
        except _FAILURES as exc:
            why = _why(exc)
        else:
            if self._is_forwarded and reply.status == _PROXY_REFUSES:
                raise NotReached("the proxy does not know us (407)")
            if len(reply.body) > LONGEST_ANSWER:
                raise Unintelligible(f"the answer is longer than {LONGEST_ANSWER} bytes")
            return reply
        # Raised out here so as to carry no trace of the library's error: its text may hold the
        # answer's first line, and it keeps the request, with the key and the patient's words.
        if exchange.sent:
            raise NoAnswer(f"{self.host} broke off or did not answer in time: {why}")
        raise NotReached(f"{self.host} was not reached: {why}")

    def _send(self, session: requests.Session, message: Message, exchange: Exchange) -> Reply:
        with session.request(
            message.method,
            message.url,
            data=message.body,
            headers=message.headers,
            timeout=(exchange.limits.connect, exchange.limits.read),
            allow_redirects=False,
            stream=True,
            verify=self._verify,
        ) as response:
            return Reply(
                response.status_code,
                response.raw.read(LONGEST_ANSWER + 1, decode_content=True),
                location=response.headers.get("Location", ""),
                cookies=tuple(response.raw.headers.getlist("Set-Cookie")),
                retry_after=response.headers.get("Retry-After", ""),
                limit_resets_at=response.headers.get("X-RateLimit-Reset", ""),
            )


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or _PORTS[parts.scheme]}"


def _why(error: BaseException) -> str:
    """Name the innermost cause: a kind, or the operating system's words, never a peer's."""
    seen: set[int] = set()
    while id(error) not in seen:
        seen.add(id(error))
        if refused := _TUNNEL_REFUSED.search(str(error)):
            return f"the proxy refused ({refused[1]})"
        reason = getattr(error, "reason", None)
        inner = (reason, *reversed(error.args), error.__cause__)
        error = next((one for one in inner if isinstance(one, BaseException)), error)
    if isinstance(error, OSError) and error.errno is not None and error.strerror:
        return f"{type(error).__name__} ({error.strerror})"
    return type(error).__name__
