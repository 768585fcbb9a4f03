"""Translates Cliniko's JSON into our words. Pure: no I/O, no clock. ``orders`` goes the other way.

Shapes are those of the vendor's OpenAPI description: ids are text, moments are in UTC, relations
are links that end in an id. Almost anything may be null there. Keys that we do not know are passed
over; no text of an answer enters an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from webapp.diaries.cliniko.orders import span_of
from webapp.diaries.documents import FromVendor, model_of, models, read_object
from webapp.diaries.errors import Unintelligible
from webapp.diaries.marks import mark_in, mark_of

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


class Links(FromVendor):
    next: str | None = None
    self: str | None = None


class _Link(FromVendor):
    links: Links


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


def entries(found: Iterable[object]) -> tuple[Entry, ...]:
    """Read a list of appointments. Raises Unintelligible."""
    return tuple(_entry(one) for one in models(_Appointment, found))


def entry(body: bytes) -> Entry:
    """Read one appointment. Raises Unintelligible."""
    return _entry(model_of(_Appointment, document(body)))


def has_conflicts(body: bytes) -> bool:
    """Read "Get conflicts". Raises Unintelligible."""
    return model_of(_ConflictsAnswer, document(body)).conflicts.exist


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
        starts=moment(found.starts_at),
        ends=moment(found.ends_at),
        created=moment(found.created_at),
        stands=(found.cancelled_at or found.archived_at or found.deleted_at) is None,
        mark=mark_in(found.notes or ""),
    )


def _id_in(link: _Link) -> str:
    return identity((link.links.self or "").rpartition("/")[2])


def document(body: bytes) -> dict[str, object]:
    """Read an answer, which is an object throughout. Raises Unintelligible."""
    found = read_object(body)
    if found is None:
        raise Unintelligible("the diary's answer is no JSON object")
    return found


def moment(text: str) -> datetime:
    """Read a moment, in UTC. Raises Unintelligible."""
    if _MOMENT.fullmatch(text):
        try:
            return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
        except ValueError:
            pass
    raise Unintelligible("a moment is not in UTC, such as 2026-11-23T09:15:00Z")
