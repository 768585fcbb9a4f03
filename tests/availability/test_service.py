from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from tests.availability.fakes import (
    ANNA,
    CHRIS,
    ROOM_1,
    ROOMS,
    SIAN,
    STAFF,
    FakeDiary,
    pair,
)
from tests.services.both import in_redis_too
from webapp.availability.answers import Answer, DiaryUnavailable, Picture
from webapp.availability.limits import Limits
from webapp.availability.service import Availability
from webapp.diaries.errors import NoAnswer, NotAccepted

LONDON = ZoneInfo("Europe/London")
FRIDAY, MONDAY, TUESDAY = date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24)
NINE, TEN = time(9), time(10)
START = datetime(2026, 11, 23, 9, tzinfo=LONDON)
IDS = {"staff": [1, 2], "rooms": [7]}
A_WHILE = 60.0

Open = Callable[..., Availability]

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def diary() -> Iterator[FakeDiary]:
    diary = FakeDiary(
        {(ANNA, ROOM_1): {MONDAY: (NINE, TEN)}, (SIAN, ROOM_1): {TUESDAY: (NINE,)}},
    )
    yield diary
    diary.close()


class TestThePicture:
    def test_it_shows_everybody_in_the_diary_when_the_practice_names_nobody(self, open_: Open):
        found = open_().picture()
        assert found.roster.staff == (ANNA, SIAN)
        assert found.roster.rooms == (ROOM_1,)
        assert found.calendar(ANNA.id).times(MONDAY) == (NINE, TEN)
        assert found.calendar(SIAN.id).times(TUESDAY) == (NINE,)

    def test_without_ids_the_lists_come_first(self, open_: Open, diary: FakeDiary):
        open_().picture()
        assert set(diary.asked[:2]) == {STAFF, ROOMS}
        assert set(diary.asked[2:]) == {pair(ANNA, ROOM_1), pair(SIAN, ROOM_1)}

    def test_with_ids_nothing_waits_for_the_lists(self, open_: Open, diary: FakeDiary):
        lists = [diary.hold(STAFF), diary.hold(ROOMS)]
        asked = diary.hold(pair(ANNA, ROOM_1))
        with ThreadPoolExecutor(1) as pool:
            coming = pool.submit(open_(**IDS).picture)
            asked.wait_for_arrival()
            for hold in (*lists, asked):
                hold.let_go()
            assert coming.result(A_WHILE).roster.staff == (ANNA, SIAN)

    def test_the_practices_file_says_who_and_in_which_order(self, open_: Open, diary: FakeDiary):
        diary.people = (ANNA, SIAN, CHRIS)
        found = open_(staff=[3, 1], rooms=[7]).picture()
        assert found.roster.staff == (CHRIS, ANNA)
        assert diary.count(pair(SIAN, ROOM_1)) == 0

    def test_names_come_from_the_answers_when_the_lists_cannot_be_had(
        self, open_: Open, diary: FakeDiary
    ):
        diary.fail(STAFF)
        diary.fail(ROOMS)
        assert open_(**IDS).picture().roster.staff == (ANNA, SIAN)

    def test_the_whole_horizon_is_asked_for_from_today(self, open_: Open, diary: FakeDiary):
        open_(days_ahead=30, **IDS).picture()
        assert set(diary.horizons) == {(FRIDAY, 30)}

    def test_notice_and_horizon_make_the_window(self, open_: Open):
        window = open_(minimum_notice_hours=2.5, days_ahead=30).window()
        assert window.earliest == datetime(2026, 11, 20, 10, 30, tzinfo=LONDON)
        assert window.first_day == FRIDAY
        assert window.last_day == FRIDAY + timedelta(days=29)

    def test_notice_counts_real_hours_over_the_clock_change(
        self, open_: Open, clock: time_machine.Traveller
    ):
        clock.move_to(datetime(2026, 10, 24, 23, tzinfo=UTC))
        earliest = open_(minimum_notice_hours=12).window().earliest
        assert earliest == datetime(2026, 10, 25, 11, tzinfo=LONDON)

    def test_as_time_goes_by_the_same_answers_are_cut_later(
        self, open_: Open, diary: FakeDiary, clock: time_machine.Traveller
    ):
        diary.free[ANNA, ROOM_1] = {FRIDAY: (time(11), time(12))}
        availability = open_(limits=Limits(fresh=7200, roster_fresh=7200), **IDS)
        assert availability.picture().calendar(ANNA.id).count(FRIDAY) == 2
        clock.shift(3700)
        assert availability.picture().calendar(ANNA.id).count(FRIDAY) == 1
        assert diary.count(pair(ANNA, ROOM_1)) == 1


