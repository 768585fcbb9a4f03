"""What a submit takes beside the diary's own answer to the same booking."""

from __future__ import annotations

import http.client
import json
import re
import statistics
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from tests.bench.report import CouldNotMeasure, Figure, quantile, say_milliseconds
from tests.bench.stage import BOOKED_AT, HOST, KEY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.stage import Server, Stage

PRACTICE = "booking"
_LIMIT_SECONDS = 30
_TOKEN = re.compile(r'name="token"\s+value="([^"]+)"')
_PATIENT = {"name": "Sam Example", "phone": "07700 900123", "email": "sam@example.com"}
_REASON = "A stiff shoulder"


@dataclass(frozen=True, slots=True)
class _Slot:
    """One free time, in the diary's own writing: ``20261123``, ``0915``."""

    date: str
    time: str
    staff_id: int
    room_id: int

    @property
    def query(self) -> str:
        day = f"{self.date[:4]}-{self.date[4:6]}-{self.date[6:]}"
        chosen = {"staff": self.staff_id, "room": self.room_id, "day": day, "time": self.time}
        return urlencode(chosen)


def measure(stage: Stage, site: Server, *, bookings: int, slow: float) -> list[Figure]:
    """Book by turns through the site and at the diary itself; then with a diary that is slow."""
    slots = _find_slots(stage, bookings * 3)
    through, direct = list[float](), list[float]()
    for at in range(bookings):
        through.append(_book_through(site, slots[2 * at]))
        direct.append(_book_at_the_diary(stage, slots[2 * at + 1]))
    stage.slow_down(BOOKED_AT, "book", slow)
    try:
        waited = [_book_through(site, slot) for slot in slots[2 * bookings :]]
    finally:
        stage.diary.clear(BOOKED_AT)
    own = statistics.median(direct)
    added, added_when_slow = [one - own for one in through], [one - slow for one in waited]
    return [
        Figure("added to the diary's own answer: median, 95th percentile", _tell(added), "< 20 ms"),
        Figure("the whole submit: median, 95th percentile", _tell(through)),
        Figure("the diary alone, on a new connection: the same", _tell(direct)),
        Figure(f"added when the diary takes {slow * 1000:.0f} ms more", _tell(added_when_slow)),
        Figure("bookings, each way; the database", f"{bookings}; SQLite"),
    ]


def _find_slots(stage: Stage, number: int) -> list[_Slot]:
    """Return free times that do not bar each other: one a person, day and hour, in one room."""
    found = [
        _Slot(date, at, staff_id, room_id)
        for staff_id, room_id in zip(stage.size.staff_ids, stage.size.room_ids, strict=False)
        for date, at in stage.diary.free(BOOKED_AT, staff_id=staff_id, section_id=room_id)
    ]
    # Evenly over the horizon, but not its last days, which the site may not reach.
    last = max(slot.date for slot in found)
    usable = sorted((one for one in found if one.date < last), key=lambda one: one.date)
    if len(usable) < number:
        raise CouldNotMeasure(f"the diary has {len(usable)} free times and not {number}")
    return usable[:: len(usable) // number][:number]


def _book_through(site: Server, slot: _Slot) -> float:
    """Open the details page, then time the submit alone."""
    page = site.get(f"/{PRACTICE}/details?{slot.query}")
    token = _TOKEN.search(page)
    if token is None:
        raise CouldNotMeasure("the details page has no form")
    body = urlencode({"token": token[1], **_PATIENT, "reason": _REASON})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection = http.client.HTTPConnection(HOST, site.port, timeout=_LIMIT_SECONDS)
    try:
        connection.connect()
        began = time.perf_counter()
        connection.request("POST", f"/{PRACTICE}/book?{slot.query}", body, headers)
        answer = connection.getresponse()
        answer.read()
        took = time.perf_counter() - began
    finally:
        connection.close()
    if answer.status != HTTPStatus.SEE_OTHER:
        raise CouldNotMeasure(f"a submit answered {answer.status}")
    return took


def _book_at_the_diary(stage: Stage, slot: _Slot) -> float:
    """Send the same booking as the connector does: once, on a connection made for it."""
    address = urlsplit(stage.diary.request_url(BOOKED_AT))
    order = {
        "action": "book",
        "apiKey": KEY,
        "date": slot.date,
        "time": slot.time,
        "staffId": slot.staff_id,
        "sectionId": slot.room_id,
        **_PATIENT,
        "desc": _REASON,
    }
    body = json.dumps(order)
    headers = {"Content-Type": "application/json", "Connection": "close"}
    began = time.perf_counter()
    connection = http.client.HTTPConnection(HOST, address.port, timeout=_LIMIT_SECONDS)
    try:
        connection.request("POST", address.path, body, headers)
        content = connection.getresponse().read()
        took = time.perf_counter() - began
    finally:
        connection.close()
    if b"Confirmed" not in content:
        raise CouldNotMeasure("the diary did not take a booking of its own free time")
    return took


def _tell(values: Sequence[float]) -> str:
    middle, slow = statistics.median(values), quantile(values, 0.95)
    return f"{say_milliseconds(middle)}, {say_milliseconds(slow)}"
