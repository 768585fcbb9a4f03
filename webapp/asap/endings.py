"""How an offer stands, as its patient's page tells it. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.appointments.model import UNSETTLED, Booking, State
from webapp.appointments.recording import can_be_released
from webapp.asap.model import Condition, Ended, Entry, Offer, Opening
from webapp.asap.statuses import Response

if TYPE_CHECKING:
    from datetime import datetime


class Ending(enum.Enum):
    """Where an offer stands. Only OFFERED can be taken."""

    OFFERED = "offered"
    LOOKING = "looking"
    """This patient said yes, and nobody knows yet what the diary made of it."""
    YOURS = "yours"
    GIVEN_UP = "given_up"
    """They had it, and they or the practice have cancelled or moved it since."""
    PRACTICE_CHECKS = "practice_checks"
    """This patient said yes; the practice must look, and will ring."""
    IN_HAND = "in_hand"
    """Another patient said yes a moment ago; it may yet come back."""
    GONE = "gone"
    """Somebody else has it."""
    DECLINED = "declined"
    """It can be undone while it is free."""
    STOPPED = "stopped"
    CHOSE_ANOTHER = "chose_another"
    LEFT = "left"
    """They are off the list, by their own hand or because their appointment is cancelled."""
    NOT_FOUND = "not_found"
    """When their appointment was to be moved, the diary had it no more where we knew it."""
    CHANGED_THERE = "changed_there"
    """The practice has taken it off its own list, or made it longer, since this was offered."""
    NOT_SOONER = "not_sooner"
    """They have something as soon as this by now."""
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    WAITING = "waiting"
    """This patient has asked for another time, and nobody knows yet what came of that."""
    HAVE_IT = "have_it"
    """They have booked this very time by themselves."""


class OldOne(enum.Enum):
    """How the appointment stands that a taken offer replaced."""

    TAKEN_OUT = "taken_out"
    BEING_TAKEN_OUT = "being_taken_out"
    """The diary is being told."""
    BY_HAND = "by_hand"
    """The practice was asked to take it out: the diary lets nobody else."""
    STUCK = "stuck"
    """The diary did not do it when asked: both stand for now, and the practice knows."""


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of an offer. ``booking`` is what the patient's latest yes made.

    ``appointment`` is the one that they have on this list now, or None. ``replaced`` is the one
    in whose place ``booking`` was made; ``is_stuck`` that the diary did not take it out.
    ``is_replaced`` says whether another booking has taken the place of ``booking`` itself,
    ``is_in_motion`` that the patient has asked for another time without an answer yet, and
    ``has_booked_it`` that they have booked this very one on the practice's pages. ``moving`` is the
    move of ``appointment`` that leaves open where it is, if there is one.
    """

    offer: Offer
    opening: Opening
    entry: Entry
    appointment: Booking | None
    booking: Booking | None
    is_replaced: bool = False
    replaced: Booking | None = None
    is_stuck: bool = False
    is_in_motion: bool = False
    has_booked_it: bool = False
    moving: Booking | None = None

    @property
    def is_lost(self) -> bool:
        """Whether the diary had not what was to be moved: nobody may say that it stands."""
        return self.moving is not None and self.moving.found_nothing_to_move


def ending(known: Known, *, at: datetime) -> Ending:
    """Return how an offer stands at this moment."""
    return _by_answer(known, at) or _by_slot(known, at) or _by_patient(known)


def is_open(known: Known, *, at: datetime) -> bool:
    """Say whether it could be taken at this moment, whatever its patient has said so far."""
    return (
        known.opening.condition is Condition.OPEN
        and known.opening.claimed_by_id is None
        and known.opening.starts_at_utc > at
    )


