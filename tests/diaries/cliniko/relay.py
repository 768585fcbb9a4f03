"""Stands between the connector and the reference server, and meddles at the moment a test names."""

from __future__ import annotations

import json
import re
import socket
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from tests.diaries.wire import Answer, Server, http, say
from tests.reference_process import RIVERSIDE, ReferenceDiary

if TYPE_CHECKING:
    from collections.abc import Callable

_PATHS = (
    ("times", r".*/available_times"),
    ("conflicts", r"individual_appointments/[0-9]+/conflicts"),
    ("cancel", r"individual_appointments/[0-9]+/cancel"),
    ("one", r"individual_appointments/[0-9]+"),
    ("appointments", r"individual_appointments"),
    ("types", r"(practitioners/[0-9]+/)?appointment_types"),
    ("practitioners", r"((businesses|appointment_types)/[0-9]+/)?practitioners"),
    ("businesses", r"businesses"),
    ("patients", r"patients"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came: ``action`` is such as ``POST appointments``."""

    action: str
    method: str
    url: str
    body: bytes
    headers: dict[str, str]

    @property
    def document(self) -> dict[str, Any]:
        return json.loads(self.body)

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.url).query)


class Relay(Server):
    """Passes everything on, but for what is in ``instead``: answers to give, by action.

    What is in ``after`` happens once, when an action was carried out and before it is answered.
    What is in ``lost`` is carried out, and its answer never comes.
    """

    def __init__(self, reference: ReferenceDiary, slug: str = RIVERSIDE.slug) -> None:
        super().__init__(self._pass_on)
        self._to = urlsplit(reference.cliniko_url(slug))
        self.instead: dict[str, list[Answer]] = {}
        self.after: dict[str, Callable[[], object]] = {}
        self.lost: set[str] = set()
        self.asked: list[Asked] = []
        self._lock = threading.Lock()

    @property
    def root(self) -> str:
        """The ``url`` of a practice's file."""
        return f"{self.origin}{self._to.path}"

    def count(self, action: str) -> int:
        return sum(one.action == action for one in self.asked)

    def bodies(self, action: str) -> list[dict[str, Any]]:
        return [one.document for one in self.asked if one.action == action]

    def _pass_on(self, connection: socket.socket, request: bytes) -> bool:
        asked = self._read(request)
        with self._lock:
            self.asked.append(asked)
            waiting = self.instead.get(asked.action)
            meddle = self.after.pop(asked.action, None) if not waiting else None
            instead = waiting.pop(0) if waiting else None
        if instead is not None:
            return instead(connection, request)
        answer = self._ask(request)
        if meddle is not None:
            meddle()
        if asked.action not in self.lost:
            connection.sendall(answer.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
        return False

    def _read(self, request: bytes) -> Asked:
        head, _, body = request.partition(b"\r\n\r\n")
        line, *lines = head.decode().split("\r\n")
        method, target, _ = line.split(" ")
        path = urlsplit(target).path.removeprefix(f"{self._to.path}/")
        what = next(name for name, pattern in _PATHS if re.fullmatch(pattern, path))
        headers = dict(one.split(": ", 1) for one in lines)
        return Asked(f"{method} {what}", method, f"{self.origin}{target}", body, headers)

    def _ask(self, request: bytes) -> bytes:
        head, _, body = request.partition(b"\r\n\r\n")
        head = re.sub(rb"(?i)\r\nconnection: [^\r]*", b"", head) + b"\r\nConnection: close"
        with socket.create_connection((self._to.hostname or "", self._to.port or 80)) as onward:
            onward.sendall(head + b"\r\n\r\n" + body)
            return b"".join(iter(lambda: onward.recv(65536), b""))


def too_many(*headers: str) -> Answer:
    return say(http(b"{}", "429 Too Many Requests", *headers), keep=True)


def invalid(**errors: object) -> Answer:
    """A 422, with what is wrong by field."""
    body = json.dumps({"message": "Validation Failed", "errors": errors}).encode()
    return say(http(body, "422 Unprocessable Entity"))
