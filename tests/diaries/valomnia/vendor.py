"""A Valomnia of a test's own, which does to the letter what a test wants it to do."""

from __future__ import annotations

import itertools
import json
import re
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.diaries.wire import Answer, Server, http, say
from webapp.diaries.port import BookingRequest, Patient, PlacedBooking, Room, Slot, Staff

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
GRACE, EWAN = Staff("811", "Grace Adeyemi"), Staff("812", "Ewan Sinclair")
GARDEN, UPSTAIRS = Room("81", "Garden Room"), Room("82", "Upstairs Room")
WORDS = ("Zebulon Quince", "07700 900142", "quince@patient.example", "throbbing kneecap")
"""What the patient typed: words that nothing else here contains."""
SLOT = Slot(GRACE, GARDEN, START, 40)
PATIENT_ASKING = Patient(name=WORDS[0], phone=WORDS[1], email=WORDS[2])
REQUEST = BookingRequest(SLOT, PATIENT_ASKING, reason=WORDS[3], key="a-journey")
PLACED = PlacedBooking(SLOT, PATIENT_ASKING, key="a-journey")
TICKET = "6E3487971234567896704A9EB4AE501F"
_API = "/api/v1.0/appointments"


def written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def say_document(document: object, status: str = "200 OK", *headers: str) -> Answer:
    return say(http(json.dumps(document).encode(), status, *headers))


def refuse(error: str, words: str = "No.", status: str = "400 Bad Request") -> Answer:
    """A failure output."""
    return say_document({"error": error, "error_description": words}, status)


TO_LOGIN = say(http(b"", "302 Found", "Location: /login/auth"))
"""What a caller gets whose session has ended."""


class Vendor(Server):
    """Keeps appointments in ``rows``, by id, whole.

    ``instead`` has answers to give in the place of the next true ones, by action; ``after`` has
    what happens once an action was carried out and before it is answered; what is in ``silent``
    is carried out and never answered.
    """

    def __init__(self, *, tls: bool = False) -> None:
        super().__init__(self._serve_one, tls=tls)
        self.rows: dict[int, dict[str, Any]] = {}
        self.instead: dict[str, list[Answer]] = {}
        self.after: dict[str, Callable[[], object]] = {}
        self.silent: set[str] = set()
        self.most = 100
        self.tickets = {TICKET}
        self.actions: list[str] = []
        self.bodies: list[dict[str, Any]] = []
        self._ids = itertools.count(101)
        self._new_tickets = (f"TICKET{number}" for number in itertools.count(1))

    @property
    def addresses(self) -> list[str]:
        return [one.split(b" ", 2)[1].decode() for one in self.requests]

    def count(self, action: str) -> int:
        return self.actions.count(action)

    def add(
        self,
        start: datetime = START,
        minutes: int = 40,
        *,
        note: str | None = None,
        customer: str | None = None,
        employee: str = "openslot",
        reference: str | None = None,
        created: datetime = START - timedelta(days=9),
    ) -> int:
        """Add an appointment, as somebody at the desk did; return its id."""
        number = next(self._ids)
        self.rows[number] = {
            "id": number,
            "reference": reference,
            "title": "At the desk",
            "note": note,
            "startDate": written(start),
            "endDate": written(start + timedelta(minutes=minutes)),
            "done": False,
            "user": {"id": 1, "reference": employee, "href": "/api/v1.0/users/1"},
            "customerId": None if customer is None else 7,
            "customer": None if customer is None else {"id": 7, "reference": customer},
            "appointmentCategoryId": 3,
            "contacts": [{"id": 9, "href": "/api/v1.0/contacts/9"}],
            "organization": "entity1",
            "dateCreated": written(created),
            "lastUpdated": written(created),
        }
        return number

    def _serve_one(self, connection: socket.socket, request: bytes) -> bool:
        head, _, body = request.partition(b"\r\n\r\n")
        method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
        address = urlsplit(target)
        action = _action(method, address.path)
        self.actions.append(action)
        if self.instead.get(action):
            return self.instead[action].pop(0)(connection, request)
        cookie = re.search(rb"\r\nCookie: JSESSIONID=(\S+)", head)
        is_in = cookie is not None and cookie[1].decode() in self.tickets
        if action == "login":
            ticket = next(self._new_tickets)
            self.tickets.add(ticket)
            cookies = f"Set-Cookie: JSESSIONID={ticket}; Path=/; HttpOnly"
            answer = say(http(b"", "302 Found", "Location: /login/ajaxSuccess", cookies))
        elif not is_in:
            answer = TO_LOGIN
        else:
            asked = dict(parse_qsl(address.query))
            document: dict[str, Any] = json.loads(body) if body else {}
            if body:
                self.bodies.append(document)
            answer = self._carry_out(action, unquote(address.path), asked, document)
        if action in self.after:
            self.after[action]()
        return action not in self.silent and answer(connection, request)

    def _carry_out(
        self, action: str, path: str, asked: dict[str, str], body: dict[str, Any]
    ) -> Answer:
        if action == "list":
            return say_document(self._page(asked))
        where = path.removeprefix(f"{_API}/").removeprefix("reference/")
        found = [row for row in self.rows.values() if where in {str(row["id"]), row["reference"]}]
        if action == "upsert":
            number = found[0]["id"] if found else self.add(created=datetime.now(UTC))
            self._write(number, body | {"reference": where})
            return say_document(self.rows[number], "201 Created")
        if not found:
            return refuse("not_found", "The appointment doesn't exist.", "404 Not Found")
        number = found[0]["id"]
        if action == "delete":
            del self.rows[number]
            return say_document({"success": "true", "success_description": "Instance deleted"})
        if action == "update":
            self._write(number, body)
        return say_document(self.rows[number])

    def _write(self, number: int, body: dict[str, Any]) -> None:
        kept = {key: value for key, value in body.items() if key != "contacts"}
        self.rows[number] = self.rows[number] | kept

    def _page(self, asked: dict[str, str]) -> dict[str, Any]:
        rows = [
            {key: row[key] for key in row if key not in {"reference", "user", "organization"}}
            for row in self.rows.values()
            if row["endDate"] > asked["endDate_gt"]
            and row["startDate"] < asked["startDate_lt"]
            and asked.get("employeeReference", row["user"]["reference"]) == row["user"]["reference"]
        ]
        size, offset = min(int(asked["max"]), self.most), int(asked["offset"])
        more = offset + size < len(rows)
        return {
            "paging": {
                "total": len(rows),
                "max": size,
                "offset": offset,
                "previous": None,
                "next": f"{_API}?max={size}&offset={offset + size}" if more else None,
            },
            "data": rows[offset : offset + size],
        }


def _action(method: str, path: str) -> str:
    if path == "/j_spring_security_check":
        return "login"
    if method == "GET":
        return "list" if path == _API else "show"
    return {"POST": "upsert", "PUT": "update", "DELETE": "delete"}[method]
