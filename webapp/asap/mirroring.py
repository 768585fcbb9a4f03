"""Mirrors the ASAP list that a diary keeps itself: who is on it, until when, and who may be texted.

Only appointments that stand on a day to come are taken over: what the diary has on its list of the
unscheduled is the desk's to offer. Each stands here for the diary's own, and taking an offer moves
that in place.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from webapp import clock
from webapp.appointments.finding import move_of
from webapp.appointments.model import DIARYS_OWN, Booking, State
from webapp.appointments.moving import placed_booking
from webapp.asap import notes
from webapp.asap.listing import end
from webapp.asap.model import Ended, Entry
from webapp.asap.people import in_motion, live_entries
from webapp.asap.telling import being_told
from webapp.asap.wishes import EVERY_DAY, Part
from webapp.db.engine import writing
from webapp.diaries.errors import DiaryError, Elsewhere
from webapp.notify.numbers import texting_number
from webapp.web.tokens import Tokens, hash_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from webapp.diaries.lists import AsapDiary
    from webapp.diaries.port import AsapAppointment, KnownPatient
    from webapp.practices.model import Practice

_log = logging.getLogger("openslot.asap")
_MOST_QUESTIONS = 6
"""After the list itself, in one round: some diaries let one request in a second, and patients
wait behind ours. Whoever is left over has their turn in the next round."""
_LARGEST_NUMBER = 2**31 - 1
_KNOWN_FOR = timedelta(hours=6)
"""After this the diary is asked again who somebody is, and whether they may be texted."""


@dataclass(frozen=True, slots=True)
class Mirror:
    """Mirrors one practice's list. Holds no state of its own."""

    practice: Practice
    diary: AsapDiary
    new_session: Callable[[], Session]
    tokens: Tokens

    def look(self) -> None:
        """Read the diary's list, and follow it."""
        asked_at = clock.now()
        try:
            listed = {
                one.reference: one
                for one in self.diary.asap_list()
                if one.start is not None and clock.to_utc(one.start) > asked_at
            }
        except DiaryError as error:
            self._note(f"the list could not be read: {type(error).__name__}")
            return
        with self.new_session() as session:
            people = live_entries(session, self.practice.slug)
            unsure = being_told(session, self.practice.slug, since=asked_at)
            busy = in_motion(session, people)
        known = {
            entry.diary_reference: (entry, booking)
            for entry, booking in people
            if entry.diary_reference is not None
        }
        left = _MOST_QUESTIONS
        for reference, (entry, booking) in known.items():
            if reference in unsure or entry.id in busy or reference in listed:
                continue
            left -= self._take_off(entry, booking)
        for reference, one in listed.items():
            if reference in unsure or left <= 0:
                continue
            if reference not in known:
                left -= self._take_over(one)
            elif known[reference][0].id not in busy:
                left -= self._bring_up_to_date(*known[reference], one)

    def _take_over(self, one: AsapAppointment) -> int:
        """Put somebody on our list; return how many questions that took."""
        patient = self._ask_who(one)
        if patient is None:
            return 1
        names = self._names(one)
        try:
            with writing(self.new_session) as session:
                booking = self._booking_for(session, one, patient, names)
                before = select(func.count(Entry.id)).where(
                    Entry.slug == self.practice.slug, Entry.diary_reference == one.reference
                )
                entry = Entry(
                    slug=self.practice.slug,
                    # The same for every worker, so that it is made once.
                    journey=f"{DIARYS_OWN}{one.reference}.{session.scalar(before)}",
                    page_hash="",
                    booking_id=booking.id,
                    patient_number=_number(one.patient_reference),
                    staff_id=one.staff_id,
                    room_id=None,
                    weekdays="".join(str(day) for day in sorted(EVERY_DAY)),
                    parts=",".join(sorted(Part)),
                    notice_hours=0,
                    consented_at_utc=clock.now(),
                    created_at_utc=clock.now(),
                    diary_reference=one.reference,
                )
                token = self.tokens.entry_of(slug=entry.slug, journey=entry.journey)
                entry.page_hash = hash_of(token)
                self._describe(entry, patient)
                session.add(entry)
        except IntegrityError:
            # Another worker was quicker.
            self._note("somebody was taken over twice")
        return 1

    def _booking_for(
        self,
        session: Session,
        one: AsapAppointment,
        patient: KnownPatient,
        names: tuple[str, str],
    ) -> Booking:
        """Return the row that stands for an appointment: ours, if it was booked here.

        One that the desk has changed, or that was not found where it says, stands for it no more.
        """
        slug = self.practice.slug
        known = select(Booking).where(
            Booking.slug == slug,
            Booking.diary_reference == one.reference,
            Booking.state == State.CONFIRMED,
        )
        booking = session.scalars(known.order_by(Booking.id.desc()).with_for_update()).first()
        if booking is not None and (_has_moved(booking, one) or move_of(session, booking)):
            if booking.is_the_diarys_own:
                booking.state = State.CANCELLED
            booking = None
        if booking is None:
            now = clock.now()
            journey = f"{DIARYS_OWN}{secrets.token_hex(16)}"
            booking = Booking(
                slug=slug,
                journey=journey,
                outcome_hash=hash_of(self.tokens.outcome_of(slug=slug, journey=journey)),
                page_hash=hash_of(self.tokens.page_of(slug=slug, journey=journey)),
                state=State.CONFIRMED,
                any_staff=False,
                any_room=True,
                patient_name=patient.name,
                patient_phone=patient.mobile,
                patient_email=patient.email,
                created_at_utc=now,
                deadline_utc=now,
                settled_at_utc=now,
                diary_reference=one.reference,
                uid=secrets.token_hex(16),
                sequence=0,
            )
            session.add(booking)
            _place(booking, one, names)
            session.flush()
        return booking

    def _bring_up_to_date(self, entry: Entry, booking: Booking | None, one: AsapAppointment) -> int:
        """Follow what the desk has changed; return how many questions that took."""
        if booking is not None and booking.is_the_diarys_own and _has_moved(booking, one):
            names = self._names(one)
            with writing(self.new_session) as session:
                _place(session.get_one(Booking, booking.id, with_for_update=True), one, names)
                session.get_one(Entry, entry.id).staff_id = one.staff_id
        checked = entry.checked_at_utc
        if checked is None or clock.now() - checked < _KNOWN_FOR:
            return 0
        patient = self._ask_who(one)
        if patient is not None:
            with writing(self.new_session) as session:
                self._describe(session.get_one(Entry, entry.id, with_for_update=True), patient)
        return 1

    def _take_off(self, entry: Entry, booking: Booking | None) -> int:
        """Take somebody off our list who is off the diary's; return how many questions that took.

        Their appointment may have gone as well, of which nobody may say then that it stands.
        """
        if booking is None or not booking.is_the_diarys_own:
            self._end(entry)
            return 0
        try:
            found = self.diary.find(placed_booking(booking, self.practice.zone))
        except Elsewhere:
            found = None
        except DiaryError:
            # The next round asks again.
            return 1
        with writing(self.new_session) as session:
            row = session.get_one(Booking, booking.id, with_for_update=True)
            if found is None and row.state is State.CONFIRMED:
                row.state = State.CANCELLED
        self._end(entry)
        return 1

    def _end(self, entry: Entry) -> None:
        with writing(self.new_session) as session:
            locked = session.get_one(Entry, entry.id, with_for_update=True)
            end(locked, Ended.OVER, diary_knows=True)

    def _describe(self, entry: Entry, patient: KnownPatient) -> None:
        number = texting_number(patient.mobile, self.practice.country)
        entry.patient_name, entry.patient_email = patient.name, patient.email
        entry.patient_phone = number or ""
        entry.checked_at_utc = clock.now()
        entry.no_texts_because = None
        if not patient.may_be_texted:
            entry.no_texts_because = notes.NOT_WANTED
        elif number is None:
            entry.no_texts_because = notes.BAD_NUMBER if patient.mobile else notes.NO_MOBILE

    def _ask_who(self, one: AsapAppointment) -> KnownPatient | None:
        try:
            return self.diary.patient(one.patient_reference)
        except DiaryError as error:
            self._note(f"a patient could not be read: {type(error).__name__}")
            return None

    def _names(self, one: AsapAppointment) -> tuple[str, str]:
        """Return the names of who treats and where; the practice's own where they are unknown."""
        try:
            staff: Mapping[str, str] = {each.id: each.name for each in self.diary.staff()}
            rooms: Mapping[str, str] = {each.id: each.name for each in self.diary.rooms()}
        except DiaryError:
            staff, rooms = {}, {}
        return staff.get(one.staff_id, self.practice.name), rooms.get(one.room_id, "")

    def _note(self, what: str) -> None:
        _log.warning("mirror", extra={"fields": {"practice": self.practice.slug, "came": what}})


def _place(booking: Booking, one: AsapAppointment, names: tuple[str, str]) -> None:
    """Write down where and when the diary has an appointment that stands on a day."""
    booking.staff_id, booking.room_id = one.staff_id, one.room_id
    booking.staff_name, booking.room_name = names
    booking.starts_at_utc, booking.minutes = _start_of(one), one.minutes


def _has_moved(booking: Booking, one: AsapAppointment) -> bool:
    here = (booking.staff_id, booking.room_id, booking.starts_at_utc, booking.minutes)
    return here != (one.staff_id, one.room_id, _start_of(one), one.minutes)


def _start_of(one: AsapAppointment) -> datetime:
    if one.start is None:
        raise ValueError("it stands on no day")
    return clock.to_utc(one.start)


def _number(reference: str) -> int:
    """Return a patient's number; 0 where an office numbers them beyond what the column holds."""
    number = int(reference) if reference.isascii() and reference.isdigit() else 0
    return number if number <= _LARGEST_NUMBER else 0
