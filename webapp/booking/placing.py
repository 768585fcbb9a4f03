"""Places a booking: one row, one write, and what became of it, said truly."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError, OperationalError

from webapp import clock
from webapp.availability.answers import Answer
from webapp.booking.model import GRACE, STANDS_OR_MAY, Booking, State
from webapp.diaries.errors import (
    DiaryError,
    FieldsRefused,
    NotAccepted,
    NotReached,
    OutcomeUnknown,
    PatientField,
    SlotTaken,
)
from webapp.diaries.port import BookingRequest, Confirmation, Diary, Patient, Slot
from webapp.web.tokens import Tokens, hash_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from webapp.availability.service import Availability
    from webapp.booking.choice import Choice

_log = logging.getLogger("openslot.booking")
_SAME_PATIENT_WITHIN = timedelta(minutes=30)
_WAIT_FOR_OTHER_SECONDS = 3.0
_LOOK_EVERY_SECONDS = 0.1
_RECORD_TRIES = 4


@dataclass(frozen=True, slots=True)
class Order:
    """What a patient asks to book in one journey."""

    slug: str
    journey: str
    choice: Choice
    slot_start: datetime
    patient: Patient
    reason: str


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of an order. ``token`` leads to its outcome page.

    ``diary_refuses_us`` is an operator's matter behind an UNREACHABLE.
    """

    state: State
    token: str
    refused: frozenset[PatientField] = frozenset()
    diary_refuses_us: bool = False


