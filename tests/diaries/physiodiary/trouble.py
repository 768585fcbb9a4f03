"""Answers that are hard to bear, and a caller who must bear them."""

from __future__ import annotations

import socket
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from functools import partial

import pytest

from tests.diaries.physiodiary.examples import REQUEST
from tests.diaries.wire import LIMITS, Answer
from webapp.diaries.errors import (
    DiaryError,
)
from webapp.diaries.physiodiary.diary import PhysiodiaryDiary

SLACK = 5.0  # seconds that a busy machine may add


def drip(head: bytes, drops: bytes) -> Answer:
    def answer(connection: socket.socket, _request: bytes) -> bool:
        connection.sendall(head)
        for place in range(len(drops)):
            time.sleep(0.05)
            connection.sendall(drops[place : place + 1])
        return False

    return answer


def silence(connection: socket.socket, _request: bytes) -> bool:
    while connection.recv(65536):
        pass
    return False


def flood(connection: socket.socket, _request: bytes) -> bool:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(1000):
        connection.sendall(b" " * 1_000_000)
    return False


@contextmanager
def deaf_port() -> Generator[int]:
    """A port that answers no knock: its backlog is full."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        port = listening.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        time.sleep(0.05)
        try:
            yield port
        finally:
            for one in waiting:
                one.close()


def fails(diary: PhysiodiaryDiary, *, write: bool) -> DiaryError:
    started = time.monotonic()
    ask = partial(diary.book, REQUEST) if write else diary.staff
    with closing(diary), pytest.raises(DiaryError) as caught:
        ask()
    limits = LIMITS.write if write else LIMITS.reads
    assert time.monotonic() - started < limits.total + SLACK
    return caught.value
