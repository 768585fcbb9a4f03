"""No call outlasts its limits, whatever it meets on the way."""

from __future__ import annotations

import socket
import time
from contextlib import closing
from dataclasses import replace

import pytest

from tests.diaries.physiodiary.examples import CONFIRMED, REQUEST
from tests.diaries.physiodiary.trouble import deaf_port, fails, silence
from tests.diaries.physiodiary.wire import diary_at
from tests.diaries.wire import LIMITS, PATIENT, Server, hang_up, say_json
from webapp.diaries.errors import (
    NoAnswer,
    NotReached,
    OutcomeUnknown,
)
from webapp.diaries.transport import CallLimits


def test_a_silence_ends_the_call_before_the_total_does():
    limits = replace(PATIENT, write=replace(PATIENT.write, read=0.1))
    with Server(silence) as server:
        assert isinstance(fails(diary_at(server.url, limits=limits), write=True), OutcomeUnknown)


def test_a_slow_proxy_leaves_the_handshake_only_what_is_left():
    """The proxy opens the tunnel late, and then nobody shakes hands."""

    def open_late(connection: socket.socket, _request: bytes) -> bool:
        time.sleep(0.9)
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        return silence(connection, b"")

    limits = replace(PATIENT, write=CallLimits(connect=0.3, read=5, total=1))
    with Server(open_late) as proxy:
        address = proxy.url.removesuffix("/api/request")
        diary = diary_at("https://127.0.0.1:1/", proxy=address, limits=limits)
        started = time.monotonic()
        with closing(diary), pytest.raises(NotReached):
            diary.book(REQUEST)
        assert time.monotonic() - started < 4


def test_a_last_attempt_that_was_not_reached_does_not_hide_that_one_was():
    with Server(hang_up) as server:
        diary = diary_at(server.url, limits=PATIENT)
        before = diary._api.read

        def read_then_stop(question: dict[str, object], *, deadline: float):
            if server.requests:
                raise NotReached("gone")
            return before(question, deadline=deadline)

        diary._api.read = read_then_stop  # pyright: ignore[reportAttributeAccessIssue]
        with closing(diary), pytest.raises(NoAnswer):
            diary.staff()


def test_an_unlucky_host_with_many_addresses_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch):
    with deaf_port() as port:
        found = socket.getaddrinfo("127.0.0.1", port, 0, socket.SOCK_STREAM) * 20

        def resolve(*_: object):
            return found

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        error = fails(diary_at(f"http://many.example:{port}/"), write=True)
    assert isinstance(error, NotReached)


def test_nothing_is_sent_once_the_time_is_over(monkeypatch: pytest.MonkeyPatch):
    look_up = socket.getaddrinfo

    def dawdle(*args: object):
        time.sleep(LIMITS.write.total + 0.05)
        return look_up(*args)  # pyright: ignore[reportArgumentType, reportCallIssue]

    with Server(say_json(CONFIRMED)) as server:
        monkeypatch.setattr(socket, "getaddrinfo", dawdle)
        error = fails(diary_at(server.url), write=True)
        assert server.requests == []
    assert isinstance(error, NotReached)
