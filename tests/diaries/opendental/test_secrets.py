"""Whatever comes back, neither a key nor a patient's word comes out anywhere."""

from __future__ import annotations

import json
import logging
import socket
import traceback
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest

from tests.diaries.opendental.bridge import CUSTOMER, DEVELOPER, diary_at, settings_for
from tests.diaries.opendental.vendor import (
    LATER,
    PLACED,
    REQUEST,
    WORDS,
    Vendor,
    refuse,
    say_document,
)
from tests.diaries.wire import PATIENT, Server, closed_port, hang_up, http
from webapp.diaries.errors import DiaryError
from webapp.diaries.opendental.api import Api
from webapp.diaries.opendental.diary import OpenDentalDiary
from webapp.diaries.pace import LocalTurns, Pace

SECRETS = (DEVELOPER, CUSTOMER, *WORDS, "Zebulon", "Quince")
LEAK = " ".join((DEVELOPER, CUSTOMER, *WORDS))
LEAKED = LEAK.encode()
KNOWN = replace(PLACED, reference="7")

ECHOES: dict[str, bytes] = {
    "explanation": http(LEAKED, "400 Bad Request"),
    "explanation_in_json": http(json.dumps(LEAK).encode(), "400 Bad Request"),
    "not_accepted": http(LEAKED, "401 Unauthorized"),
    "not_found": http(LEAKED, "404 Not Found"),
    "gone": http(LEAKED, "410 Gone"),
    "too_many": http(LEAKED, "429 Too Many", f"Retry-After: {LEAK}"),
    "server_error": http(LEAKED, f"500 {LEAK}"),
    "status_line": b"HTTP/1.1 " + LEAKED + b"\r\n\r\n",
    "header": http(b"{}", "200 OK", f"X-Echo: {LEAK}"),
    "header_without_colon": http(b"{}", "200 OK", LEAK, "X-More: 1"),
    "location": http(b"", "302 Found", f"Location: http://{WORDS[2]}/{CUSTOMER}"),
    "html": http(b"<h1>" + LEAKED + b"</h1>"),
    "truncated": b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + LEAKED,
    "text": http(json.dumps(LEAK).encode()),
    "object": http(json.dumps({LEAK: LEAK, "AptNum": LEAK}).encode()),
    "rows": http(json.dumps([{LEAK: LEAK, "AptDateTime": LEAK, "PatNum": LEAK}]).encode()),
    "row_of_text": http(json.dumps([LEAK]).encode()),
}

ASKED: dict[str, Callable[[OpenDentalDiary], object]] = {
    "staff": lambda diary: diary.staff(),
    "free": lambda diary: diary.free_times(
        staff_id="31", room_id="21", first_day=date(2026, 11, 23), days=7
    ),
    "book": lambda diary: diary.book(REQUEST),
    "cancel": lambda diary: diary.cancel(PLACED),
    "move": lambda diary: diary.move(KNOWN, LATER),
    "find": lambda diary: diary.find(PLACED),
}


def provoke(
    diary: OpenDentalDiary,
    ask: Callable[[OpenDentalDiary], object],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Ask, and look for the keys and the words in all that comes of it."""
    caplog.set_level(logging.DEBUG)
    error: BaseException | None = None
    with closing(diary):
        try:
            ask(diary)
        except DiaryError as exc:
            error = exc
    shown = [caplog.text, *(repr(vars(record)) for record in caplog.records)]
    if error is not None:
        shown.append("".join(traceback.format_exception(error)))
    while error is not None:
        # Also what a report of errors would find behind `from None`
        shown += [repr(error), str(error), repr(error.args), repr(vars(error))]
        error = error.__cause__ or error.__context__
    for text in shown:
        for secret in SECRETS:
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

    limits = replace(PATIENT, attempts=1)
    with Server(echo) as server:
        provoke(diary_at(f"{server.origin}/api/v1", limits), ASKED[asked], caplog)


@pytest.mark.parametrize("asked", ASKED)
def test_a_diary_that_is_away(asked: str, caplog: pytest.LogCaptureFixture):
    address = f"http://127.0.0.1:{closed_port()}/api/v1"
    provoke(diary_at(address, replace(PATIENT, attempts=1)), ASKED[asked], caplog)


@pytest.mark.parametrize("step", ["list", "patients", "register", "save", "update"])
@pytest.mark.parametrize("kind", ["hang_up", "refused", "nonsense"])
def test_a_booking_that_fails_at_any_step(kind: str, step: str, caplog: pytest.LogCaptureFixture):
    answers = {
        "hang_up": hang_up,
        "refused": refuse("400 Bad Request", LEAK),
        "nonsense": say_document({LEAK: LEAK}),
    }
    with Vendor() as vendor:
        vendor.after["save"] = lambda: vendor.add(3)
        vendor.instead[step] = [answers[kind]] * 9
        provoke(diary_at(vendor.root), ASKED["book"], caplog)


def test_all_goes_well_and_nothing_is_said(caplog: pytest.LogCaptureFixture):
    with Vendor() as vendor:
        provoke(diary_at(vendor.root), ASKED["book"], caplog)
        assert any("LName=Quince" in str(request) for request in vendor.requests)
    assert "/api/v1/patients" in caplog.text
    assert "LName" not in caplog.text


def test_nothing_shows_what_it_holds():
    settings = settings_for("https://api.opendental.example/api/v1")
    api = Api(settings, PATIENT, Pace(LocalTurns(0)))
    shown = [repr(settings), str(settings), repr(api)]
    shown.append(repr(diary_at("https://api.opendental.example/api/v1")))
    assert not any(secret in text for secret in (DEVELOPER, CUSTOMER) for text in shown)
