"""What must be true of a small practice after every step, and what in the end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from tests.asap.ground import token_of
from webapp.appointments.kinds import Kind
from webapp.appointments.model import UNSETTLED, Booking, State
from webapp.asap.endings import Ending, Known, ending, is_open
from webapp.asap.model import Condition, Entry, Offer, Opening
from webapp.asap.statuses import Response
from webapp.clock import now
from webapp.outbox.model import Promise

if TYPE_CHECKING:
    from tests.asap.small_practice import SmallPractice

_THEIRS_OR_MAYBE = {Ending.YOURS, Ending.PRACTICE_CHECKS, Ending.LOOKING}
_NOT_THEIRS = {State.NOT_BOOKED, State.UNREACHABLE, State.TAKEN, State.REFUSED}


@dataclass
class Truths:
    """All rows of one moment."""

    practice: SmallPractice
    bookings: dict[int, Booking] = field(init=False)
    openings: dict[int, Opening] = field(init=False)
    entries: dict[int, Entry] = field(init=False)
    offers: list[Offer] = field(init=False)

    def __post_init__(self) -> None:
        with self.practice.sessions() as session:
            self.bookings = {one.id: one for one in session.scalars(select(Booking))}
            self.openings = {one.id: one for one in session.scalars(select(Opening))}
            self.entries = {one.id: one for one in session.scalars(select(Entry))}
            self.offers = list(session.scalars(select(Offer).order_by(Offer.id)))

    def hold(self) -> None:
        assert self.practice.wrong == []
        self.who_is_told_booked_is_and_who_is_told_not_is_not()
        self.a_slot_is_one_patients_and_a_patient_has_one()
        self.nobody_lost_what_they_had()
        assert set(self.practice.gateway.taken.values()) <= {1}, "texted twice"

    def who_is_told_booked_is_and_who_is_told_not_is_not(self) -> None:
        """But for those whom the desk struck out, and those who are being taken out."""
        held = self.practice.diary.held
        maybe = {
            (one.patient_email, one.starts_at_utc)
            for one in self.bookings.values()
            if one.state not in _NOT_THEIRS
        }
        for one in self.bookings.values():
            stands = (one.patient_email, one.starts_at_utc)
            is_there = held.get(one.starts_at_utc) == one.patient_email
            stands_still = one.release_asked_at_utc is None and one.id not in self.may_have_moved
            if one.state is State.CONFIRMED and stands_still:
                assert is_there or stands in self.practice.struck
            if one.state in _NOT_THEIRS:
                assert not is_there or stands in maybe

    @property
    def may_have_moved(self) -> set[int | None]:
        """Those whose own page says that nobody knows where in the diary they are."""
        return {
            one.replaces_id
            for one in self.bookings.values()
            if one.is_move
            and (one.state in {*UNSETTLED, State.PRACTICE_CHECKS} or one.found_nothing_to_move)
        }

    def a_slot_is_one_patients_and_a_patient_has_one(self) -> None:
        replaced = {
            one.replaces_id
            for one in self.bookings.values()
            if one.state in {State.CONFIRMED, State.CANCELLED}
        }
        owners, owned = Counter[int](), Counter[int]()
        for offer in self.offers:
            if offer.booking_id is None:
                continue
            known = Known(
                offer=offer,
                opening=self.openings[offer.opening_id],
                entry=self.entries[offer.entry_id],
                appointment=None,
                booking=self.bookings[offer.booking_id],
                is_replaced=offer.booking_id in replaced,
            )
            if ending(known, at=now()) in _THEIRS_OR_MAYBE:
                owners[offer.opening_id] += 1
                assert not is_open(known, at=now()), "another could take it"
            if self.bookings[offer.booking_id].state is State.CONFIRMED:
                owned[offer.entry_id] += 1
        assert set(owners.values()) <= {1}, "one slot, two patients"
        assert set(owned.values()) <= {1}, "one patient, two slots"

    def nobody_lost_what_they_had(self) -> None:
        for email in self.practice.had_one - self.practice.has_nothing:
            assert self.practice.diary.holds(email), f"{email} has nothing any more"

    def are_all_known(self) -> None:
        """What must be so once everything has been caught up with."""
        self.hold()
        assert not [one.id for one in self.bookings.values() if one.state in UNSETTLED]
        for opening in self.openings.values():
            moved = [
                one.id
                for one in self.offers
                if one.opening_id == opening.id and one.response is Response.ACCEPTED_AND_MOVED
            ]
            is_taken = opening.condition is Condition.TAKEN
            assert moved == ([opening.claimed_by_id] if is_taken else [])
            assert opening.condition is not Condition.OPEN or opening.claimed_by_id is None
        for offer in self.offers:
            known = self.practice.answering.find(token_of(offer))
            assert known is not None
            assert ending(known, at=now()) is not Ending.LOOKING
        self.each_old_one_is_out_or_somebody_was_asked()

    def each_old_one_is_out_or_somebody_was_asked(self) -> None:
        by_hand = {Kind.PRACTICE_RELEASE, Kind.PRACTICE_RELEASE_STUCK}
        with self.practice.sessions() as session:
            asked = set(
                session.scalars(select(Promise.subject_id).where(Promise.kind.in_(by_hand)))
            )
        for one in self.bookings.values():
            if one.state is State.CONFIRMED and one.release_asked_at_utc is not None:
                assert one.id in asked
