"""The ASAP list: who joins, who leaves, and which appointment each of them has now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select
from sqlalchemy.orm import object_session

from webapp import clock
from webapp.appointments.finding import in_place_of
from webapp.appointments.model import Booking
from webapp.appointments.recording import can_be_released
from webapp.asap.kinds import Kind
from webapp.asap.model import OF_AN_OFFER, Ended, Entry, Offer
from webapp.asap.statuses import Response
from webapp.outbox.promising import promise
from webapp.web.tokens import Tokens, hash_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from webapp.asap.wishes import Wish
    from webapp.diaries.port import Patient
    from webapp.practices.model import Practice


@dataclass(frozen=True, slots=True)
class Joining:
    """What a patient sends to join. ``patient.phone`` is in international form.

    ``journey`` is their form's: sent twice, it makes one entry. ``booking_id`` is None for
    somebody who has no appointment.
    """

    slug: str
    journey: str
    patient: Patient
    wish: Wish
    booking_id: int | None = None
    diary_reference: str | None = None
    """Where the diary keeps the list: its number of the appointment, to be put on it."""


def join(session: Session, joining: Joining, tokens: Tokens) -> Entry:
    """Put a patient on the list, or change what they want if their appointment is on it.

    The transaction must be one that writes. Returns their entry, which is live unless this very
    form's has ended since.
    """
    if joining.booking_id is not None:
        # Locked, so that of two tabs the second finds the first one's entry.
        booking = session.get_one(Booking, joining.booking_id, with_for_update=True)
        entry = live_entry_of(session, booking)
    else:
        entry = _waits_already(session, joining)
    entry = entry or _sent_before(session, joining)
    if entry is not None:
        if entry.ended_at_utc is None:
            _want(entry, joining)
        return entry
    now = clock.now()
    token = tokens.entry_of(slug=joining.slug, journey=joining.journey)
    entry = Entry(
        slug=joining.slug,
        journey=joining.journey,
        page_hash=hash_of(token),
        booking_id=joining.booking_id,
        patient_name=joining.patient.name,
        patient_email=joining.patient.email,
        patient_number=_patient_number(session, joining),
        created_at_utc=now,
        diary_reference=joining.diary_reference,
    )
    _want(entry, joining)
    session.add(entry)
    session.flush()
    entry.patient_number = entry.patient_number or entry.id
    promise(session, Kind.JOINED, slug=entry.slug, subject_id=entry.id)
    if entry.diary_reference is not None:
        promise(session, Kind.LIST, slug=entry.slug, subject_id=entry.id)
    return entry


def end(entry: Entry, why: Ended, *, diary_knows: bool = False) -> bool:
    """Take somebody off the list; False if they were off it already.

    A diary that keeps the list is told, unless it told us.
    """
    if entry.ended_at_utc is not None:
        return False
    entry.ended_at_utc, entry.ended = clock.now(), why
    session = object_session(entry)
    if entry.diary_reference is not None and session is not None and not diary_knows:
        promise(session, Kind.UNLIST, slug=entry.slug, subject_id=entry.id)
    return True


def list_again(session: Session, booking_id: int) -> None:
    """Promise to put an appointment back on the diary's list, which a move takes it off.

    Only one whose patient has asked here for something sooner, and has moved it otherwise than by
    taking an offer: that does not change what they asked for.
    """
    booking = session.get(Booking, booking_id)
    if booking is None or booking.journey.startswith(OF_AN_OFFER):
        return
    entry = live_entry_of(session, booking)
    if entry is not None and entry.diary_reference is not None and entry.was_asked_for_here:
        turn = str(booking.id)
        promise(session, Kind.LIST, slug=entry.slug, subject_id=entry.id, turn=turn)


def appointment_of(session: Session, entry: Entry) -> Booking | None:
    """Return the appointment that a patient on the list has now, whatever became of it.

    That is the one they joined with, or what has replaced it since; None for somebody who had
    none.
    """
    if entry.booking_id is None:
        return None
    booking = session.get(Booking, entry.booking_id)
    while booking is not None:
        later = in_place_of(session, booking)
        if later is None:
            return booking
        booking = later
    return None


def live_entry_of(session: Session, booking: Booking) -> Entry | None:
    """Return the place on the list that belongs to an appointment, or to one it replaced."""
    return session.scalars(
        select(Entry)
        .where(Entry.booking_id.in_(_chain_of(session, booking)), Entry.ended_at_utc.is_(None))
        .order_by(Entry.id)
    ).first()


def has_asked_to_stop(session: Session, entry: Entry) -> bool:
    """Say whether the patient has asked, of this very appointment, to hear no more.

    That holds for it, whoever puts it on the list again.
    """
    asked = select(Offer.entry_id).where(Offer.response == Response.DECLINED_STOP_COMM)
    is_same = Entry.diary_reference == (entry.diary_reference or "")
    if entry.booking_id is not None:
        booking = session.get_one(Booking, entry.booking_id)
        is_same = or_(is_same, Entry.booking_id.in_(_chain_of(session, booking)))
    found = select(Entry.id).where(
        Entry.slug == entry.slug, is_same, or_(Entry.ended == Ended.STOPPED, Entry.id.in_(asked))
    )
    return session.scalar(found.limit(1)) is not None


def _chain_of(session: Session, booking: Booking) -> list[int]:
    """Return the numbers of a booking and of all that it has replaced."""
    chain = [booking.id]
    while booking.replaces_id is not None and booking.replaces_id not in chain:
        chain.append(booking.replaces_id)
        booking = session.get_one(Booking, booking.replaces_id)
    return chain


def has_anybody(session: Session, slug: str) -> bool:
    """Say whether anybody is on a practice's list."""
    found = select(Entry.id).where(Entry.slug == slug, Entry.ended_at_utc.is_(None))
    return session.scalar(found.limit(1)) is not None


