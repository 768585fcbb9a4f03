"""Moving in place: the diary gives its own appointment another slot, and never has two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.appointments.model import Booking, State
from webapp.appointments.recording import can_be_released
from webapp.diaries.errors import Elsewhere, NotAsOffered, SlotShared, SlotTaken, WriteRefused
from webapp.diaries.lists import asap_diary
from webapp.diaries.port import (
    AppointmentType,
    Capability,
    Patient,
    PlacedBooking,
    Room,
    Slot,
    Staff,
)

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from webapp.diaries.port import Confirmation, Diary


class NothingToMove(Exception):
    """The diary has not the appointment where we knew it: somebody there has changed it."""


def takes_over(row: Booking, replaced: Booking, diary: Diary) -> bool:
    """Let a new row be the very appointment that it replaces, where the diary can move that.

    Only while nobody has asked to take the old one out, and where both are for the same. What is
    moved keeps its length, which the desk may have changed. False, and nothing done, where it
    must be booked anew.
    """
    is_able = Capability.MOVE in diary.capabilities and Capability.FIND in diary.capabilities
    is_movable = replaced.diary_reference is not None and can_be_released(replaced)
    if not (is_able and is_movable and replaced.type_id == row.type_id):
        return False
    row.minutes = replaced.minutes
    row.diary_reference = replaced.diary_reference
    row.diary_key = replaced.diary_key or replaced.journey
    return True


def move(diary: Diary, before: PlacedBooking, to: Slot, *, from_list: bool = False) -> Confirmation:
    """Move an appointment; with ``from_list`` only one that is on the diary's ASAP list.

    Raises NothingToMove, NotAsOffered, and what ``Diary.move`` raises else.
    """
    lister = asap_diary(diary) if from_list else None
    try:
        return lister.move_sooner(before, to) if lister else diary.move(before, to)
    except (SlotTaken, NotAsOffered):
        raise
    except WriteRefused as error:
        raise NothingToMove from error


def find_out(
    diary: Diary, moved: PlacedBooking, before: PlacedBooking | None
) -> tuple[State, Confirmation | None]:
    """Find out what became of a move without an answer, from ``before`` to where ``moved`` says.

    Where it has been moved, the move is finished: sent again it changes nothing. Where somebody
    else stands in that slot too, the practice must look. Raises a DiaryError while nobody can
    tell.
    """
    try:
        found = diary.find(moved)
    except Elsewhere as elsewhere:
        is_as_before = before is not None and elsewhere.start == before.slot.start
        return (State.NOT_BOOKED if is_as_before else State.REFUSED), None
    if found is None:
        return State.REFUSED, None
    try:
        return State.CONFIRMED, found if before is None else move(diary, before, moved.slot)
    except (SlotTaken, SlotShared):
        # It was found in the new slot: that it stands in the old one is the one thing not known.
        return State.PRACTICE_CHECKS, None
    except NothingToMove:
        return State.REFUSED, None


def placed_booking(row: Booking, zone: ZoneInfo) -> PlacedBooking:
    """Return a booking in the port's words, by the number and the key that the diary has for it."""
    return PlacedBooking(
        slot=Slot(
            staff=Staff(row.staff_id, row.staff_name),
            room=Room(row.room_id, row.room_name, row.room_address or ""),
            start=row.starts_at_utc.astimezone(zone),
            minutes=row.minutes,
            type=AppointmentType(row.type_id, row.type_name or "", row.minutes)
            if row.type_id is not None
            else None,
        ),
        patient=Patient(name=row.patient_name, phone=row.patient_phone, email=row.patient_email),
        reference=row.diary_reference,
        key=row.diary_key or row.journey,
    )
