"""The rows that stand here for what the diary's list holds: where it has each, and whose it was."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from webapp import clock
from webapp.appointments.finding import move_of
from webapp.appointments.model import DIARYS_OWN, UNSETTLED, Booking, State
from webapp.appointments.recording import can_be_released
from webapp.appointments.telling import promise_telling
from webapp.web.tokens import Tokens, hash_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from webapp.diaries.lists import AsapAppointment, KnownPatient
    from webapp.practices.model import Practice


@dataclass(frozen=True, slots=True)
class Rows:
    """Keeps one practice's rows to a list that was asked for at ``asked_at``, in UTC.

    Every method works in a transaction that writes.
    """

    practice: Practice
    tokens: Tokens
    asked_at: datetime

    def row_for(
        self,
        session: Session,
        one: AsapAppointment,
        patient: KnownPatient,
        names: tuple[str, str],
    ) -> Booking | None:
        """Return the row that stands for an appointment: ours, if it was booked here.

        None while its patient's own word about it is under way: the next round looks again.
        """
        known = select(Booking).where(
            Booking.slug == self.practice.slug,
            Booking.diary_reference == one.reference,
            Booking.state == State.CONFIRMED,
        )
        row = session.scalars(known.order_by(Booking.id.desc()).with_for_update()).first()
        if row is not None:
            return self._brought_up_to_date(session, row, one, names)
        row = self._blank(one, names)
        row.patient_name, row.patient_phone = patient.name, patient.mobile
        row.patient_email = patient.email
        session.add(row)
        session.flush()
        return row

    def follow(
        self, session: Session, row_id: int, one: AsapAppointment, names: tuple[str, str]
    ) -> bool:
        """Let the row of somebody on the list be where the desk has put it; say if that is done."""
        row = session.get_one(Booking, row_id, with_for_update=True)
        return self._brought_up_to_date(session, row, one, names) is not None

    def let_go(self, session: Session, row_id: int) -> None:
        """Record that the diary has an appointment no more, and that nobody may say it stands."""
        row = session.get_one(Booking, row_id, with_for_update=True)
        if row.state is State.CONFIRMED:
            row.state = State.CANCELLED
            promise_telling(session, row, self.practice)

    def _brought_up_to_date(
        self, session: Session, row: Booking, one: AsapAppointment, names: tuple[str, str]
    ) -> Booking | None:
        moving = move_of(session, row)
        is_news = row.settled_at_utc is not None and row.settled_at_utc >= self.asked_at
        is_asked = moving is not None and moving.state in UNSETTLED
        if is_news or is_asked or not can_be_released(row):
            return None
        if moving is None and not has_moved(row, one):
            return row
        if moving is None and row.is_mirrored:
            _place(row, one, names)
            row.sequence += 1
            promise_telling(session, row, self.practice)
            return row
        return self._in_place_of(session, row, one, names)

    def _in_place_of(
        self, session: Session, row: Booking, one: AsapAppointment, names: tuple[str, str]
    ) -> Booking:
        """Put the desk's own in place of what was booked here: in the diary it is the same one.

        So its old page leads to the new one, and cannot cancel it.
        """
        later = self._blank(one, names)
        later.patient_name, later.patient_phone = row.patient_name, row.patient_phone
        later.patient_email = row.patient_email
        later.uid, later.sequence, later.replaces_id = row.uid, row.sequence + 1, row.id
        row.state, row.cancel_reason = State.CANCELLED, None
        row.sequence += 1
        session.add(later)
        session.flush()
        for each in (row, later):
            promise_telling(session, each, self.practice)
        return later

    def _blank(self, one: AsapAppointment, names: tuple[str, str]) -> Booking:
        slug, now = self.practice.slug, clock.now()
        journey = f"{DIARYS_OWN}{secrets.token_hex(16)}"
        row = Booking(
            slug=slug,
            journey=journey,
            outcome_hash=hash_of(self.tokens.outcome_of(slug=slug, journey=journey)),
            page_hash=hash_of(self.tokens.page_of(slug=slug, journey=journey)),
            state=State.CONFIRMED,
            any_staff=False,
            any_room=True,
            created_at_utc=now,
            deadline_utc=now,
            settled_at_utc=now,
            diary_reference=one.reference,
            uid=secrets.token_hex(16),
            sequence=0,
        )
        _place(row, one, names)
        return row


def has_moved(row: Booking, one: AsapAppointment) -> bool:
    """Say whether the diary has an appointment elsewhere than here, or of another length."""
    here = (row.staff_id, row.room_id, row.starts_at_utc, row.minutes)
    return here != (one.staff_id, one.room_id, _start_of(one), one.minutes)


def _place(row: Booking, one: AsapAppointment, names: tuple[str, str]) -> None:
    """Write down where and when the diary has an appointment that stands on a day."""
    row.staff_id, row.room_id = one.staff_id, one.room_id
    row.staff_name, row.room_name = names
    row.starts_at_utc, row.minutes = _start_of(one), one.minutes


def _start_of(one: AsapAppointment) -> datetime:
    if one.start is None:
        raise ValueError("it stands on no day")
    return clock.to_utc(one.start)
