from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.availability.fakes import ANNA, CHRIS, ROOM_1, ROOM_2, SIAN, Days, free
from webapp.availability.alternatives import Alternatives, nearest
from webapp.availability.answers import Picture, Roster, Window
from webapp.diaries.port import Room, Slot, Staff

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no failure."""

LONDON = ZoneInfo("Europe/London")
MONDAY = date(2026, 11, 23)
LOST = datetime(2026, 11, 23, 10, tzinfo=LONDON)
PEOPLE, PLACES = (ANNA, SIAN, CHRIS), (ROOM_1, ROOM_2)

some_days = st.dictionaries(
    st.dates(MONDAY, MONDAY + timedelta(days=3)),
    st.lists(st.sampled_from([time(hour) for hour in range(8, 18)]), min_size=1, unique=True)
    .map(sorted)
    .map(tuple),
    max_size=3,
)
some_pictures = st.dictionaries(
    st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PLACES)), some_days | st.none(), max_size=6
)


def picture(pairs: dict[tuple[Staff, Room], Days | None]) -> Picture:
    window = Window(
        earliest=datetime(2026, 11, 23, tzinfo=LONDON),
        first_day=MONDAY,
        last_day=MONDAY + timedelta(days=89),
        zone=LONDON,
    )
    answers = {
        (one.id, room.id): None if days is None else free(one, room, days)
        for (one, room), days in pairs.items()
    }
    return Picture(Roster(PEOPLE, PLACES), answers, window)


def hours(*at: int) -> Days:
    return {MONDAY: tuple(time(one) for one in at)}


def offered(
    pairs: dict[tuple[Staff, Room], Days | None], *, room_id: str | None = None
) -> Alternatives:
    return nearest(picture(pairs), lost=LOST, staff_id=ANNA.id, room_id=room_id)


def starts(slots: tuple[Slot, ...]) -> list[int]:
    return [one.start.hour for one in slots]


def test_the_same_persons_nearest_three_are_offered_in_the_order_of_time():
    found = offered({(ANNA, ROOM_1): hours(8, 9, 11, 12, 16)})
    assert starts(found.same_person) == [8, 9, 11]


def test_the_next_day_is_offered_when_the_day_is_full():
    tuesday = MONDAY + timedelta(days=1)
    found = offered({(ANNA, ROOM_1): {tuesday: (time(9),)}})
    assert [one.start.date() for one in found.same_person] == [tuesday]


def test_the_lost_slot_is_not_offered_even_where_it_still_looks_free():
    found = offered({(ANNA, ROOM_1): hours(10, 11), (ANNA, ROOM_2): hours(10)})
    assert starts(found.same_person) == [11]


def test_somebody_else_may_have_the_very_same_time():
    found = offered({(ANNA, ROOM_1): hours(11), (SIAN, ROOM_1): hours(9, 10, 11)})
    assert [(one.staff, one.start.hour) for one in found.with_others] == [(SIAN, 10)]


def test_others_are_offered_once_each_in_the_order_of_time():
    found = offered({(SIAN, ROOM_1): hours(14, 15), (CHRIS, ROOM_2): hours(9, 16)})
    assert [(one.staff, one.start.hour) for one in found.with_others] == [(CHRIS, 9), (SIAN, 14)]


def test_only_the_room_that_was_asked_for_is_offered():
    pairs: dict[tuple[Staff, Room], Days | None] = {
        (ANNA, ROOM_1): hours(11),
        (ANNA, ROOM_2): hours(12),
        (SIAN, ROOM_2): hours(10),
    }
    found = offered(pairs, room_id=ROOM_1.id)
    assert starts(found.same_person) == [11]
    assert found.with_others == ()


def test_when_nothing_is_left_there_is_nothing_to_offer():
    assert not offered({(ANNA, ROOM_1): hours(10), (SIAN, ROOM_1): None})
    assert offered({(ANNA, ROOM_1): hours(11)})


@CALM
@given(some_pictures, st.sampled_from([None, ROOM_1.id]))
def test_whatever_is_free_what_is_offered_can_be_had(
    pairs: dict[tuple[Staff, Room], Days | None], room_id: str | None
):
    found = offered(pairs, room_id=room_id)
    slots = found.same_person + found.with_others
    assert len(found.same_person) <= 3
    assert {one.staff for one in found.same_person} <= {ANNA}
    others = [one.staff for one in found.with_others]
    assert ANNA not in others
    assert len(set(others)) == len(others)
    for slot in slots:
        days = pairs[slot.staff, slot.room]
        assert days is not None
        assert slot.start.time() in days[slot.start.date()]
        assert room_id in {None, slot.room.id}
        assert (slot.staff, slot.start) != (ANNA, LOST)


@CALM
@given(some_pictures)
def test_nobody_nearer_is_left_out(pairs: dict[tuple[Staff, Room], Days | None]):
    found = offered(pairs).same_person
    every = set(picture(pairs).calendar(ANNA.id).starts()) - {LOST}
    assert len(found) == min(3, len(every))
    if found:
        furthest = max(abs(one.start - LOST) for one in found)
        left_out = every - {one.start for one in found}
        assert all(abs(one - LOST) >= furthest for one in left_out)
