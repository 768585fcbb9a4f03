"""What is stored of a patient, why and for how long; and how it is forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, or_, select, union, update

from webapp import clock
from webapp.appointments.kinds import Kind
from webapp.appointments.model import UNSETTLED, Booking
from webapp.asap.kinds import Kind as AsapKind
from webapp.asap.listing import appointment_of
from webapp.asap.model import Condition, Entry, Offer, Opening
from webapp.db.base import Base
from webapp.db.engine import writing
from webapp.outbox.model import Promise, Status
from webapp.privacy.asap_fields import ASAP_FIELDS
from webapp.sync.changes import key_of
from webapp.sync.model import UpdoxName

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from webapp.practices.model import Practice

_PURGED = "until [privacy] keep_days after the appointment"
_DONE_KEPT = timedelta(days=30)
_MOST_AT_ONCE = 500


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
    "room_address": "where to go, on pages and in messages",
    "starts_at_utc": "when",
    "minutes": "how long",
    "type_id": "what for, in the diary's number, to find other times for the same",
    "type_name": "what for, in the practice's words, on pages and in messages",
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
    "diary_key": "by which the diary knows an appointment that was moved",
    "refused_fields": "which answers the diary refused, by name",
    "page_hash": "finds the booking's own page; the address cannot be made from it",
    "uid": "the appointment's name in calendars",
    "sequence": "counts changes, for calendars",
    "replaces_id": "the booking that it replaced",
    "release_asked_at_utc": "since when it is to be taken out of the diary",
    "cancel_reason": "health data: handed to the diary",
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
_UPDOX_NAME = {
    "key": "which booking, in a name of our own that leads to no page",
    "slug": "which practice",
    "updox_id": "what Updox calls it, to tell it of the same one again",
}
_WHY = {"booking": _BOOKING, "outbox": _OUTBOX, "updox_name": _UPDOX_NAME, **ASAP_FIELDS}
_KEPT = {
    "booking": _PURGED,
    "booking.reason": "until the outcome is known; then erased at once",
    "booking.cancel_reason": "until the diary has taken it out; then erased at once",
    "outbox": f"{_DONE_KEPT.days} days after it was kept",
    "updox_name": _PURGED,
    "asap_entry": f"{_PURGED}; without one, as long after they left the list",
    "asap_opening": _PURGED,
    "asap_offer": _PURGED,
    "asap_watch": "until the next look",
    "asap_mirror": "until the next look",
    "text_opt_out": "until START is answered: it is a wish, and must outlive appointments",
}


def stored_fields() -> Iterator[StoredField]:
    """Yield every stored field. A field without a reason is a KeyError, and a failing test."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            kept = _KEPT.get(f"{table.name}.{column.name}") or _KEPT[table.name]
            yield StoredField(table.name, column.name, _WHY[table.name][column.name], kept)


def purge(new_session: Callable[[], Session], practices: Mapping[str, Practice]) -> int:
    """Erase what has been kept long enough; return how many bookings that were.

    A booking that nobody has settled yet stays until somebody has. One of a practice that is no
    longer in this deployment goes by the longest-known rule, thirty days.
    """
    now = clock.now()
    erased = 0
    with writing(new_session) as session:
        tables = (Booking, Entry, Opening)
        slugs = session.scalars(union(*(select(one.slug) for one in tables))).all()
        for slug in slugs:
            practice = practices.get(slug)
            days = practice.privacy.keep_days if practice else 30
            before = now - timedelta(days=days)
            _erase_entries(session, _old_entries(session, slug, before))
            old = session.scalars(
                select(Booking.id).where(
                    Booking.slug == slug,
                    Booking.starts_at_utc < before,
                    Booking.state.not_in(UNSETTLED),
                )
            ).all()
            _let_places_go_on(session, old)
            erased += _erase(session, old)
            _erase_openings(session, slug, before)
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
    wanted = email.strip().lower()
    with writing(new_session) as session:
        entries = session.scalars(
            select(Entry.id).where(func.lower(Entry.patient_email) == wanted)
        ).all()
        _erase_entries(session, entries)
        theirs = session.scalars(
            select(Booking.id).where(func.lower(Booking.patient_email) == wanted)
        ).all()
        return _erase(session, theirs)


