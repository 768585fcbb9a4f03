"""Writes down what became of a booking, and promises in the same transaction what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from webapp import clock
from webapp.appointments.kinds import Kind
from webapp.appointments.model import UNSETTLED, Booking, State
from webapp.appointments.telling import promise_telling
from webapp.outbox.promising import promise, take_back

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from webapp.diaries.errors import PatientField
    from webapp.diaries.port import CancelReason, Confirmation
    from webapp.practices.model import Practice

_MAY_TURN_OUT_CONFIRMED = UNSETTLED | {State.NOT_BOOKED, State.PRACTICE_CHECKS}


def record(
    session: Session,
    row_id: int,
    state: State,
    practice: Practice,
    *,
    confirmation: Confirmation | None = None,
    refused: frozenset[PatientField] = frozenset(),
) -> bool:
    """Record an outcome if it is news; return whether it was.

    An outcome replaces an unsettled one only, so that it is told once; a "yes" of the diary that
    comes late replaces also what we had concluded without it.
    """
    if state is State.CONFIRMED:
        _lock_replaced(session, row_id)
    row = session.get_one(Booking, row_id, with_for_update=True)
    replaceable = _MAY_TURN_OUT_CONFIRMED if state is State.CONFIRMED else UNSETTLED
    state = _as_it_may_be_told(session, row, state)
    if row.state not in replaceable or row.state is state:
        return False
    row.state = state
    if state not in UNSETTLED:
        row.settled_at_utc = clock.now()
        row.reason = None
        take_back(session, Kind.SETTLE, row.id)
    row.refused_fields = ",".join(sorted(one.value for one in refused)) or None
    if confirmation is not None:
        row.minutes = confirmation.minutes
        row.diary_reference = confirmation.reference or row.diary_reference
    for kind in _what_follows(row, practice):
        promise(session, kind, slug=row.slug, subject_id=row.id)
    if state is State.CONFIRMED:
        promise_telling(session, row, practice)
    if state is State.CONFIRMED and row.replaces_id is not None:
        replaced = session.get_one(Booking, row.replaces_id)
        if row.is_move:
            _record_moved(session, replaced, practice)
            if practice.lists_in_diary:
                promise(session, Kind.MOVED, slug=row.slug, subject_id=row.id)
        else:
            ask_release(session, replaced)
    return True


def _lock_replaced(session: Session, row_id: int) -> None:
    """Lock what a booking replaces before the booking, as whoever places one does.

    Of two taps the second holds that when it meets the first one's row: if this held the row, and
    wanted that, both would wait for ever.
    """
    replaced_id = session.scalar(select(Booking.replaces_id).where(Booking.id == row_id))
    if replaced_id is not None:
        session.get_one(Booking, replaced_id, with_for_update=True, populate_existing=True)


def _as_it_may_be_told(session: Session, row: Booking, state: State) -> State:
    """Return PRACTICE_CHECKS for a move whose "yes" comes when the old one has gone elsewhere.

    There is one appointment: it cannot be here, and where a later change put it or nowhere.
    """
    if state is not State.CONFIRMED or not row.is_move or row.replaces_id is None:
        return state
    replaced = session.get_one(Booking, row.replaces_id)
    stands = replaced.state is State.CONFIRMED
    return state if stands or row.state is State.CONFIRMED else State.PRACTICE_CHECKS


def _record_moved(session: Session, replaced: Booking, practice: Practice) -> None:
    """Record that the diary has moved an appointment away from here: nothing is left to take out.

    Its patient is told of the new time alone.
    """
    replaced.state = State.CANCELLED
    replaced.cancel_reason = None
    replaced.sequence += 1
    promise(session, Kind.SLOT_FREED, slug=replaced.slug, subject_id=replaced.id)
    promise_telling(session, replaced, practice)


def ask_release(session: Session, row: Booking, reason: CancelReason | None = None) -> bool:
    """Promise that a confirmed booking is taken out of the diary; False if that stands already.

    ``reason`` is kept until the diary has been told.
    """
    if not can_be_released(row):
        return False
    row.cancel_reason = reason
    row.release_asked_at_utc = clock.now()
    promise(session, Kind.RELEASE, slug=row.slug, subject_id=row.id)
    return True


def can_be_released(row: Booking) -> bool:
    """Say whether a booking is its patient's, and nobody has asked to take it out."""
    return row.state is State.CONFIRMED and row.release_asked_at_utc is None


def record_release(session: Session, row_id: int, practice: Practice, *, is_replaced: bool) -> None:
    """Record that the diary took a booking out, and promise to tell its patient."""
    row = session.get_one(Booking, row_id, with_for_update=True)
    if row.state is not State.CONFIRMED:
        return
    row.state = State.CANCELLED
    row.cancel_reason = None
    row.sequence += 1
    promise(session, Kind.SLOT_FREED, slug=row.slug, subject_id=row.id)
    if not is_replaced:
        promise(session, Kind.PATIENT_CANCELLED, slug=row.slug, subject_id=row.id)
    promise_telling(session, row, practice)


def _what_follows(row: Booking, practice: Practice) -> list[Kind]:
    match row.state:
        case State.CONFIRMED:
            told = [Kind.PATIENT_CHANGED if row.replaces_id else Kind.PATIENT_BOOKED]
            return told + ([Kind.PRACTICE_BOOKED] if practice.notify.new_bookings else [])
        case State.NOT_BOOKED:
            return [Kind.PATIENT_NOT_BOOKED]
        case State.PRACTICE_CHECKS:
            return [Kind.PATIENT_UNCONFIRMED, Kind.PRACTICE_CHECK]
        case State.REFUSED if row.found_nothing_to_move:
            return [Kind.PATIENT_NOT_FOUND, Kind.PRACTICE_NOT_FOUND]
        case _:
            return []
