"""Keeps the port's promises on a practice's Cliniko."""

from __future__ import annotations

import logging
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from webapp.diaries.cliniko import free, mapping
from webapp.diaries.cliniko.api import VENDOR_GOES_ON, Api
from webapp.diaries.cliniko.catalogue import Catalogue
from webapp.diaries.cliniko.looking import Looker, moved
from webapp.diaries.cliniko.orders import span_of
from webapp.diaries.cliniko.reading import WINDOW_DAYS, Reader
from webapp.diaries.cliniko.writing import Writer
from webapp.diaries.deadlines import Times
from webapp.diaries.errors import (
    DiaryError,
    Elsewhere,
    NoAnswer,
    NotCapable,
    OutcomeUnknown,
    SlotShared,
    SlotTaken,
)
from webapp.diaries.free_times import FreeTimes
from webapp.diaries.lists import AsapAppointment
from webapp.diaries.noting import Noting
from webapp.diaries.outcomes import nothing_sent
from webapp.diaries.pace import Urgency
from webapp.diaries.port import (
    AppointmentType,
    BookingRequest,
    CallOrigin,
    CancelReason,
    Capability,
    Confirmation,
    PlacedBooking,
    Room,
    Slot,
    Staff,
)

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

    from webapp.diaries.calling import Limits
    from webapp.diaries.cliniko.mapping import Entry
    from webapp.diaries.remarks import Remark

log = logging.getLogger(__name__)

LONGEST_SEARCH = 90
"""Days, the first included: as far as pages look ahead."""


