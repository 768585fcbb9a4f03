"""Whom an offer may still be texted to, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from webapp import clock
from webapp.asap import notes
from webapp.asap.model import Ended, Entry, MirrorTurn, Offer
from webapp.asap.statuses import SendStatus
from webapp.asap.timing import is_too_late
from webapp.notify.optouts import OptOut

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from webapp.practices.model import Practice

_A_DAY_AND_SOME = timedelta(hours=26)
"""Farther back than this, no moment lies on the same day by any clock."""
KNOWN_FOR = timedelta(hours=6)
"""After this a diary that keeps the list is asked again who somebody is, and whether they may be
texted."""
_LATE = timedelta(hours=2)
"""So much later than that at the most: some diaries take few questions at a time."""
_OLD_AFTER = timedelta(minutes=30)
"""What was on a diary's list so long ago may be off it by now."""
_UNDER_WAY = (SendStatus.SEND_NOT_ATTEMPTED, SendStatus.SENT_AWAITING_RECEIPT)


@dataclass(frozen=True, slots=True)
class Occasion:
    """A text that may go out: to whom, about a slot that begins when, at which moment."""

    entry: Entry
    starts_at: datetime
    due: datetime
    offer_id: int | None = None
    """The offer, if it is made already: it does not stand in its own way."""


class Texting:
    """What one practice has texted and is to text, and who wants none: read once, then known."""

    def __init__(self, session: Session, practice: Practice, *, since: datetime) -> None:
        """Read what counts for texts due from ``since`` on."""
        self._practice = practice
        rows = session.execute(
            select(
                Offer.id,
                Entry.patient_phone,
                Offer.text_sent_at_utc,
                Offer.text_due_at_utc,
                Offer.text_status,
            )
            .join(Entry, Offer.entry_id == Entry.id)
            .where(
                Entry.slug == practice.slug,
                # By when it went: one that waited for a worker counts on the day of its going.
                func.coalesce(Offer.text_sent_at_utc, Offer.text_due_at_utc)
                >= since - _A_DAY_AND_SOME,
            )
        )
        self._by_phone: dict[str, list[tuple[int, datetime]]] = {}
        for number, phone, sent, due, status in rows:
            moment = sent or (due if status in _UNDER_WAY else None)
            if moment is not None:
                self._by_phone.setdefault(phone, []).append((number, moment))
        turn = session.get(MirrorTurn, practice.slug)
        self._read_at = turn.read_at_utc if turn is not None else None
        sender = practice.asap.texts_from
        self._opted_out = set(session.scalars(select(OptOut.phone).where(OptOut.sender == sender)))

    def add(self, offer_id: int, phone: str, due: datetime) -> None:
        """Let a text that was promised meanwhile count too."""
        self._by_phone.setdefault(phone, []).append((offer_id, due))

    def why_not(self, occasion: Occasion) -> str | None:
        """Return the note that says why this text may not be sent then, or None when it may."""
        entry, rules = occasion.entry, self._practice.asap
        if entry.ended_at_utc is not None:
            return off_the_list(entry)
        if entry.no_texts_because is not None:
            return entry.no_texts_because
        if self._practice.lists_in_diary and self._is_out_of_date(entry):
            return notes.NOT_READ
        if occasion.due >= occasion.starts_at:
            return notes.AFTER_THE_SLOT
        if is_too_late(rules, start=occasion.starts_at, at=occasion.due):
            return notes.too_near(rules)
        if entry.patient_phone in self._opted_out:
            return notes.OPTED_OUT
        if self._texts_that_day(occasion) >= rules.most_texts_a_day:
            return notes.enough_today(rules)
        return None

    def _is_out_of_date(self, entry: Entry) -> bool:
        """Say whether the diary, which knows who may be texted, has not been read for long."""
        if entry.diary_reference is None:
            return False
        now, checked = clock.now(), entry.checked_at_utc
        every = timedelta(seconds=self._practice.asap.list_every_seconds)
        if self._read_at is None or now - self._read_at > max(_OLD_AFTER, 2 * every):
            return True
        return checked is not None and now - checked > KNOWN_FOR + _LATE

    def _texts_that_day(self, occasion: Occasion) -> int:
        """Count what the number was sent, or is to be, on the practice's day of this text."""
        zone = self._practice.zone
        day = occasion.due.astimezone(zone).date()
        return sum(
            moment.astimezone(zone).date() == day
            for number, moment in self._by_phone.get(occasion.entry.patient_phone, ())
            if number != occasion.offer_id
        )


def off_the_list(entry: Entry) -> str:
    """Return the note for somebody who is on the list no more."""
    match entry.ended:
        case Ended.TAKEN:
            return notes.TOOK_ANOTHER
        case Ended.OVER:
            return notes.NOTHING_TO_BETTER
        case _:
            return notes.NO_LONGER_ON_LIST


def why_not(session: Session, practice: Practice, occasion: Occasion) -> str | None:
    """Return the note that says why one text may not be sent, or None when it may."""
    return Texting(session, practice, since=occasion.due).why_not(occasion)
