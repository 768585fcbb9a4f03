from __future__ import annotations

import base64
import hashlib
import hmac
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest
import requests
from typing_extensions import override

from tests.reference_texts import ACCOUNT_SID, AUTH_TOKEN, PATIENT, PRACTICE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.reference_process import ReferenceDiary

SERVICE = "MG" + "5" * 32
_PATIENCE = 60.0


@dataclass(frozen=True)
class Customer:
    """Asks the gateway as a customer of Twilio does, with nothing but HTTP."""

    http: requests.Session
    api: str
    """Its address, with account and token: what a site is given."""

    @property
    def messages(self) -> str:
        return f"{self.api}/Accounts/{ACCOUNT_SID}/Messages"

    def send(self, **fields: str | None) -> requests.Response:
        """Send a text that will be taken, with these fields changed, or left out where none."""
        form = {"From": PRACTICE, "To": PATIENT, "Body": "Hello", **fields}
        body = {name: value for name, value in form.items() if value is not None}
        return self.http.post(f"{self.messages}.json", data=body, timeout=30)

    def look(self, query: str = "") -> requests.Response:
        return self.http.get(f"{self.messages}.json?{query}", timeout=30)

    def found(self, query: str = "") -> list[str]:
        """Return the SIDs that are listed."""
        answer = self.look(query)
        assert answer.status_code == 200
        return [message["sid"] for message in answer.json()["messages"]]

    def fetch(self, sid: str) -> requests.Response:
        return self.http.get(f"{self.messages}/{sid}.json", timeout=30)


@pytest.fixture
def customer(diary: ReferenceDiary, http: requests.Session) -> Customer:
    return Customer(http, diary.sms_url)


@dataclass(frozen=True)
class Call:
    """One webhook as it came in."""

    url: str
    form: dict[str, str]
    content_type: str
    signature: str

    @property
    def expected_signature(self) -> str:
        """What Twilio's guide says the signature must be, worked out apart from the gateway."""
        text = self.url
        for name, value in sorted(self.form.items(), key=lambda pair: pair[0]):
            text += name
            text += value
        code = hmac.new(AUTH_TOKEN.encode("ascii"), text.encode("utf-8"), hashlib.sha1)
        return base64.standard_b64encode(code.digest()).decode("ascii")


@dataclass
class Site:
    """A site that webhooks come to: it notes them, and answers when it is let."""

    url: str = ""
    status: int = 204
    calls: list[Call] = field(default_factory=list[Call])
    may_answer: threading.Event = field(default_factory=threading.Event)

    def wait_for(self, number: int) -> list[Call]:
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if len(self.calls) >= number:
                return list(self.calls)
            time.sleep(0.005)
        raise TimeoutError(f"fewer than {number} webhooks came")


@pytest.fixture
def site() -> Iterator[Site]:
    heard = Site()
    heard.may_answer.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            heard.calls.append(
                Call(
                    url=f"http://{self.headers['Host']}{self.path}",
                    form=dict(parse_qsl(body, keep_blank_values=True, strict_parsing=True)),
                    content_type=self.headers["Content-Type"],
                    signature=self.headers["X-Twilio-Signature"],
                )
            )
            heard.may_answer.wait(_PATIENCE)
            self.send_response(heard.status)
            self.send_header("Content-Length", "0")
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        @override
        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing of each request."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        heard.url = f"http://127.0.0.1:{server.server_port}/hears"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield heard
        heard.may_answer.set()
        server.shutdown()
