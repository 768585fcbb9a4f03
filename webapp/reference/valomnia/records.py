"""The appointments as Valomnia keeps them: the API's own, and what the desk wrote."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from webapp.reference.patients import Visit
from webapp.reference.schedule import ONLINE, Appointment
from webapp.reference.valomnia.errors import not_unique

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from webapp.reference.plan import Person, Room
    from webapp.reference.practice import Practice


@dataclass(frozen=True, slots=True)
class Known:
    """A user, a customer or a category: what an appointment points to."""

    id: int
    reference: str
    name: str


@dataclass(frozen=True, slots=True)
class Fields:
    """What a request says of an appointment, checked. Moments are in UTC."""

    reference: str | None
    title: str
    start: datetime
    end: datetime
    category: Known
    note: str | None = None
    is_done: bool = False
    customer: Known | None = None
    contacts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One appointment."""

    id: int
    fields: Fields
    user: Known
    created: datetime
    updated: datetime


CATEGORIES = (
    Known(1, "consultation", "Consultation"),
    Known(2, "meeting", "Rendez-vous"),
    Known(3, "phone_call", "Phone call"),
    Known(5, "other", "Autre"),
)
_API_USER = Known(1, "openslot", "Online booking")
_NOBODY = 0


class Records:
    """One practice's appointments. Every method may be called from any thread.

    Ours: each person of the practice is an employee, ``emp-511``, and each room a customer,
    ``room-61``: the desk chooses both for what it writes. What the API writes belongs to the user
    who is logged in, for a request has no place for another; the day sheet shows it with whomever
    and wherever its words name, as a person would read them.
    """

    def __init__(self, practice: Practice) -> None:
        self._practice = practice
        self._lock = threading.RLock()
        self._ids: dict[Hashable, int] = {}
        self._numbers = itertools.count(1)
        self._made: dict[int, Record] = {}
        plan = practice.plan
        self._users = {
            one.id: Known(100 + number, f"emp-{one.id}", one.name)
            for number, one in enumerate(plan.people)
        }
        self.customers = [Known(one.id, f"room-{one.id}", one.name) for one in plan.rooms]

    def all(self) -> list[Record]:
        """Return every appointment of the horizon, by id."""
        with self._lock:
            found = [self._record(one) for one in self._practice.everything()]
            return sorted(found, key=lambda one: one.id)

    def find(self, identity: int) -> Record | None:
        return next((one for one in self.all() if one.id == identity), None)

    def find_by_reference(self, reference: str) -> Record | None:
        return next((one for one in self.all() if one.fields.reference == reference), None)

    def save(self, fields: Fields) -> Record:
        """Add an appointment, whatever else is there: the document knows no refusal for that."""
        with self._lock:
            if fields.reference and self.find_by_reference(fields.reference):
                raise not_unique(fields.reference)
            appointment = self._practice.enter(self._sheet_line(fields))
            now = _whole_seconds(self._practice.moment())
            record = Record(self._id(appointment), fields, _API_USER, now, now)
            self._made[appointment.number] = record
            return record

    def change(self, record: Record, fields: Fields) -> Record:
        with self._lock:
            other = fields.reference and self.find_by_reference(fields.reference)
            if other and other.id != record.id:
                raise not_unique(str(fields.reference))
            number = self._number_of(record)
            if number is None:
                # The desk's own: from now on it is the API's
                self._strike_the_desks(record)
                number = self._practice.enter(self._sheet_line(fields)).number
                self._ids[number] = record.id
            else:
                self._practice.rewrite(number, self._sheet_line(fields))
            changed = replace(
                record, fields=fields, updated=_whole_seconds(self._practice.moment())
            )
            self._made[number] = changed
            return changed

    def delete(self, record: Record) -> None:
        with self._lock:
            number = self._number_of(record)
            if number is None:
                self._strike_the_desks(record)
            else:
                self._practice.strike(number)

    def _number_of(self, record: Record) -> int | None:
        return next((number for number, one in self._made.items() if one.id == record.id), None)

    def _strike_the_desks(self, record: Record) -> None:
        for one in self._practice.everything():
            if self._id(one) == record.id:
                self._practice.strike_out(one)
                return

    def _record(self, appointment: Appointment) -> Record:
        made = self._made.get(appointment.number)
        if made is not None:
            return made
        start = appointment.start.replace(tzinfo=self._practice.plan.zone).astimezone(UTC)
        made_at = appointment.made_at or self._practice.opened_at - timedelta(days=1)
        room = next((one for one in self.customers if one.id == appointment.room_id), None)
        return Record(
            self._id(appointment),
            Fields(
                reference=None,
                title=appointment.visit.name,
                start=start,
                end=start + timedelta(minutes=appointment.minutes),
                category=CATEGORIES[0],
                note=appointment.visit.reason or None,
                customer=room,
            ),
            self._users.get(appointment.person_id, _API_USER),
            _whole_seconds(made_at),
            _whole_seconds(made_at),
        )

    def _id(self, appointment: Appointment) -> int:
        key: Hashable = appointment.number or (
            appointment.person_id,
            appointment.room_id,
            appointment.start,
        )
        if key not in self._ids:
            self._ids[key] = next(self._numbers)
        return self._ids[key]

    def _sheet_line(self, fields: Fields) -> Appointment:
        """Return what the day sheet shows of it."""
        plan = self._practice.plan
        words = f"{fields.title}\n{fields.note or ''}"
        room_id = fields.customer.id if fields.customer else _named(plan.rooms, words)
        return Appointment(
            person_id=_named(plan.people, words),
            room_id=room_id,
            start=fields.start.astimezone(plan.zone).replace(tzinfo=None),
            minutes=max(1, int((fields.end - fields.start).total_seconds()) // 60),
            visit=Visit(fields.title, reason=fields.note or ""),
            source=ONLINE,
        )


def _named(known: Iterable[Person] | Iterable[Room], words: str) -> int:
    """Return the id of whoever is named first; the longer name wins where one holds the other."""
    found = [(words.find(one.name), -len(one.name), one.id) for one in known if one.name in words]
    return min(found)[2] if found else _NOBODY


def _whole_seconds(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
