"""Texts a patient about an offer: looks at everything again, then hands it to the gateway."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from webapp import clock
from webapp.asap import notes
from webapp.asap.endings import is_too_short
from webapp.asap.limits import Occasion, off_the_list, why_not
from webapp.asap.listing import appointment_of, is_over
from webapp.asap.model import Condition, Entry, Offer, Opening
from webapp.asap.people import in_motion
from webapp.asap.recording import close, locked_opening, move_to
from webapp.asap.statuses import Response, SendStatus
from webapp.asap.timing import allowed_at, is_too_late, next_allowed
from webapp.asap.wording import address_of, complete
from webapp.availability.answers import Answer
from webapp.crashing import crash_point
from webapp.db.engine import writing
from webapp.notify.optouts import opt_out
from webapp.notify.texts import Refusal, Text, TextNotSent, TextRefused, TextUnanswered
from webapp.outbox.results import Park, TryLater
from webapp.web.metrics import count_offer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from webapp.availability.service import Availability
    from webapp.notify.texts import TextGateway
    from webapp.outbox.claiming import Claimed
    from webapp.practices.model import Practice
    from webapp.web.tokens import Tokens

_log = logging.getLogger("openslot.asap")
_A_DAY = timedelta(days=1)
_IN_HAND_SECONDS = 60.0
"""While another patient's yes is with the diary, the next one's text waits so long."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Keeps one practice's promises of texts. ``gateway`` is None where there is none."""

    practice: Practice
    availability: Availability
    new_session: Callable[[], Session]
    tokens: Tokens
    gateway: TextGateway | None
    links_begin: str

    def text(self, claimed: Claimed) -> None:
        """Text a patient about their offer, unless there is a reason not to any more.

        A text whose handing over got no answer is looked up before it is handed over again.
        Raises TryLater and Park.
        """
        with self.new_session() as session:
            offer = session.get(Offer, claimed.subject_id)
            if offer is None or not _is_due(offer):
                return
            opening = session.get_one(Opening, offer.opening_id)
            entry = session.get_one(Entry, offer.entry_id)
        if self._was_taken_before(offer, opening, entry):
            return
        self._wait_for_its_time(offer, opening)
        self._see_that_it_can_go()
        self._look_in_the_diary(opening)
        if not self._begin(offer):
            return
        crash_point("texting: begun")
        self._hand_over(offer, opening, entry)

    def _see_that_it_can_go(self) -> None:
        self._gateway()

    def _hand_over(self, offer: Offer, opening: Opening, entry: Entry) -> None:
        """Hand a text over that is recorded as being so, once. Raises TryLater and Park."""
        del opening
        try:
            number = self._gateway().send(self._compose(offer, entry))
        except TextRefused as error:
            self._record_refusal(offer, entry, error)
            return
        except TextNotSent as error:
            self._take_back(offer)
            raise TryLater(f"the gateway did not take it: {error}") from error
        except TextUnanswered as error:
            raise TryLater(f"the gateway did not answer: {error}") from error
        crash_point("texting: sent")
        self._record_sent(offer, number)

    def _gateway(self) -> TextGateway:
        if self.gateway is None:
            raise Park("OPENSLOT_SMS_URL is not set, so no text can be sent")
        return self.gateway

    def _was_taken_before(self, offer: Offer, opening: Opening, entry: Entry) -> bool:
        """Say whether the gateway has this text from a handing over that got no answer."""
        del opening
        if offer.text_status is not SendStatus.SENT_AWAITING_RECEIPT:
            return False
        try:
            number = self._gateway().look_up(
                self._compose(offer, entry), since=(offer.entered_at_utc - _A_DAY).date()
            )
        except TextNotSent as error:
            raise TryLater(f"the gateway did not answer: {error}") from error
        if number is not None:
            self._record_sent(offer, number)
        return number is not None

    def _wait_for_its_time(self, offer: Offer, opening: Opening) -> None:
        now, rules, zone = clock.now(), self.practice.asap, self.practice.zone
        is_allowed = allowed_at(rules, zone, now, due=offer.text_due_at_utc)
        if not is_allowed and now < opening.starts_at_utc:
            due = next_allowed(rules, zone, now)
            with writing(self.new_session) as session:
                session.get_one(Offer, offer.id).text_due_at_utc = due
            raise TryLater(
                "texts go out in the practice's hours",
                after_seconds=(due - now).total_seconds(),
            )

    def _look_in_the_diary(self, opening: Opening) -> None:
        """End an opening that the diary says is gone: nobody is told of what is not there."""
        if opening.condition is not Condition.OPEN or opening.claimed_by_id is not None:
            return
        if is_too_late(self.practice.asap, start=opening.starts_at_utc, at=clock.now()):
            return
        start = opening.starts_at_utc.astimezone(self.practice.zone)
        answer, _slot = self.availability.slot(
            staff_id=opening.staff_id,
            room_id=opening.room_id,
            start=start,
            stale_will_do=False,
            type_id=opening.type_id,
            at_short_notice=True,
        )
        if answer is Answer.UNCHECKED:
            raise TryLater("the diary cannot say whether the slot is still free")
        if answer is Answer.NONE:
            with writing(self.new_session) as session:
                found = locked_opening(session, opening.id)
                if found.condition is Condition.OPEN and found.claimed_by_id is None:
                    close(session, found, Condition.GONE)

    def _begin(self, offer: Offer) -> bool:
        """Take the last look at all of it, and record that the text is being handed over.

        One transaction, so that nothing comes between; a killed worker's successor looks it up
        first. False, and the reason noted, where it may not go any more.
        """
        now = clock.now()
        with writing(self.new_session) as session:
            opening = locked_opening(session, offer.opening_id)
            found = session.get_one(Offer, offer.id, with_for_update=True)
            if not _is_due(found):
                return False
            if opening.condition is Condition.OPEN and opening.claimed_by_id is not None:
                raise TryLater("another may just be taking it", after_seconds=_IN_HAND_SECONDS)
            entry = session.get_one(Entry, found.entry_id)
            gone = self._gone(opening) or self._has_no_use(session, entry, opening, now)
            occasion = Occasion(entry, opening.starts_at_utc, now, found.id)
            note = gone or why_not(session, self.practice, occasion)
            if note is None:
                found.text_status = SendStatus.SENT_AWAITING_RECEIPT
                return True
            found.text_status, found.note = SendStatus.DO_NOT_SEND, note
            # What may not be texted is on the patient's page all the same, unless it is gone.
            move_to(found, Response.FAILED if gone else Response.UNABLE_TO_SEND)
            return False

    def _take_back(self, offer: Offer) -> None:
        """Record that the gateway has not got it."""
        with writing(self.new_session) as session:
            found = session.get_one(Offer, offer.id, with_for_update=True)
            if found.text_status is SendStatus.SENT_AWAITING_RECEIPT and found.gateway_id is None:
                found.text_status = SendStatus.SEND_NOT_ATTEMPTED

    def _has_no_use(
        self, session: Session, entry: Entry, opening: Opening, now: datetime
    ) -> str | None:
        """Say why the patient could not take it any more: what they had has changed meanwhile."""
        if not self.practice.asap.enabled:
            return notes.WITHDRAWN
        appointment = appointment_of(session, entry)
        if is_over(entry, appointment, self.practice, at=now):
            return off_the_list(entry) if entry.ended else notes.NOTHING_TO_BETTER
        if in_motion(session, [(entry, appointment)]):
            return notes.IN_MOTION
        if appointment is not None and appointment.starts_at_utc <= opening.starts_at_utc:
            return notes.NOT_SOONER
        if appointment is not None and is_too_short(opening, entry, appointment):
            return notes.TOO_SHORT
        return None

    @staticmethod
    def _gone(opening: Opening) -> str | None:
        if opening.condition is Condition.OPEN:
            return None
        is_withdrawn = opening.condition is Condition.WITHDRAWN
        return notes.WITHDRAWN if is_withdrawn else notes.TAKEN

    def _compose(self, offer: Offer, entry: Entry) -> Text:
        token = self.tokens.offer_of(slug=offer.slug, nonce=offer.nonce)
        address = address_of(self.links_begin, token)
        return Text(
            to=entry.patient_phone,
            sender=self.practice.asap.texts_from,
            body=complete(offer.template_text, first_name=entry.first_name, address=address),
            receipts_to=f"{self.links_begin}/texts/status?offer={offer.id}",
        )

    def _record_sent(self, offer: Offer, number: str) -> None:
        with writing(self.new_session) as session:
            found = session.get_one(Offer, offer.id, with_for_update=True)
            _has_it(found, number)
        tell(offer, "handed over")

    def _record_refusal(self, offer: Offer, entry: Entry, error: TextRefused) -> None:
        with writing(self.new_session) as session:
            found = session.get_one(Offer, offer.id, with_for_update=True)
            found.text_status = SendStatus.SEND_FAILED
            match error.why:
                case Refusal.UNSUBSCRIBED:
                    found.text_status, found.note = SendStatus.DO_NOT_SEND, notes.OPTED_OUT
                    sender = self.practice.asap.texts_from
                    opt_out(session, sender=sender, phone=entry.patient_phone)
                case Refusal.BAD_NUMBER:
                    found.note = notes.BAD_NUMBER
                case Refusal.OTHER:
                    found.note = notes.refused_by_gateway(error.code)
            move_to(found, Response.FAILED)
        tell(offer, "refused")
        if error.why is Refusal.OTHER:
            raise Park(f"the gateway refused the text: code {error.code}")


