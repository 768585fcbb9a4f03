"""A site that dawdles, in whatever part of the exchange, is left when the time is over."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence

import pytest

from tests.diaries.wire import Answer, Server
from tests.embed.listed_site import loopback, refused
from webapp.embed.fetching import Fetcher, FetchLimits, NotRead

_HASTY = FetchLimits(total=0.25)


def test_a_name_that_nobody_answers_for() -> None:
    over = threading.Event()

    def resolve(_host: str, _port: int) -> Sequence[str]:
        over.wait(60)
        return []

    fetcher = Fetcher(may_ask_itself=True, resolve=resolve, limits=FetchLimits(total=0.1))
    with pytest.raises(NotRead, match="took longer than"):
        fetcher.fetch("http://a.example", ["http://a.example"])
    over.set()


def _dripping(head: bytes, drip: bytes) -> Answer:
    def answer(connection: socket.socket, _request: bytes) -> bool:
        connection.sendall(head)
        over = threading.Event()
        while not over.wait(0.02):
            connection.sendall(drip)
        return False

    return answer


@pytest.mark.parametrize(
    ("head", "drip"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\nX-Drip: ", b"x"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    ],
)
def test_a_site_that_drips_is_left_in_time(head: bytes, drip: bytes) -> None:
    with Server(_dripping(head, drip)) as server:
        begun = time.monotonic()
        assert "took longer than 0.25 seconds" in refused(server, limits=_HASTY)
        assert time.monotonic() - begun < 10


def test_a_site_that_says_nothing_is_left_in_time() -> None:
    with Server(lambda _connection, _request: True) as server:
        assert "took longer than 0.25 seconds" in refused(server, limits=_HASTY)


def test_a_site_that_never_shakes_hands_is_left_in_time() -> None:
    with Server(lambda _connection, _request: True) as server:
        origin = f"https://www.harbour.example:{server.port}"
        fetcher = Fetcher(may_ask_itself=True, resolve=loopback, limits=_HASTY)
        with pytest.raises(NotRead, match="took longer"):
            fetcher.fetch(origin, [origin])