def _by_answer(known: Known, at: datetime) -> Ending | None:
    """Tell what a yes came to: nothing that happened since makes that untrue."""
    booking, has_it = known.booking, known.opening.claimed_by_id == known.offer.id
    if booking is None:
        # A yes whose booking is erased by now lies long back.
        was_theirs = known.offer.response is Response.ACCEPTED_AND_MOVED
        return Ending.EXPIRED if was_theirs else None
    state = booking.state_at(at)
    if state is State.CONFIRMED:
        was_given_up = known.is_replaced or booking.release_asked_at_utc is not None
        return Ending.GIVEN_UP if was_given_up else Ending.YOURS
    if state is State.CANCELLED:
        return Ending.GIVEN_UP
    if state is State.PRACTICE_CHECKS:
        return Ending.PRACTICE_CHECKS
    return Ending.LOOKING if state in UNSETTLED and has_it else None


def _by_slot(known: Known, at: datetime) -> Ending | None:
    response, opening = known.offer.response, known.opening
    if known.has_booked_it:
        return Ending.HAVE_IT
    if response is Response.CHOSE_DIFFERENT_SLOT:
        return Ending.CHOSE_ANOTHER
    if response is Response.DECLINED_STOP_COMM:
        return Ending.STOPPED
    if opening.condition is Condition.WITHDRAWN:
        return Ending.WITHDRAWN
    if opening.condition in {Condition.TAKEN, Condition.GONE}:
        return Ending.DECLINED if response is Response.DECLINED else Ending.GONE
    # Whatever its expiry says: what has begun is over.
    return Ending.EXPIRED if opening.starts_at_utc <= at else None


def _by_patient(known: Known) -> Ending:
    entry, appointment = known.entry, known.appointment
    if known.offer.response is Response.DECLINED:
        return Ending.DECLINED
    changed = _by_desk(known)
    if changed is not None:
        return changed
    if entry.ended_at_utc is not None:
        return Ending.CHOSE_ANOTHER if entry.ended is Ended.TAKEN else Ending.LEFT
    worse = _by_appointment(known, appointment) if appointment is not None else None
    if worse is not None:
        return worse
    if known.is_in_motion:
        return Ending.WAITING
    if known.opening.claimed_by_id not in {None, known.offer.id}:
        return Ending.IN_HAND
    return Ending.OFFERED


def _by_appointment(known: Known, appointment: Booking) -> Ending | None:
    """Tell why what they have cannot be bettered by this."""
    if appointment.state is not State.CONFIRMED or appointment.release_asked_at_utc:
        return Ending.LEFT
    if appointment.starts_at_utc <= known.opening.starts_at_utc:
        return Ending.NOT_SOONER
    is_longer = is_too_short(known.opening, known.entry, appointment)
    return Ending.CHANGED_THERE if is_longer else None


def is_too_short(opening: Opening, entry: Entry, appointment: Booking) -> bool:
    """Say whether the practice has made an appointment longer by now than what was offered.

    What stands on the diary's own list keeps its length when it is moved.
    """
    return entry.diary_reference is not None and appointment.minutes > opening.minutes


def is_better(opening: Opening, entry: Entry, appointment: Booking) -> bool:
    """Say whether there is an appointment to better, and the opening does."""
    is_sooner = opening.starts_at_utc < appointment.starts_at_utc
    fits = not is_too_short(opening, entry, appointment)
    return can_be_released(appointment) and is_sooner and fits


def _by_desk(known: Known) -> Ending | None:
    """Tell what the practice had changed in its diary when they said yes."""
    if known.is_lost:
        return Ending.NOT_FOUND
    is_on_its_list = known.entry.diary_reference is not None
    is_refused = known.booking is not None and known.booking.was_not_as_offered
    return Ending.CHANGED_THERE if is_on_its_list and is_refused else None


def old_one(known: Known, *, diary_cancels: bool) -> OldOne | None:
    """Return how the appointment stands that this offer replaced; None where it replaced none."""
    if known.replaced is None:
        return None
    if known.replaced.state is not State.CONFIRMED:
        return OldOne.TAKEN_OUT
    if not diary_cancels:
        return OldOne.BY_HAND
    return OldOne.STUCK if known.is_stuck else OldOne.BEING_TAKEN_OUT
