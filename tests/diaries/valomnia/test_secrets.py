"""Whatever Valomnia sends back, neither the password, the session nor a word comes out anywhere."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest

from tests.diaries.grounds import MONDAY
from tests.diaries.valomnia.meadow import diary_at, settings_for
from tests.diaries.valomnia.vendor import PLACED, REQUEST, TICKET, WORDS, Vendor
from tests.diaries.wire import LIMITS, PATIENT, closed_port, http, say
from tests.reference_process import MEADOW
from webapp.diaries.calling import Message, Reply
from webapp.diaries.errors import DiaryError
from webapp.diaries.port import Diary
from webapp.diaries.valomnia.api import Api

SECRETS = (MEADOW.key, "TICKET1", TICKET, *WORDS)
LEAK = " ".join(SECRETS)
LEAKED = LEAK.encode()


def _json(document: object, status: str = "200 OK") -> bytes:
    return http(json.dumps(document).encode(), status)


ROW: dict[str, object] = {
    "id": 5,
    "dateCreated": "2026-11-01T10:00:00Z",
    "title": LEAK,
    "note": LEAK,
    "startDate": "2026-11-23T09:00:00Z",
    "endDate": "2026-11-23T09:40:00Z",
    "reference": LEAK,
    "customer": {"id": 1, "reference": LEAK},
}
ECHOES: dict[str, bytes] = {
    "instead_of_http": LEAKED + b"\r\n\r\n",
    "reason": http(b"{}", f"500 {LEAK}"),
    "header": http(b"what?", "200 OK", f"X-Echo: {LEAK}"),
    "body_in_the_head": b"HTTP/1.1 200 OK\r\n" + LEAKED + b"\r\n" + LEAKED + b"\r\n\r\n{}",
    "cookie": http(b"what?", "200 OK", f"Set-Cookie: JSESSIONID={LEAK}; Path=/"),
    "location": http(b"", "302 Found", f"Location: http://{WORDS[2]}/{TICKET}"),
    "location_nonsense": http(b"", "302 Found", f"Location: http://[{LEAK}"),
    "html": http(b"<h1>" + LEAKED + b"</h1>"),
    "error": _json({"error": LEAK, "error_description": LEAK}, "400 Bad Request"),
    "missing_param": _json(
        {"error": "missing_param", "error_description": f"{WORDS[0]} parameter is missing"}
    ),
    "not_found": _json({"error": "not_found", "error_description": LEAK}, "400 Bad Request"),
    "save_failed": _json({"error": "save_failed", "error_description": LEAK}, "400 Bad Request"),
    "delete_failed": _json({"error": "delete_failed", "error_description": LEAK}, "400 No"),
    "server_error": _json({"error": "server_error", "error_description": LEAK}, "500 Oops"),
    "moment": _json({**ROW, "startDate": LEAK}),
    "id": _json({**ROW, "id": LEAK}),
    "whole": _json(ROW),
    "success": _json({"success": LEAK, "success_description": LEAK}),
    "row": _json({"paging": {"total": 1, "next": None}, "data": [{**ROW, "endDate": LEAK}]}),
    "next": _json({"paging": {"total": 1, "next": f"http://x.example/{LEAK}"}, "data": [ROW]}),
    "total": _json({"paging": {"total": LEAK}, "data": [ROW]}),
    "login": http(b"", "302 Found", "Location: /login/auth"),
}
TO = replace(REQUEST.slot, start=REQUEST.slot.start.replace(hour=11))
BOOKED = replace(PLACED, reference="101")

ASKED: dict[str, tuple[str, Callable[[Diary], object]]] = {
    "login": ("login", lambda diary: diary.find(PLACED)),
    "free": (
        "list",
        lambda diary: diary.free_times(staff_id="811", room_id="81", first_day=MONDAY, days=7),
    ),
    "book": ("upsert", lambda diary: diary.book(REQUEST)),
    "look": ("list", lambda diary: diary.book(REQUEST)),
    "find": ("show", lambda diary: diary.find(PLACED)),
    "cancel": ("delete", lambda diary: diary.cancel(PLACED)),
    "move": ("update", lambda diary: diary.move(PLACED, TO)),
}


def shown_by(error: BaseException | None, caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return all that a report of errors, or a log, would show."""
    shown = ["".join(traceback.format_exception(error))] if error else []
    shown += [caplog.text, *(repr(vars(record)) for record in caplog.records)]
    while error is not None:
        shown += [repr(error), str(error), repr(error.args), repr(vars(error))]
        error = error.__cause__ or error.__context__
    return shown


def provoke(diary: Diary, ask: Callable[[Diary], object], caplog: pytest.LogCaptureFixture) -> None:
    """Ask, and look for the secrets in all that comes of it."""
    caplog.set_level(logging.DEBUG)
    error = None
    with closing(diary):
        try:
            ask(diary)
        except DiaryError as exc:
            error = exc
    for text in shown_by(error, caplog):
        for secret in SECRETS:
            assert secret not in text
    assert any(record.name.startswith("urllib3") for record in caplog.records)


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("kind", ECHOES)
def test_an_answer_that_repeats_all_it_was_told(
    kind: str, asked: str, caplog: pytest.LogCaptureFixture
):
    action, ask = ASKED[asked]
    with Vendor() as vendor:
        if asked in {"find", "cancel", "move"}:
            with closing(diary_at(vendor.origin)) as diary:
                diary.book(REQUEST)
        vendor.instead[action] = [say(ECHOES[kind], keep=False)] * 20
        caplog.clear()
        provoke(diary_at(vendor.origin, PATIENT), ask, caplog)


@pytest.mark.parametrize("asked", ASKED)
def test_a_diary_that_is_away(asked: str, caplog: pytest.LogCaptureFixture):
    provoke(diary_at(f"http://127.0.0.1:{closed_port()}", LIMITS), ASKED[asked][1], caplog)


def test_all_goes_well_and_nothing_is_said(caplog: pytest.LogCaptureFixture):
    def all_of_it(diary: Diary) -> None:
        made = diary.book(REQUEST)
        placed = replace(PLACED, reference=made.reference)
        diary.move(placed, TO)
        assert diary.find(replace(placed, slot=TO))
        diary.cancel(placed)

    with Vendor() as vendor:
        provoke(diary_at(vendor.origin), all_of_it, caplog)
        assert vendor.rows == {}
    assert not [one for one in caplog.records if one.name.startswith("webapp")]


def test_nothing_shows_what_it_holds():
    settings = settings_for("https://valomnia.example")
    with closing(diary_at("https://valomnia.example")) as diary:
        shown = [repr(diary), repr(Api(settings, PATIENT)), repr(settings), repr(REQUEST)]
        shown += [repr(PLACED), repr(Reply(200, LEAKED, LEAK, (LEAK,)))]
        shown.append(repr(Message("POST", "https://x.example", LEAKED, {"Cookie": LEAK})))
    assert "a-journey" not in "".join(shown)
    assert not any(secret in text for secret in SECRETS for text in shown)
