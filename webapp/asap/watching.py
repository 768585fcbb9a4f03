"""Looks at the diary for slots that were taken and have become free."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from webapp import clock
from webapp.asap.listing import has_anybody
from webapp.asap.model import Condition, Opening, Watch
from webapp.asap.opening import OfferedElsewhere, openings_of
from webapp.asap.people import live_entries
from webapp.asap.recording import close, locked_opening
from webapp.asap.seen import freed, read, see
from webapp.availability.answers import DiaryUnavailable
from webapp.availability.windows import Look
from webapp.db.engine import writing
from webapp.diaries.port import Slot

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from webapp.appointments.model import Booking
    from webapp.asap.opening import Opener
    from webapp.availability.answers import Picture
    from webapp.availability.service import Availability
    from webapp.practices.model import Practice

_log = logging.getLogger("openslot.asap")
_FORGOTTEN_AFTER = timedelta(minutes=30)
"""What was free so long ago says nothing of what became free just now."""
_AHEAD = timedelta(days=28)
"""No farther do we look, where a diary is asked by the week and counts our calls."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """Looks at one practice's diary, and offers what became free. Holds no state of its own."""

    practice: Practice
    availability: Availability
    new_session: Callable[[], Session]
    opener: Opener

    def look(self) -> int:
        """Look if a look is due and anybody is on the list; return how many slots were offered.

        Of several workers one looks.
        """
        rules = self.practice.asap
        if not (rules.enabled and rules.automatic and self._is_my_turn()):
            return 0
        try:
            last_day, pictures = self._pictures()
        except DiaryUnavailable:
            return 0
        now = clock.now()
        self._close_what_is_gone(pictures, now)
        with self.new_session() as session:
            before = read(session.get_one(Watch, self.practice.slug).seen)
        offered = 0
        if before is not None and now - before.at <= _FORGOTTEN_AFTER:
            found = groupby(
                freed(before, *pictures), key=lambda slots: clock.to_utc(slots[0].start)
            )
            offered = sum(self._offer_at_once(list(people)) for _start, people in found)
        # Last, so that what a killed worker had not offered yet is found again.
        with writing(self.new_session) as session:
            watch = session.get_one(Watch, self.practice.slug, with_for_update=True)
            watch.seen = see(*pictures, at=now, last_day=last_day).model_dump_json()
        if offered:
            fields = {"practice": self.practice.slug, "openings": offered}
            _log.info("freed", extra={"fields": fields})
        return offered

    def _pictures(self) -> tuple[date | None, list[Picture]]:
        """Ask for each purpose that anybody waits for; return also how far, if not all was asked.

        Where the diary counts our calls, only so far as anybody has something to better. Raises
        DiaryUnavailable.
        """
        newer_than = self.practice.asap.look_every_seconds / 2
        with self.new_session() as session:
            people = live_entries(session, self.practice.slug)
        until = self._until([has for _, has in people]) if self.availability.by_the_week else None
        types = {one.type_id for one, _ in people} if self.availability.knows_types else {None}
        looks = [Look(type_id=one, until=until, bounded=True) for one in sorted(types, key=str)]
        return until, [self.availability.picture(one, newer_than=newer_than) for one in looks]

    def _until(self, appointments: list[Booking | None]) -> date:
        zone = self.practice.zone
        farthest = clock.today(zone) + _AHEAD
        days = [
            has.starts_at_utc.astimezone(zone).date() if has else farthest for has in appointments
        ]
        return min(max(days, default=farthest), farthest)

    def _offer_at_once(self, people: list[list[Slot]]) -> int:
        """Offer what became free at one moment; return how many openings that made.

        Two people who share the only room are one opening: a person and a room serve once.
        """
        left, made = self._not_on_offer([slot for slots in people for slot in slots]), 0
        while left:
            taken = self._offer(left)
            if taken is None:
                break
            made += 1
            staff_id, room_id = taken
            left = [one for one in left if one.staff.id != staff_id and one.room.id != room_id]
        return made

    def _not_on_offer(self, slots: list[Slot]) -> list[Slot]:
        """Leave out whom and where an opening of that moment has already: others go on."""
        start = clock.to_utc(slots[0].start)
        with self.new_session() as session:
            live = openings_of(session, self.practice.slug)
            taken = [(one.staff_id, one.room_id) for one in live if one.starts_at_utc == start]
        people, rooms = {one for one, _ in taken}, {one for _, one in taken}
        return [one for one in slots if one.staff.id not in people and one.room.id not in rooms]

    def _offer(self, slots: list[Slot]) -> tuple[str, str] | None:
        """Offer the one of these slots that fits most people, in a transaction of its own.

        Returns its person and its room, or None where none was offered.
        """
        try:
            with writing(self.new_session) as session:
                offers = self.opener.offer_to_all(session, *slots)
                if not offers:
                    return None
                opening = session.get_one(Opening, offers[0].opening_id)
                return opening.staff_id, opening.room_id
        except (OfferedElsewhere, IntegrityError):
            # On offer already, or being offered by somebody else at this very moment.
            return None

    def _close_what_is_gone(self, pictures: list[Picture], now: datetime) -> None:
        """End openings that the diary has given to somebody meanwhile.

        One that is younger than what we look at is left: it may have been free only since.
        """
        old_enough = now - timedelta(seconds=self.practice.asap.look_every_seconds)
        with self.new_session() as session:
            gone = [
                one.id
                for one in openings_of(session, self.practice.slug)
                if one.created_at_utc < old_enough and _is_gone(one, pictures)
            ]
        for opening_id in gone:
            with writing(self.new_session) as session:
                opening = locked_opening(session, opening_id)
                if opening.condition is Condition.OPEN and opening.claimed_by_id is None:
                    close(session, opening, Condition.GONE)

    def _is_my_turn(self) -> bool:
        now, slug = clock.now(), self.practice.slug
        with self.new_session() as session:
            watch = session.get(Watch, slug)
            if watch is not None and watch.due_at_utc > now:
                return False
            if not has_anybody(session, slug):
                return False
        due = now + timedelta(seconds=self.practice.asap.look_every_seconds)
        try:
            with writing(self.new_session) as session:
                if session.get(Watch, slug) is None:
                    session.add(Watch(slug=slug, due_at_utc=due))
                    return True
                taken = session.execute(
                    update(Watch)
                    .where(Watch.slug == slug, Watch.due_at_utc <= now)
                    .values(due_at_utc=due)
                    .returning(Watch.slug)
                    .execution_options(synchronize_session=False)
                )
                return taken.first() is not None
        except IntegrityError:
            # Another worker began to watch at the same moment.
            return False


def _is_gone(opening: Opening, pictures: list[Picture]) -> bool:
    """Say whether the diary, when asked, did not have an opening free that nobody is taking."""
    pair = (opening.staff_id, opening.room_id)
    if opening.claimed_by_id is not None:
        return False
    for picture in pictures:
        free, window = picture.pairs.get(pair), picture.window
        is_for_it = opening.type_id == (picture.type.id if picture.type else None)
        if free is None or not is_for_it or pair in picture.in_part:
            continue
        start = opening.starts_at_utc.astimezone(window.zone)
        if window.first_day <= start.date() <= picture.until.get(pair, window.last_day):
            return not free.has(start)
    return False