def record_receipt(offer: Offer, *, number: str, is_delivered: bool | None, code: str) -> None:
    """Record what the gateway tells of a text: delivered, lost, or on its way (None).

    Whatever it tells of a text, it has that text, though its answer to us was lost.
    """
    if offer.text_status not in {SendStatus.SENT_AWAITING_RECEIPT, SendStatus.SEND_SUCCESSFUL}:
        return
    _has_it(offer, number)
    if is_delivered:
        offer.text_status = SendStatus.SEND_SUCCESSFUL
    elif is_delivered is False and offer.text_status is SendStatus.SENT_AWAITING_RECEIPT:
        offer.text_status = SendStatus.SEND_FAILED
        offer.note = f"{notes.NOT_DELIVERED} (code {code})" if code else notes.NOT_DELIVERED
        # Somebody who has opened the link has plainly had the text.
        if offer.response is Response.PENDING_RSVP:
            move_to(offer, Response.FAILED)


def _has_it(offer: Offer, number: str) -> None:
    """Record that the gateway has the text, and by which number."""
    if offer.gateway_id is None:
        offer.gateway_id, offer.text_sent_at_utc = number, clock.now()
        move_to(offer, Response.PENDING_RSVP)


def _is_due(offer: Offer) -> bool:
    is_not_begun = offer.text_status is SendStatus.SEND_NOT_ATTEMPTED
    is_in_doubt = offer.text_status is SendStatus.SENT_AWAITING_RECEIPT and offer.gateway_id is None
    return is_not_begun or is_in_doubt


def tell(offer: Offer, came: str) -> None:
    """Count what came of a text, and log it without a word about the patient."""
    count_offer(offer.slug, f"text {came}")
    _log.info("text", extra={"fields": {"practice": offer.slug, "offer": offer.id, "came": came}})
