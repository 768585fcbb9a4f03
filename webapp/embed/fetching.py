"""Fetches one page of a listed site, and nothing else, however the site or its name may trick.

Every hop is checked: its origin must be listed, and every address of its name public. What was
checked is what is connected to: the name is asked once a hop.
"""

from __future__ import annotations

import http.client
import queue
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import quote, urldefrag, urljoin, urlsplit

from webapp.embed.addresses import may_be_asked
from webapp.embed.connecting import connected
from webapp.embed.origins import AddressUnreadable, NotListed, Origin, listed_origin

_HEADERS = {
    "User-Agent": "Openslot-embed-doctor/1 (looks whether online booking is set up on this page)",
    "Accept": "text/html",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_URL_SIGNS = "/%:@!$&'()*+,;=~-._?"
_GZIP_OR_DEFLATE = 47
"""zlib's word for: either, as the first bytes say."""

Resolve = Callable[[str, int], Sequence[str]]
"""Returns the addresses of a name, asked for a port. Raises OSError."""


class NotRead(Exception):
    """The page could not be read. The text is one sentence or two, with the mend."""


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How long a page may take, all hops together (seconds), and how large it may be (bytes)."""

    total: float = 8
    connect: float = 4
    most: int = 2 * 1024 * 1024
    redirects: int = 3


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page and its headers, from where the redirects ended."""

    url: str
    headers: Sequence[tuple[str, str]]
    html: str


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Sequence[tuple[str, str]]
    location: str
    kind: str
    charset: str
    body: bytes


def resolve_by_system(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True)
class Fetcher:
    """Fetches pages. ``may_ask_itself`` lets it ask this machine, as developers must."""

    may_ask_itself: bool
    resolve: Resolve = resolve_by_system
    limits: FetchLimits = field(default_factory=FetchLimits)

    def fetch(self, url: str, listed: Sequence[str]) -> Fetched:
        """Fetch a page of one of the ``listed`` origins, and of no other.

        Raises NotListed, AddressUnreadable and NotRead, whose texts are for people.
        """
        ends = time.monotonic() + self.limits.total
        origin, url = listed_origin(url, listed), urldefrag(url).url
        for _ in range(self.limits.redirects + 1):
            answer = self._ask(url, origin, ends)
            if answer.status not in _REDIRECTS:
                return Fetched(url, answer.headers, _html(answer, self.limits.most))
            origin, url = _next(url, answer.location, listed)
        raise NotRead(
            "The page leads on from address to address too often: give the address at which "
            "visitors end."
        )

    def _ask(self, url: str, origin: Origin, ends: float) -> _Answer:
        addresses = self._addresses(origin, ends)
        limits = self.limits
        try:
            with connected(
                origin, addresses, ends=ends, connect_within=limits.connect
            ) as connection:
                answer = _exchange(connection, url, limits.most)
        except ssl.SSLCertVerificationError as error:
            raise NotRead(
                f"The certificate of {origin} is not valid, so browsers warn visitors away: "
                "renew it, with every intermediate certificate in place."
            ) from error
        except (OSError, http.client.HTTPException) as error:
            self._check_time(ends)
            raise NotRead(
                f"{origin} gave no answer that could be read: see whether the page opens in a "
                "browser outside your own network, then try again."
            ) from error
        # Cut off in the middle, an answer looks as if it had ended.
        self._check_time(ends)
        return answer

    def _addresses(self, origin: Origin, ends: float) -> Sequence[str]:
        answers: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self.resolve(origin.host, origin.port))
            except (OSError, UnicodeError) as error:
                answers.put(error)

        # The system's resolver knows no deadline.
        threading.Thread(target=ask, daemon=True).start()
        try:
            found = answers.get(timeout=max(0, ends - time.monotonic()))
        except queue.Empty:
            found = ()
            self._check_time(ends)
        if isinstance(found, Exception) or not found:
            raise NotRead(
                f"The name {origin.host} leads nowhere: see whether it is written right, here and "
                "in the practice’s file."
            )
        if not all(may_be_asked(one, may_ask_itself=self.may_ask_itself) for one in found):
            raise NotRead(
                f"The name {origin.host} leads into a private network, where this check must not "
                "look: give the address that visitors use."
            )
        return found

    def _check_time(self, ends: float) -> None:
        if time.monotonic() >= ends:
            raise NotRead(
                f"The page took longer than {self.limits.total:g} seconds: try again, and if it "
                "stays as slow, ask whoever runs that site."
            )


def _exchange(connection: http.client.HTTPConnection, url: str, most: int) -> _Answer:
    parts = urlsplit(url)
    path = quote(parts.path or "/", safe=_URL_SIGNS)
    query = f"?{quote(parts.query, safe=_URL_SIGNS)}" if parts.query else ""
    connection.request("GET", path + query, headers=_HEADERS)
    with connection.getresponse() as response:
        is_wanted = response.status == HTTPStatus.OK
        return _Answer(
            status=response.status,
            headers=response.getheaders(),
            location=response.getheader("Location", ""),
            kind=response.headers.get_content_type(),
            charset=response.headers.get_content_charset("utf-8"),
            body=response.read(most + 1) if is_wanted else b"",
        )


def _next(url: str, location: str, listed: Sequence[str]) -> tuple[Origin, str]:
    try:
        target = urldefrag(urljoin(url, location)).url
        return listed_origin(target, listed), target
    except (AddressUnreadable, ValueError) as error:
        raise NotRead(
            "The page leads on to something that is no web page: give the address at which "
            "visitors end."
        ) from error
    except NotListed as error:
        raise NotRead(f"The page leads visitors on to another site. {error}") from error


def _html(answer: _Answer, most: int) -> str:
    if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise NotRead(
            f"The site refuses to show the page to this check (it answers {answer.status}): take "
            "off the password or the bot protection while you check."
        )
    if answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        raise NotRead(
            f"There is no page at this address (the site answers {answer.status}): copy it from "
            "the browser’s address bar, and see whether the page is published."
        )
    if answer.status != HTTPStatus.OK:
        raise NotRead(
            f"The site answers {answer.status} in place of the page: see whether it opens in a "
            "browser, then try again."
        )
    if answer.kind != "text/html":
        raise NotRead(
            "This is not a page but something else, a picture or a document: give the address of "
            "the page on which booking shall stand."
        )
    body = _unpacked(answer, most)
    if len(body) > most:
        raise NotRead(
            f"The page is larger than {most // (1024 * 1024)} MB, which this check does not "
            "read: try the lines on a smaller page."
        )
    try:
        return body.decode(answer.charset, "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


def _unpacked(answer: _Answer, most: int) -> bytes:
    """Return the body as text's bytes: some servers pack it whatever they are asked for."""
    packed = {value.lower() for name, value in answer.headers if name.lower() == "content-encoding"}
    if not packed & {"gzip", "deflate"}:
        return answer.body
    try:
        return zlib.decompressobj(_GZIP_OR_DEFLATE).decompress(answer.body, most + 1)
    except zlib.error as error:
        raise NotRead(
            "The page came packed in a way that can’t be read: ask whoever runs that site."
        ) from error
