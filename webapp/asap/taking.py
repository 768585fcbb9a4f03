"""A patient says yes: one winner, the new appointment first, the old one released after it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from webapp import clock
from webapp.appointments.choice import ANY, Choice
from webapp.appointments.model import UNSETTLED, Booking, State
from webapp.appointments.outcomes import Order
from webapp.asap.endings import is_better
from webapp.asap.kinds import Kind
from webapp.asap.listing import appointment_of
from webapp.asap.model import OF_AN_OFFER, Condition, Entry, Offer, Opening
from webapp.asap.recording import (
    close,
    end_if_changed_there,
    lock_openings_of,
    locked_opening,
    move_to,
    record_taken,
)
from webapp.asap.statuses import Response
from webapp.asap.telling import being_told
from webapp.crashing import crash_point
from webapp.db.engine import writing
from webapp.diaries.port import Patient
from webapp.outbox.promising import promise
from webapp.web.metrics import count_offer

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from webapp.appointments.placing import Desk
    from webapp.practices.model import Practice

_log = logging.getLogger("openslot.asap")


class Came(Enum):
    """What came of a yes, as far as its page does not tell it by itself."""

    SEE_PAGE = auto()
    """The offer's page says it: it is yours, somebody else has it, we are looking."""
    UNREACHABLE = auto()
    """The diary could not be asked: nothing has changed, and it may be tried again."""
    REFUSED = auto()
    """The diary did not take the patient's details: only a person can help."""


class _NotYours(Exception):
    """Another patient was first, or the offer is over: the diary is not asked."""


