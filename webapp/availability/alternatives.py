"""What to offer in place of a time that has gone: the nearest by time and by person. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from webapp.availability.answers import Picture
    from webapp.diaries.port import Slot

_MOST = 3


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Slots in place of a lost one; ``with_others`` may be the very same time."""

    same_person: tuple[Slot, ...]
    with_others: tuple[Slot, ...]

    def __bool__(self) -> bool:
        return bool(self.same_person or self.with_others)


def nearest(
    picture: Picture, *, lost: datetime, staff_id: str, room_id: str | None
) -> Alternatives:
    """Return the free slots nearest to ``lost``, each list in the order of time.

    The same person's own come first, whatever the room when the patient has no preference
    (``room_id`` None); then those of others, at most one a person. The lost slot itself is
    never offered.
    """
    own = [slot for slot in _near(picture, staff_id, room_id, lost) if slot.start != lost]
    others: list[Slot] = []
    for person in picture.roster.staff:
        if person.id != staff_id:
            others += _near(picture, person.id, room_id, lost)[:1]
    return Alternatives(
        same_person=_in_order(own[:_MOST]),
        with_others=_in_order(sorted(others, key=lambda slot: abs(slot.start - lost))[:_MOST]),
    )


def _near(picture: Picture, staff_id: str, room_id: str | None, lost: datetime) -> list[Slot]:
    calendar = picture.calendar(staff_id, room_id)
    starts = sorted(calendar.starts(), key=lambda start: abs(start - lost))[: _MOST + 1]
    slots = (calendar.slots_at(start.date(), start.time()) for start in starts)
    return [found[0] for found in slots if found]


def _in_order(slots: list[Slot]) -> tuple[Slot, ...]:
    return tuple(sorted(slots, key=lambda slot: slot.start))
