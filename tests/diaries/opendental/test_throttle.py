"""One request in a second for a key: kept, and obeyed where the vendor asks for more."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.diaries.grounds import MONDAY, OpenDentalGround, ask_free, booking
from tests.diaries.opendental.bridge import diary_at
from tests.diaries.opendental.vendor import REQUEST, Vendor, refuse, wait
from tests.diaries.test_pace import Clock
from tests.diaries.wire import PATIENT
from tests.reference_process import BRIDGE, ReferenceDiary
from webapp.diaries.errors import NoAnswer, NotReached, OutcomeUnknown, SlotTaken
from webapp.diaries.opendental.diary import OpenDentalDiary
from webapp.diaries.pace import LocalTurns, Pace
from webapp.diaries.port import Confirmation
from webapp.diaries.transport import CallLimits

LONG = replace(PATIENT, reads=CallLimits(5, 5, 60), write=CallLimits(5, 5, 60))


class RealClock(Clock):
    """Begins with the real time, on which deadlines are counted."""

    def __init__(self) -> None:
        super().__init__()
        self.now = time.monotonic()


@pytest.fixture
def clock() -> Clock:
    return RealClock()


def paced(vendor: Vendor, clock: Clock, interval: float = 1) -> OpenDentalDiary:
    pace = Pace(LocalTurns(interval, now=clock), now=clock, wait=clock.wait)
    return diary_at(vendor.root, LONG, pace=pace)


def free(diary: OpenDentalDiary) -> object:
    return diary.free_times(staff_id="31", room_id="21", first_day=date(2026, 11, 23), days=7)


class TestKeepingThePace:
    def test_each_request_waits_for_its_turn(self, clock: Clock):
        with Vendor() as vendor, closing(paced(vendor, clock)) as diary:
            began = clock.now
            free(diary)
            diary.book(REQUEST)
            assert len(vendor.actions) == 8
            assert clock.now - began == pytest.approx(7)

    def test_retry_after_is_obeyed_and_the_question_asked_again(self, clock: Clock):
        with Vendor() as vendor, closing(paced(vendor, clock, 0)) as diary:
            vendor.instead["slots"] = [wait("7")]
            free(diary)
            assert vendor.count("slots") == 2
            assert clock.waits == [pytest.approx(7, abs=0.1)]

    @pytest.mark.parametrize(
        ("said", "seconds"), [("soon", 1), ("", 1), ("-5", 1), ("999999", 60), ("1.5", 1)]
    )
    def test_a_pause_that_cannot_be_read_or_kept_is_a_short_one(
        self, said: str, seconds: float, clock: Clock
    ):
        limits = replace(PATIENT, reads=CallLimits(5, 5, 90))
        pace = Pace(LocalTurns(0, now=clock), now=clock, wait=clock.wait)
        with Vendor() as vendor, closing(diary_at(vendor.root, limits, pace=pace)) as diary:
            vendor.instead["providers"] = [wait(said)]
            diary.staff()
            assert sum(clock.waits) == pytest.approx(seconds, abs=0.1)

    def test_a_question_whose_turn_would_come_too_late_is_not_asked(self, clock: Clock):
        limits = replace(PATIENT, reads=CallLimits(5, 5, 30))
        pace = Pace(LocalTurns(0, now=clock), now=clock, wait=clock.wait)
        with Vendor() as vendor, closing(diary_at(vendor.root, limits, pace=pace)) as diary:
            vendor.instead["providers"] = [wait("61")]
            # It was reached before: that says more than the turn that never came
            with pytest.raises(NoAnswer, match="429"):
                diary.staff()
            with pytest.raises(NotReached):
                diary.rooms()
            assert vendor.actions == ["providers"]


class TestAThrottledWrite:
    def test_of_a_new_patient_is_sent_again(self, clock: Clock):
        with Vendor() as vendor, closing(paced(vendor, clock, 0)) as diary:
            vendor.instead["register"] = [wait("2")]
            assert diary.book(REQUEST).minutes == 30
            assert len(vendor.patients) == 1
            vendor.instead["register"] = [wait("2"), wait("2")]
            vendor.patients.clear()
            later = replace(REQUEST.slot, start=REQUEST.slot.start + timedelta(hours=3))
            with pytest.raises(NotReached):
                diary.book(replace(REQUEST, slot=later, key="another"))

    def test_is_looked_for_and_then_sent_again(self, clock: Clock):
        with Vendor() as vendor, closing(paced(vendor, clock, 0)) as diary:
            vendor.instead["save"] = [wait("2")]
            assert diary.book(REQUEST).minutes == 30
            assert vendor.actions[2:] == ["register", "save", "list", "save", "list"]
            assert len(vendor.rows) == 1

    def test_is_not_sent_again_when_it_stands_after_all(self, clock: Clock):
        with Vendor() as vendor, closing(paced(vendor, clock, 0)) as diary:
            first = diary.book(REQUEST)
            [ours] = vendor.rows.values()
            before = vendor.rows.copy()
            vendor.rows.clear()

            def show_it(connection: object, request: object) -> bool:
                vendor.rows.update(before)
                return wait("1")(connection, request)  # pyright: ignore[reportArgumentType]

            vendor.instead["save"] = [show_it]
            assert diary.book(REQUEST) == first == Confirmation(30, reference=str(ours["AptNum"]))
            assert vendor.count("save") == 2

    def test_that_is_turned_away_twice_is_unknown(self, clock: Clock):
        with Vendor() as vendor, closing(paced(vendor, clock, 0)) as diary:
            vendor.instead["save"] = [wait("1"), wait("1")]
            with pytest.raises(OutcomeUnknown):
                diary.book(REQUEST)
            assert vendor.count("save") == 2

    def test_and_then_no_look_is_unknown(self, clock: Clock):
        def fall_away(connection: object, request: object) -> bool:
            vendor.instead["list"] = [refuse("500 Oops")] * 9
            return wait("1")(connection, request)  # pyright: ignore[reportArgumentType]

        with Vendor() as vendor, closing(paced(vendor, clock, 0)) as diary:
            vendor.instead["save"] = [fall_away]
            with pytest.raises(OutcomeUnknown):
                diary.book(REQUEST)
            assert vendor.count("save") == 1


class TestAgainstAThrottledServer:
    def test_a_pace_is_never_turned_away(self, reference: ReferenceDiary):
        ground = OpenDentalGround(reference)
        reference.throttle(BRIDGE.slug, 0.05)
        pace = Pace(LocalTurns(0.2))
        with closing(diary_at(reference.opendental_url(), PATIENT, pace=pace)) as diary:
            diary.book(booking(ask_free(ground, diary, days=7)))
        calls = reference.calls(BRIDGE.slug)
        assert {one["outcome"] for one in calls} == {"answered"}
        assert len(calls) == 8

    def test_of_three_at_once_one_is_given_the_slot(self, reference: ReferenceDiary):
        ground = OpenDentalGround(reference)
        reference.throttle(BRIDGE.slug, 0.01)
        pace = Pace(LocalTurns(0.08))
        outcomes: list[str] = []
        with closing(diary_at(reference.opendental_url(), PATIENT, pace=pace)) as diary:
            request = booking(ask_free(ground, diary, days=7))

            def ask(key: str) -> None:
                try:
                    diary.book(replace(request, key=key))
                    outcomes.append("confirmed")
                except SlotTaken:
                    outcomes.append("taken")

            threads = [threading.Thread(target=ask, args=(str(one),)) for one in range(3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert sorted(outcomes) == ["confirmed", "taken", "taken"]
        assert ground.bookings() == [request.slot.start]
        assert request.slot.start.date() >= MONDAY