class TestManyAtOnce:
    @in_redis_too
    def test_fifty_patients_ask_the_diary_once(self, open_: Open, diary: FakeDiary):
        many, availability = 50, open_(**IDS)
        hold, together = diary.hold(pair(ANNA, ROOM_1)), threading.Barrier(many)

        def come(_number: int) -> Picture:
            together.wait(A_WHILE)
            return availability.picture()

        with ThreadPoolExecutor(many) as pool:
            coming = [pool.submit(come, number) for number in range(many)]
            hold.wait_for_arrival()
            hold.let_go()
            pictures = [one.result(A_WHILE) for one in coming]
        assert all(one.calendar(ANNA.id).count(MONDAY) == 2 for one in pictures)
        assert sorted(diary.asked) == sorted(diary.questions())

    def test_one_pair_that_hangs_keeps_nobody_from_the_rest(self, open_: Open, diary: FakeDiary):
        hold = diary.hold(pair(SIAN, ROOM_1))
        found = open_(limits=Limits(page=1.5), **IDS).picture()
        assert found.calendar(ANNA.id).answer is Answer.FREE
        assert not found.calendar(ANNA.id).is_partial
        assert found.calendar(SIAN.id).answer is Answer.UNCHECKED
        assert found.calendar().is_partial
        hold.let_go()


class TestTrouble:
    def test_one_pair_that_fails_is_unchecked_and_never_fully_booked(
        self, open_: Open, diary: FakeDiary
    ):
        diary.fail(pair(SIAN, ROOM_1))
        assert open_().picture().calendar(SIAN.id).answer is Answer.UNCHECKED

    @pytest.mark.parametrize("booking", [{}, IDS])
    def test_a_diary_that_answers_nothing_is_unavailable(
        self, booking: dict[str, Any], open_: Open, diary: FakeDiary
    ):
        diary.fail_all(NoAnswer("away"))
        with pytest.raises(DiaryUnavailable) as caught:
            open_(**booking).picture()
        assert not caught.value.not_accepted

    @pytest.mark.parametrize("booking", [{}, IDS])
    def test_a_diary_that_refuses_us_is_told_apart(
        self, booking: dict[str, Any], open_: Open, diary: FakeDiary
    ):
        diary.fail_all(NotAccepted("404"))
        with pytest.raises(DiaryUnavailable) as caught:
            open_(**booking).picture()
        assert caught.value.not_accepted

    def test_lists_without_a_single_answer_about_times_are_not_enough(
        self, open_: Open, diary: FakeDiary
    ):
        diary.fail(pair(ANNA, ROOM_1))
        diary.fail(pair(SIAN, ROOM_1))
        with pytest.raises(DiaryUnavailable):
            open_().picture()

    def test_a_practice_none_of_whose_ids_are_in_the_diary_is_unavailable(
        self, open_: Open, diary: FakeDiary, clock: time_machine.Traveller
    ):
        diary.people = (CHRIS,)
        availability = open_(rooms=[7], staff=[3])
        assert availability.picture().roster.staff == (CHRIS,)
        diary.people = ()
        clock.shift(timedelta(days=1, minutes=1))
        with pytest.raises(DiaryUnavailable):
            open_().picture()

    @in_redis_too
    def test_answers_of_some_minutes_ago_outlive_an_outage(
        self, open_: Open, diary: FakeDiary, clock: time_machine.Traveller
    ):
        availability = open_()
        availability.picture()
        diary.fail_all(NoAnswer("away"))
        clock.shift(300)
        assert availability.picture().calendar(ANNA.id).answer is Answer.FREE
        clock.shift(400)
        with pytest.raises(DiaryUnavailable):
            availability.picture()
