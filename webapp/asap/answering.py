"""What a patient may do with an offer besides taking it: look, decline, undo, hear no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from webapp import clock
from webapp.appointments.finding import in_place_of, is_release_stuck, move_of
from webapp.appointments.model import Booking, State
from webapp.asap.endings import Ending, Known, ending, is_open
from webapp.asap.listing import appointment_of, end
from webapp.asap.model import Ended, Entry, Offer, Opening
from webapp.asap.people import in_motion
from webapp.asap.recording import drop_other_offers, locked_opening, move_to
from webapp.asap.statuses import UNANSWERED, Response
from webapp.asap.taking import booking_of
from webapp.db.engine import writing
from webapp.web.tokens import hash_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

_NOT_TEXTED_YET = frozenset({Response.AWAITING_TRANSMIT, Response.FAILED})


@dataclass(frozen=True, slots=True)
class Answering:
    """Finds offers by their secret address, and records answers that need no diary."""

    new_session: Callable[[], Session]

    def find(self, token: str) -> Known | None:
        """Return what is known of the offer that this token names, or None."""
        with self.new_session() as session:
            offer = _by_token(session, token)
            return _known(session, offer) if offer is not None else None

    def others(self, known: Known) -> list[Known]:
        """Return the same patient's other offers that are still to be had, by time."""
        now = clock.now()
        with self.new_session() as session:
            found = session.scalars(
                select(Offer)
                .join(Opening, Offer.opening_id == Opening.id)
                .where(
                    Offer.entry_id == known.entry.id,
                    Offer.id != known.offer.id,
                    Offer.response.not_in(_NOT_TEXTED_YET),
                )
                .order_by(Opening.starts_at_utc)
            ).all()
            candidates = [_known(session, one) for one in found]
        return [one for one in candidates if ending(one, at=now) is Ending.OFFERED]

    def look(self, token: str) -> None:
        """Record that a person has the page before them. It costs nobody anything."""
        known = self.find(token)
        if known is None or _once_seen(known) in {None, known.offer.response}:
            # Nothing to write: so nobody is held up either.
            return
        with writing(self.new_session) as session:
            offer = session.get_one(Offer, known.offer.id)
            locked_opening(session, offer.opening_id)
            response = _once_seen(_known(session, offer))
            if response is not None:
                move_to(offer, response)

    def decline(self, token: str) -> None:
        """Record "no, thanks"."""
        self._answer(token, Response.DECLINED)

    def undo(self, token: str) -> None:
        """Take "no, thanks" back, while the slot is still to be had."""
        with writing(self.new_session) as session:
            offer = _by_token(session, token)
            if offer is None or offer.response is not Response.DECLINED:
                return
            locked_opening(session, offer.opening_id)
            if is_open(_known(session, offer), at=clock.now()):
                move_to(offer, Response.VIEWED)

    def stop(self, token: str) -> None:
        """Record that the patient wants to hear no more, and take them off the list."""
        with writing(self.new_session) as session:
            offer = _by_token(session, token)
            if offer is None:
                return
            opening = locked_opening(session, offer.opening_id)
            if opening.claimed_by_id == offer.id:
                # They have it, or may have: there is nothing to stop.
                return
            if not move_to(offer, Response.DECLINED_STOP_COMM):
                _look_first(offer)
                move_to(offer, Response.DECLINED_STOP_COMM)
            offer.answered_at_utc = clock.now()
            entry = session.get_one(Entry, offer.entry_id)
            end(entry, Ended.STOPPED)
            drop_other_offers(session, entry, but=offer, then=Response.DECLINED)

    def _answer(self, token: str, response: Response) -> None:
        with writing(self.new_session) as session:
            offer = _by_token(session, token)
            if offer is None:
                return
            locked_opening(session, offer.opening_id)
            if ending(_known(session, offer), at=clock.now()) is Ending.OFFERED:
                _look_first(offer)
                move_to(offer, response)
                offer.answered_at_utc = clock.now()


def _once_seen(known: Known) -> Response | None:
    """Return what an offer becomes when a person looks at it, or None where that is nothing."""
    match ending(known, at=clock.now()):
        case Ending.OFFERED:
            return Response.VIEWED
        case Ending.GONE | Ending.IN_HAND if known.opening.claimed_by_id != known.offer.id:
            return Response.VIEWED_NOT_AVAILABLE
        case _:
            return None


def _look_first(offer: Offer) -> None:
    """Whoever answers has looked, though a browser without pictures did not say so."""
    if offer.response in {Response.FAILED, *UNANSWERED}:
        move_to(offer, Response.VIEWED)


def _by_token(session: Session, token: str) -> Offer | None:
    return session.scalar(select(Offer).where(Offer.token_hash == hash_of(token)))


def _has_booked(session: Session, entry: Entry, opening: Opening, *, but: Booking | None) -> bool:
    """Say whether the patient has this very slot by another way than this offer."""
    found = select(Booking.id).where(
        Booking.slug == opening.slug,
        Booking.starts_at_utc == opening.starts_at_utc,
        Booking.staff_id == opening.staff_id,
        Booking.state == State.CONFIRMED,
        Booking.release_asked_at_utc.is_(None),
        func.lower(Booking.patient_email) == entry.patient_email.lower(),
        # A family may share an address.
        # Not every database knows the small letter of an É: as it was typed will do as well.
        or_(
            Booking.patient_name == entry.patient_name,
            func.lower(Booking.patient_name) == entry.patient_name.lower(),
        ),
        # Some whom the diary knows have no address: then the number tells them apart.
        or_(Booking.patient_email != "", Booking.patient_phone == entry.patient_phone),
        Booking.id != (but.id if but is not None else 0),
    )
    return session.scalar(found.limit(1)) is not None


def _known(session: Session, offer: Offer) -> Known:
    entry = session.get_one(Entry, offer.entry_id)
    booking = booking_of(session, offer)
    replaced = None
    if booking is not None and booking.replaces_id is not None:
        replaced = session.get(Booking, booking.replaces_id)
    appointment = appointment_of(session, entry)
    opening = session.get_one(Opening, offer.opening_id)
    return Known(
        offer=offer,
        opening=opening,
        entry=entry,
        appointment=appointment,
        booking=booking,
        is_in_motion=bool(in_motion(session, [(entry, appointment)])),
        has_booked_it=_has_booked(session, entry, opening, but=booking),
        is_replaced=booking is not None and in_place_of(session, booking) is not None,
        replaced=replaced,
        moving=move_of(session, appointment) if appointment is not None else None,
        is_stuck=replaced is not None and is_release_stuck(session, replaced),
    )
