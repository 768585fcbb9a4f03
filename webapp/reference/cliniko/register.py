"""The patients of the account: those of the desk's appointments, and new ones."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.reference.cliniko.filters import Field, Holds
from webapp.reference.patients import Visit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

_FIRST_NUMBER = 7001


@dataclass(frozen=True, slots=True)
class Phone:
    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class Known:
    """One patient. Moments are in UTC."""

    number: int
    first_name: str
    last_name: str
    created: datetime
    phones: tuple[Phone, ...] = ()
    email: str | None = None
    born: date | None = None
    reminder_type: str = "None"
    accepted_privacy_policy: bool | None = None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def visit(self, note: str) -> Visit:
        """Return what the day sheet shows of an appointment of theirs."""
        phone = self.phones[0].number if self.phones else ""
        return Visit(self.name, phone, self.email or "", note)


@dataclass(frozen=True, slots=True)
class NewPatient:
    """What a request says of somebody new."""

    first_name: str
    last_name: str
    phones: tuple[Phone, ...]
    email: str | None
    born: date | None
    reminder_type: str
    accepted_privacy_policy: bool | None


FIELDS: Mapping[str, Field[Known]] = {
    "id": Field(Holds.ID, lambda one: one.number),
    "archived_at": Field(Holds.MOMENT, lambda _one: None),
    "created_at": Field(Holds.MOMENT, lambda one: one.created),
    "updated_at": Field(Holds.MOMENT, lambda one: one.created),
    "date_of_birth": Field(Holds.DAY, lambda one: one.born),
    "email": Field(Holds.WORDS, lambda one: one.email),
    "first_name": Field(Holds.WORDS, lambda one: one.first_name),
    "last_name": Field(Holds.WORDS, lambda one: one.last_name),
    "preferred_first_name": Field(Holds.WORDS, lambda _one: None),
    "old_reference_id": Field(Holds.WORDS, lambda _one: None),
}


class Register:
    """One practice's patients. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(_FIRST_NUMBER)
        self._known: dict[int, Known] = {}
        self._of_visits: dict[tuple[str, str], int] = {}

    def all(self) -> list[Known]:
        with self._lock:
            return list(self._known.values())

    def find(self, number: int | None) -> Known | None:
        with self._lock:
            return None if number is None else self._known.get(number)

    def number_of(self, visit: Visit, made: datetime) -> int:
        """Return the number of a patient whom the desk wrote down."""
        with self._lock:
            key = (visit.name, visit.phone)
            if key not in self._of_visits:
                first, _, last = visit.name.rpartition(" ")
                phones = (Phone("Mobile", visit.phone),) if visit.phone else ()
                one = Known(
                    next(self._numbers), first, last, made, phones, email=visit.email or None
                )
                self._known[one.number] = one
                self._of_visits[key] = one.number
            return self._of_visits[key]

    def add(self, new: NewPatient, made: datetime) -> Known:
        """Add a patient, who may be there already: the vendor compares nobody."""
        with self._lock:
            added = Known(
                next(self._numbers),
                new.first_name,
                new.last_name,
                made,
                new.phones,
                new.email,
                new.born,
                new.reminder_type,
                new.accepted_privacy_policy,
            )
            self._known[added.number] = added
            return added
