"""Keeps the port's promises on appointments in Valomnia."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from webapp import clock
from webapp.diaries.errors import (
    DiaryError,
    Elsewhere,
    NoAnswer,
    NotCapable,
    OutcomeUnknown,
    SlotShared,
    SlotTaken,
    Unintelligible,
)
from webapp.diaries.free_times import FreeTimes
from webapp.diaries.lists import AsapAppointment
from webapp.diaries.noting import Noting
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
from webapp.diaries.typeless import Typeless
from webapp.diaries.valomnia import free, mapping, orders
from webapp.diaries.valomnia.looking import Looker, as_long_as, path_to
from webapp.diaries.valomnia.reading import Reader
from webapp.diaries.valomnia.sharing import Shared
from webapp.diaries.valomnia.writing import Writer, path_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from webapp.diaries.calling import Limits
    from webapp.diaries.settings import ValomniaSettings
    from webapp.diaries.valomnia.api import Api
    from webapp.diaries.valomnia.free import Span
    from webapp.diaries.valomnia.holding import Held
    from webapp.diaries.valomnia.mapping import Entry, Whole

log = logging.getLogger(__name__)

MIDNIGHT = time()
LONGEST_SEARCH = 90
"""Days, the first included: as far as pages look ahead."""


class ValomniaDiary(Typeless):
    """One practice's appointments in Valomnia.

    The vendor documents appointments and nothing around them: who treats, where and when stands
    in the practice's file, and what is free is worked out. It lets two be in one slot, so that
    every write is followed by a look, and what came second is taken back. A booking carries our
    own reference, by which it can be found and written again without harm.
    """

    CAPABILITIES: ClassVar[Capability] = (
        Capability.BOOK
        | Capability.CANCEL
        | Capability.MOVE
        | Capability.FIND
        | Capability.REJECTS_TAKEN_SLOT
    )

    def __init__(
        self, api: Api, settings: ValomniaSettings, zone: ZoneInfo, limits: Limits
    ) -> None:
        self._api = api
        self._noting = Noting(log, api.host)
        self._settings = settings
        self._zone = zone
        self._limits = limits
        self._reader = Reader(api, settings, limits)
        self._looker = Looker(self._reader, settings, limits)
        self._writer = Writer(api, self._reader, limits)
        self._shared: Shared[tuple[Held, ...]] = Shared()
        self._staff = {one.id: Staff(one.id, one.name) for one in settings.people}
        self._rooms = {one.id: Room(one.id, one.name) for one in settings.places}

    @property
    def capabilities(self) -> Capability:
        return self.CAPABILITIES

    @property
    def write_limit_seconds(self) -> float:
        """Seconds from the call of ``book`` until nothing of it is under way any more."""
        return self._limits.write.total

    def staff(self) -> tuple[Staff, ...]:
        """Everybody in the practice's file, in its order. Nothing is asked."""
        return tuple(self._staff.values())

    def rooms(self) -> tuple[Room, ...]:
        """Every place in the practice's file, in its order. Nothing is asked."""
        return tuple(self._rooms.values())

    def free_times(
        self,
        *,
        staff_id: str,
        room_id: str,
        first_day: date,
        days: int,
        type_id: str | None = None,
    ) -> FreeTimes:
        """Work out what is free on 1 to 90 days, of hours that may have passed already too.

        Raises a ReadFailed or NotAccepted; ValueError for days.
        """
        del type_id
        if not 1 <= days <= LONGEST_SEARCH:
            raise ValueError(f"a search covers 1 to {LONGEST_SEARCH} days, not {days}")
        person = self._settings.person(staff_id)
        if person is None or room_id not in self._rooms:
            raise Unintelligible("the practice's file does not list this person or this place")
        deadline = self._deadline(self._limits.reads.total)
        with self._noting("what is free"):
            held = self._shared.get(
                (first_day, days),
                lambda: self._reader.held(self._all_of(first_day, days), deadline=deadline),
                deadline=deadline,
            )
        found = free.days_of(
            person,
            self._settings,
            first_day=first_day,
            days=days if person.works_at(room_id) else 0,
            zone=self._zone,
            taken=(one.span for one in held if one.takes_up(staff_id, room_id)),
        )
        return FreeTimes(
            self._staff[staff_id], self._rooms[room_id], self._settings.slot_minutes, found
        )

    def book(self, request: BookingRequest) -> Confirmation:
        """Write the booking, once, and keep it only if nobody was in the slot before.

        It is looked for first: a slot that is taken is not written to, and a booking that an
        earlier call left there is not written again. Raises SlotTaken, FieldsRefused, NotReached
        or NotAccepted when nothing was booked, and OutcomeUnknown when it may have been.
        """
        deadline = self._deadline(self._limits.write.total)
        with self._noting("a booking"):
            reference = orders.reference_of(request)
            ours = self._looker.left_before(request.slot, reference, deadline=deadline)
            if ours is None:
                ours = self._writer.write(
                    "POST",
                    f"appointments/reference/{reference}",
                    orders.upsert_order(request, self._settings.appointment_category),
                    slot=request.slot,
                    reference=reference,
                    deadline=deadline,
                )
            if not self._writer.came_first(ours.entry, request.slot, deadline=deadline):
                raise self._writer.take_back(ours.entry, deadline=deadline)
            return mapping.confirmation(ours, request.slot)

    def cancel(self, booking: PlacedBooking, reason: CancelReason | None = None) -> None:
        """Take a booking out; one that is gone already counts as taken out.

        Raises NotReached, NoAnswer, Unintelligible or NotAccepted; it may be repeated.
        """
        del reason
        deadline = self._deadline(self._limits.write.total)
        with self._noting("a cancelled booking"):
            self._writer.delete(path_to(booking), deadline=deadline)

    def move(self, booking: PlacedBooking, to: Slot) -> Confirmation:
        """Give a booking another slot, all else as the diary has it, or leave it where it is.

        Raises SlotTaken, WriteRefused when it is not where ``booking`` says, NotReached or
        NotAccepted when it stands as before, and OutcomeUnknown when it may have been moved.
        """
        deadline = self._deadline(self._limits.write.total)
        with self._noting("a moved booking"):
            before = self._looker.before_moving(booking, to, deadline=deadline)
            to = as_long_as(before, to)
            moved = self._put(before, booking, to, deadline)
            # To this slot it came last, whenever it was created
            if not self._writer.came_first(_as_the_last(moved.entry), to, deadline=deadline):
                self._move_back(before, booking, deadline)
                raise SlotTaken("somebody else came into the slot")
            return mapping.confirmation(moved, to)

    def find(self, booking: PlacedBooking) -> Confirmation | None:
        """Look a booking up; None when the diary surely has none.

        One that came second to its slot, and was not taken back at the time, is taken back now;
        but not one whose number is known, which was told to be theirs. Raises Elsewhere, another
        ReadFailed, or NotAccepted.
        """
        deadline = self._deadline(self._limits.write.total)
        with self._noting("a booking that was looked for"):
            ours = self._reader.whole(path_to(booking), deadline=deadline)
            if ours is None:
                return None
            is_marked_otherwise = ours.entry.mark not in {None, orders.mark_of(booking.slot)}
            if ours.entry.start != orders.span_of(booking.slot)[0] or is_marked_otherwise:
                raise Elsewhere(ours.entry.start.astimezone(self._zone))
            if booking.reference is not None:
                return mapping.confirmation(ours, booking.slot)
            try:
                if not self._writer.came_first(ours.entry, booking.slot, deadline=deadline):
                    raise self._writer.take_back(ours.entry, deadline=deadline)
            except SlotTaken:
                return None
            except OutcomeUnknown as exc:
                raise NoAnswer(str(exc)) from exc
            return mapping.confirmation(ours, booking.slot)

    def asap_list(self) -> tuple[AsapAppointment, ...]:
        """Not among what the vendor documents. Raises NotCapable."""
        raise NotCapable("Valomnia has no ASAP list")

    def call_origin(self) -> CallOrigin:
        """Connect without asking anything. Raises NotReached."""
        return self._api.origin()

    def close(self) -> None:
        """Give back pooled connections."""
        self._api.close()

    def _put(self, whole: Whole, booking: PlacedBooking, to: Slot, deadline: float) -> Whole:
        return self._writer.write(
            "PUT",
            path_of(whole.entry),
            orders.move_order(whole, booking.patient, to),
            slot=to,
            reference=whole.reference,
            deadline=deadline,
        )

    def _move_back(self, before: Whole, booking: PlacedBooking, deadline: float) -> None:
        try:
            where_it_was = as_long_as(before, booking.slot)
            back = self._put(before, booking, where_it_was, deadline)
            is_alone = self._writer.came_first(back.entry, where_it_was, deadline=deadline)
        except DiaryError as exc:
            raise OutcomeUnknown(f"it could not be moved back: {exc}") from exc
        if not is_alone:
            raise SlotShared("somebody else has taken the slot that it was moved from")

    def _all_of(self, first_day: date, days: int) -> Span:
        """Return the days and the buffers around them, in UTC."""
        buffer = timedelta(minutes=self._settings.buffer_minutes)
        start, end = (
            clock.wall(day, MIDNIGHT, self._zone).astimezone(UTC)
            for day in (first_day, first_day + timedelta(days=days))
        )
        return start - buffer, end + buffer

    @staticmethod
    def _deadline(seconds: float) -> float:
        return monotonic() + seconds


def _as_the_last(entry: Entry) -> Entry:
    return replace(entry, created=datetime.max.replace(tzinfo=UTC))
