"""Which slots a day has, and which of them the desk gave away before the demo began."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from webapp.reference.patients import Visit, invent_visit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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


@dataclass(frozen=True, slots=True)
class Stretch:
    """Hours of one day; ``room_id`` as in ``Hours``."""

    start: datetime
    end: datetime
    room_id: int | None

    def is_in(self, room_id: int | None) -> bool:
        return room_id is None or self.room_id in {None, room_id}


def list_stretches(person: Person, day: date, first_day: date) -> list[Stretch]:
    """Return when ``person`` works on ``day``, in the plan's order."""
    if _weeks_between(first_day, day) in person.away_weeks:
        return []
    return [
        Stretch(datetime.combine(day, one.start), datetime.combine(day, one.end), one.room_id)
        for one in person.week.get(day.weekday(), ())
    ]


def list_starts(
    plan: Plan,
    person: Person,
    day: date,
    first_day: date,
    *,
    room_id: int | None = None,
    minutes: int | None = None,
) -> list[datetime]:
    """Return the times at which ``person`` takes patients on ``day``, taken or not, in order.

    In one room if given; for visits of so many ``minutes``, which are the plan's slot's if not.
    """
    step = timedelta(minutes=plan.slot_minutes)
    length = timedelta(minutes=minutes or plan.slot_minutes)
    starts: list[datetime] = []
    for stretch in list_stretches(person, day, first_day):
        start = stretch.start
        while stretch.is_in(room_id) and start + length <= stretch.end:
            starts.append(start)
            start += step
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
        for slot in _list_slots(plan, person, day, first_day, chance):
            taken = chance.random() < share or certain
            visit = invent_visit(chance)
            room_id = _pick_room(plan, person, slot, made, chance)
            if taken and room_id is not None:
                made.append(Appointment(person.id, room_id, slot.start, slot.minutes, visit))
    return made


@dataclass(frozen=True, slots=True)
class _Slot:
    start: datetime
    end: datetime
    room_id: int | None

    @property
    def minutes(self) -> int:
        return int((self.end - self.start).total_seconds()) // 60


def _list_slots(
    plan: Plan, person: Person, day: date, first_day: date, chance: Random
) -> Iterator[_Slot]:
    """Divide a day among visits, by chance among those of the types that the person offers."""
    lengths = [one.minutes for one in plan.types if person.offers(one)] or [plan.slot_minutes]
    for stretch in sorted(list_stretches(person, day, first_day), key=lambda one: one.start):
        start = stretch.start
        while start + timedelta(minutes=min(lengths)) <= stretch.end:
            # A plan without types takes no chance, and so is filled as it always was
            length = chance.choice(lengths) if plan.types else lengths[0]
            end = start + timedelta(minutes=length)
            if end <= stretch.end:
                yield _Slot(start, end, stretch.room_id)
                start = end


def _share_taken(plan: Plan, ahead: int) -> float:
    nearness = min(1.0, max(0.0, 1 - ahead / _DAYS_UNTIL_QUIET))
    return plan.far_share + (plan.near_share - plan.far_share) * nearness


def _pick_room(
    plan: Plan, person: Person, slot: _Slot, made: Iterable[Appointment], chance: Random
) -> int | None:
    at_once = [other for other in made if other.start < slot.end and slot.start < other.end]
    if any(other.person_id == person.id for other in at_once):
        return None
    taken = set[int]() if plan.rooms_for_many else {other.room_id for other in at_once}
    if slot.room_id is not None:
        return None if slot.room_id in taken else slot.room_id
    rooms = [room.id for room in plan.rooms if room.id not in taken]
    if not rooms:
        return None
    another = chance.choice(rooms)
    return person.usual_room if person.usual_room in rooms else another


def _weeks_between(first_day: date, day: date) -> int:
    monday = first_day - timedelta(days=first_day.weekday())
    return (day - monday).days // 7
