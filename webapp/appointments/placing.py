"""Places a booking: one row, one write, and what became of it, said truly."""

from __future__ import annotations

import logging
import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from webapp import clock
from webapp.appointments.kinds import Kind
from webapp.appointments.model import GRACE, Booking, State
from webapp.appointments.moving import NothingToMove, move, placed_booking, takes_over
from webapp.appointments.outcomes import Order, Outcomes, Placed
from webapp.appointments.recording import record
from webapp.appointments.replacing import (
    AlreadyReplaced,
    NotToBeMoved,
    continue_event,
    refuse_second_change,
)
from webapp.availability.answers import Answer
from webapp.crashing import crash_point
from webapp.db.engine import writing
from webapp.diaries.errors import (
    DiaryError,
    FieldsRefused,
    NotAccepted,
    NotAsOffered,
    NotReached,
    OutcomeUnknown,
    PatientField,
    SlotShared,
    SlotTaken,
)
from webapp.diaries.port import BookingRequest, Confirmation, Diary, PlacedBooking, Slot
from webapp.outbox.promising import promise
from webapp.web.metrics import count_booking
from webapp.web.tokens import Tokens, hash_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from webapp.availability.service import Availability
    from webapp.practices.model import Practice

_log = logging.getLogger("openslot.booking")
_RECORD_TRIES = 4
_RECORD_AGAIN_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class _Begun:
    """A row that stands in the database as SENDING; ``moves`` is what the diary is to move."""

    row_id: int
    moves: PlacedBooking | None


@dataclass(frozen=True, slots=True)
class _Came:
    """What came of asking the diary. ``is_no_move``: it was not asked to move anything."""

    state: State
    confirmation: Confirmation | None = None
    refused: frozenset[PatientField] = frozenset()
    refuses_us: bool = False
    nothing_to_move: bool = False
    is_no_move: bool = False


