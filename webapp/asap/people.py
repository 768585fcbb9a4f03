"""Who is on a list, read all at once: their appointments, and what is being done with these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select

from webapp.appointments.model import UNSETTLED, Booking, State
from webapp.asap.model import Entry, Offer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy.orm import Session

_NOBODY_KNOWS = [*UNSETTLED, State.PRACTICE_CHECKS]
_STOOD = [State.CONFIRMED, State.CANCELLED]
_MOST_AT_ONCE = 500


def live_entries(session: Session, slug: str) -> list[tuple[Entry, Booking | None]]:
    """Return who is on a practice's list, each with the appointment that they have now.

    A handful of questions to the database, however many they are.
    """
    found = select(Entry).where(Entry.slug == slug, Entry.ended_at_utc.is_(None))
    entries = session.scalars(found.order_by(Entry.id)).all()
    now = _appointments(session, [one.booking_id for one in entries if one.booking_id is not None])
    return [(one, now.get(one.booking_id) if one.booking_id else None) for one in entries]


def in_motion(session: Session, people: Iterable[tuple[Entry, Booking | None]]) -> set[int]:
    """Return the entries of those for whom another time has been asked, with no answer yet.

    Nobody knows what they have: until that is settled, nothing more is offered to them; nor where
    the diary had not what was to be moved, and the practice rings.
    """
    by_booking = {booking.id: entry.id for entry, booking in people if booking is not None}
    alone = [entry.id for entry, booking in people if booking is None]
    found: set[int] = set()
    for some in _portions(list(by_booking)):
        is_lost = and_(
            Booking.state == State.REFUSED,
            Booking.diary_key.is_not(None),
            Booking.refused_fields.is_(None),
        )
        asked = select(Booking.replaces_id).where(
            Booking.replaces_id.in_(some), or_(Booking.state.in_(_NOBODY_KNOWS), is_lost)
        )
        found |= {by_booking[one] for one in session.scalars(asked) if one is not None}
    for some in _portions(alone):
        offered = (
            select(Offer.entry_id)
            .join(Booking, Booking.id == Offer.booking_id)
            .where(Offer.entry_id.in_(some), Booking.state.in_(_NOBODY_KNOWS))
        )
        found |= set(session.scalars(offered))
    return found


def _appointments(session: Session, ids: list[int]) -> dict[int, Booking]:
    """Return, by the booking that each joined with, the one that stands in its place now."""
    now: dict[int, Booking] = {}
    for some in _portions(ids):
        now |= {one.id: one for one in session.scalars(select(Booking).where(Booking.id.in_(some)))}
    came_from = {one: one for one in now}
    frontier = list(now)
    while frontier:
        later: list[Booking] = []
        for some in _portions(frontier):
            asked = select(Booking).where(Booking.replaces_id.in_(some), Booking.state.in_(_STOOD))
            later += session.scalars(asked)
        frontier = list[int]()
        for one in later:
            first = came_from.get(one.replaces_id or 0)
            if first is not None and one.id not in came_from:
                came_from[one.id] = first
                now[first] = one
                frontier.append(one.id)
    return now


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for at in range(0, len(ids), _MOST_AT_ONCE):
        yield ids[at : at + _MOST_AT_ONCE]
