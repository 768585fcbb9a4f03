"""A diary and an availability that answer a settler as they are told, and count what it asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from tests.appointments.stored import HARBOUR
from webapp.appointments.settling import Settler
from webapp.availability.answers import Answer
from webapp.diaries.port import CancelReason, Capability, Confirmation, PlacedBooking

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from webapp.availability.service import Availability
    from webapp.diaries.port import Diary
    from webapp.practices.model import Practice

PLAIN = Capability.BOOK
FINDS = Capability.BOOK | Capability.FIND
CANCELS = Capability.BOOK | Capability.CANCEL


@dataclass
class AbleDiary:
    """Finds and cancels as told: ``on_find`` and ``on_cancel`` may raise."""

    capabilities: Capability = PLAIN
    on_find: Callable[[], Confirmation | None] = lambda: None
    on_cancel: Callable[[], None] = lambda: None
    looked_for: list[PlacedBooking] = field(default_factory=list[PlacedBooking])
    cancelled: list[PlacedBooking] = field(default_factory=list[PlacedBooking])

    def find(self, booking: PlacedBooking) -> Confirmation | None:
        assert Capability.FIND in self.capabilities, "it cannot find"
        self.looked_for.append(booking)
        return self.on_find()

    def cancel(self, booking: PlacedBooking, reason: CancelReason | None = None) -> None:
        assert Capability.CANCEL in self.capabilities, "it cannot cancel"
        self.cancelled.append(booking)
        self.on_cancel()


@dataclass
class FreeList:
    """Says whether the slot is free, as told."""

    answer: Answer = Answer.FREE
    on_asking: Callable[[], object] = lambda: None
    asked: list[tuple[str, str, datetime]] = field(
        default_factory=list["tuple[str, str, datetime]"]
    )
    dropped: list[tuple[str, str]] = field(default_factory=list["tuple[str, str]"])

    def look_again(
        self, *, staff_id: str, room_id: str, start: datetime, type_id: str | None = None
    ) -> Answer:
        self.asked.append((staff_id, room_id, start))
        self.on_asking()
        return self.answer

    def drop(self, *, staff_id: str, room_id: str, start: datetime) -> None:
        self.dropped.append((staff_id, room_id))


def settler_over(
    diary: AbleDiary,
    free: FreeList,
    new_session: Callable[[], Session],
    practice: Practice = HARBOUR,
) -> Settler:
    return Settler(
        practice=practice,
        diary=cast("Diary", diary),
        availability=cast("Availability", free),
        new_session=new_session,
    )
