"""Offers an opening to one patient at the practice's word, or says why that cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from webapp import clock
from webapp.asap.api.wire import LARGEST_NUMBER
from webapp.asap.listing import appointment_of, is_over
from webapp.asap.model import Entry
from webapp.asap.opening import OfferedElsewhere, Opener
from webapp.availability.answers import Answer, DiaryUnavailable
from webapp.availability.current import availability_of
from webapp.db.engine import new_session, writing
from webapp.web.tokens import current_tokens

if TYPE_CHECKING:
    from datetime import datetime

    from webapp.appointments.model import Booking
    from webapp.diaries.port import Slot
    from webapp.practices.model import Practice


class CannotOffer(Exception):
    """The opening cannot be offered; the text says why."""


class NoSuchThing(Exception):
    """There is nothing of that number here; the text says what."""


def entry_of(practice: Practice, number: int) -> int:
    """Return the place on the list that a client calls by this AptNum.

    It is the diary's own number where the diary keeps the list, as the document has it; else ours.
    Raises NoSuchThing.
    """
    if not practice.lists_in_diary:
        if number > LARGEST_NUMBER:
            raise NoSuchThing("Appointment not found.")
        return number
    with new_session() as session:
        named = select(Entry.id).where(
            Entry.slug == practice.slug, Entry.diary_reference == str(number)
        )
        # Of several the latest: they may have left the list and come back.
        found = session.scalar(named.order_by(Entry.id.desc()).limit(1))
    if found is None:
        raise NoSuchThing("Appointment not found.")
    return found


def offer_to_one(practice: Practice, *, room_id: str, entry_id: int, start: datetime) -> int:
    """Offer the slot in a room at ``start`` to somebody on the list; return the offer's number.

    The slot is the patient's own person's if that one is free then, or else anybody's whom they
    would see. Raises CannotOffer when the appointment is not on the list, the times overlap, or
    the slot is not free; NoSuchThing for an unknown number.
    """
    with new_session() as session:
        entry = session.get(Entry, entry_id)
        if entry is None or entry.slug != practice.slug:
            raise NoSuchThing("Appointment not found.")
        appointment = appointment_of(session, entry)
    if entry.ended_at_utc is not None or is_over(entry, appointment, practice, at=clock.now()):
        raise CannotOffer("Appointment is not on the ASAP list: its Priority must be ASAP.")
    if start <= clock.now():
        raise CannotOffer("dateTimeStart has passed.")
    slot = _slot(practice, entry, appointment, room_id, start)
    if appointment is not None:
        if _overlap(slot, appointment):
            raise CannotOffer("The new time overlaps with the appointment that the patient has.")
        if slot.minutes < appointment.minutes:
            raise CannotOffer("The time slot is shorter than the appointment.")
        if clock.to_utc(slot.start) > appointment.starts_at_utc:
            raise CannotOffer("The time slot is later than the appointment that the patient has.")
    opener = Opener(practice, current_tokens())
    try:
        try:
            with writing(new_session) as session:
                return opener.offer_to_one(session, slot, entry, appointment).id
        except IntegrityError:
            # Another process has just opened the same slot: it is there now.
            with writing(new_session) as session:
                return opener.offer_to_one(session, slot, entry, appointment).id
    except OfferedElsewhere:
        raise CannotOffer(
            "The time slot overlaps with another that is on offer in another operatory."
        ) from None


def free_slot(
    practice: Practice,
    *,
    staff_id: str,
    room_id: str,
    start: datetime,
    type_id: str | None = None,
) -> tuple[Answer, Slot | None]:
    """Ask the diary whether a slot is free now, however near it is."""
    return availability_of(practice).slot(
        staff_id=staff_id,
        room_id=room_id,
        start=start,
        stale_will_do=False,
        type_id=type_id,
        at_short_notice=True,
    )


def _slot(
    practice: Practice, entry: Entry, appointment: Booking | None, room_id: str, start: datetime
) -> Slot:
    try:
        roster = availability_of(practice).roster()
    except DiaryUnavailable:
        raise CannotOffer("The practice's diary cannot be asked just now.") from None
    if roster.find_room(room_id) is None:
        raise NoSuchThing("Operatory not found.")
    own = appointment.staff_id if appointment else None
    # A diary that makes the offer itself leaves the appointment with whom it is.
    wanted = own if own is not None and practice.asap.record == "diary" else entry.staff_id
    people = [one.id for one in roster.staff if wanted in {None, one.id}]
    answers: set[Answer] = set()
    for staff_id in sorted(people, key=lambda one: one != own):
        answer, slot = free_slot(
            practice, staff_id=staff_id, room_id=room_id, start=start, type_id=entry.type_id
        )
        if slot is not None:
            return slot
        answers.add(answer)
    if Answer.UNCHECKED in answers:
        raise CannotOffer("The practice's diary cannot be asked just now.")
    raise CannotOffer(
        "The time slot is not free: it overlaps with an existing appointment, or nobody works then."
    )


def _overlap(slot: Slot, appointment: Booking) -> bool:
    start = clock.to_utc(slot.start)
    return start < clock.later(
        appointment.starts_at_utc, appointment.minutes
    ) and appointment.starts_at_utc < clock.later(start, slot.minutes)
