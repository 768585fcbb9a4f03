"""Reads what became of the offers that a diary texts itself, and follows it here."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from webapp import clock
from webapp.appointments.model import Booking
from webapp.appointments.moved_there import MovedThere, record_moved_there
from webapp.appointments.recording import can_be_released
from webapp.asap import notes
from webapp.asap.listing import appointment_of, end
from webapp.asap.mirrored import Rows
from webapp.asap.model import Condition, Ended, Entry, MirrorTurn, Offer, Opening
from webapp.asap.passing import PASSED_ON
from webapp.asap.recording import (
    drop_other_offers,
    lock_openings_of,
    locked_opening,
    move_to,
    record_taken,
)
from webapp.asap.statuses import UNANSWERED, Response, SendStatus, may_become
from webapp.asap.taking import journey_of
from webapp.db.engine import writing
from webapp.diaries.errors import DiaryError
from webapp.diaries.port import Confirmation, Room, Slot, Staff
from webapp.web.metrics import count_offer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from webapp.diaries.lists import AsapAppointment, AsapDiary
    from webapp.diaries.offers import DiarysOffer
    from webapp.practices.model import Practice
    from webapp.web.tokens import Tokens

_log = logging.getLogger("openslot.asap")
_A_DAY = timedelta(days=1)
_AFTERWARDS = timedelta(hours=1)
"""So long after a slot began its offers are read still: nobody can take one any more.

