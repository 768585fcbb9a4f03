"""A diary that keeps the port's promises, what it shows as free, and a gateway: all in memory.

The diary refuses a taken slot. Each may be told to fail, or to be killed, at its next call.
"""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from webapp.availability.answers import Answer
from webapp.clock import now, to_utc
from webapp.diaries.errors import (
    Elsewhere,
    NoAnswer,
    NotReached,
    OutcomeUnknown,
    SlotTaken,
    WriteRefused,
)
from webapp.diaries.port import (
    BookingRequest,
    CancelReason,
    Capability,
    Confirmation,
    Room,
    Slot,
    Staff,
)
from webapp.notify.texts import TextNotSent, TextUnanswered

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from webapp.diaries.port import PlacedBooking
    from webapp.notify.texts import Text

PLAIN = Capability.BOOK | Capability.REJECTS_TAKEN_SLOT
DIARIES = (
    PLAIN,
    PLAIN | Capability.CANCEL,
    PLAIN | Capability.CANCEL | Capability.FIND,
    PLAIN | Capability.CANCEL | Capability.FIND | Capability.MOVE,
)
"""What diaries can do: as Physiodiary does, and more; the last as all of the others do."""


NOWHERE = datetime.min.replace(tzinfo=UTC)


class Killed(BaseException):
    """The process ends here, as by the kernel's hand."""


class Mood(enum.Enum):
    """How the next call that writes goes."""

    WELL = enum.auto()
    NOT_REACHED = enum.auto()
    UNKNOWN_NOT_DONE = enum.auto()
    UNKNOWN_DONE = enum.auto()
    KILLED_BEFORE = enum.auto()
    KILLED_AFTER = enum.auto()


_BEFORE = {
    Mood.NOT_REACHED: NotReached("no route"),
    Mood.UNKNOWN_NOT_DONE: OutcomeUnknown("silence"),
    Mood.KILLED_BEFORE: Killed(),
}
_AFTER = {Mood.UNKNOWN_DONE: OutcomeUnknown("silence"), Mood.KILLED_AFTER: Killed()}


