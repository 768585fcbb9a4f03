"""Whatever a diary sends back, neither the key nor a patient's word comes out anywhere."""

from __future__ import annotations

import json
import logging
import socket
import traceback
from collections.abc import Callable
from contextlib import closing
from datetime import date

import pytest

from tests.diaries.physiodiary.examples import (
    CONFIRMED,
    FREE_LIST,
    REQUEST,
    WORDS,
    errors,
)
from tests.diaries.physiodiary.wire import KEY, diary_at
from tests.diaries.wire import PATIENT, ZONE, Server, closed_port, hang_up, http, say
from webapp.diaries.calling import Reply
from webapp.diaries.errors import DiaryError
from webapp.diaries.physiodiary.api import Api
from webapp.diaries.physiodiary.diary import PhysiodiaryDiary

LEAK = " ".join((KEY, *WORDS))
LEAKED = LEAK.encode()


def _json(document: object, status: str = "200 OK") -> bytes:
    return http(json.dumps(document).encode(), status)


ECHOES: dict[str, bytes] = {
    "instead_of_http": LEAKED + b"\r\n\r\n",
    "http_09": LEAKED,
    "status_line": b"HTTP/1.1 " + LEAKED + b"\r\n\r\n",
    "reason": http(b"{}", f"200 {LEAK}"),
    "reason_of_failure": http(b"{}", f"500 {LEAK}"),
    "reason_of_not_found": http(b"", f"404 {LEAK}"),
    "header": http(b"{}", "200 OK", f"X-Echo: {LEAK}"),
    "header_name": http(b"{}", "200 OK", f"{LEAK}: 1"),
    "header_without_colon": http(b"{}", "200 OK", LEAK, "X-More: 1"),
    "body_in_the_head": b"HTTP/1.1 200 OK\r\n" + LEAKED + b"\r\n" + LEAKED + b"\r\n\r\n{}",
    "first_header_indented": b"HTTP/1.1 200 OK\r\n " + LEAKED + b"\r\n\r\n{}",
    "length": b"HTTP/1.1 200 OK\r\nContent-Length: " + LEAKED + b"\r\n\r\n{}",
    "lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 1, " + LEAKED + b"\r\n\r\n{}",
    "transfer_encoding": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: " + LEAKED + b"\r\n\r\n{}",
    "chunk_length": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + LEAKED + b"\r\n",
    "content_encoding": http(LEAKED, "200 OK", "Content-Encoding: gzip"),
    "encoding_name": http(LEAKED, "200 OK", f"Content-Encoding: {LEAK}"),
    "content_type": http(LEAKED, "200 OK", f"Content-Type: multipart/x; boundary={LEAK}"),
    "cookie": http(LEAKED, "200 OK", f"Set-Cookie: a={LEAK}; expires={LEAK}; domain={LEAK}"),
    "location": http(b"", "302 Found", f"Location: http://{WORDS[2]}/{KEY}"),
    "location_nonsense": http(b"", "302 Found", f"Location: http://[{LEAK}"),
    "html": http(b"<h1>" + LEAKED + b"</h1>"),
    "not_found": http(LEAKED, "404 Not Found"),
    "server_error": http(LEAKED, "500 Oops"),
    "half_json": http(b'{"result": "' + LEAKED),
    "not_utf8": http(b"\xff" + LEAKED),
    "not_a_number": http(b'{"staff": NaN, "x": "' + LEAKED + b'"}'),
    "truncated": b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + LEAKED,
    "key_of_json": _json({LEAK: 1}),
    "error_message": _json(errors(13, message=LEAK)),
    "fields_message": _json(errors(8, 9, 10, 11, message=LEAK)),
    "taken_message": _json(errors(12, message=LEAK)),
    "slot_message": _json(errors(3, 4, 6, 7, message=LEAK)),
    "key_message": _json(errors(2, message=LEAK)),
    "error_number": _json(errors(LEAK)),
    "error_field": _json({"errors": [{"error": 99, "fieldName": LEAK, "message": LEAK}]}),
    "error_entry": _json({"errors": [LEAK]}),
    "errors": _json({"errors": LEAK}),
    "staff": _json({"staff": [{"id": [LEAK], "name": LEAK}], "sections": LEAK}),
    "staff_id": _json({"staff": {LEAK: LEAK}}),
    "free_date": _json({**FREE_LIST, "free": [{"date": LEAK, "times": [LEAK]}]}),
    "free_time": _json({**FREE_LIST, "free": [{"date": "20261123", "times": [LEAK]}]}),
    "slot_length": _json({**FREE_LIST, "slotLength": LEAK}),
    **{f"confirmed_{key}": _json({**CONFIRMED, key: LEAK}) for key in CONFIRMED},
}