Those that were open when they were read last are read once more, however long ago that is.
"""
_OPEN = UNANSWERED | {Response.VIEWED_NOT_AVAILABLE}
_ANSWERS = frozenset({Response.DECLINED, Response.DECLINED_STOP_COMM})
_NOT_SENT = frozenset({SendStatus.DO_NOT_SEND, SendStatus.SEND_FAILED})


@dataclass(frozen=True, slots=True)
class _Found:
    """An appointment as the diary tells it, and the slot that it is in."""

    one: AsapAppointment
    slot: Slot


@dataclass(frozen=True, slots=True)
class Follower:
    """Follows one practice's offers in its diary. Holds no state of its own."""

    practice: Practice
    diary: AsapDiary
    new_session: Callable[[], Session]
    tokens: Tokens

    def look(self) -> None:
        """Ask once how all open offers stand, if there are any; then what was moved."""
        asked_at = clock.now()
        if self._follow_all(self._open_offers(asked_at), asked_at):
            with writing(self.new_session) as session:
                turn = session.get_one(MirrorTurn, self.practice.slug, with_for_update=True)
                turn.offers_read_at_utc = asked_at

    def _follow_all(self, followed: Sequence[Offer], asked_at: datetime) -> bool:
        """Follow these offers; say whether that is done, or one of them must be read again."""
        if not followed:
            return True
        begun = min(one.text_due_at_utc or one.entered_at_utc for one in followed)
        since = (begun - _A_DAY).astimezone(self.practice.zone).date()
        try:
            told = {PASSED_ON + one.reference: one for one in self.diary.offers_made(since=since)}
        except DiaryError as error:
            self._note(f"the offers could not be read: {type(error).__name__}")
            return False
        is_done = True
        for offer in followed:
            one = told.get(offer.gateway_id or "")
            if one is None:
                continue
            if one.response is Response.ACCEPTED_AND_MOVED:
                is_done &= self._follow_move(offer, one, asked_at)
            else:
                self._follow(offer, one)
        return is_done

    def _open_offers(self, asked_at: datetime) -> Sequence[Offer]:
        with self.new_session() as session:
            turn = session.get_one(MirrorTurn, self.practice.slug)
            # After an outage that is long before now.
            read_at = min(turn.offers_read_at_utc or asked_at, asked_at)
            found = (
                select(Offer)
                .join(Opening, Offer.opening_id == Opening.id)
                .where(
                    Offer.slug == self.practice.slug,
                    Offer.gateway_id.startswith(PASSED_ON),
                    Offer.response.in_(_OPEN),
                    Opening.starts_at_utc > read_at - _AFTERWARDS,
                )
                .order_by(Offer.id)
            )
            return session.scalars(found).all()

    def _follow(self, offer: Offer, told: DiarysOffer) -> None:
        with writing(self.new_session) as session:
            lock_openings_of(session, offer.entry_id)
            found = session.get_one(Offer, offer.id, with_for_update=True)
            if not follow(found, told):
                return
            if found.response is Response.DECLINED_STOP_COMM:
                entry = session.get_one(Entry, found.entry_id)
                end(entry, Ended.STOPPED)
                drop_other_offers(session, entry, but=found, then=Response.DECLINED)
        self._note_response(found)

    def _follow_move(self, offer: Offer, told: DiarysOffer, asked_at: datetime) -> bool:
        """Record that a patient took the slot: the diary says so, and where their appointment is.

        False where that cannot be told yet: the next round asks again.
        """
        with self.new_session() as session:
            opening = session.get_one(Opening, offer.opening_id)
            entry = session.get_one(Entry, offer.entry_id)
            appointment = appointment_of(session, entry)
        try:
            found = self._where_it_is(entry) if appointment is not None else None
        except DiaryError as error:
            self._note(f"a moved appointment could not be read: {type(error).__name__}")
            return False
        rows = Rows(self.practice, self.tokens, asked_at)
        with writing(self.new_session) as session:
            lock_openings_of(session, offer.entry_id)
            mine = session.get_one(Offer, offer.id, with_for_update=True)
            if appointment is not None and not self._record_move(
                session, mine, opening, appointment.id, found=found, rows=rows
            ):
                return False
            follow(mine, told)
            opening = locked_opening(session, mine.opening_id)
            if opening.claimed_by_id is None or opening.condition is not Condition.TAKEN:
                opening.claimed_by_id = mine.id
                record_taken(session, opening, mine)
            else:
                end(session.get_one(Entry, mine.entry_id), Ended.TAKEN)
        self._note_response(mine)
        return True

    def _where_it_is(self, entry: Entry) -> _Found | None:
        """Look where the diary has an appointment by now, and with whom; None where it has none.

        That is the diary's to decide: it moved it, and the desk may have moved it on. Raises a
        DiaryError.
        """
        one = self.diary.appointment(entry.diary_reference or "")
        if one is None or one.start is None:
            return None
        staff = next((each for each in self.diary.staff() if each.id == one.staff_id), None)
        room = next((each for each in self.diary.rooms() if each.id == one.room_id), None)
        slot = Slot(
            staff=staff or Staff(one.staff_id, self.practice.name),
            room=room or Room(one.room_id, ""),
            start=one.start,
            minutes=one.minutes,
        )
        return _Found(one, slot)

    def _record_move(
        self,
        session: Session,
        offer: Offer,
        opening: Opening,
        appointment_id: int,
        *,
        found: _Found | None,
        rows: Rows,
    ) -> bool:
        """Let the row be where the diary has its appointment; say whether that is done."""
        if found is None:
            # Off the book since. Nobody may say that it stands where it was.
            rows.let_go(session, appointment_id)
            return True
        stands = session.get_one(Booking, appointment_id, with_for_update=True)
        start, staff = clock.to_utc(found.slot.start), found.slot.staff
        if start != opening.starts_at_utc:
            # Moved on by the desk since, as any other on its list. Where its patient's own word
            # about it is under way, that is waited for.
            names = (staff.name, found.slot.room.name)
            is_followed = rows.follow(session, stands.id, found.one, names)
            return is_followed or not can_be_released(stands)
        if (stands.starts_at_utc, stands.staff_id) == (start, staff.id):
            # The list was read first: the row has followed the appointment already.
            offer.booking_id = stands.id
            return True
        offer.attempts += 1
        moved = MovedThere(
            journey=journey_of(offer, offer.attempts),
            replaced_id=appointment_id,
            slot=found.slot,
            confirmation=Confirmation(found.slot.minutes),
        )
        row = record_moved_there(session, moved, self.practice, self.tokens)
        if row is not None:
            offer.booking_id = row.id
        return True

    def _note_response(self, offer: Offer) -> None:
        count_offer(offer.slug, offer.response.value)
        fields = {"practice": offer.slug, "offer": offer.id, "came": offer.response.value}
        _log.info("followed", extra={"fields": fields})

    def _note(self, what: str) -> None:
        _log.warning("follower", extra={"fields": {"practice": self.practice.slug, "came": what}})


def follow(offer: Offer, told: DiarysOffer) -> bool:
    """Let an offer stand as the diary tells, as far as arrows lead; say whether it moved."""
    if told.template_text:
        offer.template_text = told.template_text
    # What waits there to be sent is handed over all the same.
    if told.text_status is not None and told.text_status is not SendStatus.SEND_NOT_ATTEMPTED:
        offer.text_status = told.text_status
    if told.sent_at is not None:
        offer.text_sent_at_utc = clock.to_utc(told.sent_at)
    if told.text_status in _NOT_SENT:
        offer.note = notes.NOT_SENT_BY_DIARY
    if told.response is None or told.response is offer.response:
        return False
    has_moved = move_to(offer, told.response)
    if not has_moved and may_become(Response.VIEWED, told.response):
        # Whoever answers has looked, though we have not read that in between.
        has_moved = move_to(offer, Response.VIEWED) and move_to(offer, told.response)
    if has_moved and offer.response in _ANSWERS:
        offer.answered_at_utc = clock.now()
    return has_moved
