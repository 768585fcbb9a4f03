"""What the port promises of finding, moving and cancelling, asked of the connectors that can."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest

from tests.diaries.grounds import HURRIED, Ground, ask_free, booking, starts
from webapp.diaries.errors import NotCapable, OutcomeUnknown, SlotTaken
from webapp.diaries.port import BookingRequest, Capability, Diary, PlacedBooking


class TestWhatOnlySomeCan:
    """Finding, moving and cancelling, where a diary's ``capabilities`` say that it can."""

    @pytest.fixture
    def request_made(self, ground: Ground, diary: Diary) -> BookingRequest:
        return replace(booking(ask_free(ground, diary)), key="a-journey")

    def test_a_booking_is_found_by_its_key(self, diary: Diary, request_made: BookingRequest):
        needs(diary, Capability.FIND)
        placed = placed_by(request_made)
        assert diary.find(placed) is None
        made = diary.book(request_made)
        assert diary.find(placed) == made
        assert diary.find(replace(placed, reference=made.reference)) == made
        assert diary.find(replace(placed, key="another-journey")) is None

    def test_an_unknown_outcome_is_settled_by_looking(
        self, ground: Ground, diary: Diary, request_made: BookingRequest
    ):
        needs(diary, Capability.FIND)
        ground.fall_silent_about_bookings()
        with closing(ground.diary(HURRIED)) as hurried, pytest.raises(OutcomeUnknown):
            hurried.book(request_made)
        found = diary.find(placed_by(request_made))
        assert found is not None
        assert found.minutes == request_made.slot.minutes
        assert ground.bookings() == [request_made.slot.start]

    def test_a_cancelled_booking_is_gone_and_its_time_free_again(
        self, ground: Ground, diary: Diary, request_made: BookingRequest
    ):
        needs(diary, Capability.CANCEL)
        made = diary.book(request_made)
        placed = replace(placed_by(request_made), reference=made.reference)
        diary.cancel(placed)
        assert ground.bookings() == []
        assert request_made.slot.start in starts(ask_free(ground, diary))
        diary.cancel(placed)

    def test_a_moved_booking_leaves_its_old_time_free(
        self, ground: Ground, diary: Diary, request_made: BookingRequest
    ):
        needs(diary, Capability.MOVE)
        made = diary.book(request_made)
        to = booking(ask_free(ground, diary), place=5).slot
        placed = replace(placed_by(request_made), reference=made.reference)
        assert diary.move(placed, to).reference == made.reference
        assert ground.bookings() == [to.start]
        free = starts(ask_free(ground, diary))
        assert request_made.slot.start in free
        assert to.start not in free

    def test_a_booking_is_not_moved_to_a_taken_slot(
        self, ground: Ground, diary: Diary, request_made: BookingRequest
    ):
        needs(diary, Capability.MOVE)
        made = diary.book(request_made)
        to = booking(ask_free(ground, diary), place=5).slot
        ground.take(to)
        placed = replace(placed_by(request_made), reference=made.reference)
        with pytest.raises(SlotTaken):
            diary.move(placed, to)
        assert ground.bookings() == [request_made.slot.start]

    def test_what_a_diary_cannot_do_it_says(self, diary: Diary, request_made: BookingRequest):
        placed = placed_by(request_made)
        for capability, ask in (
            (Capability.FIND, lambda: diary.find(placed)),
            (Capability.CANCEL, lambda: diary.cancel(placed)),
            (Capability.MOVE, lambda: diary.move(placed, placed.slot)),
        ):
            if capability not in diary.capabilities:
                with pytest.raises(NotCapable):
                    ask()


def needs(diary: Diary, capability: Capability) -> None:
    if capability not in diary.capabilities:
        pytest.skip("this diary cannot")


def placed_by(request: BookingRequest) -> PlacedBooking:
    return PlacedBooking(request.slot, request.patient, key=request.key)