@dataclass(frozen=True, slots=True)
class Taking:
    """Takes one practice's openings for patients. Holds no state of its own."""

    practice: Practice
    desk: Desk
    new_session: Callable[[], Session]

    def take(self, offer_id: int) -> Came:
        """Take what was offered, if this patient is the first; return what to show.

        The opening is claimed by one conditional update, in the very transaction that records
        the order and before the diary is asked; a second yes of the same patient leads to the
        outcome of the first. Raises SQLAlchemyError, before anything was sent.
        """
        self._conclude_earlier(offer_id)
        order = self._order(offer_id)
        if order is None:
            self._record_too_late(offer_id)
            return Came.SEE_PAGE
        try:
            placed = self.desk.place(order)
        except _NotYours:
            self._record_too_late(offer_id)
            return Came.SEE_PAGE
        crash_point("taking: placed")
        try:
            self.conclude(offer_id, order.journey, placed.state)
        except SQLAlchemyError:
            # It is promised too: the worker will.
            _log.exception("the end of offer %s could not be recorded", offer_id)
        if placed.state is State.UNREACHABLE:
            return Came.UNREACHABLE
        # What a diary says of what it was to move, the page tells by itself.
        is_told = placed.nothing_to_move or (order.from_list and not placed.refused)
        return Came.REFUSED if placed.state is State.REFUSED and not is_told else Came.SEE_PAGE

    def conclude(self, offer_id: int, journey: str, came: State | None = None) -> State | None:
        """Record what became of a yes, once; return how its booking stands, or None for none.

        ``came`` is what the desk said of a yes that made no booking at all.
        """
        with writing(self.new_session) as session:
            offer = session.get_one(Offer, offer_id)
            lock_openings_of(session, offer.entry_id)
            opening = locked_opening(session, offer.opening_id)
            booking = session.scalar(
                select(Booking).where(Booking.slug == offer.slug, Booking.journey == journey)
            )
            state = booking.state if booking is not None else None
            if state is State.CONFIRMED and opening.claimed_by_id is None:
                # The diary's yes came so late that it had been given up: it is theirs all the same.
                opening.claimed_by_id = offer.id
            is_late = state is State.CONFIRMED and opening.condition is not Condition.TAKEN
            if opening.condition is not Condition.OPEN and not is_late:
                return state
            if booking is None:
                if came is State.TAKEN and opening.claimed_by_id is None:
                    self._somebody_else_has_it(session, opening, offer)
                return None
            if opening.claimed_by_id != offer.id or booking.state in UNSETTLED:
                return state
            match booking.state:
                case State.CONFIRMED | State.CANCELLED:
                    record_taken(session, opening, offer)
                case State.TAKEN:
                    opening.claimed_by_id = None
                    self._somebody_else_has_it(session, opening, offer)
                case State.PRACTICE_CHECKS:
                    # The slot is gone, and may be this patient's: nobody else may have it.
                    close(session, opening, Condition.GONE)
                case _:
                    opening.claimed_by_id = None
                    end_if_changed_there(session, offer, booking)
            _tell(offer, booking.state.value)
            return booking.state

    def _conclude_earlier(self, offer_id: int) -> None:
        """Record what an earlier yes came to, if that is known by now: it may be said again."""
        with self.new_session() as session:
            offer = session.get_one(Offer, offer_id)
        if offer.booking_id is not None:
            self.conclude(offer_id, offer.journey)

    def _order(self, offer_id: int) -> Order | None:
        """Return what to order of the diary, or None where there is nothing to take any more."""
        with self.new_session() as session:
            # Read at one moment: how often they said yes belongs to whose it is.
            together = select(Offer, Opening).join(Opening, Offer.opening_id == Opening.id)
            offer, opening = session.execute(together.where(Offer.id == offer_id)).one()
            entry = session.get_one(Entry, offer.entry_id)
            appointment = appointment_of(session, entry)
            # Until the diary was told that they are on its list, it cannot be asked whether.
            untold = being_told(session, offer.slug, since=clock.now())
        is_ours = opening.claimed_by_id == offer.id
        if not is_ours and not self._may_be_taken(opening, entry, appointment):
            return None
        # While a yes of this patient's is under way, another one is the same.
        attempt = offer.attempts if is_ours else offer.attempts + 1
        start = opening.starts_at_utc.astimezone(self.practice.zone)
        # Who and where are the opening's, whatever the patient's wish has come to be since.
        choice = Choice(
            staff=opening.staff_id if entry.staff_id else ANY,
            room=opening.room_id if entry.room_id else ANY,
            type=opening.type_id,
        )
        return Order(
            slug=offer.slug,
            journey=journey_of(offer, attempt),
            choice=choice.for_slot(start, staff_id=opening.staff_id, room_id=opening.room_id),
            slot_start=start,
            patient=_patient(entry, appointment),
            reason=self._reason(appointment),
            replaces_id=appointment.id if appointment else None,
            at_short_notice=True,
            from_list=entry.diary_reference not in {None, *untold},
            also=lambda session, booking: self._claim(session, offer, attempt, booking),
        )

    def _claim(self, session: Session, offer: Offer, attempt: int, booking: Booking) -> None:
        """Give the opening to this offer if nobody has it, in the order's own transaction.

        Raises _NotYours, which undoes the order too.
        """
        now = clock.now()
        claimed = session.execute(
            update(Opening)
            .where(
                Opening.id == offer.opening_id,
                Opening.condition == Condition.OPEN,
                Opening.claimed_by_id.is_(None),
                Opening.starts_at_utc > now,
            )
            .values(claimed_by_id=offer.id)
            .returning(Opening.id)
            .execution_options(synchronize_session=False)
        )
        if claimed.first() is None:
            raise _NotYours
        mine = session.get_one(Offer, offer.id, with_for_update=True)
        entry = session.get_one(Entry, mine.entry_id, with_for_update=True)
        if entry.ended_at_utc is not None or self._has_another_in_hand(session, mine):
            raise _NotYours
        opening, old_id = session.get_one(Opening, mine.opening_id), booking.replaces_id
        if old_id and not is_better(opening, entry, session.get_one(Booking, old_id)):
            # Given up a moment ago, in another tab, or put to something as soon by the desk.
            raise _NotYours
        mine.attempts, mine.booking_id = attempt, booking.id
        move_to(mine, Response.VIEWED)
        promise(
            session,
            Kind.CONCLUDE,
            slug=mine.slug,
            subject_id=mine.id,
            turn=str(attempt),
            due_at=booking.deadline_utc,
        )

    def _has_another_in_hand(self, session: Session, offer: Offer) -> bool:
        """Say whether nobody knows yet what became of this patient's yes to another offer.

        It is with the diary now, or gone and for the practice to look at.
        """
        found = (
            select(Opening.id)
            .join(Offer, Offer.id == Opening.claimed_by_id)
            .where(
                Opening.condition.in_([Condition.OPEN, Condition.GONE]),
                Offer.entry_id == offer.entry_id,
                Offer.id != offer.id,
            )
        )
        return session.scalar(found.limit(1)) is not None

    def _may_be_taken(self, opening: Opening, entry: Entry, appointment: Booking | None) -> bool:
        now = clock.now()
        return (
            opening.condition is Condition.OPEN
            and opening.claimed_by_id is None
            and opening.starts_at_utc > now
            and entry.ended_at_utc is None
            and (appointment is None or is_better(opening, entry, appointment))
        )

    def _record_too_late(self, offer_id: int) -> None:
        """Record that a patient said yes to what another has, or is about to have."""
        with writing(self.new_session) as session:
            offer = session.get_one(Offer, offer_id)
            opening = locked_opening(session, offer.opening_id)
            if opening.claimed_by_id in {None, offer.id} and opening.condition is Condition.OPEN:
                return
            if opening.condition is not Condition.WITHDRAWN:
                _lose(offer)

    def _somebody_else_has_it(self, session: Session, opening: Opening, offer: Offer) -> None:
        close(session, opening, Condition.GONE)
        _lose(offer)

    def _reason(self, appointment: Booking | None) -> str:
        if appointment is None:
            return _("From the ASAP list")
        when = clock.say_moment(appointment.starts_at_utc.astimezone(self.practice.zone))
        return _("From the ASAP list: moved from %(when)s", when=when)


def _lose(offer: Offer) -> None:
    """Record a yes that came too late; whoever says yes has looked."""
    if not move_to(offer, Response.ACCEPTED_AND_NOT_AVAILABLE):
        move_to(offer, Response.VIEWED_NOT_AVAILABLE)
        move_to(offer, Response.ACCEPTED_AND_NOT_AVAILABLE)


def journey_of(offer: Offer, attempt: int) -> str:
    """Return the journey of a patient's yes, by its number; each reaches the diary once."""
    return f"{OF_AN_OFFER}{offer.nonce}.{attempt}"


def booking_of(session: Session, offer: Offer) -> Booking | None:
    """Return the booking that the patient's latest yes made, or None."""
    return session.get(Booking, offer.booking_id) if offer.booking_id else None


def _patient(entry: Entry, appointment: Booking | None) -> Patient:
    if appointment is not None:
        return Patient(
            name=appointment.patient_name,
            phone=appointment.patient_phone,
            email=appointment.patient_email,
        )
    return Patient(name=entry.patient_name, phone=entry.patient_phone, email=entry.patient_email)


def _tell(offer: Offer, came: str) -> None:
    count_offer(offer.slug, came)
    _log.info("taking", extra={"fields": {"practice": offer.slug, "offer": offer.id, "came": came}})
