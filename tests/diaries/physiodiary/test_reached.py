"""What reached the diary and came to nothing, against real sockets."""

from __future__ import annotations

import pytest

from tests.diaries.physiodiary.examples import CONFIRMED
from tests.diaries.physiodiary.trouble import drip, fails, flood, silence
from tests.diaries.physiodiary.wire import diary_at
from tests.diaries.wire import LIMITS, PATIENT, Server, hang_up, http, reset, say, say_json
from webapp.diaries.calling import LONGEST_ANSWER, Limits
from webapp.diaries.errors import (
    NoAnswer,
    OutcomeUnknown,
    Unintelligible,
)

BROKEN = {
    "hang_up": hang_up,
    "reset": reset,
    "silence": silence,
    "nonsense": say(b"\0\1\2 what?\r\n\r\n", keep=False),
    "half_a_body": say(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{", keep=False),
    "half_a_chunk": say(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{", keep=False
    ),
    "no_chunk_length": say(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{", keep=False
    ),
    "two_lengths": say(
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{} ", keep=False
    ),
    "not_gzip": say(http(b"{}", "200 OK", "Content-Encoding: gzip")),
    "endless_head_line": say(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000, keep=False),
    "dripping_head": drip(b"", b"HTTP/1.1 200 OK\r\n" + b"X-Much: " + b"x" * 100),
    "dripping_body": drip(b"HTTP/1.1 200 OK\r\n\r\n", b" " * 100),
    "server_error": say(http(b"<h1>Sorry</h1>", "503 Service Unavailable")),
    "strange_server_error": say(http(b"", "599 Who knows")),
    "asks_too_often": say(http(b"", "429 Too Many Requests")),
}


def limits_for(kind: str) -> Limits:
    """Short ones only where they are what ends the call: a slow machine fails no other case."""
    return LIMITS if kind == "silence" or kind.startswith("dripping") else PATIENT


@pytest.mark.parametrize("kind", BROKEN)
class TestReachedWithoutAnswer:
    def test_a_read_has_no_answer(self, kind: str):
        with Server(BROKEN[kind]) as server:
            error = fails(diary_at(server.url, limits=limits_for(kind)), write=False)
        assert type(error) is NoAnswer

    def test_a_booking_is_unknown_and_was_sent_once(self, kind: str):
        with Server(BROKEN[kind]) as server:
            error = fails(diary_at(server.url, limits=limits_for(kind)), write=True)
            assert len(server.requests) == 1
        assert type(error) is OutcomeUnknown


NOT_ANSWERS = {
    "html": say(http(b"<!doctype html><h1>Maintenance</h1>")),
    "empty": say(http(b"")),
    "half_a_head": say(b"HTTP/1.1 200 OK\r\nContent-Le", keep=False),
    "no_content": say(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "empty_object": say_json({}),
    "array": say_json([CONFIRMED]),
    "not_a_number": say(http(b'{"staff": NaN}')),
    "half_json": say(http(b'{"result": "Confirmed", "da')),
    "not_utf8": say(http(b'{"result": "\xff\xfe"}')),
    "deep": say(http(b"[" * 200_000)),
    "deep_object": say(http(b'{"staff":' * 100_000)),
    "long_number": say(http(b'{"duration": ' + b"9" * 5000 + b"}")),
    "no_proxys_407": say(http(b"", "407 Proxy Authentication Required")),
    "redirect": say(http(b"", "307 Temporary Redirect", "Location: http://127.0.0.1:1/")),
    "redirect_nowhere": say(http(b"", "302 Found", "Location: http://[\xff")),
    "forbidden": say(http(b"", "403 Forbidden")),
    "created_elsewhere": say(http(b"{}", "405 Method Not Allowed")),
    "flood": flood,
    "just_too_long": say(http(b" " * LONGEST_ANSWER + b"{}")),
}


@pytest.mark.parametrize("kind", NOT_ANSWERS)
class TestAnsweredWithNoAnswer:
    def test_a_read_is_unintelligible_and_not_repeated(self, kind: str):
        with Server(NOT_ANSWERS[kind]) as server:
            error = fails(diary_at(server.url, limits=PATIENT), write=False)
            assert len(server.requests) == 1
        assert type(error) is Unintelligible

    def test_a_booking_is_unknown_and_was_sent_once(self, kind: str):
        with Server(NOT_ANSWERS[kind]) as server:
            error = fails(diary_at(server.url, limits=PATIENT), write=True)
            assert len(server.requests) == 1
        assert type(error) is OutcomeUnknown
