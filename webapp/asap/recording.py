"""Writes down what became of an opening and its offers, along the allowed arrows only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from webapp import clock
from webapp.asap import notes
from webapp.asap.kinds import Kind
from webapp.asap.limits import off_the_list
from webapp.asap.listing import end
from webapp.asap.model import Condition, Ended, Entry, Offer, Opening
from webapp.asap.statuses import UNANSWERED, Response, SendStatus, may_become
from webapp.outbox.promising import take_back

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from webapp.appointments.model import Booking


def move_to(offer: Offer, response: Response) -> bool:
    """Move an offer along an arrow; False, and nothing done, where there is none."""
    if not may_become(offer.response, response):
        return False
    offer.response = response
    return True


def close(session: Session, opening: Opening, condition: Condition) -> None:
    """End an opening for everybody who has not answered. The row must be locked.

    What was not texted yet will not be; who has looked already learns that it is gone.
    """
    opening.condition, opening.live_key = condition, None
    note = notes.WITHDRAWN if condition is Condition.WITHDRAWN else notes.TAKEN
    for offer in _offers(session, opening):
        if offer.id == opening.claimed_by_id:
            continue
        stop_text(session, offer, note)
        if offer.response is Response.VIEWED:
            move_to(offer, Response.VIEWED_NOT_AVAILABLE)


def record_taken(session: Session, opening: Opening, offer: Offer) -> None:
    """Record that an offer's patient has the slot, and what follows for them and the others."""
    close(session, opening, Condition.TAKEN)
    if offer.response is not Response.VIEWED:
        move_to(offer, Response.VIEWED)
    move_to(offer, Response.ACCEPTED_AND_MOVED)
    offer.answered_at_utc = clock.now()
    stop_text(session, offer, notes.TAKEN, fails=False)
    entry = session.get_one(Entry, offer.entry_id)
    for one in (entry, *_same_person_without(session, entry)):
        end(one, Ended.TAKEN)
        drop_other_offers(session, one, but=offer, then=Response.CHOSE_DIFFERENT_SLOT)


def end_if_changed_there(session: Session, offer: Offer, booking: Booking) -> None:
    """Take somebody off the list whose appointment the diary had changed when they said yes."""
    entry = session.get_one(Entry, offer.entry_id)
    is_off_its_list = entry.diary_reference is not None and booking.was_not_as_offered
    if is_off_its_list or booking.found_nothing_to_move:
        end(entry, Ended.OVER, diary_knows=True)


def drop_other_offers(session: Session, entry: Entry, *, but: Offer, then: Response) -> None:
    """End a patient's other offers that they have not answered, as far as there is an arrow."""
    others = session.scalars(
        select(Offer)
        .join(Opening, Offer.opening_id == Opening.id)
        .where(
            Offer.entry_id == entry.id,
            Offer.id != but.id,
            Offer.response.in_(UNANSWERED),
            # One to which they have said yes, with no answer yet, is told by that answer.
            or_(Opening.claimed_by_id.is_(None), Opening.claimed_by_id != Offer.id),
        )
        .order_by(Offer.id)
    ).all()
    for other in others:
        is_choice = then is Response.CHOSE_DIFFERENT_SLOT
        stop_text(session, other, off_the_list(entry), fails=not is_choice)
        move_to(other, then)


def _same_person_without(session: Session, entry: Entry) -> Sequence[Entry]:
    """Return the same patient's other places that were for an appointment, as now they have one."""
    if entry.booking_id is not None:
        return ()
    return session.scalars(
        select(Entry).where(
            Entry.slug == entry.slug,
            Entry.patient_number == entry.patient_number,
            Entry.id != entry.id,
            Entry.booking_id.is_(None),
            Entry.ended_at_utc.is_(None),
        )
    ).all()


def stop_text(session: Session, offer: Offer, note: str, *, fails: bool = True) -> None:
    """See to it that a text which has not gone out does not, and note why."""
    if offer.text_status is not SendStatus.SEND_NOT_ATTEMPTED:
        return
    offer.text_status, offer.note = SendStatus.DO_NOT_SEND, note
    if fails:
        move_to(offer, Response.FAILED)
    take_back(session, Kind.TEXT, offer.id)


def expire(session: Session, opening: Opening) -> None:
    """Record that the time for answers is over. The row must be locked."""
    opening.live_key = None
    for offer in _offers(session, opening):
        if offer.id == opening.claimed_by_id:
            continue
        stop_text(session, offer, notes.AFTER_THE_SLOT, fails=False)
        if offer.response in UNANSWERED - {Response.UNABLE_TO_SEND}:
            move_to(offer, Response.EXPIRED)


def locked_opening(session: Session, opening_id: int) -> Opening:
    """Return an opening that nobody else changes while this transaction is open."""
    return session.get_one(Opening, opening_id, with_for_update=True, populate_existing=True)


def lock_openings_of(session: Session, entry_id: int) -> None:
    """Lock all that a patient was offered, in the one order in which everybody does.

    Two who take across, each what the other was offered too, would wait for each other.
    """
    theirs = select(Offer.opening_id).where(Offer.entry_id == entry_id)
    found = select(Opening.id).where(Opening.id.in_(theirs)).order_by(Opening.id)
    session.execute(found.with_for_update())


def _offers(session: Session, opening: Opening) -> Sequence[Offer]:
    return session.scalars(
        select(Offer).where(Offer.opening_id == opening.id).order_by(Offer.id)
    ).all()
