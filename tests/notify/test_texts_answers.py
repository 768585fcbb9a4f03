"""Whatever a gateway may answer has one meaning, be it never so odd."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from typing_extensions import override

from webapp.notify.texts import (
    Refusal,
    Text,
    TextGateway,
    TextNotSent,
    TextRefused,
    TextUnanswered,
)

TEXT = Text(
    to="+447700900123", sender="+447700900800", body="Hello", receipts_to="https://x.example/"
)
DAY = date(2026, 11, 20)


@dataclass
class OddGateway:
    """Answers everything with one status and one body, and notes what was asked."""

    url: str = ""
    status: int = 201
    body: bytes = b"{}"
    asked: list[str] = field(default_factory=list[str])

    def answer(self, status: int, body: str = "") -> TextGateway:
        self.status, self.body = status, body.encode()
        return TextGateway(self.url)


@pytest.fixture
def odd() -> Iterator[OddGateway]:
    gateway = OddGateway()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            gateway.asked.append(self.path)
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(gateway.status)
            self.send_header("Content-Length", str(len(gateway.body)))
            self.send_header("Location", f"{gateway.url}/elsewhere")
            self.end_headers()
            self.wfile.write(gateway.body)

        do_POST = do_GET

        @override
        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing of each request."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        gateway.url = f"http://AC1:word@127.0.0.1:{server.server_port}/v1"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield gateway
        server.shutdown()


class TestSending:
    @pytest.mark.parametrize("status", [200, 201])
    def test_a_yes_gives_its_number(self, odd: OddGateway, status: int):
        assert odd.answer(status, '{"sid": "SM1", "more": {}}').send(TEXT) == "SM1"
        assert odd.asked == ["/v1/Accounts/AC1/Messages.json"]

    @pytest.mark.parametrize("body", ["", "{}", "[]", "<p>Welcome</p>", '{"sid": null}'])
    def test_a_yes_that_cannot_be_read_may_be_one(self, odd: OddGateway, body: str):
        with pytest.raises(TextUnanswered, match="unintelligible"):
            odd.answer(201, body).send(TEXT)

    @pytest.mark.parametrize("status", [500, 502, 503, 504])
    def test_so_may_trouble_on_their_side(self, odd: OddGateway, status: int):
        with pytest.raises(TextUnanswered, match=str(status)):
            odd.answer(status, '{"code": 21211}').send(TEXT)

    @pytest.mark.parametrize("status", [301, 302, 307, 308])
    def test_nobody_is_followed_elsewhere_with_a_patients_number(
        self, odd: OddGateway, status: int
    ):
        with pytest.raises(TextUnanswered):
            odd.answer(status).send(TEXT)
        assert odd.asked == ["/v1/Accounts/AC1/Messages.json"]

    @pytest.mark.parametrize("status", [401, 403, 429])
    def test_our_keys_and_our_pace_can_be_mended(self, odd: OddGateway, status: int):
        with pytest.raises(TextNotSent, match=str(status)):
            odd.answer(status, '{"code": 20003}').send(TEXT)

    @pytest.mark.parametrize("code", [21211, 21214, 21217, 21265, 21612, 21614, 63033])
    def test_codes_about_the_number(self, odd: OddGateway, code: int):
        with pytest.raises(TextRefused) as caught:
            odd.answer(400, f'{{"code": {code}}}').send(TEXT)
        assert (caught.value.why, caught.value.code) == (Refusal.BAD_NUMBER, code)

    def test_the_code_for_who_said_stop(self, odd: OddGateway):
        with pytest.raises(TextRefused) as caught:
            odd.answer(400, '{"code": 21610}').send(TEXT)
        assert caught.value.why is Refusal.UNSUBSCRIBED

    @pytest.mark.parametrize(
        ("status", "body", "code"),
        [
            (400, '{"code": 30450}', 30450),
            (400, "{}", 400),
            (400, "<p>No</p>", 400),
            (404, "", 404),
            (422, '{"code": "many"}', 422),
        ],
    )
    def test_any_other_no_is_for_a_person_to_look_at(
        self, odd: OddGateway, status: int, body: str, code: int
    ):
        with pytest.raises(TextRefused) as caught:
            odd.answer(status, body).send(TEXT)
        assert (caught.value.why, caught.value.code) == (Refusal.OTHER, code)


class TestLookingUp:
    def test_it_is_asked_by_number_and_day_at_the_same_account(self, odd: OddGateway):
        assert odd.answer(200, '{"messages": []}').look_up(TEXT, since=DAY) is None
        [asked] = odd.asked
        assert urlsplit(asked).path == "/v1/Accounts/AC1/Messages.json"
        query = parse_qs(urlsplit(asked).query)
        assert (query["To"], query["DateSent>"]) == (["+447700900123"], ["2026-11-20"])

    def test_the_text_with_the_same_words_is_it(self, odd: OddGateway):
        messages = '{"sid": "SM1", "body": "Hello!"}, {"sid": "SM2", "body": "Hello"}'
        found = odd.answer(200, f'{{"messages": [{messages}]}}').look_up(TEXT, since=DAY)
        assert found == "SM2"

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (200, ""),
            (200, "{}"),
            (200, "<p>Welcome</p>"),
            (302, ""),
            (401, "{}"),
            (404, "{}"),
            (429, "{}"),
            (500, "{}"),
        ],
    )
    def test_anything_but_a_list_tells_nothing(self, odd: OddGateway, status: int, body: str):
        with pytest.raises(TextNotSent, match="looking it up"):
            odd.answer(status, body).look_up(TEXT, since=DAY)
        assert len(odd.asked) == 1
