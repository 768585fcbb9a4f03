"""What the port promises, asked of every connector against a server of its own.

A connector joins with a ``Ground`` of its own in ``GROUNDS``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

import pytest

from tests.diaries.physiodiary.wire import LIMITS, PATIENT, ZONE, closed_port
from tests.reference_process import HARBOUR, ReferenceDiary
from webapp.diaries.errors import NoAnswer, NotAccepted, NotReached, OutcomeUnknown, SlotTaken
from webapp.diaries.physiodiary.api import Api, Limits
from webapp.diaries.physiodiary.diary import PhysiodiaryDiary
from webapp.diaries.port import (
    BookingRequest,
    Capability,
    Confirmation,
    Diary,
    FreeTimes,
    Patient,
    Slot,
)
from webapp.diaries.settings import PhysiodiarySettings

SLACK = 1.5  # seconds that a busy machine may add

MONDAY = date(2026, 11, 23)
PATIENT_ASKING = Patient(name="Robin Reed", phone="020 7946 0101", email="robin@reed.example")


class Ground(Protocol):
    """A diary and the hand behind its server."""

    staff_id: str
    room_id: str

    def diary(self, limits: Limits = PATIENT) -> Diary: ...

    def diary_without_server(self) -> Diary: ...

    def diary_with_wrong_key(self) -> Diary: ...

    def truly_free(self) -> set[datetime]: ...

    def take(self, slot: Slot) -> None: ...

    def bookings(self) -> list[datetime]: ...

    def writes(self) -> int: ...

    def fall_silent(self) -> None:
        """Carry out what is asked from now on, and answer none of it in time."""
        ...

    def stumble_once(self) -> None:
        """Break off the next read."""
        ...


@dataclass
class PhysiodiaryGround:
    reference: ReferenceDiary
    staff_id: str = "42228"
    room_id: str = "7322"

    def diary(self, limits: Limits = PATIENT) -> Diary:
        return self._diary(self.reference.request_url(HARBOUR.slug), HARBOUR.key, limits)

    def diary_without_server(self) -> Diary:
        return self._diary(f"http://127.0.0.1:{closed_port()}/api/request", HARBOUR.key, LIMITS)

    def diary_with_wrong_key(self) -> Diary:
        return self._diary(self.reference.request_url(HARBOUR.slug), "another-key", PATIENT)

    def truly_free(self) -> set[datetime]:
        listed = self.reference.free(
            HARBOUR.slug, staff_id=int(self.staff_id), section_id=int(self.room_id)
        )
        return {_start(day, at) for day, at in listed}

    def take(self, slot: Slot) -> None:
        self.reference.take(
            HARBOUR.slug,
            date=f"{slot.start:%Y%m%d}",
            time=f"{slot.start:%H%M}",
            staff_id=int(slot.staff.id),
            section_id=int(slot.room.id),
        )

    def bookings(self) -> list[datetime]:
        return [_start(one["date"], one["time"]) for one in self.reference.bookings()]

    def writes(self) -> int:
        return len(self.reference.calls(HARBOUR.slug, "book"))

    def fall_silent(self) -> None:
        self.reference.fault(HARBOUR.slug, "*", "slow_after", seconds=30)

    def stumble_once(self) -> None:
        self.reference.fault(HARBOUR.slug, "*", "drop_before", times=1)

    @staticmethod
    def _diary(url: str, key: str, limits: Limits) -> Diary:
        settings = PhysiodiarySettings.model_validate(
            {"system": "physiodiary", "url": url, "api_key": key}
        )
        return PhysiodiaryDiary(Api(settings, limits), ZONE, limits)


def _start(day: str, at: str) -> datetime:
    return datetime.strptime(day + at, "%Y%m%d%H%M").replace(tzinfo=ZONE)


GROUNDS: dict[str, Callable[[ReferenceDiary], Ground]] = {"physiodiary": PhysiodiaryGround}


@pytest.fixture(params=GROUNDS)
def ground(request: pytest.FixtureRequest, reference: ReferenceDiary) -> Ground:
    return GROUNDS[request.param](reference)


@pytest.fixture
def diary(ground: Ground) -> Iterator[Diary]:
    with closing(ground.diary()) as one:
        yield one


def ask_free(ground: Ground, diary: Diary, days: int = 90) -> FreeTimes:
    return diary.free_times(
        staff_id=ground.staff_id, room_id=ground.room_id, first_day=MONDAY, days=days
    )


def starts(found: FreeTimes) -> list[datetime]:
    return [datetime.combine(day, at, ZONE) for day, times in found.days.items() for at in times]


def booking(found: FreeTimes, place: int = 0) -> BookingRequest:
    slot = Slot(found.staff, found.room, starts(found)[place], found.minutes)
    return BookingRequest(slot, PATIENT_ASKING, reason="Stiff neck")


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
        found = starts(ask_free(ground, diary))
        until = MONDAY + timedelta(days=90)
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
        assert diary.staff()

    def test_a_silent_diary_is_no_answer_within_the_limit(self, ground: Ground):
        ground.fall_silent()
        started = time.monotonic()
        with closing(ground.diary(LIMITS)) as diary, pytest.raises(NoAnswer):
            ask_free(ground, diary)
        assert time.monotonic() - started < LIMITS.reads.total + SLACK

    def test_a_wrong_key_is_not_accepted(self, ground: Ground):
        with closing(ground.diary_with_wrong_key()) as diary, pytest.raises(NotAccepted):
            diary.staff()

    def test_a_diary_that_is_away_is_not_reached(self, ground: Ground):
        with closing(ground.diary_without_server()) as diary, pytest.raises(NotReached):
            diary.rooms()


class TestBooking:
    @pytest.fixture(autouse=True)
    def _only_if_it_can(self, diary: Diary):
        if Capability.BOOK not in diary.capabilities:
            pytest.skip("this diary takes no bookings by itself")

    def test_a_booking_stands_and_its_time_is_no_longer_free(self, ground: Ground, diary: Diary):
        found = ask_free(ground, diary)
        request = booking(found)
        assert diary.book(request) == Confirmation(minutes=found.minutes)
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

        def ask() -> None:
            try:
                diary.book(request)
                outcomes.append("confirmed")
            except SlotTaken:
                outcomes.append("taken")

        askers = [threading.Thread(target=ask) for _ in range(8)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
        assert sorted(outcomes) == ["confirmed"] + ["taken"] * 7
        assert len(ground.bookings()) == 1

    def test_a_write_without_answer_is_unknown_and_sent_once(self, ground: Ground, diary: Diary):
        request = booking(ask_free(ground, diary))
        ground.fall_silent()
        with closing(ground.diary(LIMITS)) as hurried:
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


class TestOrigin:
    def test_it_tells_where_calls_leave_from(self, diary: Diary):
        assert diary.call_origin().local_address == "127.0.0.1"

    def test_a_diary_that_is_away_is_not_reached(self, ground: Ground):
        with closing(ground.diary_without_server()) as diary, pytest.raises(NotReached):
            diary.call_origin()


def test_a_diary_can_be_used_and_closed_more_than_once(ground: Ground):
    diary = ground.diary()
    assert diary.staff()
    diary.close()
    diary.close()
