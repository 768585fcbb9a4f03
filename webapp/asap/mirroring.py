"""Mirrors the ASAP list that a diary keeps itself: who is on it, until when, and who may be texted.

Only appointments that stand on a day to come are taken over: what the diary has on its list of the
unscheduled is the desk's to offer. Each stands here for the diary's own, and taking an offer moves
that in place.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from webapp import clock
from webapp.appointments.model import DIARYS_OWN, Booking
from webapp.asap import notes
from webapp.asap.limits import KNOWN_FOR
from webapp.asap.listing import end, has_asked_to_stop, live_entry_of
from webapp.asap.mirrored import Rows, has_moved
from webapp.asap.model import Ended, Entry, MirrorTurn
from webapp.asap.people import in_motion, live_entries
from webapp.asap.telling import being_told
from webapp.asap.wishes import EVERY_DAY, Part
from webapp.db.engine import writing
from webapp.diaries.errors import DiaryError
from webapp.notify.numbers import texting_number
from webapp.web.tokens import Tokens, hash_of

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping

    from sqlalchemy.orm import Session

    from webapp.diaries.lists import AsapAppointment, AsapDiary, KnownPatient
    from webapp.practices.model import Practice

_log = logging.getLogger("openslot.asap")
_MOST_QUESTIONS = 6
"""After the list itself, in one round: some diaries let one request in a second, and patients
wait behind ours. Whoever is left over has their turn in the next round."""
_LARGEST_NUMBER = 2**31 - 1
_KEPT_FOR_LISTED = 3
"""Of these so many are left for those who are on the list: who has left it goes first."""


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
            turn = session.get_one(MirrorTurn, self.practice.slug)
        known = {
            entry.diary_reference: (entry, booking)
            for entry, booking in people
            if entry.diary_reference is not None
        }
        unsure |= {one for one, (entry, _) in known.items() if entry.id in busy}
        rows = Rows(self.practice, self.tokens, asked_at)
        left, asked_last = _MOST_QUESTIONS, turn.asked_last
        for reference in _in_turn({*known, *listed} - unsure, listed, after=asked_last):
            one, before = listed.get(reference), left
            if one is None:
                left -= self._take_off(*known[reference], rows, may_ask=left > _KEPT_FOR_LISTED)
            elif reference in known:
                left -= self._bring_up_to_date(*known[reference], one, rows, may_ask=left > 0)
            elif left > 0:
                left -= self._take_over(one, rows)
            asked_last = reference if left < before else asked_last
        with writing(self.new_session) as session:
            turn = session.get_one(MirrorTurn, self.practice.slug, with_for_update=True)
            turn.read_at_utc, turn.asked_last = asked_at, asked_last

    def _take_over(self, one: AsapAppointment, rows: Rows) -> int:
        """Put somebody on our list; return how many questions that took."""
        patient = self._ask_who(one)
        if patient is None:
            return 1
        names = self._names(one)
        try:
            with writing(self.new_session) as session:
                booking = rows.row_for(session, one, patient, names)
                if booking is None:
                    return 1
                theirs = live_entry_of(session, booking)
                if theirs is not None:
                    # They have joined on our pages: one place, and one text.
                    theirs.diary_reference = one.reference
                    return 1
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
                self._describe(session, entry, patient)
                session.add(entry)
        except IntegrityError:
            # Another worker was quicker.
            self._note("somebody was taken over twice")
        return 1

    def _bring_up_to_date(
        self,
        entry: Entry,
        booking: Booking | None,
        one: AsapAppointment,
        rows: Rows,
        *,
        may_ask: bool,
    ) -> int:
        """Follow what the desk has changed; return how many questions that took."""
        if booking is not None and has_moved(booking, one):
            names = self._names(one)
            with writing(self.new_session) as session:
                if rows.follow(session, booking.id, one, names):
                    _let_wish_follow(session.get_one(Entry, entry.id, with_for_update=True), one)
        if entry.patient_number != _number(one.patient_reference):
            # Who joined on a page had a number of ours.
            with writing(self.new_session) as session:
                session.get_one(Entry, entry.id).patient_number = _number(one.patient_reference)
        checked = entry.checked_at_utc
        if not may_ask or checked is None or clock.now() - checked < KNOWN_FOR:
            return 0
        patient = self._ask_who(one)
        if patient is not None:
            with writing(self.new_session) as session:
                found = session.get_one(Entry, entry.id, with_for_update=True)
                self._describe(session, found, patient)
        return 1

    def _take_off(self, entry: Entry, booking: Booking | None, rows: Rows, *, may_ask: bool) -> int:
        """Take somebody off our list who is off the diary's; return how many questions that took.

        Their appointment may have moved or gone as well, of which nobody may say then that it
        stands where it was.
        """
        if booking is None or not booking.is_the_diarys_own:
            self._end(entry)
            return 0
        if not may_ask:
            return 0
        try:
            one = self.diary.appointment(entry.diary_reference or "")
        except DiaryError:
            # Another round asks again.
            return 1
        if one is None or one.start is None:
            with writing(self.new_session) as session:
                rows.let_go(session, booking.id)
        else:
            names = self._names(one)
            with writing(self.new_session) as session:
                if not rows.follow(session, booking.id, one, names):
                    return 1
        self._end(entry)
        return 1

    def _end(self, entry: Entry) -> None:
        with writing(self.new_session) as session:
            locked = session.get_one(Entry, entry.id, with_for_update=True)
            end(locked, Ended.OVER, diary_knows=True)

    def _describe(self, session: Session, entry: Entry, patient: KnownPatient) -> None:
        number = texting_number(patient.mobile, self.practice.country)
        entry.patient_name, entry.patient_email = patient.name, patient.email
        entry.patient_phone = number or ""
        entry.checked_at_utc = clock.now()
        entry.no_texts_because = None
        if has_asked_to_stop(session, entry):
            entry.no_texts_because = notes.NO_LONGER_ON_LIST
        elif not patient.may_be_texted:
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


def _in_turn(references: Iterable[str], listed: Container[str], *, after: str | None) -> list[str]:
    """Return all in a circle that begins after where the last round stopped, the listed last."""
    circle = sorted(references, key=lambda one: (one <= (after or ""), one))
    return sorted(circle, key=lambda one: one in listed)


def _let_wish_follow(entry: Entry, one: AsapAppointment) -> None:
    """Whoever would wait for their own person, or in their own room, has these where it is now."""
    if entry.staff_id is not None:
        entry.staff_id = one.staff_id
    if entry.room_id is not None:
        entry.room_id = one.room_id


def _number(reference: str) -> int:
    """Return a patient's number; 0 where an office numbers them beyond what the column holds."""
    number = int(reference) if reference.isascii() and reference.isdigit() else 0
    return number if number <= _LARGEST_NUMBER else 0
