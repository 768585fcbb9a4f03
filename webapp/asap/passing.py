"""Passes an offer on to a diary that texts it itself, with its own link, and has the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from sqlalchemy import select

from webapp import clock
from webapp.appointments.moving import placed_booking
from webapp.asap import notes
from webapp.asap.listing import appointment_of
from webapp.asap.model import Offer
from webapp.asap.recording import move_to
from webapp.asap.sending import Sender, tell
from webapp.asap.statuses import Response, SendStatus
from webapp.crashing import crash_point
from webapp.db.engine import writing
from webapp.diaries.errors import (
    DiaryError,
    NotAccepted,
    NotAsOffered,
    NotReached,
    SlotTaken,
    WriteRefused,
)
from webapp.diaries.port import PlacedBooking, Room, Slot, Staff
from webapp.outbox.results import Park, TryLater

if TYPE_CHECKING:
    from webapp.asap.model import Entry, Opening
    from webapp.diaries.lists import AsapDiary
    from webapp.practices.model import Practice

PASSED_ON = "asapcomm:"
"""What ``gateway_id`` begins with where the diary has the offer; its number there follows."""
_A_DAY = timedelta(days=1)
_REFUSED = (
    "the diary would not text the offer: see that its Web Sched ASAP and texting are switched on, "
    "and that our key may text"
)


@dataclass(frozen=True, slots=True)
class Passer(Sender):
    """Keeps one practice's promises of texts by its diary. Who is offered what, and when, is ours.

    An offer is never passed on twice: without an answer, and after a refusal that the diary does
    not explain, it is looked for once nothing can be under way any more.
    """

    diary: AsapDiary

    @classmethod
    def in_place_of(cls, sender: Sender, diary: AsapDiary) -> Self:
        """Return what passes on the offers that ``sender`` would text."""
        return cls(
            practice=sender.practice,
            availability=sender.availability,
            new_session=sender.new_session,
            tokens=sender.tokens,
            gateway=sender.gateway,
            links_begin=sender.links_begin,
            diary=diary,
        )

    def _see_that_it_can_go(self) -> None:
        """Nothing of ours is needed."""

    def _was_taken_before(self, offer: Offer, opening: Opening, entry: Entry) -> bool:
        """Say whether the diary made this offer, or refused it, without our knowing."""
        if offer.text_status is not SendStatus.SENT_AWAITING_RECEIPT:
            return False
        begun = offer.text_due_at_utc or offer.entered_at_utc
        since = (begun - _A_DAY).astimezone(self.practice.zone).date()
        slot = slot_of(opening, self.practice)
        try:
            made = self.diary.offers_of(entry.diary_reference or "", slot, since=since)
        except DiaryError as error:
            raise TryLater(f"the diary did not answer: {type(error).__name__}") from error
        known = self._known(entry)
        number = next((one for one in made if PASSED_ON + one not in known), None)
        if number is not None:
            self._record_sent(offer, number)
            return True
        left = begun + timedelta(seconds=self.diary.write_limit_seconds) - clock.now()
        if left > timedelta(0):
            raise TryLater("the diary may be at it still", after_seconds=left.total_seconds())
        if offer.note == notes.REFUSED_BY_DIARY:
            self._refuse(offer, SendStatus.SEND_FAILED, notes.REFUSED_BY_DIARY)
            raise Park(_REFUSED)
        return False

    def _hand_over(self, offer: Offer, opening: Opening, entry: Entry) -> None:
        placed = self._placed(entry)
        if placed is None:
            self._refuse(offer, SendStatus.DO_NOT_SEND, notes.NOTHING_TO_BETTER)
            return
        if placed.slot.staff.id != opening.staff_id:
            # Who accepts is moved in time alone: it would be with somebody who is not free then.
            self._refuse(offer, SendStatus.DO_NOT_SEND, notes.WITH_ANOTHER)
            return
        with writing(self.new_session) as session:
            # From now on it may be under way: whoever looks for it waits from here.
            session.get_one(Offer, offer.id, with_for_update=True).text_due_at_utc = clock.now()
        limit = self.diary.write_limit_seconds
        try:
            number = self.diary.offer_sooner(placed, slot_of(opening, self.practice))
        except NotAsOffered:
            self._refuse(offer, SendStatus.DO_NOT_SEND, notes.OFF_THE_DIARYS_LIST)
        except SlotTaken:
            self._refuse(offer, SendStatus.DO_NOT_SEND, notes.TAKEN)
        except WriteRefused as error:
            with writing(self.new_session) as session:
                found = session.get_one(Offer, offer.id, with_for_update=True)
                found.note = notes.REFUSED_BY_DIARY
            raise TryLater(_REFUSED, after_seconds=limit) from error
        except NotReached as error:
            self._take_back(offer)
            raise TryLater("the diary was not reached") from error
        except NotAccepted as error:
            self._take_back(offer)
            raise Park(_REFUSED) from error
        except DiaryError as error:
            raise TryLater("the diary did not answer", after_seconds=limit) from error
        else:
            crash_point("texting: passed on")
            self._record_sent(offer, number)

    def _record_sent(self, offer: Offer, number: str) -> None:
        """Record that the diary has it; how it goes on is read there."""
        with writing(self.new_session) as session:
            found = session.get_one(Offer, offer.id, with_for_update=True)
            found.gateway_id, found.note = PASSED_ON + number, ""
        tell(offer, "passed on")

    def _refuse(self, offer: Offer, status: SendStatus, note: str) -> None:
        with writing(self.new_session) as session:
            found = session.get_one(Offer, offer.id, with_for_update=True)
            found.text_status, found.note = status, note
            move_to(found, Response.FAILED)
        tell(offer, "refused")

    def _known(self, entry: Entry) -> set[str | None]:
        """Return the diary's numbers of this patient's other offers: none of them is this one."""
        with self.new_session() as session:
            return set(session.scalars(select(Offer.gateway_id).where(Offer.entry_id == entry.id)))

    def _placed(self, entry: Entry) -> PlacedBooking | None:
        with self.new_session() as session:
            appointment = appointment_of(session, entry)
        if appointment is None:
            return None
        placed = placed_booking(appointment, self.practice.zone)
        return replace(placed, reference=entry.diary_reference)


def slot_of(opening: Opening, practice: Practice) -> Slot:
    """Return what is on offer in the port's words."""
    return Slot(
        staff=Staff(opening.staff_id, opening.staff_name),
        room=Room(opening.room_id, opening.room_name, opening.room_address or ""),
        start=opening.starts_at_utc.astimezone(practice.zone),
        minutes=opening.minutes,
    )
