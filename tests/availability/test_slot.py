from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from tests.availability.fakes import (
    ANNA,
    ROOM_1,
    ROOM_2,
    SIAN,
    FakeDiary,
    pair,
)
from webapp.availability.answers import Answer
from webapp.availability.service import Availability
from webapp.diaries.port import Slot

LONDON = ZoneInfo("Europe/London")
FRIDAY, MONDAY, TUESDAY = date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24)
NINE, TEN = time(9), time(10)
START = datetime(2026, 11, 23, 9, tzinfo=LONDON)
IDS = {"staff": [1, 2], "rooms": [7]}
A_WHILE = 10.0

Open = Callable[..., Availability]

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def diary() -> Iterator[FakeDiary]:
    diary = FakeDiary(
        {(ANNA, ROOM_1): {MONDAY: (NINE, TEN)}, (SIAN, ROOM_1): {TUESDAY: (NINE,)}},
    )
    yield diary
    diary.close()


def slot(
    availability: Availability, start: datetime = START, *, stale_will_do: bool = False
) -> tuple[Answer, Slot | None]:
    return availability.slot(
        staff_id=ANNA.id, room_id=ROOM_1.id, start=start, stale_will_do=stale_will_do
    )


class TestOneSlot:
    def test_a_free_one_is_returned_with_its_names(self, open_: Open):
        assert slot(open_()) == (Answer.FREE, Slot(ANNA, ROOM_1, START, 45))

    def test_one_that_is_not_free_is_none(self, open_: Open, diary: FakeDiary):
        assert slot(open_(), START + timedelta(hours=3)) == (Answer.NONE, None)
        assert diary.count(pair(ANNA, ROOM_1)) == 1

    def test_one_that_cannot_be_checked_is_not_gone(self, open_: Open, diary: FakeDiary):
        diary.fail(pair(ANNA, ROOM_1))
        assert slot(open_()) == (Answer.UNCHECKED, None)

    def test_before_it_is_called_gone_the_diary_is_asked_again(
        self, open_: Open, diary: FakeDiary, clock: time_machine.Traveller
    ):
        diary.free[ANNA, ROOM_1] = {}
        availability = open_()
        availability.picture()
        diary.free[ANNA, ROOM_1] = {MONDAY: (NINE,)}
        clock.shift(30)
        assert slot(availability)[0] is Answer.FREE

    def test_an_outage_meanwhile_leaves_it_unchecked(
        self, open_: Open, diary: FakeDiary, clock: time_machine.Traveller
    ):
        diary.free[ANNA, ROOM_1] = {}
        availability = open_()
        availability.picture()
        diary.fail(pair(ANNA, ROOM_1))
        clock.shift(30)
        assert slot(availability)[0] is Answer.UNCHECKED

    def test_a_stale_answer_will_do_only_where_the_diary_itself_decides(
        self, open_: Open, diary: FakeDiary, clock: time_machine.Traveller
    ):
        availability = open_()
        availability.picture()
        diary.free[ANNA, ROOM_1] = {}
        clock.shift(300)
        assert slot(availability, stale_will_do=True)[0] is Answer.FREE
        assert slot(availability, stale_will_do=False)[0] is Answer.NONE

    @pytest.mark.parametrize("booking", [{"staff": [2]}, {"rooms": [8]}])
    def test_whom_the_practice_does_not_offer_nobody_is_asked_about(
        self, booking: dict[str, Any], open_: Open, diary: FakeDiary
    ):
        assert slot(open_(**booking)) == (Answer.NONE, None)
        assert diary.asked == []

    @pytest.mark.parametrize(
        "start",
        [
            datetime(2026, 11, 20, 9, 59, tzinfo=LONDON),
            datetime(2026, 11, 19, 9, tzinfo=LONDON),
            datetime(2027, 2, 18, 9, tzinfo=LONDON),
        ],
    )
    def test_outside_the_window_nothing_is_had(
        self, start: datetime, open_: Open, diary: FakeDiary
    ):
        assert slot(open_(), start) == (Answer.NONE, None)
        assert diary.asked == []


class TestDropping:
    def test_the_persons_times_and_the_rooms_are_asked_again_and_no_others(
        self, open_: Open, diary: FakeDiary
    ):
        diary.people, diary.places = (ANNA, SIAN), (ROOM_1, ROOM_2)
        availability = open_()
        availability.picture()
        availability.drop(staff_id=ANNA.id, room_id=ROOM_1.id)
        diary.asked.clear()
        availability.picture()
        assert sorted(diary.asked) == [
            pair(ANNA, ROOM_1),
            pair(ANNA, ROOM_2),
            pair(SIAN, ROOM_1),
        ]

    def test_a_slot_that_went_is_shown_no_more(self, open_: Open, diary: FakeDiary):
        availability = open_()
        assert availability.picture().calendar(ANNA.id).times(MONDAY) == (NINE, TEN)
        diary.free[ANNA, ROOM_1] = {MONDAY: (TEN,)}
        availability.drop(staff_id=ANNA.id, room_id=ROOM_1.id)
        assert availability.picture().calendar(ANNA.id).times(MONDAY) == (TEN,)

    def test_before_anything_was_asked_there_is_nothing_to_forget(self, open_: Open):
        availability = open_()
        availability.drop(staff_id=ANNA.id, room_id=ROOM_1.id)
        assert availability.roster_if_known().staff == ()
        availability.picture()
        assert availability.roster_if_known().staff == (ANNA, SIAN)
