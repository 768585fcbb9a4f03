from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from webapp.diaries.errors import (
    DiaryError,
    FieldsRefused,
    NoAnswer,
    NotAccepted,
    NotCapable,
    NotReached,
    OutcomeUnknown,
    PatientField,
    SlotTaken,
    Unintelligible,
)
from webapp.diaries.free_times import FreeTimes
from webapp.diaries.lists import AsapAppointment
from webapp.diaries.observed import Call, ObservedDiary, Result
from webapp.diaries.port import (
    AppointmentType,
    BookingRequest,
    CallOrigin,
    CancelReason,
    Capability,
    Confirmation,
    Patient,
    PlacedBooking,
    Room,
    Slot,
    Staff,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from webapp.diaries.port import Diary

ANNA, ROOM = Staff("1", "Anna"), Room("2", "Room")
SLOT = Slot(ANNA, ROOM, datetime(2026, 11, 23, 9, tzinfo=UTC), 45)
ADA = Patient(name="Ada", phone="07700 900123", email="ada@whitcombe.example")
REQUEST, PLACED = BookingRequest(slot=SLOT, patient=ADA), PlacedBooking(slot=SLOT, patient=ADA)
DAY = date(2026, 11, 23)
WAITING = AsapAppointment("5", "17", "1", "2", None, 45)


class FakeDiary:
    """Answers everything, or raises the one error that it was given."""

    capabilities = Capability.BOOK | Capability.FIND
    write_limit_seconds = 12.5

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error
        self.is_closed = False

    def _fail(self) -> None:
        if self._error is not None:
            raise self._error

    def staff(self) -> tuple[Staff, ...]:
        self._fail()
        return (ANNA,)

    def rooms(self) -> tuple[Room, ...]:
        self._fail()
        return (ROOM,)

    @property
    def window_days(self) -> int | None:
        return 7

    def appointment_types(self) -> tuple[AppointmentType, ...]:
        self._fail()
        return ()

    def free_times(
        self,
        *,
        staff_id: str,
        room_id: str,
        first_day: date,
        days: int,
        type_id: str | None = None,
    ) -> FreeTimes:
        self._fail()
        assert (staff_id, room_id, first_day, days) == ("1", "2", DAY, 90)
        return FreeTimes(ANNA, ROOM, 45, {})

    def book(self, request: BookingRequest) -> Confirmation:
        self._fail()
        assert request is REQUEST
        return Confirmation(45)

    def cancel(self, booking: PlacedBooking, reason: CancelReason | None = None) -> None:
        self._fail()
        assert booking is PLACED

    def move(self, booking: PlacedBooking, to: Slot) -> Confirmation:
        self._fail()
        assert (booking, to) == (PLACED, SLOT)
        return Confirmation(45)

    def find(self, booking: PlacedBooking) -> Confirmation | None:
        self._fail()
        assert booking is PLACED

    def asap_list(self) -> tuple[AsapAppointment, ...]:
        self._fail()
        return (WAITING,)

    def call_origin(self) -> CallOrigin:
        return CallOrigin("127.0.0.1", None)

    def close(self) -> None:
        self.is_closed = True


def watch(diary: Diary, calls: list[Call]) -> ObservedDiary:
    return ObservedDiary(diary, slug="harbour", system="fake", observer=calls.append)


def ask_free_times(diary: Diary) -> object:
    return diary.free_times(staff_id="1", room_id="2", first_day=DAY, days=90)


ACTIONS: dict[str, tuple[Callable[[Diary], object], object]] = {
    "staff": (lambda diary: diary.staff(), (ANNA,)),
    "rooms": (lambda diary: diary.rooms(), (ROOM,)),
    "free_times": (ask_free_times, FreeTimes(ANNA, ROOM, 45, {})),
    "book": (lambda diary: diary.book(REQUEST), Confirmation(45)),
    "cancel": (lambda diary: diary.cancel(PLACED), None),
    "move": (lambda diary: diary.move(PLACED, SLOT), Confirmation(45)),
    "find": (lambda diary: diary.find(PLACED), None),
    "asap_list": (lambda diary: diary.asap_list(), (WAITING,)),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_each_call_is_passed_on_and_told_once(action: str):
    calls: list[Call] = []
    ask, answer = ACTIONS[action]

    assert ask(watch(FakeDiary(), calls)) == answer
    [call] = calls
    assert (call.slug, call.system, call.action) == ("harbour", "fake", action)
    assert call.result is Result.ANSWERED
    assert 0 <= call.seconds < 1


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(
    ("error", "result"),
    [
        (SlotTaken("gone"), Result.TAKEN),
        (FieldsRefused(frozenset({PatientField.PHONE})), Result.REFUSED),
        (NotReached("no"), Result.NOT_REACHED),
        (NoAnswer("no"), Result.NO_ANSWER),
        (Unintelligible("no"), Result.UNINTELLIGIBLE),
        (NotAccepted("no"), Result.NOT_ACCEPTED),
        (OutcomeUnknown("no"), Result.OUTCOME_UNKNOWN),
        (DiaryError("no"), Result.FAILED),
        (ZeroDivisionError("ours"), Result.FAILED),
    ],
)
def test_each_error_comes_through_as_it_is_and_is_told(
    action: str, error: Exception, result: Result
):
    calls: list[Call] = []

    with pytest.raises(type(error)) as caught:
        ACTIONS[action][0](watch(FakeDiary(error), calls))
    assert caught.value is error
    assert [(call.action, call.result) for call in calls] == [(action, result)]


def test_what_a_diary_cannot_do_is_no_call():
    calls: list[Call] = []

    with pytest.raises(NotCapable):
        watch(FakeDiary(NotCapable("no")), calls).cancel(PLACED)
    assert calls == []


def test_the_rest_is_the_diarys_own():
    inner = FakeDiary()
    diary = watch(inner, [])

    assert diary.capabilities == inner.capabilities
    assert diary.write_limit_seconds == inner.write_limit_seconds
    assert diary.call_origin() == inner.call_origin()
    diary.close()
    assert inner.is_closed
