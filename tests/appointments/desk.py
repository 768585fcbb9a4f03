"""A diary and an availability that do as they are told, and a desk over them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from tests.practices.examples import practice
from webapp.appointments.choice import Choice
from webapp.appointments.model import Booking
from webapp.appointments.placing import Desk, Order
from webapp.availability.answers import Answer
from webapp.availability.service import Availability
from webapp.diaries.errors import DiaryError
from webapp.diaries.port import (
    BookingRequest,
    Capability,
    Confirmation,
    Diary,
    Patient,
    Room,
    Slot,
    Staff,
)
from webapp.outbox.model import Promise
from webapp.web.tokens import Tokens

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
START = datetime(2026, 11, 23, 9, 15, tzinfo=UTC)
SLOT = Slot(Staff("42230", "Siân O'Brien"), Room("7323", "Treatment Room 2"), START, 45)
ORDER = Order(
    slug="harbour",
    journey="a-journey",
    choice=Choice(
        staff="42230", room="any", day=date(2026, 11, 23), at=time(9, 15), in_room="7323"
    ),
    slot_start=START,
    patient=Patient(name="Ada Whitcombe", phone="07700 900123", email="Ada@whitcombe.example"),
    reason="Stiff neck",
)
LIMIT = 25.0
TOKENS = Tokens("a-key")
PRACTICE = practice()


@dataclass
class ObedientDiary:
    """A diary that answers ``book`` as told, and keeps each request."""

    answer: Callable[[BookingRequest], Confirmation] = lambda _request: Confirmation(45)
    requests: list[BookingRequest] = field(default_factory=list[BookingRequest])
    capabilities: Capability = Capability.BOOK
    write_limit_seconds: float = LIMIT

    def book(self, request: BookingRequest) -> Confirmation:
        self.requests.append(request)
        return self.answer(request)

    def fail_with(self, error: DiaryError) -> None:
        def fail(_request: BookingRequest) -> Confirmation:
            raise error

        self.answer = fail


@dataclass
class KnownAvailability:
    """What is free, as told; which pairs were dropped, and which slots were lost to others."""

    answer: tuple[Answer, Slot | None] = (Answer.FREE, SLOT)
    dropped: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    slots_lost: list[tuple[str, str, datetime]] = field(
        default_factory=list[tuple[str, str, datetime]]
    )
    on_asking: Callable[[], object] = lambda: None

    def slot(self, *, start: datetime, **_asked: object) -> tuple[Answer, Slot | None]:
        self.on_asking()
        answer, slot = self.answer
        return answer, replace(slot, start=start) if slot else None

    def drop(self, *, staff_id: str, room_id: str, start: datetime) -> None:
        self.dropped.append((staff_id, room_id))

    def lost(
        self, *, staff_id: str, room_id: str, start: datetime, type_id: str | None = None
    ) -> None:
        self.slots_lost.append((staff_id, room_id, start))


def desk_over(
    diary: ObedientDiary, free: KnownAvailability, new_session: Callable[[], Session]
) -> Desk:
    return Desk(
        practice=PRACTICE,
        diary=cast("Diary", diary),
        availability=cast("Availability", free),
        new_session=new_session,
        tokens=TOKENS,
    )


def rows(sessions: sessionmaker[Session]) -> list[Booking]:
    with sessions() as session:
        return list(session.scalars(select(Booking).order_by(Booking.id)))


def promises(sessions: sessionmaker[Session]) -> list[Promise]:
    with sessions() as session:
        return list(session.scalars(select(Promise).order_by(Promise.id)))
