"""What is stored of a patient, why and for how long; and how it is forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from webapp import clock
from webapp.appointments.model import UNSETTLED, Booking
from webapp.db.base import Base
from webapp.db.engine import writing
from webapp.outbox.model import Promise, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from webapp.practices.model import Practice

_PURGED = "until [privacy] keep_days after the appointment"
_DONE_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class StoredField:
    """One stored field: what it is for, and until when it stays."""

    table: str
    name: str
    why: str
    kept: str


_BOOKING = {
    "id": "names the row",
    "slug": "which practice",
    "journey": "holds a journey to one booking",
    "outcome_hash": "finds the outcome page; the page's address cannot be made from it",
    "state": "what became of it",
    "staff_id": "with whom, in the diary's number",
    "staff_name": "with whom, on pages and in messages",
    "room_id": "where, in the diary's number",
    "room_name": "where, on pages and in messages",
    "starts_at_utc": "when",
    "minutes": "how long",
    "any_staff": "what else to offer, where the patient had no preference",
    "any_room": "what else to offer, where the patient had no preference",
    "patient_name": "to greet the patient, and for the practice's requests",
    "patient_phone": "so that the practice can ring where the diary gave no answer",
    "patient_email": "where messages go",
    "reason": "health data: handed to the diary",
    "created_at_utc": "when it was asked for",
    "deadline_utc": "when no answer of the diary can come any more",
    "settled_at_utc": "when the outcome was known",
    "diary_reference": "the diary's own number, to change or cancel it",
    "refused_fields": "which answers the diary refused, by name",
    "page_hash": "finds the booking's own page; the address cannot be made from it",
    "uid": "the appointment's name in calendars",
    "sequence": "counts changes, for calendars",
    "replaces_id": "the booking that it replaced",
    "release_asked_at_utc": "since when it is to be taken out of the diary",
}
_OUTBOX = {
    "id": "names the row",
    "slug": "which practice",
    "kind": "what was promised",
    "subject_id": "about which booking",
    "key": "so that nothing is promised twice",
    "status": "whether it was kept",
    "due_at_utc": "when to try next",
    "claimed_until_utc": "until when a worker has it in hand",
    "claimed_by": "which worker",
    "attempts": "how often it was tried",
    "reason": "why it waits, for operators; no word of a patient's",
    "created_at_utc": "when it was promised",
    "done_at_utc": "when it was kept",
}
_WHY = {"booking": _BOOKING, "outbox": _OUTBOX}
_KEPT = {"booking.reason": "until the outcome is known; then erased at once"}


def stored_fields() -> Iterator[StoredField]:
    """Yield every stored field. A field without a reason is a KeyError, and a failing test."""
    for table in Base.metadata.sorted_tables:
        lasts = _PURGED if table.name == "booking" else f"{_DONE_KEPT.days} days after it was kept"
        for column in table.columns:
            kept = _KEPT.get(f"{table.name}.{column.name}", lasts)
            yield StoredField(table.name, column.name, _WHY[table.name][column.name], kept)


def purge(new_session: Callable[[], Session], practices: Mapping[str, Practice]) -> int:
    """Erase what has been kept long enough; return how many bookings that were.

    A booking that nobody has settled yet stays until somebody has. One of a practice that is no
    longer in this deployment goes by the longest-known rule, thirty days.
    """
    now = clock.now()
    erased = 0
    with writing(new_session) as session:
        slugs = session.scalars(select(Booking.slug).distinct()).all()
        for slug in slugs:
            practice = practices.get(slug)
            days = practice.privacy.keep_days if practice else 30
            old = session.scalars(
                select(Booking.id).where(
                    Booking.slug == slug,
                    Booking.starts_at_utc < now - timedelta(days=days),
                    Booking.state.not_in(UNSETTLED),
                )
            ).all()
            erased += _erase(session, old)
        session.execute(
            delete(Promise).where(
                Promise.status == Status.DONE, Promise.done_at_utc < now - _DONE_KEPT
            )
        )
    return erased


def erase_by_email(new_session: Callable[[], Session], email: str) -> int:
    """Erase every booking of this address here, and what was promised about it.

    The practice's own diary is not touched. Returns how many bookings that were.
    """
    with writing(new_session) as session:
        theirs = session.scalars(
            select(Booking.id).where(func.lower(Booking.patient_email) == email.strip().lower())
        ).all()
        return _erase(session, theirs)


def _erase(session: Session, ids: Sequence[int]) -> int:
    for at in range(0, len(ids), 500):
        some = ids[at : at + 500]
        session.execute(
            update(Booking).where(Booking.replaces_id.in_(some)).values(replaces_id=None)
        )
        session.execute(delete(Promise).where(Promise.subject_id.in_(some)))
        session.execute(delete(Booking).where(Booking.id.in_(some)))
    return len(ids)