class ClinikoDiary:
    """One practice's Cliniko: its practitioners are staff, its businesses are rooms.

    The vendor lets two have one time. So a booking looks first, asks for conflicts after it was
    written, and is cancelled again if somebody else was earlier. It takes five or six requests of
    some two hundred in a minute.
    """

    CAPABILITIES: ClassVar[Capability] = (
        Capability.BOOK
        | Capability.CANCEL
        | Capability.MOVE
        | Capability.FIND
        | Capability.REJECTS_TAKEN_SLOT
        | Capability.APPOINTMENT_TYPES
        | Capability.CANCEL_REASON
    )

    def __init__(self, api: Api, zone: ZoneInfo, limits: Limits) -> None:
        self._api = api
        self._noting = Noting(log, api.host)
        self._zone = zone
        self._limits = limits
        self._reader = Reader(api, limits)
        self._looker = Looker(self._reader, zone, limits)
        self._writer = Writer(api, limits)
        self._catalogue = Catalogue(self._reader, zone, host=api.host)

    @property
    def capabilities(self) -> Capability:
        return self.CAPABILITIES

    @property
    def write_limit_seconds(self) -> float:
        """Seconds from the call of ``book`` until nothing of it is under way any more.

        After our own limit the vendor may still be at it.
        """
        return self._limits.write.total + VENDOR_GOES_ON

    @property
    def window_days(self) -> int | None:
        """A week: more days take a question for each."""
        return WINDOW_DAYS

    def staff(self) -> tuple[Staff, ...]:
        """Every practitioner who is online, in its order. Raises a ReadFailed or NotAccepted."""
        with self._noting("the practitioners"):
            return self._catalogue.staff.all(deadline=self._read_deadline())

    def rooms(self) -> tuple[Room, ...]:
        """Every business that is online, in its order, but for those with other clocks.

        Raises a ReadFailed or NotAccepted.
        """
        with self._noting("the businesses"):
            return self._catalogue.rooms.all(deadline=self._read_deadline())

    def appointment_types(self) -> tuple[AppointmentType, ...]:
        """Every type that is online and for one patient, in its order, with who offers it.

        What has to be paid for to be booked is left out. Raises a ReadFailed or NotAccepted.
        """
        with self._noting("the appointment types"):
            return self._catalogue.types.all(deadline=self._read_deadline())

    def remarks(self) -> tuple[Remark, ...]:
        """Return what ``rooms`` and ``appointment_types`` leave out, and notice that others need.

        Raises a ReadFailed or NotAccepted.
        """
        with self._noting("how it is set up"):
            return self._catalogue.remarks(deadline=self._read_deadline())

    def free_times(
        self,
        *,
        staff_id: str,
        room_id: str,
        first_day: date,
        days: int,
        type_id: str | None = None,
    ) -> FreeTimes:
        """Ask for available times of 1 to 90 days, a question a week.

        Nothing is asked about somebody who never works there, or does not offer it. Raises a
        ReadFailed or NotAccepted; ValueError for days, and without a type.
        """
        if not 1 <= days <= LONGEST_SEARCH:
            raise ValueError(f"a search covers 1 to {LONGEST_SEARCH} days, not {days}")
        if type_id is None:
            raise ValueError("a search in Cliniko needs an appointment type")
        deadline = self._read_deadline()
        with self._noting("what is free"):
            wanted = self._catalogue.find(staff_id, room_id, type_id, deadline=deadline)
            found = ()
            if wanted.can_be:
                found = self._reader.times(
                    staff_id=staff_id,
                    room_id=room_id,
                    type_id=type_id,
                    first_day=first_day,
                    days=days,
                    urgency=Urgency.READING,
                    deadline=deadline,
                )
        by_day = free.days_of(found, first_day=first_day, days=days, zone=self._zone)
        return FreeTimes(wanted.person, wanted.room, wanted.type.minutes, by_day, wanted.type)

    def book(self, request: BookingRequest) -> Confirmation:
        """Write the booking, once, and keep it only if nobody had the time before.

        It is looked for first: a time that is taken is not written to, and a booking that an
        earlier call left there is not written again. Raises SlotTaken, FieldsRefused, NotReached
        or NotAccepted when nothing was booked, and OutcomeUnknown when it may have been.
        """
        times = Times.from_now(self._limits)
        wanted = mapping.wanted(request)
        with self._noting("a booking"):
            ours = self._looker.left_before(wanted, times=times)
            if ours is None:
                ours = self._add(request, wanted, times)
            if not self._looker.may_stay(ours, times=times):
                raise self._writer.undo(ours, times=times)
            return _confirmation(ours)

    def cancel(self, booking: PlacedBooking, reason: CancelReason | None = None) -> None:
        """Cancel an appointment; one that is cancelled or gone already counts as taken out.

        Raises NotReached, NoAnswer, Unintelligible or NotAccepted; it may be repeated.
        """
        times = Times.from_now(self._limits)
        with self._noting("a cancelled booking"):
            identity = booking.reference
            if not identity:
                ours = self._looker.standing(booking, deadline=times.leave_by)
                if ours is None:
                    return
                identity = ours.id
            self._writer.cancel(identity, reason, times=times)

    def move(self, booking: PlacedBooking, to: Slot) -> Confirmation:
        """Give an appointment another time, or leave it where it is.

        Raises SlotTaken, WriteRefused when it is not where ``booking`` says, NotReached or
        NotAccepted when it stands as before, and OutcomeUnknown when it may have been moved.
        """
        times = Times.from_now(self._limits)
        with self._noting("a moved booking"):
            before = self._looker.before_moving(booking, to, times=times)
            there = self._writer.put(moved(before, to), urgency=Urgency.WRITING, times=times)
            # At this time it came last, whenever it was made
            if not self._looker.is_alone(there, times=times):
                self._move_back(before, times)
                raise SlotTaken("somebody else has the time")
            return _confirmation(there)

    def find(self, booking: PlacedBooking) -> Confirmation | None:
        """Look an appointment up; None when the diary surely has none.

        One that came second to its time, and was not cancelled at once, is cancelled now; but not
        one whose number is known, which was told to be theirs. Raises Elsewhere, another
        ReadFailed, or NotAccepted.
        """
        times = Times.from_now(self._limits)
        with self._noting("a booking that was looked for"):
            ours = self._looker.standing(booking, deadline=times.end)
            if ours is None:
                return None
            wanted = span_of(booking.slot)[0], booking.slot.staff.id, booking.slot.room.id
            if (ours.starts, ours.practitioner, ours.business) != wanted:
                raise Elsewhere(ours.starts.astimezone(self._zone))
            is_known = bool(booking.reference) or ours.mark is None
            try:
                if is_known or self._looker.may_stay(ours, times=times):
                    return _confirmation(ours)
                self._writer.undo(ours, times=times)
            except OutcomeUnknown as exc:
                raise NoAnswer(str(exc)) from exc
            return None

    def asap_list(self) -> tuple[AsapAppointment, ...]:
        """Not among what the vendor describes. Raises NotCapable."""
        raise NotCapable("Cliniko has no ASAP list for others to read")

    def call_origin(self) -> CallOrigin:
        """Connect without asking anything. Raises NotReached."""
        return self._api.origin()

    def close(self) -> None:
        """Give back pooled connections."""
        self._api.close()

    def _add(self, request: BookingRequest, wanted: Entry, times: Times) -> Entry:
        """Make the patient if need be, and write the appointment; see ``Writer.add``."""
        with nothing_sent():
            known = self._reader.ids_of(request.patient, deadline=times.leave_by)
        patient = known[0] if known else self._writer.add_patient(request.patient, times=times)
        return self._writer.add(request, replace(wanted, patient=patient), times=times)

    def _move_back(self, before: Entry, times: Times) -> None:
        try:
            self._writer.put(before, urgency=Urgency.FINISHING, times=times.finishing)
            is_alone = self._looker.is_alone(before, times=times)
        except DiaryError as exc:
            raise OutcomeUnknown(f"it could not be moved back: {exc}") from exc
        if not is_alone:
            raise SlotShared("somebody else has the time that it was moved from")

    def _read_deadline(self) -> float:
        return monotonic() + self._limits.reads.total


def _confirmation(entry: Entry) -> Confirmation:
    minutes = int((entry.ends - entry.starts).total_seconds()) // 60
    return Confirmation(minutes=minutes, reference=entry.id)