ASKED: dict[str, Callable[[PhysiodiaryDiary], object]] = {
    "staff": lambda diary: diary.staff(),
    "rooms": lambda diary: diary.rooms(),
    "free": lambda diary: diary.free_times(
        staff_id="1", room_id="2", first_day=date(2026, 11, 23), days=7
    ),
    "book": lambda diary: diary.book(REQUEST),
}


def provoke(
    diary: PhysiodiaryDiary,
    ask: Callable[[PhysiodiaryDiary], object],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Ask, and look for the key and the words in all that comes of it."""
    caplog.set_level(logging.DEBUG)
    with closing(diary):
        try:
            ask(diary)
        except DiaryError as exc:
            error = exc
        else:
            pytest.fail("this answer was to be an error")
    shown = ["".join(traceback.format_exception(error)), caplog.text]
    shown += [repr(vars(record)) for record in caplog.records]
    seen: BaseException | None = error
    while seen is not None:
        # Also what a report of errors would find behind `from None`
        shown += [repr(seen), str(seen), repr(seen.args), repr(vars(seen))]
        seen = seen.__cause__ or seen.__context__
    for text in shown:
        for secret in (KEY, *WORDS):
            assert secret not in text
    assert any(record.name.startswith("urllib3") for record in caplog.records)


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("kind", ECHOES)
def test_an_answer_that_repeats_all_it_was_told(
    kind: str, asked: str, caplog: pytest.LogCaptureFixture
):
    def echo(connection: socket.socket, _request: bytes) -> bool:
        connection.sendall(ECHOES[kind])
        return False

    with Server(echo) as server:
        provoke(diary_at(server.url, limits=PATIENT), ASKED[asked], caplog)


@pytest.mark.parametrize("asked", ASKED)
def test_a_diary_that_is_away(asked: str, caplog: pytest.LogCaptureFixture):
    diary = diary_at(f"http://127.0.0.1:{closed_port()}/api/request", limits=PATIENT)
    provoke(diary, ASKED[asked], caplog)


@pytest.mark.parametrize("asked", ASKED)
def test_a_diary_that_hangs_up(asked: str, caplog: pytest.LogCaptureFixture):
    with Server(hang_up) as server:
        provoke(diary_at(server.url, limits=PATIENT), ASKED[asked], caplog)


def test_all_goes_well_and_nothing_is_said(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    server = Server(say(_json(CONFIRMED)))
    with server, closing(diary_at(server.url, limits=PATIENT)) as diary:
        diary.book(REQUEST)
    text = caplog.text + "".join(repr(vars(record)) for record in caplog.records)
    assert not any(secret in text for secret in (KEY, *WORDS))


def test_nothing_shows_what_it_holds():
    api = Api(diary_at("http://127.0.0.1:1/")._api._settings, PATIENT)
    shown = [repr(api), repr(Reply(200, LEAKED)), repr(REQUEST), repr(REQUEST.patient)]
    shown.append(repr(PhysiodiaryDiary(api, ZONE, PATIENT)))
    assert not any(secret in text for secret in (KEY, *WORDS) for text in shown)
