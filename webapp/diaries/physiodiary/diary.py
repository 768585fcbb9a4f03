"""Keeps the port's promises on a Physiodiary diary."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, ClassVar, TypeVar

from webapp.diaries.errors import (
    FieldsRefused,
    NoAnswer,
    NotAccepted,
    NotCapable,
    OutcomeUnknown,
    Unintelligible,
)
from webapp.diaries.free_times import FreeTimes
from webapp.diaries.lists import AsapAppointment
from webapp.diaries.physiodiary import mapping
from webapp.diaries.physiodiary.api import Api
from webapp.diaries.physiodiary.faults import NOT_ACCEPTED, Refusal, booking_error, read_answer
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
from webapp.diaries.repeating import ask_again
from webapp.diaries.typeless import Typeless

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from zoneinfo import ZoneInfo

    from webapp.diaries.calling import Limits

log = logging.getLogger(__name__)

_Answer = TypeVar("_Answer")


class PhysiodiaryDiary(Typeless):
    """One practice's Physiodiary.

    The vendor documents four actions and no more: what is free can be asked, and a booking can
    be made. There is no number of a booking, no way to find, move or cancel one, and no mark
    that would make a repeated ``book`` harmless.
    """

    CAPABILITIES: ClassVar[Capability] = Capability.BOOK | Capability.REJECTS_TAKEN_SLOT

    def __init__(self, api: Api, zone: ZoneInfo, limits: Limits) -> None:
        self._api = api
        self._zone = zone
        self._limits = limits

    @property
    def capabilities(self) -> Capability:
        return self.CAPABILITIES

    @property
    def write_limit_seconds(self) -> float:
        """Seconds from the call of ``book`` until nothing of it is under way any more."""
        return self._limits.write.total

    def staff(self) -> tuple[Staff, ...]:
        """Everybody in the diary, in its order. Raises a ReadFailed or NotAccepted."""
        return self._ask(mapping.staff_question(), mapping.staff)

    def rooms(self) -> tuple[Room, ...]:
        """Every section of the diary, in its order. Raises a ReadFailed or NotAccepted."""
        return self._ask(mapping.rooms_question(), mapping.rooms)

    def free_times(
        self,
        *,
        staff_id: str,
        room_id: str,
        first_day: date,
        days: int,
        type_id: str | None = None,
    ) -> FreeTimes:
        """Ask freeList for 1 to 90 days. Raises a ReadFailed or NotAccepted; ValueError for days.

        The names are those in the answer, the ids those of the question.
        """
        del type_id
        return self._ask(
            mapping.free_question(
                staff_id=staff_id, room_id=room_id, first_day=first_day, days=days
            ),
            lambda answer: mapping.free_times(
                answer,
                staff_id=staff_id,
                room_id=room_id,
                first_day=first_day,
                days=days,
                zone=self._zone,
            ),
        )

    def book(self, request: BookingRequest) -> Confirmation:
        """Send the booking once, and believe only a confirmation of exactly that booking.

        ``request.slot`` must carry the names that the diary gave, for it confirms by name.
        Raises SlotTaken, FieldsRefused, NotReached or NotAccepted when nothing was booked, and
        OutcomeUnknown when it may have been.
        """
        try:
            answer = self._answer_to_write(request)
            if not isinstance(answer, Refusal):
                return mapping.confirmation(answer, request, self._zone)
        except (NoAnswer, Unintelligible) as exc:
            log.warning("%s: the outcome of a booking is unknown: %s", self._api.host, exc)
            raise OutcomeUnknown(str(exc)) from exc
        error = booking_error(answer)
        if isinstance(error, NotAccepted):
            self._log_not_accepted()
        elif not isinstance(error, FieldsRefused):
            log.warning("%s: the diary refused a booking: %s", self._api.host, answer)
        raise error

    def cancel(self, booking: PlacedBooking, reason: CancelReason | None = None) -> None:
        """Not among the vendor's actions. Raises NotCapable."""
        del booking, reason
        raise NotCapable("Physiodiary has no action that cancels")

    def move(self, booking: PlacedBooking, to: Slot) -> Confirmation:
        """Not among the vendor's actions. Raises NotCapable."""
        del booking, to
        raise NotCapable("Physiodiary has no action that moves a booking")

    def find(self, booking: PlacedBooking) -> Confirmation | None:
        """Not among the vendor's actions. Raises NotCapable."""
        del booking
        raise NotCapable("Physiodiary has no action that finds a booking")

    def asap_list(self) -> tuple[AsapAppointment, ...]:
        """Not among what the vendor documents. Raises NotCapable."""
        raise NotCapable("Physiodiary has no action that tells an ASAP list")

    def call_origin(self) -> CallOrigin:
        """Connect without asking anything. Raises NotReached."""
        return self._api.origin()

    def close(self) -> None:
        """Give back pooled connections."""
        self._api.close()

    def _answer_to_write(self, request: BookingRequest) -> dict[str, object] | Refusal:
        reply = self._api.write(mapping.booking_order(request, self._zone))
        try:
            return read_answer(reply.status, reply.body)
        except NotAccepted:
            self._log_not_accepted()
            raise

    def _ask(
        self,
        question: dict[str, object],
        understand: Callable[[dict[str, object] | Refusal], _Answer],
    ) -> _Answer:
        """Ask until there is an answer, as often and as long as the limits allow."""
        deadline = time.monotonic() + self._limits.reads.total

        def ask_once() -> _Answer:
            reply = self._api.read(question, deadline=deadline)
            return understand(read_answer(reply.status, reply.body))

        try:
            return ask_again(ask_once, self._limits, deadline=deadline)
        except NotAccepted:
            self._log_not_accepted()
            raise

    def _log_not_accepted(self) -> None:
        log.error("%s: %s", self._api.host, NOT_ACCEPTED)
