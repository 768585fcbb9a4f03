"""Offers an opening: to everybody whom it fits, one after another, or to one patient."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from webapp import clock
from webapp.asap.kinds import Kind
from webapp.asap.limits import Occasion, Texting
from webapp.asap.listing import is_over
from webapp.asap.model import Condition, Entry, Offer, Opening
from webapp.asap.people import in_motion, live_entries
from webapp.asap.statuses import KeyType, Response, SendStatus
from webapp.asap.timing import when_to_text
from webapp.asap.wishes import Candidate, Held, Wish, fits, in_order, wish_of
from webapp.asap.wording import fill_in
from webapp.outbox.promising import promise
from webapp.web.tokens import Tokens, hash_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from webapp.appointments.model import Booking
    from webapp.diaries.port import Slot
    from webapp.practices.model import Practice


class OfferedElsewhere(Exception):
    """The person's time is on offer already, elsewhere or for another purpose: not twice."""


@dataclass(frozen=True, slots=True)
class Opener:
    """Makes one practice's openings and offers, in a transaction that writes."""

    practice: Practice
    tokens: Tokens

    def offer_to_all(self, session: Session, slot: Slot, *others: Slot) -> list[Offer]:
        """Offer a free slot to everybody on the list whom it fits and who knows not of it yet.

        ``others`` are at the same time, in other rooms or with other people: of all these the one
        is offered that fits most of the list. The first text is due now, or when the practice's
        hours for texts begin. Raises OfferedElsewhere.
        """
        now = clock.now()
        everybody = live_entries(session, self.practice.slug)
        busy = in_motion(session, everybody)
        people = {
            entry.id: (entry, appointment)
            for entry, appointment in everybody
            if entry.id not in busy and not is_over(entry, appointment, self.practice, at=now)
        }
        rules = self.practice.asap
        by_room = [
            (
                one,
                [
                    Candidate(entry.id, self._held(appointment), entry.created_at_utc)
                    for entry, appointment in people.values()
                    if fits(self._wish(entry, appointment), self._held(appointment), one, at=now)
                ],
            )
            for one in (slot, *others)
        ]
        slot, found = max(by_room, key=lambda room: len(room[1]))
        if not found:
            return []
        fitting = in_order(
            found,
            unscheduled_first=rules.unscheduled_first,
            farthest_first=rules.farthest_first,
        )
        opening = self._opening(session, slot, now)
        times = when_to_text(rules, self.practice.zone, start=opening.starts_at_utc, at=now)
        know_of_it = set(
            session.scalars(select(Offer.entry_id).where(Offer.opening_id == opening.id))
        )
        texting = Texting(session, self.practice, since=now)
        due, offers = next(times), list[Offer]()
        for one in fitting:
            if one.entry_id in know_of_it:
                continue
            offer = self._offer(session, texting, opening, people[one.entry_id], due)
            offers.append(offer)
            if offer.text_due_at_utc is not None:
                due = next(times)
        return offers

    def offer_to_one(
        self, session: Session, slot: Slot, entry: Entry, appointment: Booking | None
    ) -> Offer:
        """Offer a free slot to one patient; an offer that stands already is the same one.

        Raises OfferedElsewhere.
        """
        now = clock.now()
        opening = self._opening(session, slot, now)
        known = session.scalar(
            select(Offer).where(Offer.opening_id == opening.id, Offer.entry_id == entry.id)
        )
        if known is not None:
            return known
        start = opening.starts_at_utc
        due = next(when_to_text(self.practice.asap, self.practice.zone, start=start, at=now))
        texting = Texting(session, self.practice, since=now)
        return self._offer(session, texting, opening, (entry, appointment), due)

    def _opening(self, session: Session, slot: Slot, now: datetime) -> Opening:
        start = clock.to_utc(slot.start)
        key = live_key(self.practice.slug, slot.staff.id, start)
        known = session.scalar(select(Opening).where(Opening.live_key == key).with_for_update())
        if known is not None:
            if (known.room_id, known.type_id) != (slot.room.id, slot.type and slot.type.id):
                raise OfferedElsewhere
            return known
        opening = Opening(
            slug=self.practice.slug,
            live_key=key,
            staff_id=slot.staff.id,
            staff_name=slot.staff.name,
            room_id=slot.room.id,
            room_name=slot.room.name,
            room_address=slot.room.address or None,
            type_id=slot.type.id if slot.type else None,
            starts_at_utc=start,
            minutes=slot.minutes,
            condition=Condition.OPEN,
            created_at_utc=now,
            expires_at_utc=self._expires(start),
        )
        session.add(opening)
        session.flush()
        promise(
            session,
            Kind.EXPIRE,
            slug=opening.slug,
            subject_id=opening.id,
            due_at=opening.expires_at_utc,
        )
        return opening

    def _offer(
        self,
        session: Session,
        texting: Texting,
        opening: Opening,
        person: tuple[Entry, Booking | None],
        due: datetime,
    ) -> Offer:
        entry, appointment = person
        note = texting.why_not(Occasion(entry, opening.starts_at_utc, due))
        nonce = secrets.token_hex(16)
        offer = Offer(
            slug=opening.slug,
            opening_id=opening.id,
            entry_id=entry.id,
            nonce=nonce,
            token_hash=hash_of(self.tokens.offer_of(slug=opening.slug, nonce=nonce)),
            key_type=KeyType.SCHEDULED if appointment else KeyType.UNSCHEDULED,
            response=Response.UNABLE_TO_SEND if note else Response.AWAITING_TRANSMIT,
            text_status=SendStatus.DO_NOT_SEND if note else SendStatus.SEND_NOT_ATTEMPTED,
            note=note or "",
            template_text=fill_in(self.practice, opening.starts_at_utc),
            entered_at_utc=clock.now(),
            expires_at_utc=opening.expires_at_utc,
            text_due_at_utc=None if note else due,
            had_at_utc=appointment.starts_at_utc if appointment else None,
            attempts=0,
        )
        session.add(offer)
        session.flush()
        if not note:
            texting.add(offer.id, entry.patient_phone, due)
            promise(session, Kind.TEXT, slug=offer.slug, subject_id=offer.id, due_at=due)
        return offer

    def _expires(self, start: datetime) -> datetime:
        """Return when offers of a slot end: so many days later, at the same time by the clocks."""
        local = start.astimezone(self.practice.zone)
        day = local.date() + timedelta(days=self.practice.asap.expire_days)
        return clock.to_utc(clock.wall(day, local.time(), self.practice.zone))

    def _wish(self, entry: Entry, appointment: Booking | None) -> Wish:
        wish = wish_of(entry)
        if appointment is None or self.practice.asap.record == "openslot":
            return wish
        # A diary that makes the offer moves the appointment to another time, not to anybody else.
        return replace(wish, staff_id=appointment.staff_id)

    def _held(self, appointment: Booking | None) -> Held | None:
        if appointment is None:
            return None
        start = appointment.starts_at_utc.astimezone(self.practice.zone)
        return Held(start, appointment.minutes)


def live_key(slug: str, staff_id: str, start: datetime) -> str:
    """Return the name of a person's time, which is one opening at most. ``start`` is in UTC.

    Whichever room it is in: nobody treats two patients at once.
    """
    return f"{slug}:{staff_id}:{start:%Y%m%dT%H%MZ}"


def openings_of(session: Session, slug: str) -> Iterator[Opening]:
    """Yield a practice's openings that can still be taken, by time."""
    yield from session.scalars(
        select(Opening)
        .where(
            Opening.slug == slug,
            Opening.condition == Condition.OPEN,
            Opening.starts_at_utc > clock.now(),
        )
        .order_by(Opening.starts_at_utc, Opening.id)
    )
