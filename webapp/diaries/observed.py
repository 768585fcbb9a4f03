"""A diary that tells an observer of each call: what was asked, what came of it, how long."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from webapp.diaries.errors import (
    DiaryError,
    FieldsRefused,
    NoAnswer,
    NotAccepted,
    NotCapable,
    NotReached,
    OutcomeUnknown,
    SlotTaken,
    Unintelligible,
    WriteRefused,
)
from webapp.diaries.lists import asap_diary
from webapp.diaries.remarks import remarks_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from datetime import date

    from webapp.diaries.free_times import FreeTimes
    from webapp.diaries.lists import AsapAppointment, AsapDiary, KnownPatient
    from webapp.diaries.offers import DiarysOffer
    from webapp.diaries.port import (
        AppointmentType,
        BookingRequest,
        CallOrigin,
        CancelReason,
        Capability,
        Confirmation,
        Diary,
        PlacedBooking,
        Room,
        Slot,
        Staff,
    )
    from webapp.diaries.remarks import Remark


class Result(StrEnum):
    """What came of a call, in as many words as a monitor should count."""

    ANSWERED = "answered"
    TAKEN = "taken"
    REFUSED = "refused"
    NOT_REACHED = "not_reached"
    NO_ANSWER = "no_answer"
    UNINTELLIGIBLE = "unintelligible"
    NOT_ACCEPTED = "not_accepted"
    OUTCOME_UNKNOWN = "outcome_unknown"
    FAILED = "failed"
    """Something that the port does not foresee: a fault of ours."""

    @property
    def is_an_answer(self) -> bool:
        """Whether the diary was there and spoke to us; a "no" is an answer too."""
        return self in {Result.ANSWERED, Result.TAKEN, Result.REFUSED}


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the port. It holds nothing of what was asked or answered."""

    slug: str
    system: str
    action: str
    """The port's method, such as ``free_times``."""
    result: Result
    seconds: float


_RESULTS: tuple[tuple[type[DiaryError], Result], ...] = (
    (SlotTaken, Result.TAKEN),
    (FieldsRefused, Result.REFUSED),
    (WriteRefused, Result.REFUSED),
    (NotReached, Result.NOT_REACHED),
    (NoAnswer, Result.NO_ANSWER),
    (Unintelligible, Result.UNINTELLIGIBLE),
    (NotAccepted, Result.NOT_ACCEPTED),
    (OutcomeUnknown, Result.OUTCOME_UNKNOWN),
)


class ObservedDiary:
    """Keeps the promises of the diary that it wraps, and calls ``observer`` after each call.

    The observer is called in the calling thread, must be quick, and must not raise.
    """

    def __init__(
        self, diary: Diary, *, slug: str, system: str, observer: Callable[[Call], None]
    ) -> None:
        self._diary = diary
        self._slug = slug
        self._system = system
        self._observer = observer

    @property
    def capabilities(self) -> Capability:
        return self._diary.capabilities

    @property
    def write_limit_seconds(self) -> float:
        return self._diary.write_limit_seconds

    @property
    def window_days(self) -> int | None:
        return self._diary.window_days

    def staff(self) -> tuple[Staff, ...]:
        with self._watched("staff"):
            return self._diary.staff()

    def rooms(self) -> tuple[Room, ...]:
        with self._watched("rooms"):
            return self._diary.rooms()

    def appointment_types(self) -> tuple[AppointmentType, ...]:
        with self._watched("appointment_types"):
            return self._diary.appointment_types()

    def remarks(self) -> tuple[Remark, ...]:
        with self._watched("remarks"):
            return remarks_of(self._diary)

    def free_times(
        self,
        *,
        staff_id: str,
        room_id: str,
        first_day: date,
        days: int,
        type_id: str | None = None,
    ) -> FreeTimes:
        with self._watched("free_times"):
            return self._diary.free_times(
                staff_id=staff_id,
                room_id=room_id,
                first_day=first_day,
                days=days,
                type_id=type_id,
            )

    def book(self, request: BookingRequest) -> Confirmation:
        with self._watched("book"):
            return self._diary.book(request)

    def cancel(self, booking: PlacedBooking, reason: CancelReason | None = None) -> None:
        with self._watched("cancel"):
            self._diary.cancel(booking, reason)

    def move(self, booking: PlacedBooking, to: Slot) -> Confirmation:
        with self._watched("move"):
            return self._diary.move(booking, to)

    def find(self, booking: PlacedBooking) -> Confirmation | None:
        with self._watched("find"):
            return self._diary.find(booking)

    def asap_list(self) -> tuple[AsapAppointment, ...]:
        with self._watched("asap_list"):
            return self._diary.asap_list()

    def patient(self, reference: str) -> KnownPatient | None:
        with self._watched("patient"):
            return self._lister().patient(reference)

    def appointment(self, reference: str) -> AsapAppointment | None:
        with self._watched("appointment"):
            return self._lister().appointment(reference)

    def want_sooner(self, booking: PlacedBooking, *, wanted: bool) -> None:
        with self._watched("want_sooner"):
            self._lister().want_sooner(booking, wanted=wanted)

    def move_sooner(self, booking: PlacedBooking, to: Slot) -> Confirmation:
        with self._watched("move_sooner"):
            return self._lister().move_sooner(booking, to)

    def offer_sooner(self, booking: PlacedBooking, slot: Slot) -> str:
        with self._watched("offer_sooner"):
            return self._lister().offer_sooner(booking, slot)

    def offers_of(self, booking_reference: str, slot: Slot, *, since: date) -> tuple[str, ...]:
        with self._watched("offers_of"):
            return self._lister().offers_of(booking_reference, slot, since=since)

    def offers_made(self, *, since: date) -> tuple[DiarysOffer, ...]:
        with self._watched("offers_made"):
            return self._lister().offers_made(since=since)

    def call_origin(self) -> CallOrigin:
        """Not observed: it asks nothing."""
        return self._diary.call_origin()

    def close(self) -> None:
        self._diary.close()

    def _lister(self) -> AsapDiary:
        diary = asap_diary(self._diary)
        if diary is None:
            raise NotCapable("this diary keeps no ASAP list")
        return diary

    @contextmanager
    def _watched(self, action: str) -> Generator[None]:
        began = time.perf_counter()
        result: Result | None = Result.FAILED
        try:
            yield
            result = Result.ANSWERED
        except NotCapable:
            # The connector itself said no: nobody was called.
            result = None
            raise
        except DiaryError as error:
            result = next((it for kind, it in _RESULTS if isinstance(error, kind)), Result.FAILED)
            raise
        finally:
            if result is not None:
                seconds = time.perf_counter() - began
                self._observer(Call(self._slug, self._system, action, result, seconds))
