"""The appointments as Open Dental keeps them: the desk's own, and what the API wrote."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypedDict, Unpack

from webapp.reference.opendental.register import Register
from webapp.reference.schedule import ONLINE, Appointment

if TYPE_CHECKING:
    from collections.abc import Hashable

    from webapp.reference.practice import Practice

SCHEDULED, COMPLETE, UNSCHEDULED, BROKEN = "Scheduled", "Complete", "UnschedList", "Broken"
STATUSES = frozenset(
    {SCHEDULED, COMPLETE, UNSCHEDULED, BROKEN, "Planned", "PtNote", "PtNoteCompleted"}
)
NORMAL, ASAP = "Normal", "ASAP"
MARK_MINUTES = 5
_STANDING = frozenset({SCHEDULED, COMPLETE})
_ASAP_AHEAD = timedelta(days=10)
_ASAP_EVERY = 9


@dataclass(frozen=True, slots=True)
class Record:
    """One appointment. Moments are the office's own, without a zone."""

    number: int
    patient: int
    start: datetime
    op: int
    provider: int
    pattern: str
    entered: datetime
    stamped: datetime
    status: str = SCHEDULED
    note: str = ""
    priority: str = NORMAL
    is_new_patient: bool = False

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=MARK_MINUTES * len(self.pattern))

    @property
    def stands(self) -> bool:
        """Whether it is on the appointment book."""
        return self.status in _STANDING


class Changes(TypedDict, total=False):
    """What a request may say of an appointment."""

    start: datetime
    op: int
    provider: int
    pattern: str
    status: str
    note: str
    priority: str
    is_new_patient: bool


class Records:
    """One practice's appointments. Every method may be called from any thread.

    Ours: the earlier an appointment was made, the lower its number, the desk's included, and
    some of the desk's far ones are on the ASAP list. What is broken or on the Unscheduled List
    stands on no day sheet.
    """

    def __init__(self, practice: Practice) -> None:
        self._practice = practice
        self.register = Register()
        self._lock = threading.RLock()
        self._numbers = itertools.count(1)
        self._records: dict[int, Record] = {}
        self._lines: dict[int, Appointment] = {}

    def all(self) -> list[Record]:
        """Return every appointment of the horizon, by number."""
        with self._lock:
            self._look()
            return list(self._records.values())

    def find(self, number: int) -> Record | None:
        with self._lock:
            self._look()
            return self._records.get(number)

    def add(self, patient: int, **said: Unpack[Changes]) -> Record:
        """Add an appointment, whatever else is there: the document knows no refusal for that."""
        with self._lock:
            self._look()
            now = _whole_seconds(self._practice.now())
            record = Record(
                number=next(self._numbers),
                patient=patient,
                start=said.get("start", now),
                op=said.get("op", 0),
                provider=said.get("provider", 0),
                pattern=said.get("pattern", ""),
                entered=now,
                stamped=now,
            )
            return self._keep(replace(record, **said))

    def change(self, number: int, **said: Unpack[Changes]) -> Record:
        """Change one that is there."""
        with self._lock:
            stamped = _whole_seconds(self._practice.now())
            return self._keep(replace(self._records[number], **said, stamped=stamped))

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
        return Appointment(
            person_id=record.provider,
            room_id=record.op,
            start=record.start,
            minutes=MARK_MINUTES * len(record.pattern),
            visit=patient.visit(record.note),
            source=ONLINE,
        )

    def _look(self) -> None:
        """See what the desk has written and struck out since the last time."""
        there = {_key(one): one for one in self._practice.everything()}
        known = {_key(line) for line in self._lines.values()}
        for number, line in list(self._lines.items()):
            if _key(line) not in there:
                del self._lines[number], self._records[number]
        unseen = [one for key, one in there.items() if key not in known]
        for one in sorted(unseen, key=lambda each: (each.number, each.start, each.room_id)):
            record = self._record_of(one)
            self._records[record.number], self._lines[record.number] = record, one

    def _record_of(self, line: Appointment) -> Record:
        number = next(self._numbers)
        zone = self._practice.plan.zone
        made = line.made_at or self._practice.opened_at - timedelta(days=1)
        entered = _whole_seconds(made.astimezone(zone).replace(tzinfo=None))
        is_far = line.start - self._practice.now() > _ASAP_AHEAD
        is_asap = line.made_at is None and is_far and number % _ASAP_EVERY == 0
        return Record(
            number=number,
            patient=self.register.number_of(line.visit),
            start=line.start,
            op=line.room_id,
            provider=line.person_id,
            pattern="X" * (line.minutes // MARK_MINUTES),
            note=line.visit.reason,
            entered=entered,
            stamped=entered,
            priority=ASAP if is_asap else NORMAL,
        )


def _key(line: Appointment) -> Hashable:
    return line.number or (line.person_id, line.room_id, line.start)


def _whole_seconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
