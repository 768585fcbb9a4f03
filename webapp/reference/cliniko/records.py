"""The appointments as Cliniko keeps them: the desk's own, and what the API wrote."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, TypedDict, Unpack

from webapp.reference.cliniko.directory import list_kinds
from webapp.reference.cliniko.filters import Field, Holds
from webapp.reference.cliniko.moments import whole_seconds
from webapp.reference.cliniko.register import Register
from webapp.reference.schedule import ONLINE, Appointment

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from datetime import datetime

    from webapp.reference.practice import Practice

OTHER = 50


@dataclass(frozen=True, slots=True)
class Record:
    """One appointment. Moments are in UTC; numbers are the plan's and the register's own."""

    number: int
    patient: int
    business: int
    practitioner: int
    kind: int
    starts: datetime
    ends: datetime
    created: datetime
    updated: datetime
    notes: str | None = None
    cancelled: datetime | None = None
    reason: int | None = None
    reason_note: str | None = None
    archived: datetime | None = None

    @property
    def stands(self) -> bool:
        return self.cancelled is None and self.archived is None


class Changes(TypedDict, total=False):
    """What a request may say of an appointment."""

    patient: int
    business: int
    practitioner: int
    kind: int
    starts: datetime
    ends: datetime
    notes: str | None
    cancelled: datetime
    reason: int
    reason_note: str | None
    archived: datetime


class Wanted(TypedDict):
    """What makes an appointment, checked."""

    patient: int
    business: int
    practitioner: int
    kind: int
    starts: datetime
    ends: datetime
    notes: str | None


FIELDS: Mapping[str, Field[Record]] = {
    "id": Field(Holds.ID, lambda one: one.number),
    "archived_at": Field(Holds.MOMENT, lambda one: one.archived),
    "created_at": Field(Holds.MOMENT, lambda one: one.created),
    "deleted_at": Field(Holds.MOMENT, lambda one: one.archived),
    "updated_at": Field(Holds.MOMENT, lambda one: one.updated),
    "appointment_type_id": Field(Holds.ID, lambda one: one.kind),
    "business_id": Field(Holds.ID, lambda one: one.business),
    "cancelled_at": Field(Holds.MOMENT, lambda one: one.cancelled),
    "ends_at": Field(Holds.MOMENT, lambda one: one.ends),
    "patient_id": Field(Holds.ID, lambda one: one.patient),
    "practitioner_id": Field(Holds.ID, lambda one: one.practitioner),
    "repeated_from_id": Field(Holds.ID, lambda _one: None),
    "starts_at": Field(Holds.MOMENT, lambda one: one.starts),
}


class Records:
    """One practice's appointments. Every method may be called from any thread.

    Ours: the earlier an appointment was made, the lower its number, the desk's included. What the
    desk strikes out counts as cancelled.
    """

    def __init__(self, practice: Practice) -> None:
        self._practice = practice
        self.register = Register()
        self._lock = threading.RLock()
        self._numbers = itertools.count(1)
        self._records: dict[int, Record] = {}
        self._lines: dict[int, Appointment] = {}

    def all(self) -> list[Record]:
        """Return every appointment, by number, those that do not stand too."""
        with self._lock:
            self._look()
            return list(self._records.values())

    def find(self, number: int | None) -> Record | None:
        with self._lock:
            self._look()
            return None if number is None else self._records.get(number)

    def add(self, wanted: Wanted) -> Record:
        """Add an appointment, whatever else is there: the vendor refuses none for that."""
        with self._lock:
            self._look()
            now = whole_seconds(self._practice.moment())
            return self._keep(Record(next(self._numbers), **wanted, created=now, updated=now))

    def change(self, number: int, **said: Unpack[Changes]) -> Record:
        """Change one that is there."""
        with self._lock:
            now = whole_seconds(self._practice.moment())
            return self._keep(replace(self._records[number], **said, updated=now))

    def has_conflicts(self, record: Record) -> bool:
        """Say whether another appointment of the same practitioner shares time with this one."""
        return any(
            one.stands
            and one.number != record.number
            and one.practitioner == record.practitioner
            and one.starts < record.ends
            and record.starts < one.ends
            for one in self.all()
        )

    def now(self) -> datetime:
        return whole_seconds(self._practice.moment())

    def _keep(self, record: Record) -> Record:
        line = self._lines.pop(record.number, None)
        if record.stands:
            written = self._line_of(record)
            if line is not None and line.source == ONLINE:
                self._practice.rewrite(line.number, written)
                self._lines[record.number] = replace(
                    written, number=line.number, made_at=line.made_at
                )
            else:
                if line is not None:
                    # The desk's own: from now on it is the API's
                    self._practice.strike_out(line)
                self._lines[record.number] = self._practice.enter(written)
        elif line is not None:
            self._practice.strike_out(line)
        self._records[record.number] = record
        return record

    def _line_of(self, record: Record) -> Appointment:
        patient = self.register.find(record.patient)
        assert patient is not None, "who comes was looked up"  # noqa: S101
        zone = self._practice.plan.zone
        return Appointment(
            person_id=record.practitioner,
            room_id=record.business,
            start=record.starts.astimezone(zone).replace(tzinfo=None),
            minutes=int((record.ends - record.starts).total_seconds()) // 60,
            visit=patient.visit(record.notes or ""),
            source=ONLINE,
        )

    def _look(self) -> None:
        """See what the desk has written and struck out since the last time."""
        there = {_key(one): one for one in self._practice.everything()}
        known = {_key(line) for line in self._lines.values()}
        for number, line in list(self._lines.items()):
            if _key(line) not in there:
                del self._lines[number]
                self._records[number] = replace(
                    self._records[number], cancelled=self.now(), reason=OTHER
                )
        unseen = [one for key, one in there.items() if key not in known]
        for one in sorted(unseen, key=lambda each: (each.number, each.start, each.person_id)):
            record = self._record_of(one)
            self._records[record.number], self._lines[record.number] = record, one

    def _record_of(self, line: Appointment) -> Record:
        plan = self._practice.plan
        starts = line.start.replace(tzinfo=plan.zone).astimezone(UTC)
        made = whole_seconds(line.made_at or self._practice.opened_at - timedelta(days=1))
        kinds = list_kinds(plan, line.person_id)
        kind = next((one for one in kinds if one.minutes == line.minutes), kinds[0])
        return Record(
            number=next(self._numbers),
            patient=self.register.number_of(line.visit, made),
            business=line.room_id,
            practitioner=line.person_id,
            kind=kind.id,
            starts=starts,
            ends=starts + timedelta(minutes=line.minutes),
            created=made,
            updated=made,
            notes=line.visit.reason or None,
        )


def _key(line: Appointment) -> Hashable:
    return line.number or (line.person_id, line.room_id, line.start)
