"""Answers the Physiodiary action API's four actions from a practice's truth. No HTTP.

Names, shapes and numbers are those of the vendor's page on taking bookings on-line
(https://www.physiodiary.co.uk/API.html); the messages are our own. Where that page is silent,
the choice is marked "Ours".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import IntEnum
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from webapp.reference.patients import Visit
from webapp.reference.practice import NotFree
from webapp.reference.schedule import ONLINE, Appointment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from webapp.reference.practice import Practice

_Harmless = TypeVar("_Harmless")

MOST_DAYS = 90
LONGEST_DESCRIPTION = 1000  # Ours: the page gives INVALID_DESCRIPTION no meaning.


class Code(IntEnum):
    """The page's error numbers. 2, a bad key, is never sent: that is a 404 instead."""

    INVALID_ACTION = 1
    INVALID_API_KEY = 2
    INVALID_SECTION_ID = 3
    INVALID_STAFF_ID = 4
    INVALID_NUM_DAYS = 5
    INVALID_DATE = 6
    INVALID_TIME = 7
    INVALID_NAME = 8
    INVALID_PHONE = 9
    INVALID_EMAIL = 10
    INVALID_DESCRIPTION = 11
    ALREADY_BOOKED = 12
    UNKNOWN_ERROR = 13


@dataclass(frozen=True, slots=True)
class FieldError:
    code: Code
    field: str
    message: str

    def as_json(self) -> dict[str, object]:
        return {"error": int(self.code), "fieldName": self.field, "message": self.message}


@dataclass(frozen=True, slots=True)
class Answer:
    """A document to send, and the booking it tells of, if one was made."""

    document: dict[str, object]
    outcome: str
    booking: Appointment | None = None

    @property
    def is_errors(self) -> bool:
        return "errors" in self.document


def answer(practice: Practice, request: Mapping[str, object]) -> Answer:
    """Carry out one request and return what to send. Ours: field errors come before error 12."""
    action = request.get("action")
    if action == "staffList":
        staff = [{"id": person.id, "name": person.name} for person in practice.plan.people]
        return Answer({"staff": staff}, "listed")
    if action == "sectionList":
        sections = [{"id": room.id, "name": room.name} for room in practice.plan.rooms]
        return Answer({"sections": sections}, "listed")
    if action == "freeList":
        return _list_free(practice, request)
    if action == "book":
        return _book(practice, request)
    error = FieldError(Code.INVALID_ACTION, "action", "No such action.")
    return refuse(practice, action, [error.as_json()])


def refuse(practice: Practice, action: object, errors: Iterable[Mapping[str, object]]) -> Answer:
    """Return an errors document; the page's sample shows its keys and how it writes the time."""
    listed = list(errors)
    document: dict[str, object] = {
        "errors": listed,
        "timestamp": _stamp(practice.now()),
        "numErrors": len(listed),
        "action": action if isinstance(action, str) else "",
    }
    return Answer(document, "errors " + ",".join(str(error.get("error")) for error in listed))


def refuse_unknown(practice: Practice, action: object) -> Answer:
    error = FieldError(Code.UNKNOWN_ERROR, "request", "The request could not be understood.")
    return refuse(practice, action, [error.as_json()])


def _list_free(practice: Practice, request: Mapping[str, object]) -> Answer:
    form = _Form(practice, request)
    section_id, staff_id = form.section_id(), form.staff_id()
    day, days = form.day(), form.number_of_days()
    section, person = practice.plan.room(section_id), practice.plan.person(staff_id)
    if form.errors or section is None or person is None:
        return refuse(practice, "freeList", form.errors_as_json())
    starts = practice.free(person_id=staff_id, room_id=section_id, first=day, days=days)
    document: dict[str, object] = {
        "slotLength": practice.plan.slot_minutes,
        "free": [
            {"date": f"{free_day:%Y%m%d}", "times": _untidy(free_day, on_day)}
            for free_day, on_day in groupby(starts, key=datetime.date)
        ],
        "staffId": person.id,
        "staffName": person.name,
        "sectionId": section.id,
        "sectionName": section.name,
    }
    return Answer(document, "listed")


