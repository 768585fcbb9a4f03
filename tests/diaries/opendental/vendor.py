"""An Open Dental of a test's own, which does to the letter what a test wants it to do."""

from __future__ import annotations

import itertools
import json
import re
import socket
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.diaries.wire import ZONE, Answer, Server, http, say
from webapp.diaries.port import BookingRequest, Patient, PlacedBooking, Room, Slot, Staff

START = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
AMARA, RORY = Staff("31", "Amara Obi"), Staff("32", "Rory Maclean")
SURGERY_1, SURGERY_2 = Room("21", "Surgery 1"), Room("22", "Surgery 2")
WORDS = ("Zebulon Quince", "07700 900142", "quince@patient.example", "throbbing molar")
"""What the patient typed: words that nothing else here contains."""
SLOT = Slot(AMARA, SURGERY_1, START, 30)
LATER = Slot(RORY, SURGERY_2, datetime(2026, 11, 24, 14, 30, tzinfo=ZONE), 30)
PATIENT_ASKING = Patient(name=WORDS[0], phone=WORDS[1], email=WORDS[2])
REQUEST = BookingRequest(SLOT, PATIENT_ASKING, reason=WORDS[3], key="a-journey")
PLACED = PlacedBooking(SLOT, PATIENT_ASKING, key="a-journey")
ANOTHERS_MARK = "openslot-" + "0" * 32
BASE = "/api/v1/"


def say_document(document: object, status: str = "200 OK", *headers: str) -> Answer:
    return say(http(json.dumps(document).encode(), status, *headers))


def say_later(document: object, status: str = "200 OK") -> Answer:
    """Say the document as it is when it is said."""

    def answer(connection: socket.socket, request: bytes) -> bool:
        return say_document(document, status)(connection, request)

    return answer


def refuse(status: str = "400 Bad Request", words: str = "No.", *headers: str) -> Answer:
    """A failure with an explanation."""
    return say(http(words.encode(), status, "Content-Type: text/plain", *headers))


def wait(seconds: str) -> Answer:
    return refuse("429 Too Many Requests", "Slow down.", f"Retry-After: {seconds}")


GONE = refuse("404 Not Found", "Appointment not found")


class Vendor(Server):
    """Keeps appointments in ``rows`` and patients in ``patients``, by number, whole.

    ``instead`` has answers to give in the place of the next true ones, by action; ``after`` has
    what happens once an action was carried out and before it is answered; what is in ``silent``
    is carried out and never answered.
    """

    def __init__(self, *, tls: bool = False) -> None:
        super().__init__(self._serve_one, tls=tls)
        self.rows: dict[int, dict[str, Any]] = {}
        self.patients: dict[int, dict[str, Any]] = {}
        self.lists: dict[str, list[dict[str, Any]]] = {
            "providers": [
                {"ProvNum": 31, "FName": "Amara", "LName": "Obi"},
                {"ProvNum": 32, "FName": "Rory", "LName": "Maclean"},
            ],
            "operatories": [
                {"OperatoryNum": 21, "OpName": "Surgery 1"},
                {"OperatoryNum": 22, "OpName": "Surgery 2"},
            ],
            "slots": [],
        }
        self.instead: dict[str, list[Answer]] = {}
        self.after: dict[str, Callable[[], object]] = {}
        self.silent: set[str] = set()
        self.actions: list[str] = []
        self.queries: list[dict[str, str]] = []
        self.bodies: list[dict[str, Any]] = []
        self._numbers = itertools.count(101)

    @property
    def root(self) -> str:
        """The ``url`` of a practice's file."""
        return self.origin + BASE.rstrip("/")

    def count(self, action: str) -> int:
        return self.actions.count(action)

    def add(self, number: int | None = None, /, **said: object) -> int:
        """Add an appointment, as somebody at the desk did; return its number."""
        number = next(self._numbers) if number is None else number
        self.rows[number] = {
            "AptNum": number,
            "PatNum": 5,
            "AptStatus": "Scheduled",
            "Pattern": "XXXXXX",
            "Op": 21,
            "Note": "At the desk",
            "ProvNum": 31,
            "ProvHyg": 0,
            "AptDateTime": "2026-11-23 09:00:00",
            "IsHygiene": "false",
            "Priority": "Normal",
        } | said
        return number

    def know(self, **said: str) -> int:
        """Let the office know a patient; return the number."""
        number = next(self._numbers)
        self.patients[number] = {
            "PatNum": number,
            "LName": "Quince",
            "FName": "Zebulon",
            "PatStatus": "Patient",
            "HmPhone": "",
            "WkPhone": "",
            "WirelessPhone": "+44 (0)7700-900142",
            "Email": "",
        } | said
        return number

    def _serve_one(self, connection: socket.socket, request: bytes) -> bool:
        head, _, body = request.partition(b"\r\n\r\n")
        method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
        address = urlsplit(target)
        action = _action(method, address.path.removeprefix(BASE))
        self.actions.append(action)
        if self.instead.get(action):
            return self.instead[action].pop(0)(connection, request)
        asked = dict(parse_qsl(address.query))
        self.queries.append(asked)
        document: dict[str, Any] = json.loads(body) if body else {}
        if body:
            self.bodies.append(document)
        answer = self._carry_out(action, address.path, asked, document)
        if action in self.after:
            self.after[action]()
        return action not in self.silent and answer(connection, request)

    def _carry_out(
        self, action: str, path: str, asked: dict[str, str], body: dict[str, Any]
    ) -> Answer:
        if action == "register":
            number = self.know()
            self.patients[number] |= body
            return say_later(self.patients[number], "201 Created")
        if action == "save":
            number = self.add()
            self.rows[number] |= body
            return say_later(self.rows[number], "201 Created")
        if action in {"show", "update", "break"}:
            number = int(re.findall(r"[0-9]+", path.removeprefix(BASE))[0])
            if number not in self.rows:
                return GONE
            if action == "break":
                if self.rows[number]["AptStatus"] != "Scheduled":
                    return refuse()
                self.rows[number]["AptStatus"] = "UnschedList"
                return say(http(b""))
            self.rows[number] |= body
            return say_later(self.rows[number])
        offset = int(asked["Offset"])
        return say_document(self._rows(action, asked)[offset : offset + int(asked["Limit"])])

    def _rows(self, action: str, asked: dict[str, str]) -> list[dict[str, Any]]:
        if action == "patients":
            return [
                one
                for one in self.patients.values()
                if asked["LName"].casefold() in one["LName"].casefold()
                and asked["FName"].casefold() in one["FName"].casefold()
            ]
        if action == "list":
            return [
                one for one in self.rows.values() if one["AptDateTime"].startswith(asked["date"])
            ]
        if action == "asap":
            return [one for one in self.rows.values() if one["Priority"] == "ASAP"]
        return self.lists[action]


def _action(method: str, path: str) -> str:
    if method == "GET" and re.fullmatch(r"appointments/[0-9]+", path):
        return "show"
    if path.endswith("/Break"):
        return "break"
    named = {
        "appointments": "list",
        "appointments/ASAP": "asap",
        "appointments/Slots": "slots",
    }
    if method == "GET":
        return named.get(path, path)
    if method == "POST":
        return {"appointments": "save", "patients": "register"}[path]
    return "update"
