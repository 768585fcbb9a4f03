"""Keeps the port's promises on an office's Open Dental."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from webapp.diaries.deadlines import Times
from webapp.diaries.errors import NoAnswer, OutcomeUnknown, Unintelligible
from webapp.diaries.free_times import FreeTimes
from webapp.diaries.lists import AsapAppointment, KnownPatient
from webapp.diaries.noting import Noting
from webapp.diaries.opendental import free, mapping, orders
from webapp.diaries.opendental.api import VENDOR_GOES_ON, Api
from webapp.diaries.opendental.booking import Booker
from webapp.diaries.opendental.looking import Looker, number_of
from webapp.diaries.opendental.moving import Mover
from webapp.diaries.opendental.offering import Offerer
from webapp.diaries.opendental.reading import Reader
from webapp.diaries.opendental.writing import Writer
from webapp.diaries.pace import Urgency
from webapp.diaries.port import (
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
from webapp.diaries.roster import Listed
from webapp.diaries.typeless import Typeless

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from webapp.diaries.calling import Limits
    from webapp.diaries.offers import DiarysOffer
    from webapp.diaries.opendental.mapping import Entry
    from webapp.diaries.settings import OpenDentalSettings

log = logging.getLogger(__name__)

LONGEST_SEARCH = 90
"""Days, the first included: as far as pages look ahead."""


class OpenDentalDiary(Typeless):
    """One office's Open Dental.

    The vendor lets two be in one slot, and advises to look first; between the look and the write
    somebody may come. So every write is followed by another look, and what came second is taken
    off the book. It lets one request in a second: a booking takes four or five.
    """

    CAPABILITIES: ClassVar[Capability] = (
        Capability.BOOK
        | Capability.CANCEL
        | Capability.MOVE
        | Capability.FIND
        | Capability.ASAP_LIST
        | Capability.REJECTS_TAKEN_SLOT
    )

    def __init__(
        self, api: Api, settings: OpenDentalSettings, zone: ZoneInfo, limits: Limits
    ) -> None:
        self._api = api
        self._noting = Noting(log, api.host)
        self._settings = settings
        self._zone = zone
        self._limits = limits
        self._reader = Reader(api, limits, settings.clinic_num)
        self._looker = Looker(self._reader, zone, limits)
        self._writer = Writer(api, limits)
        self._booker = Booker(self._reader, self._looker, self._writer, zone)
        self._mover = Mover(self._looker, self._writer)
        self._offerer = Offerer(self._reader, self._writer, zone)
        self._staff = Listed(self._reader.staff)
        self._rooms = Listed(self._reader.rooms)

    @property
    def capabilities(self) -> Capability:
        return self.CAPABILITIES

    @property
    def write_limit_seconds(self) -> float:
        """Seconds from the call of ``book`` until nothing of it is under way any more.

        After our own limit the office may still be at it.
        """
        return self._limits.write.total + VENDOR_GOES_ON

    def staff(self) -> tuple[Staff, ...]:
        """Every provider whom one can book, in its order. Raises a ReadFailed or NotAccepted."""
        with self._noting("the providers"):
            return self._staff.all(deadline=self._read_deadline())

    def rooms(self) -> tuple[Room, ...]:
        """Every operatory that is not hidden, in its order. Raises a ReadFailed or NotAccepted."""
        with self._noting("the operatories"):
            return self._rooms.all(deadline=self._read_deadline())

    def free_times(
        self,
        *,
        staff_id: str,
        room_id: str,
        first_day: date,
        days: int,
        type_id: str | None = None,
    ) -> FreeTimes:
        """Cut what is open on 1 to 90 days, of hours that may have passed already too.

        Raises a ReadFailed or NotAccepted; ValueError for days.
        """
        del type_id
        if not 1 <= days <= LONGEST_SEARCH:
            raise ValueError(f"a search covers 1 to {LONGEST_SEARCH} days, not {days}")
        deadline = self._read_deadline()
        minutes = self._settings.length_minutes
        with self._noting("what is free"):
            person = self._staff.find(staff_id, deadline=deadline)
            room = self._rooms.find(room_id, deadline=deadline)
            if person is None or room is None:
                raise Unintelligible("the diary does not list this provider or this operatory")
            found = self._reader.openings(
                staff_id=staff_id,
                room_id=room_id,
                first_day=first_day,
                last_day=first_day + timedelta(days=days - 1),
                minutes=minutes,
                deadline=deadline,
            )
        length = timedelta(minutes=minutes)
        cut = free.days_of(
            found,
            first_day=first_day,
            days=days,
            length=length,
            step=timedelta(minutes=self._settings.step_minutes or minutes),
            zone=self._zone,
        )
        spans = free.spans_of(found, first_day=first_day, days=days, length=length)
        return FreeTimes(person, room, minutes, cut, spans=spans)

    def book(self, request: BookingRequest) -> Confirmation:
        """Write the booking, once, and keep it only if nobody was in the slot before.

        It is looked for first: a slot that is taken is not written to, and a booking that an
        earlier call left there is not written again. Raises SlotTaken, FieldsRefused, NotReached
        or NotAccepted when nothing was booked, and OutcomeUnknown when it may have been.
        """
        times = Times.from_now(self._limits)
        with self._noting("a booking"):
            wanted = mapping.wanted(request, self._zone)
            ours = self._looker.left_before(wanted, times=times)
            if ours is None:
                ours = self._booker.book(request, wanted, times=times)
            if not self._looker.may_stay(ours, times=times):
                raise self._writer.undo(ours, times=times)
            return _confirmation(ours)

    def cancel(self, booking: PlacedBooking, reason: CancelReason | None = None) -> None:
        """Break an appointment; one that is broken or gone already counts as taken out.

        Raises NotReached, NoAnswer, Unintelligible or NotAccepted; it may be repeated.
        """
        del reason
        times = Times.from_now(self._limits)
        with self._noting("a cancelled booking"):
            number = number_of(booking)
            if number is None:
                ours = self._looker.standing(booking, deadline=times.leave_by)
                if ours is None:
                    return
                number = ours.number
            if not self._writer.break_off(number, times=times):
                self._looker.see_that_it_is_gone(number, times=times)

    def move(self, booking: PlacedBooking, to: Slot) -> Confirmation:
        """Give an appointment another slot, or leave it where it is; it leaves the ASAP list.

        Raises SlotTaken, WriteRefused when it is not where ``booking`` says, NotReached or
        NotAccepted when it stands as before, and OutcomeUnknown when it may have been moved.
        """
        return self._move(booking, to, from_list=False)

    def move_sooner(self, booking: PlacedBooking, to: Slot) -> Confirmation:
        """Move an appointment that is on the ASAP list, as ``move`` does.

        Raises NotAsOffered too, where it is not on the list any more or of another length.
        """
        return self._move(booking, to, from_list=True)

    def _move(self, booking: PlacedBooking, to: Slot, *, from_list: bool) -> Confirmation:
        times = Times.from_now(self._limits)
        with self._noting("a moved booking"):
            return _confirmation(self._mover.move(booking, to, from_list=from_list, times=times))

    def find(self, booking: PlacedBooking) -> Confirmation | None:
        """Look an appointment up; None when the diary surely has none.

        One that came second to its slot, and was not taken off at the time, is taken off now; but
        not one whose number is known, which was told to be theirs. Raises Elsewhere, another
        ReadFailed, or NotAccepted.
        """
        times = Times.from_now(self._limits)
        with self._noting("a booking that was looked for"):
            day = orders.wall_start(booking.slot, self._zone).date()
            seen = self._reader.on(day, Urgency.WRITING, deadline=times.end)
            ours = self._looker.among(seen, booking, deadline=times.end)
            if ours is None and number_of(booking) is not None:
                ours = self._looker.standing(booking, deadline=times.end)
            if ours is None:
                return None
            self._looker.see_that_it_is_in(booking.slot, ours)
            is_known = number_of(booking) is not None or ours.mark is None
            try:
                if is_known or self._looker.may_stay(ours, seen, times=times):
                    return _confirmation(ours)
                self._writer.undo(ours, times=times)
            except OutcomeUnknown as exc:
                raise NoAnswer(str(exc)) from exc
            return None

    def asap_list(self) -> tuple[AsapAppointment, ...]:
        """Return the appointments whose patients want something sooner, in the diary's order.

        Raises a ReadFailed or NotAccepted.
        """
        with self._noting("the ASAP list"):
            listed = self._reader.asap(deadline=self._read_deadline())
            return tuple(mapping.asap_appointment(one, self._zone) for one in listed)

    def patient(self, reference: str) -> KnownPatient | None:
        """Return a patient by number. Raises a ReadFailed or NotAccepted."""
        with self._noting("a patient"):
            return self._reader.patient(reference, deadline=self._read_deadline())

    def appointment(self, reference: str) -> AsapAppointment | None:
        """Return an appointment that stands, by number. Raises a ReadFailed or NotAccepted."""
        if not (reference.isascii() and reference.isdigit()):
            return None
        with self._noting("an appointment of the ASAP list"):
            found = self._reader.one(
                int(reference), deadline=self._read_deadline(), urgency=Urgency.READING
            )
            if found is None or not found.stands:
                return None
            return mapping.asap_appointment(found, self._zone)

    def want_sooner(self, booking: PlacedBooking, *, wanted: bool) -> None:
        """Put an appointment on the ASAP list, or take it off; one that is gone needs nothing.

        Raises NotReached, NoAnswer, Unintelligible or NotAccepted; it may be repeated.
        """
        times = Times.from_now(self._limits)
        with self._noting("the ASAP list"):
            number = number_of(booking)
            if number is not None:
                priority = mapping.ASAP if wanted else mapping.NORMAL
                self._writer.set_priority(number, priority, times=times)

    def offer_sooner(self, booking: PlacedBooking, slot: Slot) -> str:
        """Have Open Dental text an appointment's patient about a slot, once; see the port."""
        with self._noting("an offer"):
            return self._offerer.offer(booking, slot, times=Times.from_now(self._limits))

    def offers_of(self, booking_reference: str, slot: Slot, *, since: date) -> tuple[str, ...]:
        """Return its offers of a slot to an appointment's patient; see the port."""
        with self._noting("an offer that was looked for"):
            deadline = self._read_deadline()
            return self._offerer.of(booking_reference, slot, since=since, deadline=deadline)

    def offers_made(self, *, since: date) -> tuple[DiarysOffer, ...]:
        """Return all its offers since that day. Raises a ReadFailed or NotAccepted."""
        with self._noting("the offers"):
            return self._offerer.made(since=since, deadline=self._read_deadline())

    def call_origin(self) -> CallOrigin:
        """Connect without asking anything. Raises NotReached."""
        return self._api.origin()

    def close(self) -> None:
        """Give back pooled connections."""
        self._api.close()

    def _read_deadline(self) -> float:
        return monotonic() + self._limits.reads.total


def _confirmation(entry: Entry) -> Confirmation:
    return Confirmation(minutes=entry.minutes, reference=str(entry.number))
