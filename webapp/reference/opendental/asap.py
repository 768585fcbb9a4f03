"""AsapComms: texts about openings to patients on the ASAP list."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from webapp.reference.opendental.errors import wrong
from webapp.reference.opendental.moments import NO_MOMENT, write_moment
from webapp.reference.opendental.records import ASAP, BROKEN, SCHEDULED, UNSCHEDULED

if TYPE_CHECKING:
    from webapp.reference.opendental.records import Record, Records
    from webapp.reference.practice import Practice

_OPEN_FOR = timedelta(days=7)
"""After the opening's own start, as the document's sample of POST has it."""
_FIRST_SCHEDULE = 52001
_KINDS = {
    SCHEDULED: "ScheduledAppt",
    UNSCHEDULED: "UnscheduledAppt",
    BROKEN: "Broken",
    "Planned": "PlannedAppt",
}


@dataclass(frozen=True, slots=True)
class Comm:
    """One text about one opening to one patient."""

    number: int
    appointment: int
    kind: str
    schedule: int
    patient: int
    entered: datetime
    expires: datetime
    original: datetime
    text: str

    def as_json(self) -> dict[str, object]:
        return {
            "AsapCommNum": self.number,
            "FKey": self.appointment,
            "FKeyType": self.kind,
            "ScheduleNum": self.schedule,
            "PatNum": self.patient,
            "ClinicNum": 0,
            "DateTimeEntry": write_moment(self.entered),
            "DateTimeExpire": write_moment(self.expires),
            "DateTimeSmsScheduled": write_moment(self.entered),
            "SmsSendStatus": "SendNotAttempted",
            "DateTimeSmsSent": NO_MOMENT,
            "ResponseStatus": "AwaitingTransmit",
            "DateTimeOrig": write_moment(self.original),
            "TemplateText": self.text,
            "Note": "",
        }


class Comms:
    """One practice's AsapComms. Every method may be called from any thread.

    Ours: the office has both eServices, and nothing is ever sent.
    """

    def __init__(self, practice: Practice, records: Records) -> None:
        self._practice = practice
        self._records = records
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._schedules = itertools.count(_FIRST_SCHEDULE)
        self._comms: list[Comm] = []

    def all(self) -> list[Comm]:
        with self._lock:
            return list(self._comms)

    def add(self, record: Record, *, op: int, start: datetime) -> Comm:
        """Offer an opening. Raises ApiError where it cannot be one for this appointment."""
        if record.priority != ASAP:
            raise wrong("Appointment Priority must be ASAP")
        end = start + (record.end - record.start)
        for other in self._records.all():
            is_there = other.stands and other.op == op and other.number != record.number
            if is_there and other.start < end and start < other.end:
                raise wrong("The new appointment would overlap with an existing appointment")
        now = self._practice.now().replace(microsecond=0)
        office = self._practice.plan.name
        with self._lock:
            comm = Comm(
                next(self._numbers),
                record.number,
                _KINDS.get(record.status, "None"),
                next(self._schedules),
                record.patient,
                entered=now,
                expires=start + _OPEN_FOR,
                original=record.start,
                text=(
                    "[NameF], an appointment opening has become available on "
                    f"{start:%m/%d/%Y} at {start.hour % 12 or 12}:{start:%M %p} at {office}. "
                    "Visit [AsapURL] to reserve it."
                ),
            )
            self._comms.append(comm)
            return comm