class Desk:
    """Places bookings of one practice with its diary. Holds no state of its own."""

    def __init__(
        self,
        *,
        practice: Practice,
        diary: Diary,
        availability: Availability,
        new_session: Callable[[], Session],
        tokens: Tokens,
    ) -> None:
        self._practice = practice
        self._diary = diary
        self._availability = availability
        self._new_session = new_session
        self._tokens = tokens
        self._outcomes = Outcomes(new_session, tokens)

    def place(self, order: Order) -> Placed:
        """Place the order, or return what became of it before.

        The diary is written to at most once for a journey, whoever else submits it at the same
        moment. Raises SQLAlchemyError, before anything was sent, when the database is away.
        """
        earlier = self._outcomes.earlier(order)
        if earlier is not None:
            return earlier
        answer, slot = self._availability.slot(
            staff_id=order.choice.slot_staff or "",
            room_id=order.choice.slot_room or "",
            start=order.slot_start,
            stale_will_do=True,
            type_id=order.choice.type,
            at_short_notice=order.at_short_notice,
        )
        if slot is None:
            state = State.TAKEN if answer is Answer.NONE else State.UNREACHABLE
            # This journey, or this patient's other tab, may have taken it since we looked.
            earlier = self._outcomes.earlier(order)
            if earlier is None:
                count_booking(order.slug, state.value)
            return earlier or Placed(state, self._outcomes.token(order.journey, order.slug))
        try:
            begun = self._begin(order, slot)
        except IntegrityError:
            return self._outcomes.follow(order)
        except AlreadyReplaced as error:
            return self._outcomes.placed(error.by, error.by.state_at(clock.now()))
        except NotToBeMoved:
            return Placed(State.UNREACHABLE, self._outcomes.token(order.journey, order.slug))
        crash_point("placing: promised")
        placed = self._write(order, slot, begun)
        if placed.state is State.TAKEN:
            # Taken, but by whom? A second tab of the same patient is no stranger.
            return self._outcomes.same_patient(order) or placed
        return placed

    def outcome_of(self, slug: str, journey: str) -> Placed | None:
        """Return what became of a journey whose slot is, or may be, its patient's; else None."""
        return self._outcomes.of_journey(slug, journey)

    def outcome_for_patient(self, order: Order) -> Placed | None:
        """Return what became of this patient's other booking of the same slot; else None."""
        return self._outcomes.same_patient(order)

    def _begin(self, order: Order, slot: Slot) -> _Begun:
        now = clock.now()
        limit = timedelta(seconds=self._diary.write_limit_seconds)
        row = Booking(
            slug=order.slug,
            journey=order.journey,
            outcome_hash=hash_of(self._outcomes.token(order.journey, order.slug)),
            state=State.SENDING,
            staff_id=slot.staff.id,
            staff_name=slot.staff.name,
            room_id=slot.room.id,
            room_name=slot.room.name,
            room_address=slot.room.address or None,
            starts_at_utc=slot.start,
            minutes=slot.minutes,
            type_id=slot.type.id if slot.type else None,
            type_name=slot.type.name if slot.type else None,
            any_staff=order.choice.staff_id is None,
            any_room=order.choice.room_id is None,
            patient_name=order.patient.name,
            patient_phone=order.patient.phone,
            patient_email=order.patient.email,
            reason=order.reason or None,
            created_at_utc=now,
            deadline_utc=now + limit + GRACE,
            page_hash=hash_of(self._tokens.page_of(slug=order.slug, journey=order.journey)),
            uid=secrets.token_hex(16),
            sequence=0,
            replaces_id=order.replaces_id,
        )
        moves: PlacedBooking | None = None
        with writing(self._new_session) as session:
            if order.replaces_id is not None:
                replaced = continue_event(session, row, order.replaces_id)
                if takes_over(row, replaced, self._diary):
                    moves = placed_booking(replaced, self._practice.zone)
                elif replaced.is_the_diarys_own:
                    # Another beside it would not be what the practice has planned.
                    raise NotToBeMoved
            session.add(row)
            session.flush()
            if order.replaces_id is not None:
                refuse_second_change(session, row)
            # Whatever happens to this process now, somebody will find out what became of it.
            promise(session, Kind.SETTLE, slug=row.slug, subject_id=row.id, due_at=row.deadline_utc)
            if order.also is not None:
                # What it promises for the same moment comes after: once that is found out.
                order.also(session, row)
            return _Begun(row.id, moves)

    def _write(self, order: Order, slot: Slot, begun: _Begun) -> Placed:
        came = self._ask_diary(order, slot, begun.moves)
        state = came.state
        self._tell_availability(state, slot, begun.moves)
        self._record(begun.row_id, came)
        crash_point("placing: recorded")
        _log.info("booking", extra={"fields": {"practice": order.slug, "outcome": state.value}})
        count_booking(order.slug, state.value)
        return Placed(
            state,
            self._outcomes.token(order.journey, order.slug),
            came.refused,
            came.refuses_us,
            self._outcomes.page(order.journey, order.slug),
            came.nothing_to_move,
        )

    def _ask_diary(self, order: Order, slot: Slot, moves: PlacedBooking | None) -> _Came:
        try:
            return _Came(State.CONFIRMED, self._book_or_move(order, slot, moves))
        except SlotTaken:
            return _Came(State.TAKEN)
        except FieldsRefused as error:
            return _Came(State.REFUSED, refused=error.fields)
        except NothingToMove:
            return _Came(State.REFUSED, nothing_to_move=True)
        except NotAsOffered:
            return _Came(State.REFUSED, is_no_move=True)
        except (NotReached, NotAccepted) as error:
            return _Came(State.UNREACHABLE, refuses_us=isinstance(error, NotAccepted))
        except OutcomeUnknown as error:
            is_shared = isinstance(error, SlotShared)
            return _Came(State.PRACTICE_CHECKS if is_shared else State.UNKNOWN)
        except DiaryError:
            # A connector that breaks its promise about errors: believe the least.
            _log.exception("a connector raised what book() and move() may not raise")
            return _Came(State.UNKNOWN)

    def _book_or_move(self, order: Order, slot: Slot, moves: PlacedBooking | None) -> Confirmation:
        if moves is not None:
            confirmation = move(self._diary, moves, slot, from_list=order.from_list)
            crash_point("placing: moved")
            return confirmation
        request = BookingRequest(
            slot=slot, patient=order.patient, reason=order.reason, key=order.journey
        )
        confirmation = self._diary.book(request)
        crash_point("placing: booked")
        return confirmation

    def _tell_availability(self, state: State, slot: Slot, moves: PlacedBooking | None) -> None:
        if state is State.TAKEN:
            self._availability.lost(
                staff_id=slot.staff.id,
                room_id=slot.room.id,
                start=slot.start,
                type_id=slot.type.id if slot.type else None,
            )
        elif state is not State.UNREACHABLE:
            for one in (slot,) if moves is None else (slot, moves.slot):
                self._availability.drop(staff_id=one.staff.id, room_id=one.room.id, start=one.start)

    def _record(self, row_id: int, came: _Came) -> None:
        for left in reversed(range(_RECORD_TRIES)):
            try:
                with writing(self._new_session) as session:
                    if came.is_no_move:
                        session.get_one(Booking, row_id, with_for_update=True).diary_key = None
                    record(
                        session,
                        row_id,
                        came.state,
                        self._practice,
                        confirmation=came.confirmation,
                        refused=came.refused,
                    )
            except SQLAlchemyError:
                if not left:
                    # The row stays SENDING and will count as unknown: never less than the truth.
                    _log.exception("the outcome of booking %s could not be recorded", row_id)
                    return
                time.sleep(_RECORD_AGAIN_SECONDS)
            else:
                return
