"""What was free at one look, and what is free only since. Pure."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, ValidationError

from webapp import clock
from webapp.diaries.port import Slot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webapp.availability.answers import PairKey, Picture


class Seen(BaseModel):
    """What was free at one look: by pair, each day's starts as ``HHMM``, and how far it went.

    ``spans`` as in FreeTimes, written likewise.
    """

    at: datetime
    last_day: date
    free: dict[str, dict[date, tuple[str, ...]]]
    spans: dict[str, dict[date, tuple[tuple[str, str], ...]]] = Field(default_factory=dict)


def see(*pictures: Picture, at: datetime, last_day: date | None = None) -> Seen:
    """Return what pictures show as free, one for each purpose that the diary knows.

    ``last_day`` is how far they were asked for, where that is not the whole horizon. A pair that
    could not be checked, or not in whole, is left out.
    """
    known = {
        _name(picture, pair): free
        for picture in pictures
        for pair, free in picture.pairs.items()
        if free is not None and pair not in picture.in_part
    }
    return Seen(
        at=at,
        last_day=min([one.window.last_day for one in pictures] + ([last_day] if last_day else [])),
        free={
            name: {day: tuple(f"{one:%H%M}" for one in times) for day, times in free.days.items()}
            for name, free in known.items()
        },
        spans={
            name: {
                day: tuple((f"{first:%H%M}", f"{last:%H%M}") for first, last in found)
                for day, found in free.spans.items()
            }
            for name, free in known.items()
            if free.spans
        },
    )


def freed(before: Seen, *pictures: Picture) -> Iterator[list[Slot]]:
    """Yield each time of a person's that is free now and was not, by time.

    Each comes as that person's slots at that time, a room and a purpose each: a person who was
    free in one room was not taken, whichever others have been freed. Only where both looks could
    tell: for people who were checked in every room the first time, on days that both looks
    reached.
    """
    found: dict[tuple[datetime, str], list[Slot]] = {}
    for picture in pictures:
        for start, staff_id, room_id in _new_starts(before, picture):
            pair = picture.pairs[staff_id, room_id]
            if pair is not None:
                slot = Slot(pair.staff, pair.room, start, pair.minutes, pair.type)
                found.setdefault((clock.to_utc(start), staff_id), []).append(slot)
    for at in sorted(found):
        yield found[at]


def _name(picture: Picture, pair: PairKey) -> str:
    return " ".join((*pair, picture.type.id) if picture.type is not None else pair)


def _new_starts(before: Seen, picture: Picture) -> Iterator[tuple[datetime, str, str]]:
    window = picture.window
    for person in picture.roster.staff:
        rooms = [room for one, room in picture.pairs if one == person.id]
        names = [_name(picture, (person.id, room)) for room in rooms]
        if any(name not in before.free for name in names):
            continue
        for room_id in rooms:
            pair = picture.pairs[person.id, room_id]
            for day, times in pair.days.items() if pair is not None else ():
                if not window.first_day <= day <= before.last_day:
                    continue
                for at in times:
                    if not any(_was_free(before, name, day, f"{at:%H%M}") for name in names):
                        yield clock.wall(day, at, window.zone), person.id, room_id


def _was_free(before: Seen, name: str, day: date, at: str) -> bool:
    if at in before.free[name].get(day, ()):
        return True
    # Listed or not: when the desk books before it, the times that are listed move.
    spans = before.spans.get(name, {}).get(day, ())
    return any(first <= at <= last for first, last in spans)


def read(text: str | None) -> Seen | None:
    """Read what was kept of a look as JSON; None for nothing, or what we cannot read."""
    if text is None:
        return None
    try:
        return Seen.model_validate_json(text)
    except ValidationError:
        # Written by another version: this look is the first.
        return None
