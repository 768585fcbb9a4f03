"""Connections to exactly the given addresses that end at a deadline, however slowly one answers."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from webapp.embed.origins import Origin

_PORTS = {"http": 80, "https": 443}


@contextmanager
def connected(
    origin: Origin, addresses: Sequence[str], *, ends: float, connect_within: float
) -> Generator[http.client.HTTPConnection]:
    """Connect to the first of the addresses that answers, as ``origin`` by Host and by TLS's name.

    ``ends`` is on the ``time.monotonic`` scale: whatever is under way then is cut off. Raises
    OSError; with https ssl.SSLError, which is one.
    """
    opened = _dial(origin.port, addresses, ends=ends, longest=connect_within)
    if origin.scheme == "https":
        opened = ssl.create_default_context().wrap_socket(
            opened, server_hostname=origin.host, do_handshake_on_connect=False
        )
    guard = threading.Timer(_left(ends), _cut, (opened,))
    guard.daemon = True
    guard.start()
    try:
        opened.settimeout(_left(ends))
        if isinstance(opened, ssl.SSLSocket):
            opened.do_handshake()
        connection = http.client.HTTPConnection(origin.host, origin.port)
        # The Host header leaves this port out, and no second connection is ever made.
        connection.default_port = _PORTS[origin.scheme]
        connection.auto_open = 0
        connection.sock = opened
        yield connection
    finally:
        guard.cancel()
        opened.close()


def _dial(port: int, addresses: Sequence[str], *, ends: float, longest: float) -> socket.socket:
    failure: OSError = OSError("no address")
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=min(longest, _left(ends)))
        except OSError as error:
            failure = error
    raise failure


def _cut(opened: socket.socket) -> None:
    # TLS's own farewell would wait for an answer: the bare socket's is at once.
    with suppress(OSError):
        socket.socket.shutdown(opened, socket.SHUT_RDWR)


def _left(ends: float) -> float:
    remaining = ends - time.monotonic()
    if remaining <= 0:
        raise TimeoutError("timed out")
    return remaining
