"""Which slots a day has, and which of them the desk gave away before the demo began."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from webapp.reference.patients import Visit, invent_visit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webapp.reference.plan import Person, Plan

DESK = "desk"
ONLINE = "online"
_DAYS_UNTIL_QUIET = 30


@dataclass(frozen=True, slots=True)
class Appointment:
    """One patient with one person in one room.

    ``start`` is naive: the diary on the desk knows the practice's wall time and no zone.
    ``made_at`` is aware, in UTC; none where it was there when the demo began.
    """

    person_id: int
    room_id: int
    start: datetime
    minutes: int
    visit: Visit
    source: str = DESK
    made_at: datetime | None = None
    number: int = 0

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.minutes)

    def stands_in_the_way_of(
        self, *, person_id: int, room_id: int, start: datetime, end: datetime
    ) -> bool:
        """A person is in one room at a time, and a room holds one patient at a time."""
        shared = self.person_id == person_id or self.room_id == room_id
        return shared and self.start < end and start < self.end


def list_starts(plan: Plan, person: Person, day: date, first_day: date) -> list[datetime]:
    """Return the times at which ``person`` takes patients on ``day``, taken or not, in order."""
    if _weeks_between(first_day, day) in person.away_weeks:
        return []
    length = timedelta(minutes=plan.slot_minutes)
    starts: list[datetime] = []
    for hours in person.week.get(day.weekday(), ()):
        start, end = datetime.combine(day, hours.start), datetime.combine(day, hours.end)
        while start + length <= end:
            starts.append(start)
            start += length
    return sorted(starts)


def fill_in_the_desk(plan: Plan, day: date, first_day: date) -> list[Appointment]:
    """Return what the desk has booked on ``day``: the same for the same seed and first day."""
    chance = Random(f"{plan.seed}/{plan.slug}/{day.isoformat()}")
    ahead = (day - first_day).days
    share = _share_taken(plan, ahead)
    made: list[Appointment] = []
    # Whoever is fully booked comes first: a room must be left for each of their slots.
    for person in sorted(plan.people, key=lambda person: not person.fully_booked):
        certain = person.fully_booked or ahead < person.waiting_days
        for start in list_starts(plan, person, day, first_day):
            taken = chance.random() < share or certain
            visit = invent_visit(chance)
            room_id = _pick_room(plan, person, start, made, chance)
            if taken and room_id is not None:
                made.append(Appointment(person.id, room_id, start, plan.slot_minutes, visit))
    return made


def _share_taken(plan: Plan, ahead: int) -> float:
    nearness = min(1.0, max(0.0, 1 - ahead / _DAYS_UNTIL_QUIET))
    return plan.far_share + (plan.near_share - plan.far_share) * nearness


def _pick_room(
    plan: Plan, person: Person, start: datetime, made: Iterable[Appointment], chance: Random
) -> int | None:
    end = start + timedelta(minutes=plan.slot_minutes)
    at_once = [other for other in made if other.start < end and start < other.end]
    if any(other.person_id == person.id for other in at_once):
        return None
    taken = {other.room_id for other in at_once}
    rooms = [room.id for room in plan.rooms if room.id not in taken]
    if not rooms:
        return None
    another = chance.choice(rooms)
    return person.usual_room if person.usual_room in rooms else another


def _weeks_between(first_day: date, day: date) -> int:
    monday = first_day - timedelta(days=first_day.weekday())
    return (day - monday).days // 7