def diaries_that_list(new_session: Callable[[], Session], email: str) -> Sequence[str]:
    """Return the practices, by slug, on whose diary's own ASAP list this address is.

    What is erased of them here, the next reading of that list brings back.
    """
    wanted = email.strip().lower()
    theirs = select(Booking.id).where(func.lower(Booking.patient_email) == wanted)
    listed = select(Entry.slug).where(
        Entry.diary_reference.is_not(None),
        Entry.ended_at_utc.is_(None),
        or_(func.lower(Entry.patient_email) == wanted, Entry.booking_id.in_(theirs)),
    )
    with new_session() as session:
        return session.scalars(listed.distinct().order_by(Entry.slug)).all()


def _let_places_go_on(session: Session, ids: Sequence[int]) -> None:
    """Keep places on the list whose appointment was moved: they go on with the later one."""
    gone = set(ids)
    for some in _portions(ids):
        live = select(Entry).where(Entry.booking_id.in_(some), Entry.ended_at_utc.is_(None))
        for entry in session.scalars(live):
            now_has = appointment_of(session, entry)
            if now_has is not None and now_has.id not in gone:
                entry.booking_id = now_has.id


def _erase(session: Session, ids: Sequence[int]) -> int:
    for some in _portions(ids):
        entries = session.scalars(select(Entry.id).where(Entry.booking_id.in_(some))).all()
        _erase_entries(session, entries)
        session.execute(
            update(Booking).where(Booking.replaces_id.in_(some)).values(replaces_id=None)
        )
        session.execute(update(Offer).where(Offer.booking_id.in_(some)).values(booking_id=None))
        _forget_promises(session, Kind, some)
        _forget_names(session, some)
        session.execute(delete(Booking).where(Booking.id.in_(some)))
    return len(ids)


def _forget_names(session: Session, ids: Sequence[int]) -> None:
    found = session.execute(select(Booking.slug, Booking.journey).where(Booking.id.in_(ids)))
    keys = [key_of(slug, journey) for slug, journey in found]
    session.execute(delete(UpdoxName).where(UpdoxName.key.in_(keys)))


def _old_entries(session: Session, slug: str, before: datetime) -> Sequence[int]:
    """Return the places on the list, without an appointment, that were left long enough ago."""
    return session.scalars(
        select(Entry.id).where(
            Entry.slug == slug, Entry.booking_id.is_(None), Entry.ended_at_utc < before
        )
    ).all()


def _erase_entries(session: Session, ids: Sequence[int]) -> None:
    for some in _portions(ids):
        offers = session.scalars(select(Offer.id).where(Offer.entry_id.in_(some))).all()
        for part in _portions(offers):
            # Nobody knows any more whose such a slot is: the diary may have it.
            session.execute(
                update(Opening)
                .where(Opening.claimed_by_id.in_(part), Opening.condition == Condition.OPEN)
                .values(condition=Condition.GONE, live_key=None)
            )
            _forget_promises(session, (AsapKind.TEXT, AsapKind.CONCLUDE), part)
            session.execute(delete(Offer).where(Offer.id.in_(part)))
        theirs = (AsapKind.JOINED, AsapKind.LIST, AsapKind.UNLIST)
        _forget_promises(session, theirs, some)
        session.execute(delete(Entry).where(Entry.id.in_(some)))


def _erase_openings(session: Session, slug: str, before: datetime) -> None:
    """Erase openings that nobody has an offer of any more: they tell of nobody."""
    has_offers = select(Offer.id).where(Offer.opening_id == Opening.id).exists()
    old = session.scalars(
        select(Opening.id).where(Opening.slug == slug, Opening.starts_at_utc < before, ~has_offers)
    ).all()
    for some in _portions(old):
        _forget_promises(session, (AsapKind.EXPIRE,), some)
        session.execute(delete(Opening).where(Opening.id.in_(some)))


def _forget_promises(session: Session, kinds: Iterable[str], subjects: Sequence[int]) -> None:
    session.execute(
        delete(Promise).where(Promise.kind.in_(list(kinds)), Promise.subject_id.in_(subjects))
    )


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Cut a list into pieces that any database takes in one statement."""
    for at in range(0, len(ids), _MOST_AT_ONCE):
        yield ids[at : at + _MOST_AT_ONCE]
