"""Whoever needs to know what is free just now has everything asked anew that is not as new."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, time
from typing import Any

import pytest
import time_machine

from tests.availability.fakes import ANNA, ROOM_1, ROOMS, SIAN, STAFF, FakeDiary, pair
from tests.services.both import in_redis_too
from webapp.availability.answers import Answer, DiaryUnavailable
from webapp.availability.service import Availability

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
NINE, TEN = time(9), time(10)
IDS = {"staff": [1, 2], "rooms": [7]}
PAIRS = (pair(ANNA, ROOM_1), pair(SIAN, ROOM_1))

Open = Callable[..., Availability]

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def diary() -> Iterator[FakeDiary]:
    diary = FakeDiary(
        {(ANNA, ROOM_1): {MONDAY: (NINE, TEN)}, (SIAN, ROOM_1): {TUESDAY: (NINE,)}},
    )
    yield diary
    diary.close()


@in_redis_too
@pytest.mark.parametrize("booking", [{}, IDS])
def test_an_answer_is_asked_anew_once_it_is_older_than_that(
    booking: dict[str, Any], open_: Open, diary: FakeDiary, clock: time_machine.Traveller
):
    availability = open_(**booking)
    availability.picture()
    diary.free[ANNA, ROOM_1] = {MONDAY: (TEN,)}
    clock.shift(15)
    assert availability.picture(newer_than=30).calendar(ANNA.id).times(MONDAY) == (NINE, TEN)
    clock.shift(15)
    assert availability.picture(newer_than=30).calendar(ANNA.id).times(MONDAY) == (TEN,)
    assert [diary.count(one) for one in PAIRS] == [2, 2]


def test_it_is_waited_for_and_not_made_up_for_by_what_was_known(
    open_: Open, diary: FakeDiary, clock: time_machine.Traveller
):
    availability = open_()
    availability.picture()
    diary.fail(PAIRS[0])
    clock.shift(31)
    found = availability.picture(newer_than=30)
    assert found.calendar(ANNA.id).answer is Answer.UNCHECKED
    assert found.calendar(SIAN.id).answer is Answer.FREE
    # A page may still show what was free some minutes ago.
    assert availability.picture().calendar(ANNA.id).answer is Answer.FREE


def test_a_diary_that_is_away_tells_nothing_however_much_is_known(
    open_: Open, diary: FakeDiary, clock: time_machine.Traveller
):
    availability = open_()
    availability.picture()
    for one in PAIRS:
        diary.fail(one)
    clock.shift(31)
    with pytest.raises(DiaryUnavailable):
        availability.picture(newer_than=30)


def test_names_need_not_be_as_new_as_what_is_free(
    open_: Open, diary: FakeDiary, clock: time_machine.Traveller
):
    availability = open_()
    for _ in range(3):
        availability.picture(newer_than=30)
        clock.shift(60)
    assert (diary.count(STAFF), diary.count(ROOMS)) == (1, 1)
    assert [diary.count(one) for one in PAIRS] == [3, 3]


def test_what_was_asked_anew_is_what_pages_show(
    open_: Open, diary: FakeDiary, clock: time_machine.Traveller
):
    availability = open_()
    availability.picture()
    diary.free[ANNA, ROOM_1] = {MONDAY: (TEN,)}
    clock.shift(31)
    availability.picture(newer_than=30)
    assert availability.picture().calendar(ANNA.id).times(MONDAY) == (TEN,)
    assert diary.count(PAIRS[0]) == 2
