"""Tells a diary that keeps the ASAP list who has joined it on our pages, and who has left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import or_, select, union_all

from webapp import clock
from webapp.appointments.kinds import Kind as AppointmentKind
from webapp.appointments.model import Booking
from webapp.appointments.moving import placed_booking
from webapp.asap.kinds import Kind
from webapp.asap.listing import appointment_of
from webapp.asap.model import Entry
from webapp.diaries.errors import DiaryError
from webapp.outbox.model import Promise, Status
from webapp.outbox.results import TryLater

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from webapp.diaries.lists import AsapDiary
    from webapp.diaries.port import PlacedBooking
    from webapp.practices.model import Practice

_SOON_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Teller:
    """Keeps one practice's promises to its diary's list. Holds no state of its own."""

    practice: Practice
    diary: AsapDiary
    new_session: Callable[[], Session]

    def put_on(self, entry_id: int) -> None:
        """Put an appointment on the diary's list, if its patient is on ours still."""
        with self.new_session() as session:
            entry = session.get(Entry, entry_id)
            if entry is None or entry.ended_at_utc is not None:
                return
            placed = self._placed(session, entry)
        self._tell(placed, wanted=True)

    def take_off(self, entry_id: int) -> None:
        """Take an appointment off the diary's list, unless its patient has joined once more.

        Raises TryLater until it has been put there: the later word must arrive last.
        """
        with self.new_session() as session:
            entry = session.get(Entry, entry_id)
            if entry is None or self._is_on_again(session, entry):
                return
            joining = select(Promise.id).where(
                Promise.kind == Kind.LIST,
                Promise.subject_id == entry.id,
                Promise.status != Status.DONE,
            )
            if session.scalar(joining) is not None:
                raise TryLater("it is just being put on the list", after_seconds=_SOON_SECONDS)
            placed = self._placed(session, entry)
        self._tell(placed, wanted=False)

    def _tell(self, placed: PlacedBooking | None, *, wanted: bool) -> None:
        if placed is None:
            return
        try:
            self.diary.want_sooner(placed, wanted=wanted)
        except DiaryError as error:
            raise TryLater(f"the diary did not take it: {type(error).__name__}") from error

    def _placed(self, session: Session, entry: Entry) -> PlacedBooking | None:
        """Return the appointment by the number that is on the list; None where it has passed."""
        appointment = appointment_of(session, entry)
        if appointment is None or appointment.starts_at_utc <= clock.now():
            return None
        placed = placed_booking(appointment, self.practice.zone)
        return replace(placed, reference=entry.diary_reference)

    @staticmethod
    def _is_on_again(session: Session, entry: Entry) -> bool:
        again = select(Entry.id).where(
            Entry.slug == entry.slug,
            Entry.diary_reference == entry.diary_reference,
            Entry.ended_at_utc.is_(None),
        )
        return session.scalar(again.limit(1)) is not None


def being_told(session: Session, slug: str, *, since: datetime) -> set[str]:
    """Return the diary's numbers of those of whom it was not told, or only ``since`` then.

    What its list says of them may be older than what their patients have said on our pages.
    """
    is_news = or_(Promise.status != Status.DONE, Promise.done_at_utc >= since)
    told = (
        select(Entry.diary_reference)
        .join(Promise, Promise.subject_id == Entry.id)
        .where(Entry.slug == slug, Promise.kind.in_([Kind.LIST, Kind.UNLIST]), is_news)
    )
    # Off the list by their own change, and about to be put on it again.
    moved = (
        select(Booking.diary_reference)
        .join(Promise, Promise.subject_id == Booking.id)
        .where(Booking.slug == slug, Promise.kind == AppointmentKind.MOVED, is_news)
    )
    return {one for one in session.scalars(union_all(told, moved)) if one is not None}
