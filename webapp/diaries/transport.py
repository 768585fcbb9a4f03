"""Connections that keep a deadline, leave from the right address, and know whether they spoke.

``requests`` limits each wait for bytes, not the whole call: a diary that drips its headers or its
body could hold a thread for ever. It also tells a request that never left from one that left and
was lost only by how its errors nest. Here the connection itself keeps the deadline, and marks the
moment from which the diary may have read something.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import socket
import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

if TYPE_CHECKING:
    from collections.abc import Generator

    from _typeshed import WriteableBuffer


@dataclass(frozen=True, slots=True)
class CallLimits:
    """How long one call may take, in seconds.

    ``connect`` bounds each address that is tried, and the TLS handshake; ``read`` the longest
    silence; ``total`` everything together, repeats included. Only the system's own resolver is
    outside them (``/etc/resolv.conf`` bounds it): nothing is sent once ``total`` has passed.
    """

    connect: float
    read: float
    total: float


@dataclass(slots=True)
class Exchange:
    """One request and its answer. ``deadline`` is on the ``time.monotonic`` scale."""

    limits: CallLimits
    deadline: float
    sent: bool = False
    """Whether a byte of the request may have left. Until then the diary has read nothing."""

    def remaining(self) -> float:
        """Seconds until the deadline, which is negative once it has passed."""
        return self.deadline - time.monotonic()

    def patience(self, longest: float) -> float:
        """Seconds to wait for one thing: ``longest`` or what is left. Raises TimeoutError."""
        remaining = self.remaining()
        if remaining <= 0:
            raise TimeoutError("timed out")
        return min(longest, remaining)


_current: ContextVar[Exchange] = ContextVar("exchange")


@contextmanager
def under_way(exchange: Exchange) -> Generator[None]:
    """Make ``exchange`` the one that this thread's connections keep to."""
    token = _current.set(exchange)
    try:
        yield
    finally:
        _current.reset(token)


def dial(host: str, port: int, *, source_address: str | None, exchange: Exchange) -> socket.socket:
    """Open a TCP connection, trying each of the host's addresses. Raises OSError, UnicodeError."""
    family = socket.AF_UNSPEC
    if source_address is not None:
        is_v4 = ipaddress.ip_address(source_address).version == 4  # noqa: PLR2004
        family = socket.AF_INET if is_v4 else socket.AF_INET6
    failure = OSError("the name has no address")
    for kin, kind, protocol, _, address in socket.getaddrinfo(
        host, port, family, socket.SOCK_STREAM
    ):
        patience = exchange.patience(exchange.limits.connect)
        opened = socket.socket(kin, kind, protocol)
        try:
            opened.settimeout(patience)
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if source_address is not None:
                opened.bind((source_address, 0))
            opened.connect(address)
        except OSError as exc:
            opened.close()
            failure = exc
        else:
            return opened
    try:
        raise failure
    finally:
        # It holds this frame, and the frame holds it: a cycle for each failed call
        del failure


class _TimedReader(io.RawIOBase):
    """A socket's bytes, each wait cut to what is left of the exchange."""

    def __init__(self, opened: socket.socket) -> None:
        super().__init__()
        self._socket = opened
        self._raw = opened.makefile("rb", buffering=0)
        self._exchange = _current.get()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        self._socket.settimeout(self._exchange.patience(self._exchange.limits.read))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _TimedSocket:
    """As much of a socket as an HTTP answer asks for."""

    def __init__(self, opened: socket.socket) -> None:
        self._opened = opened

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._opened))


class _Answer(http.client.HTTPResponse):
    """An answer read within the exchange's limits, the proxy's to CONNECT included."""

    def __init__(
        self,
        sock: socket.socket,
        debuglevel: int = 0,
        method: str | None = None,
        url: str | None = None,
    ) -> None:
        super().__init__(cast("socket.socket", _TimedSocket(sock)), debuglevel, method, url)

    def begin(self) -> None:
        super().begin()
        # urllib3 logs what it finds wrong with the headers, with whatever stood in their place:
        # with a broken diary, the body, and in it the patient's words.
        self.msg.defects.clear()
        self.msg.set_payload("")


class _Connection(HTTPConnection):
    """A connection that serves the current exchange."""

    response_class = _Answer

    def _new_conn(self) -> socket.socket:
        source = self.source_address
        try:
            opened = dial(
                self._dns_host,
                self.port,
                source_address=None if source is None else source[0],
                exchange=_current.get(),
            )
        except (OSError, UnicodeError) as exc:
            raise NewConnectionError(self, type(exc).__name__) from exc
        _bound_what_follows(opened)
        return opened

    def _tunnel(self) -> None:
        super()._tunnel()  # pyright: ignore[reportUnknownMemberType, reportAttributeAccessIssue]
        _bound_what_follows(self.sock)

    def putrequest(
        self,
        method: str,
        url: str,
        skip_host: bool = False,  # noqa: FBT001, FBT002 - the overridden signature
        skip_accept_encoding: bool = False,  # noqa: FBT001, FBT002
    ) -> None:
        if self.sock is None:
            self.connect()
        exchange = _current.get()
        if exchange.remaining() <= 0:
            raise ConnectTimeoutError(self, "no time left to ask")
        exchange.sent = True
        super().putrequest(method, url, skip_host, skip_accept_encoding)


class _TlsConnection(_Connection, HTTPSConnection):
    """The same, inside TLS: it connects, certificate and all, before anything is sent."""


def _bound_what_follows(opened: socket.socket | None) -> None:
    """Leave a TLS handshake, which keeps to the socket's timeout, no more than there is."""
    exchange = _current.get()
    if opened is not None and exchange.remaining() > 0:
        opened.settimeout(exchange.patience(exchange.limits.connect))


class _Pool(HTTPConnectionPool):
    # urllib3's own classes do not fit its protocol's mutable attributes either
    ConnectionCls = _Connection  # pyright: ignore[reportAssignmentType]


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection  # pyright: ignore[reportAssignmentType]


_POOLS: dict[str, type[HTTPConnectionPool]] = {"http": _Pool, "https": _TlsPool}


class Adapter(HTTPAdapter):
    """Carries a session's requests over such connections, from ``source_address``, via ``proxy``.

    It repeats nothing by itself.
    """

    def __init__(self, *, connections: int, source_address: str | None, proxy: str | None) -> None:
        self._bound: dict[str, Any] = {}
        if source_address is not None:
            self._bound["source_address"] = (source_address, 0)
        super().__init__(pool_connections=1, pool_maxsize=connections, max_retries=0)
        if proxy is not None:
            # Now, while one thread alone holds this adapter
            self.proxy_manager_for(proxy)

    def init_poolmanager(
        self,
        connections: int,
        maxsize: int,
        block: bool = False,  # noqa: FBT001, FBT002 - the overridden signature
        **pool_kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().init_poolmanager(connections, maxsize, block, **(pool_kwargs | self._bound))
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:  # noqa: ANN401
        manager = super().proxy_manager_for(proxy, **(proxy_kwargs | self._bound))
        manager.pool_classes_by_scheme = _POOLS
        return manager
