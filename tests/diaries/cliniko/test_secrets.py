"""Whatever comes back, neither the key nor a patient's word comes out anywhere."""

from __future__ import annotations

import base64
import json
import logging
import traceback
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest

from tests.diaries.cliniko.clinic import (
    FOLLOW_UP,
    ISLA,
    LATER,
    MONDAY,
    PLACED,
    REQUEST,
    RIVERSIDE_HOUSE,
    WORDS,
)
from tests.diaries.cliniko.relay import Relay, invalid
from tests.diaries.cliniko.riverside import diary_at, settings_for
from tests.diaries.wire import PATIENT, Server, closed_port, hang_up, http, say, say_json
from tests.reference_process import RIVERSIDE
from webapp.diaries.cliniko.diary import ClinikoDiary
from webapp.diaries.errors import DiaryError

BASIC = base64.b64encode(f"{RIVERSIDE.key}:".encode()).decode()
SECRETS = (RIVERSIDE.key, BASIC, *WORDS, "Zebulon", "Quince")
LEAK = " ".join(SECRETS)

ECHOES: dict[str, bytes] = {
    "invalid": http(json.dumps({"errors": {LEAK: LEAK}}).encode(), "422 Unprocessable Entity"),
    "bad_request": http(LEAK.encode(), "400 Bad Request"),
    "not_accepted": http(LEAK.encode(), "401 Unauthorized"),
    "not_found": http(LEAK.encode(), "404 Not Found"),
    "too_many": http(LEAK.encode(), "429 Too Many", f"Retry-After: {LEAK}"),
    "reset": http(LEAK.encode(), "429 Too Many", f"X-RateLimit-Reset: {LEAK}"),
    "server_error": http(LEAK.encode(), f"500 {LEAK}"),
    "location": http(b"", "302 Found", f"Location: http://{WORDS[2]}/{RIVERSIDE.key}"),
    "text": http(json.dumps(LEAK).encode()),
    "object": http(json.dumps({LEAK: LEAK, "id": LEAK, "starts_at": LEAK}).encode()),
    "rows": http(
        json.dumps(
            {
                name: [{"id": LEAK, "starts_at": LEAK, "patient": {"links": {"self": LEAK}}}]
                for name in ("individual_appointments", "patients", "practitioners", "businesses")
            }
        ).encode()
    ),
    "next": http(json.dumps({"practitioners": [], "links": {"next": f"http://{LEAK}/"}}).encode()),
}
ASKED: dict[str, Callable[[ClinikoDiary], object]] = {
    "staff": lambda diary: diary.staff(),
    "free": lambda diary: diary.free_times(
        staff_id=ISLA.id,
        room_id=RIVERSIDE_HOUSE.id,
        first_day=MONDAY,
        days=7,
        type_id=FOLLOW_UP.id,
    ),
    "book": lambda diary: diary.book(REQUEST),
    "cancel": lambda diary: diary.cancel(PLACED),
    "move": lambda diary: diary.move(replace(PLACED, reference="7"), LATER),
    "find": lambda diary: diary.find(PLACED),
}


def provoke(
    diary: ClinikoDiary,
    ask: Callable[[ClinikoDiary], object],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Ask, and look for the key and the words in all that comes of it."""
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


@pytest.mark.parametrize("asked", ASKED)
def test_an_answer_that_repeats_all_it_was_told(asked: str, caplog: pytest.LogCaptureFixture):
    for echo in ECHOES.values():
        with Server(say(echo, keep=False)) as server:
            diary = diary_at(f"{server.origin}/v1", replace(PATIENT, attempts=1))
            provoke(diary, ASKED[asked], caplog)
    provoke(diary_at(f"http://127.0.0.1:{closed_port()}/v1"), ASKED[asked], caplog)


@pytest.mark.parametrize(
    "step",
    ["GET appointments", "GET patients", "POST patients", "POST appointments", "GET conflicts"],
)
def test_a_booking_that_fails_at_any_step(
    relay: Relay, step: str, caplog: pytest.LogCaptureFixture
):
    for answer in (hang_up, invalid(**{LEAK: LEAK}), say_json({LEAK: LEAK})):
        relay.instead[step] = [answer] * 3
        provoke(diary_at(relay.root), ASKED["book"], caplog)


def test_all_goes_well_and_nothing_is_said(relay: Relay, caplog: pytest.LogCaptureFixture):
    provoke(diary_at(relay.root), ASKED["book"], caplog)
    assert any("last_name:=Quince" in value for one in relay.asked for _, value in one.query)
    assert "/cliniko/v1/patients" in caplog.text


def test_nothing_shows_what_it_holds():
    settings = settings_for("https://api.uk1.cliniko.example/v1")
    shown = (repr(settings), str(settings), repr(diary_at(str(settings.url))))
    assert not any(RIVERSIDE.key in text for text in shown)
