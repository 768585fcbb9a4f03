"""Translates Cliniko's JSON into our words. Pure: no I/O, no clock. ``orders`` goes the other way.

Shapes are those of the vendor's OpenAPI description: ids are text, moments are in UTC, relations
are links that end in an id. Almost anything may be null there. Keys that we do not know are passed
over; no text of an answer enters an error.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar, cast

from webapp.diaries.cliniko.orders import span_of
from webapp.diaries.documents import FromVendor, model_of, models, read_object
from webapp.diaries.errors import Unintelligible
from webapp.diaries.marks import mark_in, mark_of
from webapp.diaries.port import AppointmentType, Room, Staff

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webapp.diaries.port import BookingRequest

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z")
_ID = re.compile(r"[0-9]{1,19}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One appointment, without a word about the patient. Moments are in UTC.

    An ``id`` is empty, and ``created`` is None, for what is still to be made.
    """

    id: str
    patient: str = field(repr=False)
    practitioner: str
    business: str
    kind: str
    starts: datetime
    ends: datetime
    created: datetime | None = None
    stands: bool = True
    mark: str | None = None
    """What tells our booking from all others; None for what was not booked through us."""

    def is_in_the_way_of(self, other: Entry) -> bool:
        """Say whether it takes up the practitioner of ``other``, even for a part of it."""
        shared = self.practitioner == other.practitioner
        return self.stands and shared and self.starts < other.ends and other.starts < self.ends


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; ``next`` is where the one after it is, empty on the last."""

    rows: tuple[object, ...] = field(repr=False)
    next: str = field(repr=False)


class _Links(FromVendor):
    next: str | None = None
    self: str | None = None


class _List(FromVendor):
    links: _Links | None = None


class _Link(FromVendor):
    links: _Links


class _Listed(FromVendor):
    id: str
    archived_at: str | None = None
    deleted_at: str | None = None
    show_in_online_bookings: bool | None = None

    @property
    def is_online(self) -> bool:
        """Whether the practice shows it in online bookings."""
        is_gone = self.archived_at is not None or self.deleted_at is not None
        return self.show_in_online_bookings is True and not is_gone


class _Business(_Listed):
    display_name: str | None = None
    label: str | None = None
    business_name: str | None = None
    address_1: str | None = None
    address_2: str | None = None
    city: str | None = None
    state: str | None = None
    post_code: str | None = None

    @property
    def address(self) -> str:
        """Where to go, on one line; empty where the practice has not said."""
        parts = (self.address_1, self.address_2, self.city, self.state, self.post_code)
        return ", ".join(part.strip() for part in parts if part and part.strip())[:300]


class _Practitioner(_Listed):
    active: bool | None = None
    display_name: str | None = None
    label: str | None = None
    first_name: str | None = None
    last_name: str | None = None


class _Type(_Listed):
    name: str | None = None
    duration_in_minutes: int
    max_attendees: int | None = None


class _Time(FromVendor):
    appointment_start: str


class _Appointment(FromVendor):
    id: str
    patient: _Link
    practitioner: _Link
    business: _Link
    appointment_type: _Link
    starts_at: str
    ends_at: str
    created_at: str
    cancelled_at: str | None = None
    archived_at: str | None = None
    deleted_at: str | None = None
    notes: str | None = None


class _Conflicts(FromVendor):
    exist: bool


class _ConflictsAnswer(FromVendor):
    conflicts: _Conflicts


_OnlineModel = TypeVar("_OnlineModel", bound=_Listed)


def page(key: str, body: bytes) -> Page:
    """Read one page of a list. Raises Unintelligible."""
    found = _object(body)
    rows = found.get(key)
    if not isinstance(rows, list):
        raise Unintelligible(f"the diary's answer has no list of {key}")
    links = model_of(_List, found).links
    return Page(tuple(cast("list[object]", rows)), (links and links.next) or "")


def rooms(found: Iterable[object]) -> tuple[Room, ...]:
    """Read businesses, those that are shown online. Raises Unintelligible."""
    return tuple(
        Room(one.id, name, one.address)
        for one in _online(_Business, found)
        if (name := _first_of(one.display_name, one.label, one.business_name))
    )


def staff(found: Iterable[object]) -> tuple[Staff, ...]:
    """Read practitioners, those who are active and shown online. Raises Unintelligible."""
    return tuple(
        Staff(one.id, name)
        for one in _online(_Practitioner, found)
        if one.active is not False
        and (
            name := _first_of(
                one.display_name, one.label, f"{one.first_name or ''} {one.last_name or ''}"
            )
        )
    )


def types(found: Iterable[object]) -> tuple[AppointmentType, ...]:
    """Read appointment types that are shown online, and for one patient at a time.

    Who offers them is not said there. Raises Unintelligible.
    """
    return tuple(
        AppointmentType(one.id, name, one.duration_in_minutes)
        for one in _online(_Type, found)
        if (one.max_attendees or 1) == 1 and one.duration_in_minutes > 0
        if (name := _first_of(one.name))
    )


def starts(found: Iterable[object]) -> tuple[datetime, ...]:
    """Read available times, in UTC. Raises Unintelligible."""
    return tuple(_moment(one.appointment_start) for one in models(_Time, found))


def entries(found: Iterable[object]) -> tuple[Entry, ...]:
    """Read a list of appointments. Raises Unintelligible."""
    return tuple(_entry(one) for one in models(_Appointment, found))


def entry(body: bytes) -> Entry:
    """Read one appointment. Raises Unintelligible."""
    return _entry(model_of(_Appointment, _object(body)))


def has_conflicts(body: bytes) -> bool:
    """Read "Get conflicts". Raises Unintelligible."""
    return model_of(_ConflictsAnswer, _object(body)).conflicts.exist


def wanted(request: BookingRequest) -> Entry:
    """Return the appointment that a request asks for, still without an id or a patient.

    Raises ValueError without a type, which each appointment here needs.
    """
    slot = request.slot
    if slot.type is None:
        raise ValueError("an appointment in Cliniko needs a type")
    starts_at, ends_at = span_of(slot)
    return Entry(
        id="",
        patient="",
        practitioner=slot.staff.id,
        business=slot.room.id,
        kind=slot.type.id,
        starts=starts_at,
        ends=ends_at,
        mark=mark_of(request),
    )


def compare(told: Entry, wanted: Entry) -> None:
    """Believe an answer to a write only when it repeats what was asked.

    Raises Unintelligible, naming the keys that differ.
    """
    agrees = {
        "patient": told.patient == wanted.patient,
        "practitioner": told.practitioner == wanted.practitioner,
        "business": told.business == wanted.business,
        "appointment_type": told.kind == wanted.kind,
        "starts_at": told.starts == wanted.starts,
        "ends_at": told.ends == wanted.ends,
        "cancelled_at": told.stands,
    }
    differing = ", ".join(key for key, is_so in agrees.items() if not is_so)
    if differing:
        raise Unintelligible(f"the answer differs from the booking in: {differing}")


def identity(text: str) -> str:
    """Return an id, which becomes a part of addresses. Raises Unintelligible for what is none."""
    if not _ID.fullmatch(text):
        raise Unintelligible("an id is not a number of up to 19 digits")
    return text


def _entry(found: _Appointment) -> Entry:
    return Entry(
        id=identity(found.id),
        patient=_id_in(found.patient),
        practitioner=_id_in(found.practitioner),
        business=_id_in(found.business),
        kind=_id_in(found.appointment_type),
        starts=_moment(found.starts_at),
        ends=_moment(found.ends_at),
        created=_moment(found.created_at),
        stands=(found.cancelled_at or found.archived_at or found.deleted_at) is None,
        mark=mark_in(found.notes or ""),
    )


def _id_in(link: _Link) -> str:
    return identity((link.links.self or "").rpartition("/")[2])


def _online(model: type[_OnlineModel], found: Iterable[object]) -> list[_OnlineModel]:
    return [one for one in models(model, found) if one.is_online and identity(one.id)]


def _object(body: bytes) -> dict[str, object]:
    found = read_object(body)
    if found is None:
        raise Unintelligible("the diary's answer is no JSON object")
    return found


def _moment(text: str) -> datetime:
    if _MOMENT.fullmatch(text):
        try:
            return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
        except ValueError:
            pass
    raise Unintelligible("a moment is not in UTC, such as 2026-11-23T09:15:00Z")


def _first_of(*texts: str | None) -> str:
    return next((tidy for one in texts if (tidy := _tidy(one or ""))), "")


def _tidy(text: str) -> str:
    """Strip the text, of what neither pages nor databases take too: controls, half characters."""
    return "".join(
        " " if unicodedata.category(one) in {"Cc", "Cs"} else one for one in text
    ).strip()
