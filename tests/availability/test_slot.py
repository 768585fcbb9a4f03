from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
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
from tests.services.both import in_redis_too
from webapp.availability.answers import Answer
from webapp.availability.service import Availability
from webapp.diaries.port import Slot

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


def slot(
    availability: Availability,
    start: datetime = START,
    *,
    stale_will_do: bool = False,
    at_short_notice: bool = False,
) -> tuple[Answer, Slot | None]:
    return availability.slot(
        staff_id=ANNA.id,
        room_id=ROOM_1.id,
        start=start,
        stale_will_do=stale_will_do,
        at_short_notice=at_short_notice,
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

    @pytest.mark.parametrize("unknown", [("99", ROOM_1.id), (ANNA.id, "99")])
    def test_a_practice_that_names_nobody_offers_whom_the_diary_has(
        self, unknown: tuple[str, str], open_: Open, diary: FakeDiary
    ):
        availability = open_()
        availability.picture()
        diary.asked.clear()
        staff, room = unknown
        found = availability.slot(staff_id=staff, room_id=room, start=START, stale_will_do=True)
        assert found == (Answer.NONE, None)
        assert diary.asked == []
        assert slot(availability)[0] is Answer.FREE

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


class TestAtShortNotice:
    """The ASAP list offers until the last minute, whatever notice the practice wants of others."""

    TEN_PAST = datetime(2026, 11, 20, 8, 10, tzinfo=LONDON)

    @pytest.fixture
    def diary(self) -> Iterator[FakeDiary]:
        minutes = tuple(time(8, minute) for minute in range(60))
        diary = FakeDiary({(ANNA, ROOM_1): {FRIDAY: minutes}})
        yield diary
        diary.close()

    def test_what_others_may_no_longer_have_is_free(self, open_: Open):
        availability = open_(minimum_notice_hours=24)
        assert slot(availability, self.TEN_PAST) == (Answer.NONE, None)
        found = slot(availability, self.TEN_PAST, at_short_notice=True)
        assert found == (Answer.FREE, Slot(ANNA, ROOM_1, self.TEN_PAST, 45))

    @pytest.mark.parametrize(("minute", "answer"), [(10, Answer.NONE), (11, Answer.FREE)])
    def test_until_the_minute_before_it_begins(
        self, minute: int, answer: Answer, open_: Open, clock: time_machine.Traveller
    ):
        clock.move_to(self.TEN_PAST.replace(second=59))
        start = self.TEN_PAST.replace(minute=minute)
        assert slot(open_(), start, at_short_notice=True)[0] is answer

    def test_the_horizon_is_the_same(self, open_: Open, diary: FakeDiary):
        far = datetime(2026, 11, 21, 8, 10, tzinfo=LONDON)
        diary.free[ANNA, ROOM_1] = {far.date(): (far.time(),)}
        assert slot(open_(days_ahead=1), far, at_short_notice=True) == (Answer.NONE, None)
        assert slot(open_(days_ahead=2), far, at_short_notice=True)[0] is Answer.FREE

    def test_the_window_tells_the_first_minute_that_may_be_offered(self, open_: Open):
        availability = open_(minimum_notice_hours=24)
        window = availability.window(at_short_notice=True)
        assert window.earliest == datetime(2026, 11, 20, 8, 1, tzinfo=LONDON)
        assert window.last_day == availability.window().last_day


@in_redis_too
class TestDropping:
    def test_the_persons_times_and_the_rooms_are_asked_again_and_no_others(
        self, open_: Open, diary: FakeDiary
    ):
        diary.people, diary.places = (ANNA, SIAN), (ROOM_1, ROOM_2)
        availability = open_()
        availability.picture()
        availability.drop(staff_id=ANNA.id, room_id=ROOM_1.id, start=START)
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
        availability.drop(staff_id=ANNA.id, room_id=ROOM_1.id, start=START)
        assert availability.picture().calendar(ANNA.id).times(MONDAY) == (TEN,)

    def test_before_anything_was_asked_there_is_nothing_to_forget(self, open_: Open):
        availability = open_()
        availability.drop(staff_id=ANNA.id, room_id=ROOM_1.id, start=START)
        assert availability.roster_if_known().staff == ()
        availability.picture()
        assert availability.roster_if_known().staff == (ANNA, SIAN)

    def test_on_one_redis_it_is_forgotten_by_every_process(
        self, open_: Open, diary: FakeDiary, cache_url: str
    ):
        one, other = open_(), open_()
        one.picture()
        other.picture()
        diary.free[ANNA, ROOM_1] = {MONDAY: (TEN,)}
        one.drop(staff_id=ANNA.id, room_id=ROOM_1.id, start=START)
        seen = other.picture().calendar(ANNA.id).times(MONDAY)
        # Without Redis each has its own, until its age makes it doubtful.
        assert seen == ((TEN,) if cache_url else (NINE, TEN))


class TestASlotThatIsLost:
    def lose(self, availability: Availability) -> None:
        availability.lost(staff_id=ANNA.id, room_id=ROOM_1.id, start=START)

    def test_answers_that_still_call_it_free_are_forgotten(self, open_: Open, diary: FakeDiary):
        availability = open_()
        availability.picture()
        diary.free[ANNA, ROOM_1] = {MONDAY: (TEN,)}
        self.lose(availability)
        assert availability.picture().calendar(ANNA.id).times(MONDAY) == (TEN,)

    @in_redis_too
    def test_of_many_who_lose_it_only_the_first_makes_the_diary_be_asked(
        self, open_: Open, diary: FakeDiary
    ):
        availability = open_()
        availability.picture()
        diary.free[ANNA, ROOM_1] = {MONDAY: (TEN,)}
        diary.asked.clear()
        for _ in range(20):
            self.lose(availability)
            availability.picture()
        assert diary.count(pair(ANNA, ROOM_1)) == 1

    def test_where_nothing_is_known_whatever_is_under_way_is_asked_again(
        self, open_: Open, diary: FakeDiary
    ):
        availability = open_()
        hold = diary.hold(pair(ANNA, ROOM_1))
        with ThreadPoolExecutor(1) as pool:
            coming = pool.submit(availability.picture)
            hold.wait_for_arrival()
            diary.free[ANNA, ROOM_1] = {MONDAY: (TEN,)}
            self.lose(availability)
            hold.let_go()
            assert coming.result(A_WHILE).calendar(ANNA.id).times(MONDAY) == (TEN,)


class TestLookingAgain:
    def look(self, availability: Availability, start: datetime = START) -> Answer:
        return availability.look_again(staff_id=ANNA.id, room_id=ROOM_1.id, start=start)

    def test_the_diary_is_asked_anew_however_fresh_the_answer(self, open_: Open, diary: FakeDiary):
        availability = open_()
        availability.picture()
        diary.free[ANNA, ROOM_1] = {MONDAY: (TEN,)}
        assert self.look(availability) is Answer.NONE
        diary.free[ANNA, ROOM_1] = {MONDAY: (NINE, TEN)}
        assert self.look(availability) is Answer.FREE

    def test_what_is_no_longer_offered_is_looked_for_all_the_same(self, open_: Open):
        soon = datetime(2026, 11, 20, 9, tzinfo=LONDON)
        assert self.look(open_(staff=[2]), soon) is Answer.NONE
        assert self.look(open_(staff=[2])) is Answer.FREE

    def test_an_outage_tells_nothing(self, open_: Open, diary: FakeDiary):
        availability = open_()
        availability.picture()
        diary.fail(pair(ANNA, ROOM_1))
        assert self.look(availability) is Answer.UNCHECKED
