"""Translates Open Dental's JSON into our words. Pure: no I/O, no clock.

The other way goes ``orders``.

Shapes are those of the samples on the vendor's pages "API Appointments", "API Patients", "API
Providers" and "API Operatories". Enumerations are text, and so are booleans; a word that we do not
know is kept, and takes up the slot that it stands in. Keys that we do not know are passed over; no
text of an answer enters an error.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from webapp import clock
from webapp.diaries.documents import FromVendor, model_of, models, read_array, read_object
from webapp.diaries.errors import Unintelligible
from webapp.diaries.lists import AsapAppointment
from webapp.diaries.marks import mark_in, mark_of
from webapp.diaries.opendental.orders import marks_of, wall_start
from webapp.diaries.port import Room, Staff
from webapp.diaries.settings import MARK_MINUTES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from webapp.diaries.port import BookingRequest

SCHEDULED, NORMAL, ASAP = "Scheduled", "Normal", "ASAP"
_NOT_ON_THE_BOOK = frozenset({"UnschedList", "Broken", "Planned", "PtNote", "PtNoteCompleted"})
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One appointment, without a word about the patient.

    ``start`` is wall time without a zone; where there is none it lies in the year 1.
    """

    number: int
    patient: int = field(repr=False)
    status: str
    start: datetime
    minutes: int
    room_id: str
    staff_id: str
    """Who treats: the hygienist of a hygiene appointment, else the provider."""
    is_hygiene: bool
    priority: str
    mark: str | None
    """What tells our booking from all others; None for what was not booked through us."""

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.minutes)

    @property
    def stands(self) -> bool:
        """Whether it is on the appointment book."""
        return self.status not in _NOT_ON_THE_BOOK

    def is_in_the_way_of(self, other: Entry) -> bool:
        """Say whether it takes up the person or the room of ``other``, even for a part of it."""
        shared = self.staff_id == other.staff_id or self.room_id == other.room_id
        return self.stands and shared and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Opening:
    """A range in which nothing is booked, in wall time without a zone."""

    start: datetime
    end: datetime
    staff_id: str
    room_id: str


class _Provider(FromVendor):
    ProvNum: int
    Abbr: str = ""
    LName: str = ""
    FName: str = ""
    Suffix: str = ""
    IsHidden: str = "false"
    IsNotPerson: str = "false"
    ProvStatus: str = ""


class _Operatory(FromVendor):
    OperatoryNum: int
    OpName: str = ""
    Abbrev: str = ""
    IsHidden: str = "false"


class _Appointment(FromVendor):
    AptNum: int
    PatNum: int
    AptStatus: str
    Pattern: str
    Op: int
    Note: str = ""
    ProvNum: int
    ProvHyg: int = 0
    AptDateTime: str
    IsHygiene: str = "false"
    Priority: str = NORMAL


class _Slot(FromVendor):
    DateTimeStart: str
    DateTimeEnd: str
    ProvNum: int
    OpNum: int


def rows(body: bytes) -> list[object]:
    """Read a list. Raises Unintelligible for what is none."""
    found = read_array(body)
    if found is None:
        raise Unintelligible("the diary's answer is no JSON array")
    return found


def staff(found: Iterable[object]) -> tuple[Staff, ...]:
    """Read "Providers GET (multiple)", without whom nobody can book. Raises Unintelligible."""
    named: dict[str, str] = {}
    for one in models(_Provider, found):
        is_one_to_see = not _is_true(one.IsHidden, one.IsNotPerson) and one.ProvStatus != "Deleted"
        if is_one_to_see and (name := _name(one)):
            named.setdefault(str(one.ProvNum), name)
    return tuple(Staff(identity, name) for identity, name in named.items())


def rooms(found: Iterable[object]) -> tuple[Room, ...]:
    """Read "Operatories GET (multiple)" without the hidden ones. Raises Unintelligible."""
    named: dict[str, str] = {}
    for one in models(_Operatory, found):
        if not _is_true(one.IsHidden) and (name := tidy(one.OpName) or tidy(one.Abbrev)):
            named.setdefault(str(one.OperatoryNum), name)
    return tuple(Room(identity, name) for identity, name in named.items())


