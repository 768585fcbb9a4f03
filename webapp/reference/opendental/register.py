"""The patients that the office knows: those of the desk's appointments, and new ones."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.reference.opendental.errors import wrong
from webapp.reference.patients import Visit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

_FIRST_NUMBER = 1001
PHONES = ("HmPhone", "WkPhone", "WirelessPhone")


@dataclass(frozen=True, slots=True)
class Known:
    """One patient. ``phones`` are the home, work and wireless numbers, as they were written."""

    number: int
    last_name: str
    first_name: str
    phones: tuple[str, str, str] = ("", "", "")
    email: str = ""
    birthdate: date | None = None
    status: str = "Patient"
    text_ok: str = "Unknown"
    """Whether they agreed to be texted: Yes, No or Unknown."""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def visit(self, note: str) -> Visit:
        """Return what the day sheet shows of an appointment of theirs."""
        phone = next((one for one in reversed(self.phones) if one), "")
        return Visit(self.name, phone, self.email, note)


class Register:
    """One practice's patients. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(_FIRST_NUMBER)
        self._known: dict[int, Known] = {}
        self._of_visits: dict[tuple[str, str], int] = {}

    def find(self, number: int) -> Known | None:
        with self._lock:
            return self._known.get(number)

    def number_of(self, visit: Visit) -> int:
        """Return the number of a patient whom the desk wrote down."""
        with self._lock:
            key = (visit.name, visit.phone)
            if key not in self._of_visits:
                first, _, last = visit.name.rpartition(" ")
                one = Known(
                    next(self._numbers), last, first, ("", "", visit.phone), email=visit.email
                )
                self._known[one.number] = one
                self._of_visits[key] = one.number
            return self._of_visits[key]

    def search(self, asked: Mapping[str, str], birthdate: date | None) -> list[Known]:
        """Return who fits all of it. Strings may be a part of what is known, in either case."""
        with self._lock:
            return [
                one
                for one in self._known.values()
                if _holds(one.last_name, asked.get("LName", ""))
                and _holds(one.first_name, asked.get("FName", ""))
                and _holds(one.email, asked.get("Email", ""))
                and any(_digits(asked.get("Phone", "")) in _digits(each) for each in one.phones)
                and birthdate in {None, one.birthdate}
                and not (asked.get("hideInactive") == "true" and one.status != "Patient")
            ]

    def add(
        self,
        *,
        last_name: str,
        first_name: str,
        phones: tuple[str, str, str],
        email: str,
        birthdate: date | None,
        status: str,
        text_ok: str = "Unknown",
    ) -> Known:
        """Add a patient. Raises ApiError for one whom the office knows.

        The document compares "LName, FName, Birthdate, and Email or phone numbers".
        """
        with self._lock:
            for one in self._known.values():
                is_namesake = (one.last_name.casefold(), one.first_name.casefold()) == (
                    last_name.casefold(),
                    first_name.casefold(),
                )
                if is_namesake and one.birthdate == birthdate and _shares(one, phones, email):
                    raise wrong("Patient already exists")
            number = next(self._numbers)
            added = Known(number, last_name, first_name, phones, email, birthdate, status, text_ok)
            self._known[number] = added
            return added


def _shares(one: Known, phones: tuple[str, ...], email: str) -> bool:
    numbers = {_digits(each) for each in one.phones} - {""}
    has_phone = not numbers.isdisjoint({_digits(each) for each in phones})
    return has_phone or (email != "" and email.casefold() == one.email.casefold())


def _holds(known: str, part: str) -> bool:
    return part.casefold() in known.casefold()


def _digits(text: str) -> str:
    return "".join(one for one in text if one.isdigit())