class Desk:
    """Places bookings of one practice with its diary. Holds no state of its own."""

    def __init__(
        self,
        *,
        diary: Diary,
        availability: Availability,
        new_session: Callable[[], Session],
        tokens: Tokens,
    ) -> None:
        self._diary = diary
        self._availability = availability
        self._new_session = new_session
        self._tokens = tokens

    def place(self, order: Order) -> Placed:
        """Place the order, or return what became of it before.

        The diary is written to at most once for a journey, whoever else submits it at the same
        moment. Raises OperationalError, before anything was sent, when the database is away.
        """
        earlier = self._earlier(order)
        if earlier is not None:
            return earlier
        answer, slot = self._availability.slot(
            staff_id=order.choice.slot_staff or "",
            room_id=order.choice.slot_room or "",
            start=order.slot_start,
            stale_will_do=True,
        )
        if slot is None:
            state = State.TAKEN if answer is Answer.NONE else State.UNREACHABLE
            # This journey, or this patient's other tab, may have taken it since we looked.
            return self._earlier(order) or Placed(state, self._token(order.journey, order.slug))
        try:
            row_id = self._begin(order, slot)
        except IntegrityError:
            return self._follow(order)
        placed = self._write(order, slot, row_id)
        if placed.state is State.TAKEN:
            # Taken, but by whom? A second tab of the same patient is no stranger.
            return self._same_patient(order) or placed
        return placed

    def _earlier(self, order: Order) -> Placed | None:
        """Return the outcome of this journey, or of this patient's other tab, if there is one."""
        with self._new_session() as session:
            found = session.scalar(_journey_of(order))
        return self._follow(order) if found is not None else self._same_patient(order)

    def _begin(self, order: Order, slot: Slot) -> int:
        now = clock.now()
        limit = timedelta(seconds=self._diary.write_limit_seconds)
        row = Booking(
            slug=order.slug,
            journey=order.journey,
            outcome_hash=hash_of(self._token(order.journey, order.slug)),
            state=State.SENDING,
            staff_id=slot.staff.id,
            staff_name=slot.staff.name,
            room_id=slot.room.id,
            room_name=slot.room.name,
            starts_at_utc=slot.start,
            minutes=slot.minutes,
            any_staff=order.choice.staff_id is None,
            any_room=order.choice.room_id is None,
            patient_name=order.patient.name,
            patient_phone=order.patient.phone,
            patient_email=order.patient.email,
            reason=order.reason or None,
            created_at_utc=now,
            deadline_utc=now + limit + GRACE,
        )
        with self._new_session() as session, session.begin():
            session.add(row)
            session.flush()
            return row.id

    def _write(self, order: Order, slot: Slot, row_id: int) -> Placed:
        token = self._token(order.journey, order.slug)
        request = BookingRequest(slot=slot, patient=order.patient, reason=order.reason)
        confirmation: Confirmation | None = None
        refused: frozenset[PatientField] = frozenset()
        refuses_us = False
        try:
            confirmation = self._diary.book(request)
            state = State.CONFIRMED
        except SlotTaken:
            state = State.TAKEN
        except FieldsRefused as error:
            state, refused = State.REFUSED, error.fields
        except NotReached:
            state = State.UNREACHABLE
        except NotAccepted:
            state, refuses_us = State.UNREACHABLE, True
        except OutcomeUnknown:
            state = State.UNKNOWN
        except DiaryError:
            # A connector that breaks its promise about errors: believe the least.
            _log.exception("a connector raised what book() may not raise")
            state = State.UNKNOWN
        if state is not State.UNREACHABLE:
            self._availability.drop(staff_id=slot.staff.id, room_id=slot.room.id)
        self._record(row_id, state, confirmation, refused)
        _log.info("booking", extra={"fields": {"practice": order.slug, "outcome": state.value}})
        return Placed(state, token, refused, refuses_us)

    def _record(
        self,
        row_id: int,
        state: State,
        confirmation: Confirmation | None,
        refused: frozenset[PatientField],
    ) -> None:
        for left in reversed(range(_RECORD_TRIES)):
            try:
                with self._new_session() as session, session.begin():
                    row = session.get_one(Booking, row_id)
                    row.state = state
                    if state is not State.UNKNOWN:
                        row.settled_at_utc = clock.now()
                        row.reason = None
                    row.refused_fields = ",".join(sorted(one.value for one in refused)) or None
                    if confirmation is not None:
                        row.minutes = confirmation.minutes
                        row.diary_reference = confirmation.reference
            except OperationalError:
                if not left:
                    # The row stays SENDING and will count as unknown: never less than the truth.
                    _log.exception("the outcome of booking %s could not be recorded", row_id)
                    return
                time.sleep(_LOOK_EVERY_SECONDS)
            else:
                return

    def _follow(self, order: Order) -> Placed:
        """Return the outcome of a journey that is already on its way, waiting for it a moment."""
        ends = time.monotonic() + _WAIT_FOR_OTHER_SECONDS
        while True:
            with self._new_session() as session:
                row = session.scalars(_journey_of(order)).one()
            state = row.state_at(clock.now())
            if state is not State.SENDING or time.monotonic() > ends:
                return self._as_placed(row, state)
            time.sleep(_LOOK_EVERY_SECONDS)

    def _same_patient(self, order: Order) -> Placed | None:
        """Return what became of the same patient's other booking of this very slot, if any.

        Two tabs are two journeys; without this the second would be told that the slot is taken,
        by its own owner.
        """
        patient = order.patient
        with self._new_session() as session:
            row = session.scalars(
                select(Booking).where(
                    Booking.slug == order.slug,
                    Booking.journey != order.journey,
                    Booking.starts_at_utc == order.slot_start,
                    Booking.staff_id == order.choice.slot_staff,
                    Booking.state.in_(STANDS_OR_MAY),
                    Booking.created_at_utc > clock.now() - _SAME_PATIENT_WITHIN,
                    func.lower(Booking.patient_email) == patient.email.lower(),
                    Booking.patient_phone == patient.phone,
                    Booking.patient_name == patient.name,
                )
            ).first()
        if row is None:
            return None
        return self._as_placed(row, row.state_at(clock.now()))

    def _as_placed(self, row: Booking, state: State) -> Placed:
        names = (row.refused_fields or "").split(",")
        return Placed(
            state,
            self._token(row.journey, row.slug),
            frozenset(PatientField(name) for name in names if name),
        )

    def _token(self, journey: str, slug: str) -> str:
        return self._tokens.outcome_of(slug=slug, journey=journey)


def _journey_of(order: Order) -> Select[Booking]:
    return select(Booking).where(Booking.slug == order.slug, Booking.journey == order.journey)