def is_over(entry: Entry, appointment: Booking | None, practice: Practice, *, at: datetime) -> bool:
    """Say whether there is nothing to better any more, or they have waited as long as one may."""
    if entry.booking_id is None:
        return at - entry.created_at_utc > timedelta(days=practice.asap.list_days)
    if appointment is None or not can_be_released(appointment):
        return True
    return appointment.starts_at_utc <= at


def by_page(session: Session, slug: str, token: str) -> Entry | None:
    """Return the entry whose own page this is, or None."""
    return session.scalar(
        select(Entry).where(Entry.slug == slug, Entry.page_hash == hash_of(token))
    )


def _want(entry: Entry, joining: Joining) -> None:
    wish = joining.wish
    entry.patient_phone = joining.patient.phone
    entry.staff_id, entry.room_id = wish.staff_id, wish.room_id
    entry.type_id = wish.type_id
    entry.weekdays = "".join(str(day) for day in sorted(wish.weekdays))
    entry.parts = ",".join(sorted(wish.parts))
    entry.notice_hours = round(wish.notice / timedelta(hours=1))
    entry.consented_at_utc = clock.now()
    # Their own word of now counts for more than what a diary knew of them before.
    entry.no_texts_because = entry.checked_at_utc = None


def places_of(session: Session, slug: str, phone: str) -> int:
    """Return how many places without an appointment one number has on a list."""
    return len(
        session.scalars(
            select(Entry.id).where(
                Entry.slug == slug,
                Entry.patient_phone == phone,
                Entry.booking_id.is_(None),
                Entry.ended_at_utc.is_(None),
            )
        ).all()
    )


def _waits_already(session: Session, joining: Joining) -> Entry | None:
    """Return the place that the same person has already without an appointment."""
    return session.scalars(
        select(Entry).where(
            Entry.slug == joining.slug,
            Entry.booking_id.is_(None),
            Entry.ended_at_utc.is_(None),
            Entry.patient_phone == joining.patient.phone,
            func.lower(Entry.patient_name) == joining.patient.name.lower(),
        )
    ).first()


def _sent_before(session: Session, joining: Joining) -> Entry | None:
    return session.scalar(
        select(Entry).where(Entry.slug == joining.slug, Entry.journey == joining.journey)
    )


def _patient_number(session: Session, joining: Joining) -> int:
    """Return the number of a patient who has been on the list before, else 0."""
    known = select(func.min(Entry.patient_number)).where(
        Entry.slug == joining.slug,
        Entry.patient_phone == joining.patient.phone,
        func.lower(Entry.patient_name) == joining.patient.name.lower(),
    )
    return session.scalar(known) or 0
