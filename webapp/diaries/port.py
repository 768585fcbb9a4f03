"""What Openslot asks of any diary, and the words in which it is answered.

A connector translates its vendor's words into these. Nothing here knows HTTP, Flask or a
database, so that rules written against the port hold for every system.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date, datetime

    from webapp.diaries.free_times import FreeTimes
    from webapp.diaries.lists import AsapAppointment


class Capability(enum.Flag):
    """What a diary can do by itself; what it cannot becomes a request to the practice."""

    BOOK = enum.auto()
    CANCEL = enum.auto()
    MOVE = enum.auto()
    FIND = enum.auto()
    """A booking can be looked up after the event, so an unknown outcome is settled by asking."""
    ASAP_LIST = enum.auto()
    REJECTS_TAKEN_SLOT = enum.auto()
    """A second patient in one slot is refused: by the diary itself, or by a connector that looks
    after it has written, and takes back what came second."""
    APPOINTMENT_TYPES = enum.auto()
    """What an appointment is for decides how long it is, and so when it can be had."""
    CANCEL_REASON = enum.auto()
    """A cancellation can say why."""


class CancelReason(enum.StrEnum):
    """Why a patient cancels, for diaries that keep it. The reasons are Cliniko's."""

    FEELING_BETTER = "feeling_better"
    CONDITION_WORSE = "condition_worse"
    SICK = "sick"
    AWAY = "away"
    WORK = "work"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class AppointmentType:
    """What an appointment is for, in the practice's own words, and its length.

    ``id`` as in :class:`Staff`. ``staff_ids`` tells who offers it; None means everybody.
    """

    id: str
    name: str
    minutes: int
    staff_ids: frozenset[str] | None = None

    def is_offered_by(self, staff_id: str) -> bool:
        """Say whether this person offers it."""
        return self.staff_ids is None or staff_id in self.staff_ids


@dataclass(frozen=True, slots=True)
class Staff:
    """A person who treats. ``id`` is the diary's own, kept as text whatever its type there."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Room:
    """Where one is treated: Physiodiary's section, Cliniko's business. ``id`` as in Staff.

    ``address`` is where to go, if the diary says so; empty where that is the practice's own.
    """

    id: str
    name: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """One appointment that can be had: with whom, where, when, for how long, for what.

    ``start`` is aware and in the practice's zone; ``minutes`` is positive. ``type`` is None where
    the diary knows no types.
    """

    staff: Staff
    room: Room
    start: datetime
    minutes: int
    type: AppointmentType | None = None


@dataclass(frozen=True, slots=True)
class Patient:
    """Who is coming. The representation leaves out every word that the patient typed."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    email: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """One booking to write. ``reason`` is health data: it goes to the diary and nowhere else.

    ``key`` tells it from every other booking, and is the same whenever it is asked about again:
    a diary that takes references of ours knows the booking by it. Where it is empty, patient and
    slot stand in for it.
    """

    slot: Slot
    patient: Patient = field(repr=False)
    reason: str = field(repr=False, default="")
    key: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The diary said yes, to exactly what was asked.

    ``minutes`` is the length that the diary gave; ``reference`` its own number for the
    booking, where it has one.
    """

    minutes: int
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class PlacedBooking:
    """A booking that stands, or may stand; ``reference`` is the diary's own number for it.

    ``key`` is that of the request that it came from.
    """

    slot: Slot
    patient: Patient = field(repr=False)
    reference: str | None = None
    key: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class CallOrigin:
    """Where our calls to a diary leave from: what an operator registers with the vendor.

    ``local_address`` is this machine's end of the connection (or of the connection to
    ``proxy``); behind a router or NAT the vendor sees that one's public address instead.
    """

    local_address: str
    proxy: str | None


class Diary(Protocol):
    """One practice's diary. Safe to share between threads.

    Every method is bounded in time by the connector's own limits. Reads may be repeated inside
    that bound; what ``book`` writes is sent at most once per call.
    """

    @property
    def capabilities(self) -> Capability: ...

    @property
    def write_limit_seconds(self) -> float:
        """Seconds from the call of ``book`` until nothing of it is under way any more."""
        ...

    @property
    def window_days(self) -> int | None:
        """How many days one call of ``free_times`` may ask at the most; None for no such limit.

        Where there is one, each call counts against the diary's patience: less is asked, and the
        rest as the patient looks further.
        """
        ...

    def staff(self) -> tuple[Staff, ...]:
        """Everybody in the diary, in its order. Raises a ReadFailed or NotAccepted."""
        ...

    def rooms(self) -> tuple[Room, ...]:
        """Every room in the diary, in its order. Raises a ReadFailed or NotAccepted."""
        ...

    def appointment_types(self) -> tuple[AppointmentType, ...]:
        """Everything that an appointment can be for, in the diary's order; empty without types.

        Raises a ReadFailed or NotAccepted.
        """
        ...

    def free_times(
        self,
        *,
        staff_id: str,
        room_id: str,
        first_day: date,
        days: int,
        type_id: str | None = None,
    ) -> FreeTimes:
        """Ask what is free on ``days`` days (1 to 90) from ``first_day``, that day included.

        ``days`` is ``window_days`` at the most, where there are such. ``type_id`` is one of
        ``appointment_types``, and None where there are none.

        Raises a ReadFailed or NotAccepted; never an empty answer in place of a failure.
        """
        ...

    def book(self, request: BookingRequest) -> Confirmation:
        """Write the booking, once.

        ``request.slot`` carries the names that the diary gave: one may confirm by name alone.
        Raises SlotTaken, FieldsRefused, NotReached or NotAccepted when nothing was booked, and
        OutcomeUnknown when it may have been.
        """
        ...

    def cancel(self, booking: PlacedBooking, reason: CancelReason | None = None) -> None:
        """Take a booking out of the diary; one that is gone already counts as taken out.

        ``reason`` counts only where ``capabilities`` has CANCEL_REASON.

        Only where ``capabilities`` has CANCEL. Raises NotReached, NoAnswer, Unintelligible or
        NotAccepted; it may be repeated after any of them.
        """
        ...

    def move(self, booking: PlacedBooking, to: Slot) -> Confirmation:
        """Give a booking another slot; it keeps the diary's number.

        Only where ``capabilities`` has MOVE. Raises SlotTaken when ``to`` cannot be had and
        WriteRefused when the booking itself is gone, NotReached or NotAccepted: the booking then
        stands as before. Raises OutcomeUnknown when it may have been moved; it may be repeated.
        """
        ...

    def find(self, booking: PlacedBooking) -> Confirmation | None:
        """Look a booking up by its key, or by patient and slot; None when there surely is none.

        A booking that broke off half way is finished here: one that came second to its slot is
        taken out again, and counts as none. One whose ``reference`` is known is left as it is.

        Only where ``capabilities`` has FIND. Raises Elsewhere when the diary has it with somebody
        else, in another room or at another time; another ReadFailed, or NotAccepted.
        """
        ...

    def asap_list(self) -> tuple[AsapAppointment, ...]:
        """Return the appointments whose patients want something sooner, in the diary's order.

        Only where ``capabilities`` has ASAP_LIST. Raises a ReadFailed or NotAccepted.
        """
        ...

    def call_origin(self) -> CallOrigin:
        """Connect without asking anything, to learn the address the call leaves from.

        Raises NotReached.
        """
        ...

    def close(self) -> None:
        """Give back pooled connections."""
        ...
