"""Promises that who must know is told of an appointment, and says how one stands when it is told.

Today that is Updox, at practices whose file has an ``[updox]`` table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from webapp.appointments.kinds import Kind
from webapp.appointments.model import DIARYS_OWN, Booking, State
from webapp.diaries.port import Capability
from webapp.outbox.promising import promise
from webapp.outbox.results import Park
from webapp.outbox.together import Together
from webapp.sync.changes import Change, key_of
from webapp.sync.telling import MOST, Teller
from webapp.sync.updox.api import Api

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from webapp.diaries.port import Diary
    from webapp.outbox.claiming import Claimed
    from webapp.outbox.results import Result
    from webapp.practices.model import Practice

_IS_TOLD_OF = or_(~Booking.journey.startswith(DIARYS_OWN), Booking.replaces_id.is_not(None))
_TOLD = (State.CONFIRMED, State.CANCELLED)
"""Of what never stood, or may not stand, nobody is told."""


def promise_telling(session: Session, row: Booking, practice: Practice) -> None:
    """Promise to tell of a booking that now stands, or that is out again.

    Call it in the transaction that says so. What is told is how it stands by then. Nobody is told
    of what the practice made by itself, but of where it has put what was booked online.
    """
    if practice.updox is None or (row.is_mirrored and row.replaces_id is None):
        return
    is_out = row.state is State.CANCELLED or row.release_asked_at_utc is not None
    # What the practice made keeps its row wherever it is put: each time is another telling.
    turn = "out" if is_out else str(row.sequence) if row.is_mirrored else ""
    promise(session, Kind.SYNC, slug=row.slug, subject_id=row.id, turn=turn)


def promise_again(session: Session, slug: str, *, since: datetime, turn: str) -> int:
    """Promise to tell of every booking that stood, or was made or changed, since a moment.

    ``turn`` tells this time apart from any other. Returns how many that are.
    """
    moments = (
        Booking.starts_at_utc,
        Booking.created_at_utc,
        Booking.settled_at_utc,
        Booking.release_asked_at_utc,
    )
    found = session.scalars(
        select(Booking.id)
        .where(
            Booking.slug == slug,
            Booking.state.in_(_TOLD),
            _IS_TOLD_OF,
            or_(*(moment >= since for moment in moments)),
        )
        .order_by(Booking.id)
    ).all()
    for row_id in found:
        promise(session, Kind.SYNC, slug=slug, subject_id=row_id, turn=turn)
    return len(found)


class Tellers:
    """Keeps the promises to tell, for each practice that has somebody to be told."""

    def __init__(
        self,
        practices: Mapping[str, Practice],
        diaries: Mapping[str, Diary],
        new_session: Callable[[], Session],
    ) -> None:
        self._practices = practices
        self._diaries = diaries
        self._new_session = new_session
        self._by_slug = {
            slug: Teller(
                slug=slug,
                settings=practice.updox,
                api=Api(practice.updox),
                look=self._look,
                new_session=new_session,
            )
            for slug, practice in practices.items()
            if practice.updox is not None
        }

    def by_kind(self) -> dict[str, Together]:
        """Return what keeps them."""
        return {Kind.SYNC: Together(self._keep, MOST)}

    def _keep(self, claimed: Sequence[Claimed]) -> Mapping[int, Result]:
        slug = claimed[0].slug
        if slug not in self._practices:
            raise Park(f"there is no practice {slug} in this deployment any more")
        teller = self._by_slug.get(slug)
        # Without the table there is nobody to tell any more.
        return teller.keep(claimed) if teller else dict.fromkeys(one.id for one in claimed)

    def _look(self, slug: str, row_ids: Sequence[int]) -> dict[int, Change]:
        """Return how each booking stands now, but for what was erased, or never booked here."""
        found = select(Booking).where(
            Booking.id.in_(row_ids),
            Booking.slug == slug,
            Booking.state.in_(_TOLD),
            _IS_TOLD_OF,
        )
        with self._new_session() as session:
            return {row.id: self._change(row) for row in session.scalars(found)}

    def _change(self, row: Booking) -> Change:
        # What a diary cannot take out, the practice was asked to: its patient will not come.
        diary_cancels = Capability.CANCEL in self._diaries[row.slug].capabilities
        is_asked_out = row.release_asked_at_utc is not None and not diary_cancels
        return Change(
            key=key_of(row.slug, row.journey),
            staff_id=row.staff_id,
            room_id=row.room_id,
            start=row.starts_at_utc.astimezone(self._practices[row.slug].zone),
            minutes=row.minutes,
            is_cancelled=row.state is State.CANCELLED or is_asked_out,
        )