def openings(found: Iterable[object]) -> tuple[Opening, ...]:
    """Read "Appointments GET Slots". Raises Unintelligible, also for an end before its start."""
    read = tuple(
        Opening(
            moment(one.DateTimeStart), moment(one.DateTimeEnd), str(one.ProvNum), str(one.OpNum)
        )
        for one in models(_Slot, found)
    )
    if any(one.end < one.start for one in read):
        raise Unintelligible("an open time ends before it begins")
    return read


def entries(found: Iterable[object]) -> tuple[Entry, ...]:
    """Read a list of appointments. Raises Unintelligible."""
    return tuple(_entry(one) for one in models(_Appointment, found))


def entry(body: bytes) -> Entry:
    """Read one appointment, as GET (single), POST and PUT answer with it."""
    found = read_object(body)
    if found is None:
        raise Unintelligible("the diary's answer is no JSON object")
    return _entry(model_of(_Appointment, found))


def wanted(request: BookingRequest, zone: ZoneInfo) -> Entry:
    """Return the appointment that a request asks for, still without a number or a patient."""
    slot = request.slot
    return Entry(
        number=0,
        patient=0,
        status=SCHEDULED,
        start=wall_start(slot, zone),
        minutes=MARK_MINUTES * marks_of(slot),
        room_id=slot.room.id,
        staff_id=slot.staff.id,
        is_hygiene=False,
        priority=NORMAL,
        mark=mark_of(request),
    )


def asap_appointment(entry: Entry, zone: ZoneInfo) -> AsapAppointment:
    """Say what is on the ASAP list; what stands on no day, or at no time, has no start."""
    return AsapAppointment(
        reference=str(entry.number),
        patient_reference=str(entry.patient),
        staff_id=entry.staff_id,
        room_id=entry.room_id,
        start=moment_of(entry, zone) if entry.stands else None,
        minutes=entry.minutes,
    )


def moment_of(entry: Entry, zone: ZoneInfo) -> datetime | None:
    """Return when an appointment begins, aware; None where that is no day, or no time of it."""
    if entry.start.year <= 1:
        return None
    start = clock.wall(entry.start.date(), entry.start.time(), zone)
    return start if clock.exists(start) else None


def compare(told: Entry, wanted: Entry) -> None:
    """Believe an answer to a write only when it repeats what was asked.

    Raises Unintelligible, naming the keys that differ.
    """
    agrees = {
        "PatNum": told.patient == wanted.patient,
        "AptStatus": told.status == wanted.status,
        "Pattern": told.minutes == wanted.minutes,
        "Op": told.room_id == wanted.room_id,
        "ProvNum": told.staff_id == wanted.staff_id,
        "AptDateTime": told.start == wanted.start,
    }
    differing = ", ".join(key for key, is_so in agrees.items() if not is_so)
    if differing:
        raise Unintelligible(f"the answer differs from the booking in: {differing}")


def _entry(found: _Appointment) -> Entry:
    is_hygiene = _is_true(found.IsHygiene) and found.ProvHyg > 0
    return Entry(
        number=found.AptNum,
        patient=found.PatNum,
        status=found.AptStatus,
        start=moment(found.AptDateTime),
        minutes=MARK_MINUTES * len(found.Pattern),
        room_id=str(found.Op),
        staff_id=str(found.ProvHyg if is_hygiene else found.ProvNum),
        is_hygiene=is_hygiene,
        priority=found.Priority,
        mark=mark_in(found.Note),
    )


def _is_true(*values: str) -> bool:
    # One sample writes it with a capital
    return any(one.casefold() == "true" for one in values)


def _name(one: _Provider) -> str:
    name = " ".join(part for part in (tidy(one.FName), tidy(one.LName)) if part)
    suffix = tidy(one.Suffix)
    return (f"{name}, {suffix}" if suffix else name) if name else tidy(one.Abbr)


def moment(text: str) -> datetime:
    if _MOMENT.fullmatch(text.strip()):
        try:
            return datetime.fromisoformat(text.strip())
        except ValueError:
            pass
    raise Unintelligible("a moment is not yyyy-MM-dd HH:mm:ss")


def tidy(text: str) -> str:
    """Strip the text, of what neither pages nor databases take too: controls, half characters."""
    return "".join(
        " " if unicodedata.category(one) in {"Cc", "Cs"} else one for one in text
    ).strip()
