"""Finds out what became of a booking that got no answer, and takes bookings out of the diary."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from webapp import clock
from webapp.appointments.finding import in_place_of, move_of
from webapp.appointments.kinds import Kind
from webapp.appointments.model import UNSETTLED, Booking, State
from webapp.appointments.moving import find_out, placed_booking
from webapp.appointments.recording import record, record_release
from webapp.appointments.telling import promise_telling
from webapp.availability.answers import Answer
from webapp.crashing import crash_point
from webapp.db.engine import writing
from webapp.diaries.errors import DiaryError, Elsewhere
from webapp.diaries.port import Capability, Confirmation, PlacedBooking
from webapp.outbox.promising import promise
from webapp.outbox.results import Park, TryLater
from webapp.web.metrics import count_booking

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from webapp.availability.service import Availability
    from webapp.diaries.port import Diary
    from webapp.outbox.claiming import Claimed
    from webapp.practices.model import Practice

_log = logging.getLogger("openslot.booking")
_LOOK_FOR = timedelta(minutes=20)
"""So long we look ourselves; then the practice, who can see more than we, is asked to."""
_LOOK_EVERY_SECONDS = 40.0
"""A patient is waiting: no growing pauses, and thirty looks at the most."""
_RELEASE_TRIES = 4
"""After so many the practice hears that an appointment still stands; we go on trying."""


class Settler:
    """Settles one practice's bookings with its diary. Holds no state of its own."""

    def __init__(
        self,
        *,
        practice: Practice,
        diary: Diary,
        availability: Availability,
        new_session: Callable[[], Session],
    ) -> None:
        self._practice = practice
        self._diary = diary
        self._availability = availability
        self._new_session = new_session

    def settle(self, claimed: Claimed) -> None:
        """Settle a booking without an outcome, never before its write's own deadline.

        A diary that can be asked is asked for the booking. Otherwise the slot tells: still free,
        it was not booked; gone, it may be this patient's or another's, and the practice is asked
        to look and ring. Raises TryLater while the diary does not answer.
        """
        row = self._load(claimed.subject_id)
        if row is None or row.state not in UNSETTLED:
            return
        now = clock.now()
        if now < row.deadline_utc:
            raise TryLater(
                "its write may still be under way",
                after_seconds=(row.deadline_utc - now).total_seconds(),
            )
        state, confirmation = self._find_out(row)
        crash_point("settling: found out")
        with writing(self._new_session) as session:
            record(session, row.id, state, self._practice, confirmation=confirmation)
        crash_point("settling: recorded")
        fields = {"practice": row.slug, "outcome": state.value}
        _log.info("settled", extra={"fields": fields})
        count_booking(row.slug, state.value, is_settled=True)

    def release(self, claimed: Claimed) -> None:
        """Take a booking out of the diary, or promise to ask the practice where it cannot.

        The new appointment is looked for before an old one is taken out. Raises TryLater while
        the diary does not answer, and Park where the new one is not there.
        """
        row = self._load(claimed.subject_id)
        if row is None or row.state is not State.CONFIRMED:
            return
        with self._new_session() as session:
            later = in_place_of(session, row)
            moving = move_of(session, row)
        if moving is not None:
            self._wait_for(moving, row)
        is_replaced = later is not None
        if Capability.CANCEL not in self._diary.capabilities:
            with writing(self._new_session) as session:
                promise(session, Kind.PRACTICE_RELEASE, slug=row.slug, subject_id=row.id)
                promise_telling(session, row, self._practice)
                if not is_replaced:
                    promise(session, Kind.PATIENT_CANCEL_ASKED, slug=row.slug, subject_id=row.id)
            return
        try:
            if later is not None and not self._stands(later):
                # Never the old one without the new: whatever took that out, a person must look.
                raise Park("the booking that replaces it is not in the diary")
            if self._is_anothers(row):
                raise Park("another booking is the same appointment in the diary")
            self._diary.cancel(self._placed(row), row.cancel_reason)
        except Park:
            self._tell_practice(row)
            raise
        except DiaryError as error:
            if claimed.attempts >= _RELEASE_TRIES:
                self._tell_practice(row)
            raise TryLater(f"the diary did not cancel: {type(error).__name__}") from error
        crash_point("releasing: cancelled")
        with writing(self._new_session) as session:
            record_release(session, row.id, self._practice, is_replaced=is_replaced)
        self._availability.drop(
            staff_id=row.staff_id,
            room_id=row.room_id,
            start=row.starts_at_utc.astimezone(self._practice.zone),
        )

    def _stands(self, later: Booking) -> bool:
        """Say whether the booking in another's place is there, as far as the diary can tell."""
        if later.state is State.CANCELLED or Capability.FIND not in self._diary.capabilities:
            return True
        try:
            return self._diary.find(self._placed(later)) is not None
        except Elsewhere:
            # The desk has changed it since: it is theirs all the same.
            return True

    def _is_anothers(self, row: Booking) -> bool:
        """Say whether the diary's number is also that of a booking whose patient keeps it.

        The desk may have moved it: who cancels the old time would cancel the new one.
        """
        if row.diary_reference is None:
            return False
        with self._new_session() as session:
            others = select(Booking.id).where(
                Booking.slug == row.slug,
                Booking.diary_reference == row.diary_reference,
                Booking.state == State.CONFIRMED,
                Booking.id != row.id,
            )
            return session.scalar(others.limit(1)) is not None

    def _wait_for(self, moving: Booking, row: Booking) -> None:
        """Take out nothing while nobody knows where it is: it is one appointment in the diary.

        Raises TryLater, or Park where only a person can tell.
        """
        if moving.state in UNSETTLED:
            raise TryLater("nobody knows yet whether it has been moved")
        self._tell_practice(row)
        raise Park("nobody knows where in the diary it is")

    def _tell_practice(self, row: Booking) -> None:
        kind = Kind.PRACTICE_RELEASE_STUCK
        with writing(self._new_session) as session:
            promise(session, kind, slug=row.slug, subject_id=row.id)

    def _find_out(self, row: Booking) -> tuple[State, Confirmation | None]:
        try:
            if Capability.FIND in self._diary.capabilities and row.is_move:
                return find_out(self._diary, self._placed(row), self._before(row))
            if Capability.FIND in self._diary.capabilities:
                found = self._diary.find(self._placed(row))
                return (State.CONFIRMED, found) if found else (State.NOT_BOOKED, None)
        except DiaryError as error:
            return self._keep_looking(row, type(error).__name__)
        start = row.starts_at_utc.astimezone(self._practice.zone)
        answer = self._availability.look_again(
            staff_id=row.staff_id, room_id=row.room_id, start=start, type_id=row.type_id
        )
        if answer is Answer.UNCHECKED:
            return self._keep_looking(row, "the free list could not be had")
        return (State.NOT_BOOKED if answer is Answer.FREE else State.PRACTICE_CHECKS), None

    def _keep_looking(self, row: Booking, why: str) -> tuple[State, None]:
        if clock.now() - row.deadline_utc < _LOOK_FOR:
            raise TryLater(f"the diary does not answer: {why}", after_seconds=_LOOK_EVERY_SECONDS)
        return State.PRACTICE_CHECKS, None

    def _load(self, row_id: int) -> Booking | None:
        with self._new_session() as session:
            return session.get(Booking, row_id)

    def _before(self, row: Booking) -> PlacedBooking | None:
        """Return where a moved appointment was before, unless that has been erased since."""
        replaced = self._load(row.replaces_id) if row.replaces_id is not None else None
        return self._placed(replaced) if replaced is not None else None

    def _placed(self, row: Booking) -> PlacedBooking:
        return placed_booking(row, self._practice.zone)
