"""What the port promises, asked of every connector against a server of its own.

A connector joins with a ``Ground`` of its own in ``grounds.py``.
"""

from __future__ import annotations

import threading
import time
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.diaries.grounds import HURRIED, MONDAY, Ground, ask_free, booking, starts
from tests.diaries.wire import LIMITS
from webapp.diaries.errors import (
    NoAnswer,
    NotAccepted,
    NotReached,
    OutcomeUnknown,
    SlotTaken,
)
from webapp.diaries.port import (
    Capability,
    Diary,
)

SLACK = 5.0  # seconds that a busy machine may add
# What is free is told for so many days at least by every server here
HORIZON = 85


class TestReading:
    def test_staff_and_rooms_are_named_and_told_once(self, ground: Ground, diary: Diary):
        for listed, known in ((diary.staff(), ground.staff_id), (diary.rooms(), ground.room_id)):
            ids = [one.id for one in listed]
            assert known in ids
            assert len(set(ids)) == len(ids)
            assert all(one.name == one.name.strip() != "" for one in listed)

    def test_free_times_are_the_true_ones_ascending_and_told_once(
        self, ground: Ground, diary: Diary
    ):
        found = starts(ask_free(ground, diary, days=HORIZON))
        until = MONDAY + timedelta(days=HORIZON)
        truth = {one for one in ground.truly_free() if MONDAY <= one.date() < until}
        assert found == sorted(truth)
        assert found

    def test_the_first_day_counts_among_the_days(self, ground: Ground, diary: Diary):
        found = ask_free(ground, diary, days=2)
        assert set(found.days) <= {MONDAY, MONDAY + timedelta(days=1)}

    def test_the_answer_carries_the_ids_that_were_asked_for(self, ground: Ground, diary: Diary):
        found = ask_free(ground, diary)
        assert (found.staff.id, found.room.id) == (ground.staff_id, ground.room_id)
        assert found.staff in diary.staff()
        assert found.room in diary.rooms()

    @pytest.mark.parametrize("days", [0, 91, -1])
    def test_a_search_outside_one_to_ninety_days_is_a_mistake(
        self, ground: Ground, diary: Diary, days: int
    ):
        with pytest.raises(ValueError, match="days"):
            ask_free(ground, diary, days=days)

    def test_one_stumble_costs_a_read_nothing(self, ground: Ground, diary: Diary):
        ground.stumble_once()
        assert ask_free(ground, diary).days

    def test_a_silent_diary_is_no_answer_within_the_limit(self, ground: Ground):
        ground.fall_silent()
        started = time.monotonic()
        with closing(ground.diary(LIMITS)) as diary, pytest.raises(NoAnswer):
            ask_free(ground, diary)
        assert time.monotonic() - started < LIMITS.reads.total + SLACK

    def test_a_wrong_key_is_not_accepted(self, ground: Ground):
        with closing(ground.diary_with_wrong_key()) as diary, pytest.raises(NotAccepted):
            ask_free(ground, diary)

    def test_a_diary_that_is_away_is_not_reached(self, ground: Ground):
        with closing(ground.diary_without_server()) as diary, pytest.raises(NotReached):
            ask_free(ground, diary)


class TestBooking:
    @pytest.fixture(autouse=True)
    def _only_if_it_can(self, diary: Diary):
        if Capability.BOOK not in diary.capabilities:
            pytest.skip("this diary takes no bookings by itself")

    def test_a_booking_stands_and_its_time_is_no_longer_free(self, ground: Ground, diary: Diary):
        found = ask_free(ground, diary)
        request = booking(found)
        assert diary.book(request).minutes == found.minutes
        assert ground.bookings() == [request.slot.start]
        assert request.slot.start not in starts(ask_free(ground, diary))

    def test_a_start_in_another_zone_is_the_same_moment(self, ground: Ground, diary: Diary):
        request = booking(ask_free(ground, diary))
        elsewhere = request.slot.start.astimezone()
        diary.book(replace(request, slot=replace(request.slot, start=elsewhere)))
        assert ground.bookings() == [request.slot.start]

    def test_a_slot_that_the_desk_took_is_taken(self, ground: Ground, diary: Diary):
        if Capability.REJECTS_TAKEN_SLOT not in diary.capabilities:
            pytest.skip("this diary takes two patients in one slot")
        request = booking(ask_free(ground, diary))
        ground.take(request.slot)
        with pytest.raises(SlotTaken):
            diary.book(request)
        assert ground.bookings() == []

    def test_of_many_at_once_one_is_given_the_slot(self, ground: Ground, diary: Diary):
        if Capability.REJECTS_TAKEN_SLOT not in diary.capabilities:
            pytest.skip("this diary takes two patients in one slot")
        request = booking(ask_free(ground, diary))
        outcomes: list[str] = []

        def ask(key: str) -> None:
            try:
                diary.book(replace(request, key=key))
                outcomes.append("confirmed")
            except SlotTaken:
                outcomes.append("taken")

        askers = [threading.Thread(target=ask, args=(f"journey-{one}",)) for one in range(8)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
        assert sorted(outcomes) == ["confirmed"] + ["taken"] * 7
        assert len(ground.bookings()) == 1

    def test_a_write_without_answer_is_unknown_and_sent_once(self, ground: Ground, diary: Diary):
        request = booking(ask_free(ground, diary))
        ground.fall_silent_about_bookings()
        with closing(ground.diary(HURRIED)) as hurried:
            started = time.monotonic()
            with pytest.raises(OutcomeUnknown):
                hurried.book(request)
            assert time.monotonic() - started < hurried.write_limit_seconds + SLACK
        assert ground.writes() == 1

    def test_a_wrong_key_books_nothing(self, ground: Ground, diary: Diary):
        request = booking(ask_free(ground, diary))
        with closing(ground.diary_with_wrong_key()) as stranger, pytest.raises(NotAccepted):
            stranger.book(request)
        assert ground.bookings() == []

    def test_a_diary_that_is_away_was_not_reached(self, ground: Ground, diary: Diary):
        request = booking(ask_free(ground, diary))
        with closing(ground.diary_without_server()) as away, pytest.raises(NotReached):
            away.book(request)

    def test_a_diary_that_is_silent_altogether_never_confirms(self, ground: Ground, diary: Diary):
        request = booking(ask_free(ground, diary))
        ground.fall_silent()
        with (
            closing(ground.diary(LIMITS)) as hurried,
            pytest.raises((NotReached, OutcomeUnknown)) as caught,
        ):
            hurried.book(request)
        assert caught.type is OutcomeUnknown or ground.bookings() == []


class TestOrigin:
    def test_it_tells_where_calls_leave_from(self, diary: Diary):
        assert diary.call_origin().local_address == "127.0.0.1"

    def test_a_diary_that_is_away_is_not_reached(self, ground: Ground):
        with closing(ground.diary_without_server()) as diary, pytest.raises(NotReached):
            diary.call_origin()


def test_a_diary_can_be_used_and_closed_more_than_once(ground: Ground):
    diary = ground.diary()
    assert ask_free(ground, diary).days
    diary.close()
    diary.close()
