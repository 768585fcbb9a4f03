"""AsapComms: texts about openings to patients on the ASAP list."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from webapp.reference.opendental.errors import wrong
from webapp.reference.opendental.moments import write_day, write_moment
from webapp.reference.opendental.records import (
    ASAP,
    BROKEN,
    NORMAL,
    SCHEDULED,
    UNSCHEDULED,
)

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
    start: datetime
    end: datetime
    op: int
    text_status: str = "SendNotAttempted"
    response: str = "AwaitingTransmit"
    sent: datetime | None = None

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
            "SmsSendStatus": self.text_status,
            "DateTimeSmsSent": write_moment(self.sent),
            "ResponseStatus": self.response,
            "DateTimeOrig": write_moment(self.original),
            "TemplateText": self.text,
            "Note": "",
        }

    def schedule_as_json(self) -> dict[str, object]:
        """Return the Web Sched ASAP Blockout that was made with it."""
        return {
            "ScheduleNum": self.schedule,
            "SchedDate": write_day(self.start.date()),
            "StartTime": f"{self.start:%H:%M:%S}",
            "StopTime": f"{self.end:%H:%M:%S}",
            "SchedType": "WebSchedASAP",
        }


class Comms:
    """One practice's AsapComms. Every method may be called from any thread.

    Ours: the office has both eServices; nothing is sent, and nobody answers, but by ``become``.
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
                start=start,
                end=end,
                op=op,
            )
            self._comms.append(comm)
            return comm

    def become(self, number: int, *, text_status: str, response: str) -> Comm | None:
        """Let a text go out, and its patient answer; None for what is not there.

        Who accepts is moved, and off the ASAP list ("What Patient Sees").
        """
        now = self._practice.now().replace(microsecond=0)
        with self._lock:
            at = next((at for at, one in enumerate(self._comms) if one.number == number), None)
            if at is None:
                return None
            sent = now if text_status == "SendSuccessful" else None
            comm = replace(self._comms[at], text_status=text_status, response=response, sent=sent)
            self._comms[at] = comm
        if response == "AcceptedAndMoved":
            self._records.change(
                comm.appointment, start=comm.start, op=comm.op, status=SCHEDULED, priority=NORMAL
            )
        return comm