@dataclass
class SmallDiary:
    """``held`` is who stands in it, by when: everything is with one person.

    One that moves knows each appointment by a number: ``numbers`` has when it begins.
    """

    capabilities: Capability
    held: dict[datetime, str] = field(default_factory=dict["datetime", str])
    numbers: dict[str, datetime] = field(default_factory=dict[str, "datetime"])
    keys: dict[str, str] = field(default_factory=dict[str, str])
    write_limit_seconds: float = 25.0
    mood: Mood = Mood.WELL
    is_down: bool = False
    asked: int = 0
    """How often it was asked to book."""
    on_book: Callable[[BookingRequest], object] = lambda _request: None
    on_cancel: Callable[[PlacedBooking], object] = lambda _booking: None

    def book(self, request: BookingRequest) -> Confirmation:
        self.asked += 1
        mood, self.mood = self.mood, Mood.WELL
        self.on_book(request)
        if mood in _BEFORE:
            raise _BEFORE[mood]
        if self.is_down:
            raise NotReached("down")
        start = to_utc(request.slot.start)
        if start in self.held:
            raise SlotTaken("12")
        number = self.note(start, request.patient.email, key=request.key)
        if mood in _AFTER:
            raise _AFTER[mood]
        return Confirmation(request.slot.minutes, reference=number)

    def note(self, start: datetime, email: str, key: str = "") -> str | None:
        """Write an appointment down; return its number, if it has one."""
        self.held[start] = email
        if Capability.MOVE not in self.capabilities:
            return None
        number = str(len(self.numbers) + 1)
        self.numbers[number] = start
        if key:
            self.keys[key] = number
        return number

    def move(self, booking: PlacedBooking, to: Slot) -> Confirmation:
        """Give an appointment another time: by its number, and only from where it is known."""
        assert Capability.MOVE in self.capabilities, "it cannot move"
        self.asked += 1
        mood, self.mood = self.mood, Mood.WELL
        self.on_book(BookingRequest(slot=to, patient=booking.patient, reason="", key=booking.key))
        if mood in _BEFORE:
            raise _BEFORE[mood]
        if self.is_down:
            raise NotReached("down")
        number, start = self.number_of(booking), to_utc(to.start)
        here = self.numbers.get(number or "")
        if number is None or here is None or here not in {to_utc(booking.slot.start), start}:
            raise WriteRefused("not there")
        if here != start:
            if start in self.held:
                raise SlotTaken("12")
            self.held[start], self.numbers[number] = self.held.pop(here), start
        if mood in _AFTER:
            raise _AFTER[mood]
        return Confirmation(to.minutes, reference=number)

    def number_of(self, booking: PlacedBooking) -> str | None:
        return booking.reference or self.keys.get(booking.key)

    def strike_out(self, start: datetime, to: datetime | None = None) -> str | None:
        """Take out whoever stands there, or put them elsewhere; return who it was."""
        email = self.held.pop(start, None)
        number = next((one for one, at in self.numbers.items() if at == start), "")
        self.numbers.pop(number, None)
        if email is not None and to is not None:
            self.held[to] = email
            if number:
                self.numbers[number] = to
        return email

    def find(self, booking: PlacedBooking) -> Confirmation | None:
        assert Capability.FIND in self.capabilities, "it cannot find"
        if self.is_down:
            raise NoAnswer("down")
        start = to_utc(booking.slot.start)
        if Capability.MOVE in self.capabilities:
            here = self.numbers.get(self.number_of(booking) or "")
            if here not in {None, start}:
                raise Elsewhere(here)
            return (
                None
                if here is None
                else Confirmation(booking.slot.minutes, reference=self.number_of(booking))
            )
        stands = self.held.get(start) == booking.patient.email
        return Confirmation(booking.slot.minutes) if stands else None

    def cancel(self, booking: PlacedBooking, reason: CancelReason | None = None) -> None:
        assert Capability.CANCEL in self.capabilities, "it cannot cancel"
        mood, self.mood = self.mood, Mood.WELL
        if self.is_down or mood in {Mood.NOT_REACHED, Mood.UNKNOWN_NOT_DONE}:
            raise NoAnswer("down")
        if mood is Mood.KILLED_BEFORE:
            raise Killed
        self.on_cancel(booking)
        start = to_utc(booking.slot.start)
        if Capability.MOVE in self.capabilities:
            start = self.numbers.get(self.number_of(booking) or "", NOWHERE)
        if self.held.get(start) == booking.patient.email:
            self.strike_out(start)
        if mood is Mood.KILLED_AFTER:
            raise Killed
        if mood is Mood.UNKNOWN_DONE:
            raise NoAnswer("silence")

    @property
    def cancels_blindly(self) -> bool:
        return Capability.CANCEL in self.capabilities and Capability.FIND not in self.capabilities

    def holds(self, email: str) -> list[datetime]:
        """Return when somebody stands in it."""
        return [start for start, who in self.held.items() if who == email]


@dataclass
class SmallAvailability:
    """What the diary shows as free. ``is_stale``: what was free stays so until it is refused."""

    diary: SmallDiary
    staff: Staff
    room: Room
    is_stale: bool = False
    on_asking: Callable[[], object] = lambda: None

    def slot(self, *, start: datetime, stale_will_do: bool, **_asked: object):
        self.on_asking()
        if start <= now():
            return Answer.NONE, None
        found = Slot(self.staff, self.room, start, 45)
        if self.is_stale and stale_will_do:
            return Answer.FREE, found
        answer = self.look_again(start=start)
        return answer, (found if answer is Answer.FREE else None)

    def look_again(self, *, start: datetime, **_asked: object) -> Answer:
        if self.diary.is_down:
            return Answer.UNCHECKED
        return Answer.NONE if to_utc(start) in self.diary.held else Answer.FREE

    def drop(self, **_asked: object) -> None: ...

    def lost(self, **_asked: object) -> None:
        self.is_stale = False


@dataclass
class SmallGateway:
    """Takes texts, and counts them by their words: each holds an address of its own."""

    taken: Counter[str] = field(default_factory=Counter[str])
    mood: Mood = Mood.WELL

    def send(self, text: Text) -> str:
        mood, self.mood = self.mood, Mood.WELL
        if mood is Mood.NOT_REACHED:
            raise TextNotSent("no route")
        if mood is Mood.KILLED_BEFORE:
            raise Killed
        if mood is Mood.UNKNOWN_NOT_DONE:
            raise TextUnanswered("silence")
        self.taken[text.body] += 1
        if mood is Mood.KILLED_AFTER:
            raise Killed
        if mood is Mood.UNKNOWN_DONE:
            raise TextUnanswered("silence")
        return f"SM {text.body}"[:34]

    def look_up(self, text: Text, *, since: date) -> str | None:
        return f"SM {text.body}"[:34] if text.body in self.taken else None
