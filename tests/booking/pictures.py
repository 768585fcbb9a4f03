"""A practice's picture on Friday 20 November 2026, for what the presenters make of it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.availability.fakes import ANNA, ROOM_1, ROOM_2, SIAN, Days, free
from webapp.availability.answers import Picture, Roster, Window
from webapp.booking.steps import Route

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.diaries.port import Room, Staff

LONDON = ZoneInfo("Europe/London")
FRIDAY, MONDAY, TUESDAY = date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24)
THIS_MONDAY = date(2026, 11, 16)
LAST_DAY = FRIDAY + timedelta(days=89)
NINE, TEN, NOON, TWO, FIVE = time(9), time(10), time(12), time(14), time(17)

Free = dict[tuple["Staff", "Room"], Days | None]


def picture(
    pairs: Mapping[tuple[Staff, Room], Days | None],
    *,
    today: date = FRIDAY,
    days_ahead: int = 90,
    minutes: int = 45,
) -> Picture:
    """What is free for Anna and Siân in two rooms; None for what could not be checked."""
    window = Window(
        earliest=datetime.combine(today, time(9), LONDON),
        first_day=today,
        last_day=today + timedelta(days=days_ahead - 1),
        zone=LONDON,
    )
    staff = tuple(dict.fromkeys(one for one, _ in pairs))
    rooms = tuple(dict.fromkeys(room for _, room in pairs))
    answers = {
        (one.id, room.id): None if days is None else free(one, room, days, minutes=minutes)
        for (one, room), days in pairs.items()
    }
    return Picture(Roster(staff, rooms), answers, window)


def route_of(found: Picture, *, ask_room: bool = True) -> Route:
    return Route("harbour", found.roster, ask_room)


BUSY: Free = {
    (ANNA, ROOM_1): {MONDAY: (NINE, TWO), TUESDAY: (FIVE,)},
    (ANNA, ROOM_2): {},
    (SIAN, ROOM_1): {MONDAY: (TEN,)},
    (SIAN, ROOM_2): {},
}
