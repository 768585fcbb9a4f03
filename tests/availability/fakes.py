"""A diary in memory that keeps the port's promises, and can be held up or made to fail."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import TypeVar

from webapp.diaries.errors import DiaryError, NoAnswer
from webapp.diaries.free_times import FreeTimes
from webapp.diaries.lists import AsapAppointment
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

ANNA, SIAN, CHRIS = (
    Staff("1", "Anna Müller"),
    Staff("2", "Siân O'Brien"),
    Staff("3", "Chris Okafor"),
)
ROOM_1, ROOM_2 = Room("7", "Treatment Room 1"), Room("8", "Gym")
STAFF, ROOMS = "staff", "rooms"

Days = Mapping[date, tuple[time, ...]]
Value = TypeVar("Value")

_LONGEST_HOLD = 20.0
"""Seconds. A test that forgets to let go fails instead of hanging."""


def pair(staff: Staff, room: Room) -> str:
    """How a question about what is free is called here."""
    return f"{staff.id}/{room.id}"


def free(staff: Staff, room: Room, days: Days, *, minutes: int = 45) -> FreeTimes:
    return FreeTimes(staff=staff, room=room, minutes=minutes, days=days)


@dataclass
class Hold:
    """Questions that wait. ``arrived`` tells that one has come; ``let_go`` lets all go on."""

    arrived: threading.Event = field(default_factory=threading.Event)
    gone: threading.Event = field(default_factory=threading.Event)

    def wait_for_arrival(self) -> None:
        assert self.arrived.wait(_LONGEST_HOLD), "nobody asked"

    def let_go(self) -> None:
        self.gone.set()


class FakeDiary(Typeless):
    """Answers from ``free``; ``asked`` has each question in the order of arrival."""

    def __init__(
        self,
        free_days: Mapping[tuple[Staff, Room], Days] | None = None,
        *,
        staff: Iterable[Staff] = (ANNA, SIAN),
        rooms: Iterable[Room] = (ROOM_1,),
    ) -> None:
        self.people = tuple(staff)
        self.places = tuple(rooms)
        self.free = dict(free_days or {})
        self.asked: list[str] = []
        self.horizons: list[tuple[date, int]] = []
        self._holds: dict[str, Hold] = {}
        self._errors: dict[str, Exception] = {}
        self._lock = threading.Lock()

    def hold(self, question: str) -> Hold:
        """Make this question wait from now on, each with the answer as it stood at arrival."""
        self._holds[question] = Hold()
        return self._holds[question]

    def fail(self, question: str, error: Exception | None = None) -> None:
        self._errors[question] = error or NoAnswer("broke off")

    def fail_all(self, error: DiaryError) -> None:
        for question in self.questions():
            self.fail(question, error)

    def recover(self) -> None:
        self._errors.clear()

    def questions(self) -> list[str]:
        pairs = [pair(one, room) for one in self.people for room in self.places]
        return [STAFF, ROOMS, *pairs]

    def count(self, question: str) -> int:
        return self.asked.count(question)

    # The port

    @property
    def capabilities(self) -> Capability:
        return Capability.BOOK

    @property
    def write_limit_seconds(self) -> float:
        return 1.0

    def staff(self) -> tuple[Staff, ...]:
        return self._answer(STAFF, self.people)

    def rooms(self) -> tuple[Room, ...]:
        return self._answer(ROOMS, self.places)

    def free_times(
        self,
        *,
        staff_id: str,
        room_id: str,
        first_day: date,
        days: int,
        type_id: str | None = None,
    ) -> FreeTimes:
        staff = next(one for one in self.people if one.id == staff_id)
        room = next(one for one in self.places if one.id == room_id)
        last_day = first_day + timedelta(days=days - 1)
        found = {
            day: times
            for day, times in self.free.get((staff, room), {}).items()
            if first_day <= day <= last_day and times
        }
        self.horizons.append((first_day, days))
        return self._answer(pair(staff, room), free(staff, room, found))

    def book(self, request: BookingRequest) -> Confirmation:
        raise AssertionError("availability books nothing")

    def move(self, booking: PlacedBooking, to: Slot) -> Confirmation:
        raise AssertionError("it moves none")

    def find(self, booking: PlacedBooking) -> Confirmation | None:
        raise AssertionError("nor does it look for a booking")

    def cancel(self, booking: PlacedBooking, reason: CancelReason | None = None) -> None:
        raise AssertionError("nor does it cancel any")

    def asap_list(self) -> tuple[AsapAppointment, ...]:
        raise AssertionError("nor does it know an ASAP list")

    def call_origin(self) -> CallOrigin:
        return CallOrigin(local_address="127.0.0.1", proxy=None)

    def close(self) -> None:
        for hold in self._holds.values():
            hold.let_go()

    def _answer(self, question: str, value: Value) -> Value:
        with self._lock:
            self.asked.append(question)
            hold, error = self._holds.get(question), self._errors.get(question)
        if hold is not None:
            hold.arrived.set()
            hold.gone.wait(_LONGEST_HOLD)
        if error is not None:
            raise error
        return value