def _book(practice: Practice, request: Mapping[str, object]) -> Answer:
    form = _Form(practice, request)
    section_id, staff_id = form.section_id(), form.staff_id()
    day, at = form.day(), form.time()
    visit = form.visit()
    section, person = practice.plan.room(section_id), practice.plan.person(staff_id)
    if form.errors or section is None or person is None:
        return refuse(practice, "book", form.errors_as_json())
    try:
        booking = practice.book(
            person_id=staff_id,
            room_id=section_id,
            start=datetime.combine(day, at),
            visit=visit,
            source=ONLINE,
        )
    except NotFree:
        error = FieldError(Code.ALREADY_BOOKED, "booking", "That time cannot be had.")
        return refuse(practice, "book", [error.as_json()])
    document: dict[str, object] = {
        "result": "Confirmed",
        "date": f"{booking.start:%Y%m%d}",
        "time": f"{booking.start:%H%M}",
        "duration": booking.minutes,
        "section": section.name,
        "staff": person.name,
    }
    return Answer(document, "confirmed", booking)


class _Form:
    """Reads a request's fields and collects every error, since the page sends them together.

    A field in error is returned as something harmless; callers look at ``errors`` first.
    """

    def __init__(self, practice: Practice, request: Mapping[str, object]) -> None:
        self._practice = practice
        self._request = request
        self.errors: list[FieldError] = []

    def errors_as_json(self) -> list[dict[str, object]]:
        return [error.as_json() for error in self.errors]

    def section_id(self) -> int:
        known = {room.id for room in self._practice.plan.rooms}
        return self._id("sectionId", Code.INVALID_SECTION_ID, known)

    def staff_id(self) -> int:
        known = {person.id for person in self._practice.plan.people}
        return self._id("staffId", Code.INVALID_STAFF_ID, known)

    def number_of_days(self) -> int:
        value = self._integer("numDays")
        if 1 <= value <= MOST_DAYS:
            return value
        return self._fail(Code.INVALID_NUM_DAYS, "numDays", "Give 1 to 90 days.", 1)

    def day(self) -> date:
        today = self._practice.today()
        match = re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})", self._text("date"))
        try:
            day = date(*map(int, match.groups())) if match else None
        except ValueError:
            day = None
        if day is None:
            return self._fail(Code.INVALID_DATE, "date", "Give a date as YYYYMMDD.", today)
        if day < today:
            return self._fail(Code.INVALID_DATE, "date", "That day has passed.", today)
        return day

    def time(self) -> time:
        match = re.fullmatch(r"([01][0-9]|2[0-3])([0-5][0-9])", self._text("time"))
        if match:
            return time(int(match[1]), int(match[2]))
        return self._fail(Code.INVALID_TIME, "time", "Give a time as HHMM.", time())

    def visit(self) -> Visit:
        """Read who comes. Ours: an e-mail has an @; a description may be empty."""
        name = self._required("name", Code.INVALID_NAME)
        phone = self._required("phone", Code.INVALID_PHONE)
        email = self._required("email", Code.INVALID_EMAIL)
        if email and "@" not in email:
            self._fail(Code.INVALID_EMAIL, "email", "Is no e-mail address.", "")
        reason = self._request.get("desc", "")
        if not isinstance(reason, str):
            reason = self._fail(Code.INVALID_DESCRIPTION, "desc", "Is no text.", "")
        if len(reason) > LONGEST_DESCRIPTION:
            self._fail(Code.INVALID_DESCRIPTION, "desc", "Is too long.", "")
        return Visit(name, phone, email, reason)

    def _id(self, field: str, code: Code, known: set[int]) -> int:
        value = self._integer(field)
        if value <= 0:
            return self._fail(code, field, "Must be above zero.", 0)
        return value if value in known else self._fail(code, field, "Is not known here.", 0)

    def _integer(self, field: str) -> int:
        value = self._request.get(field)
        # True is an int to Python, but no number to JSON. The samples never quote a number.
        return value if isinstance(value, int) and not isinstance(value, bool) else 0

    def _text(self, field: str) -> str:
        value = self._request.get(field)
        return value if isinstance(value, str) else ""

    def _required(self, field: str, code: Code) -> str:
        value = self._text(field)
        return value if value.strip() else self._fail(code, field, "Is required.", "")

    def _fail(self, code: Code, field: str, message: str, harmless: _Harmless) -> _Harmless:
        self.errors.append(FieldError(code, field, message))
        return harmless


def _untidy(day: date, starts: Iterable[datetime]) -> list[str]:
    """Return the day's times as the page's sample has them: the whole list, twice.

    Ours: on every other day the list starts at noon, since no order is promised.
    """
    times = [f"{start:%H%M}" for start in starts]
    if day.toordinal() % 2:
        times.sort(key=lambda at: (at < "1200", at))
    return times * 2


def _stamp(now: datetime) -> str:
    """Return the sample's way of writing a moment: ``Oct 7, 2017 3:25:07 PM``."""
    return f"{now:%b} {now.day}, {now.year} {now.hour % 12 or 12}:{now:%M:%S} {now:%p}"
