"""Records a move that the diary has made by itself, as if it had been ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp import clock
from webapp.appointments.model import Booking, State
from webapp.appointments.recording import can_be_released, record
from webapp.web.tokens import Tokens, hash_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from webapp.diaries.port import Confirmation, Slot
    from webapp.practices.model import Practice


@dataclass(frozen=True, slots=True)
class MovedThere:
    """The diary has an appointment in another slot now. ``journey`` is of this one move."""

    journey: str
    replaced_id: int
    slot: Slot
    confirmation: Confirmation


def record_moved_there(
    session: Session, moved: MovedThere, practice: Practice, tokens: Tokens
) -> Booking | None:
    """Put a booking in the new slot in the old one's place, with all that follows from a move.

    The transaction must be one that writes. None, and nothing done, where the old one does not
    stand any more.
    """
    replaced = session.get_one(Booking, moved.replaced_id, with_for_update=True)
    if not can_be_released(replaced):
        return None
    now, slot = clock.now(), moved.slot
    row = Booking(
        slug=replaced.slug,
        journey=moved.journey,
        outcome_hash=hash_of(tokens.outcome_of(slug=replaced.slug, journey=moved.journey)),
        page_hash=hash_of(tokens.page_of(slug=replaced.slug, journey=moved.journey)),
        state=State.SENDING,
        staff_id=slot.staff.id,
        staff_name=slot.staff.name,
        room_id=slot.room.id,
        room_name=slot.room.name,
        room_address=slot.room.address or None,
        starts_at_utc=clock.to_utc(slot.start),
        minutes=moved.confirmation.minutes,
        type_id=replaced.type_id,
        type_name=replaced.type_name,
        any_staff=replaced.any_staff,
        any_room=replaced.any_room,
        patient_name=replaced.patient_name,
        patient_phone=replaced.patient_phone,
        patient_email=replaced.patient_email,
        created_at_utc=now,
        deadline_utc=now,
        diary_reference=replaced.diary_reference,
        diary_key=replaced.diary_key or replaced.journey,
        uid=replaced.uid,
        sequence=replaced.sequence + 1,
        replaces_id=replaced.id,
    )
    session.add(row)
    session.flush()
    record(session, row.id, State.CONFIRMED, practice, confirmation=moved.confirmation)
    return row
