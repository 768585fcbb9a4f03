"""A practice that wants what becomes free to be offered, and a diary that does as it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from tests.asap.ground import ANNA, ROOM_1, ROOM_2, SIAN, TOKENS, with_a_list
from tests.availability.fakes import FakeDiary, pair
from webapp.asap.model import Condition, Opening, Watch
from webapp.asap.opening import Opener
from webapp.asap.watching import Watcher
from webapp.availability.asking import Patience
from webapp.availability.keeping import Keeping
from webapp.availability.service import Availability

if TYPE_CHECKING:
    import time_machine

    from tests.appointments.stored import Sessions
    from webapp.diaries.port import Room, Staff
    from webapp.practices.model import Practice

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
NINE, TEN, ELEVEN = time(9), time(10), time(11)
AUTOMATIC = with_a_list(automatic=True)
A_MINUTE = timedelta(minutes=1)
PAIRS = [pair(person, room) for person in (ANNA, SIAN) for room in (ROOM_1, ROOM_2)]


def everybody_free_at_ten() -> FakeDiary:
    """Everybody is free at ten on Monday, everywhere."""
    free = {
        (person, room): {MONDAY: (TEN,)} for person in (ANNA, SIAN) for room in (ROOM_1, ROOM_2)
    }
    return FakeDiary(free, staff=(ANNA, SIAN), rooms=(ROOM_1, ROOM_2))


@dataclass
class Watched:
    """Looks at the diary as a worker does, a minute after the look before unless it is said."""

    sessions: Sessions
    clock: time_machine.Traveller
    diary: FakeDiary = field(default_factory=everybody_free_at_ten)
    looks: int = 0

    def __post_init__(self) -> None:
        self.watcher = self.another()

    def another(self, practice: Practice = AUTOMATIC) -> Watcher:
        """A watcher of a worker of its own."""
        patience = Patience(pause_after_failure=0)
        availability = Availability(practice, self.diary, Keeping(), patience=patience)
        return Watcher(practice, availability, self.sessions, Opener(practice, TOKENS))

    def look(self, after: timedelta = A_MINUTE) -> int:
        """Return how many times were found."""
        self.clock.shift(after if self.looks else timedelta())
        self.looks += 1
        return self.watcher.look()

    def frees(self, at: time, staff: Staff = ANNA, room: Room = ROOM_1) -> None:
        """Let a person be free then on Monday, in one room."""
        was = self.diary.free[staff, room]
        times = tuple(sorted({*was.get(MONDAY, ()), at}))
        self.diary.free[staff, room] = {**was, MONDAY: times}

    def takes(self, at: time, staff: Staff = ANNA) -> None:
        """Let somebody have a person's time on Monday: it is free in no room."""
        for room in (ROOM_1, ROOM_2):
            was = self.diary.free[staff, room]
            left = tuple(one for one in was.get(MONDAY, ()) if one != at)
            self.diary.free[staff, room] = {**was, MONDAY: left}

    def opened(self) -> list[tuple[str, str, str]]:
        """What is on offer: with whom, where, and when by the practice's clocks."""
        with self.sessions() as session:
            rows = session.scalars(
                select(Opening).where(Opening.condition == Condition.OPEN).order_by(Opening.id)
            ).all()
        zone = AUTOMATIC.zone
        return [
            (one.staff_name, one.room_name, f"{one.starts_at_utc.astimezone(zone):%a %H:%M}")
            for one in rows
        ]

    def watch(self) -> Watch | None:
        with self.sessions() as session:
            return session.get(Watch, AUTOMATIC.slug)

    def close(self) -> None:
        self.diary.close()
        self.watcher.availability.close()
