"""What became free where the diary knows types, and is asked by the week."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from webapp.asap.seen import freed, see
from webapp.availability.answers import Picture, Roster, Window
from webapp.diaries.free_times import FreeTimes
from webapp.diaries.port import AppointmentType, Room, Slot, Staff

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
TODAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)
LATE = TODAY + timedelta(days=40)
UNTIL = TODAY + timedelta(days=28)
NINE = time(9)
ANNA, ROOM = Staff("1", "Anna Müller"), Room("7", "Treatment Room 1")
FIRST = AppointmentType("11", "First appointment", 45)
FOLLOW_UP = AppointmentType("12", "Follow-up", 30)
PAIR = (ANNA.id, ROOM.id)


def picture(type_: AppointmentType, *days: date, is_in_part: bool = False) -> Picture:
    return Picture(
        roster=Roster((ANNA,), (ROOM,), (FIRST, FOLLOW_UP)),
        pairs={PAIR: FreeTimes(ANNA, ROOM, type_.minutes, dict.fromkeys(days, (NINE,)), type_)},
        window=Window(NOW.astimezone(LONDON), TODAY, TODAY + timedelta(days=89), LONDON),
        in_part=frozenset({PAIR} if is_in_part else ()),
        type=type_,
    )


def found(before: list[Picture], *after: Picture) -> list[list[Slot]]:
    return list(freed(see(*before, at=NOW, last_day=UNTIL), *after))


def test_one_time_that_serves_two_purposes_comes_once_with_both():
    before = [picture(FIRST), picture(FOLLOW_UP)]
    [slots] = found(before, picture(FIRST, MONDAY), picture(FOLLOW_UP, MONDAY))
    assert [(one.type, one.minutes) for one in slots] == [(FIRST, 45), (FOLLOW_UP, 30)]


def test_what_was_free_for_one_purpose_is_new_for_another():
    before = [picture(FIRST), picture(FOLLOW_UP, MONDAY)]
    [slots] = found(before, picture(FIRST, MONDAY), picture(FOLLOW_UP, MONDAY))
    assert [one.type for one in slots] == [FIRST]


def test_a_purpose_that_nobody_waited_for_the_first_time_has_nothing_freed():
    assert found([picture(FIRST)], picture(FIRST), picture(FOLLOW_UP, MONDAY)) == []


def test_what_was_looked_at_in_part_says_nothing():
    assert found([picture(FIRST, is_in_part=True)], picture(FIRST, MONDAY)) == []


def test_a_look_that_goes_further_has_not_found_what_became_free():
    assert found([picture(FIRST)], picture(FIRST, LATE)) == []


def test_what_was_open_and_not_listed_is_not_freed_when_the_desk_books_before_it():
    hours = FreeTimes(
        ANNA, ROOM, 45, {MONDAY: (NINE,)}, FIRST, spans={MONDAY: ((NINE, time(10, 15)),)}
    )
    listed = {MONDAY: (time(9, 15), time(10, 30))}
    later = replace(hours, days=listed, spans={MONDAY: ((time(9, 15), time(10, 30)),)})
    before, after = (replace(picture(FIRST), pairs={PAIR: one}) for one in (hours, later))
    [slots] = found([before], after)
    assert [f"{one.start:%H:%M}" for one in slots] == ["10:30"]
