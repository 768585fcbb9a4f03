"""Moving a booking, which leaves it where it was when somebody else is there, and cancelling."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.diaries.cliniko.clinic import LATER, PLACED, REQUEST, SLOT, Clinic
from tests.diaries.cliniko.relay import Relay, too_many
from tests.diaries.wire import hang_up
from webapp.diaries.cliniko.diary import ClinikoDiary
from webapp.diaries.errors import (
    NoAnswer,
    NotReached,
    OutcomeUnknown,
    SlotTaken,
    Unintelligible,
    WriteRefused,
)
from webapp.diaries.port import CancelReason, PlacedBooking

MOVE, CONFLICTS = "PATCH one", "GET conflicts"


@pytest.fixture
def placed(diary: ClinikoDiary, relay: Relay) -> PlacedBooking:
    made = diary.book(REQUEST)
    relay.asked.clear()
    return replace(PLACED, reference=made.reference)


class TestMoving:
    def test_it_keeps_its_id_and_all_else(
        self, diary: ClinikoDiary, placed: PlacedBooking, clinic: Clinic
    ):
        before = clinic.standing()[0]
        assert diary.move(placed, LATER).reference == placed.reference
        [there] = clinic.standing(LATER)
        changed = {"starts_at", "ends_at", "updated_at"}
        assert {key for key in there if there[key] != before[key]} <= changed
        # It is no second move
        assert diary.move(placed, LATER).minutes == 30

    def test_into_a_part_of_its_own_time(
        self, diary: ClinikoDiary, placed: PlacedBooking, clinic: Clinic
    ):
        a_little_later = replace(SLOT, start=SLOT.start + timedelta(minutes=15))
        diary.move(placed, a_little_later)
        assert len(clinic.standing(a_little_later)) == 1

    def test_it_goes_back_when_somebody_else_came_too(
        self, relay: Relay, diary: ClinikoDiary, placed: PlacedBooking, clinic: Clinic
    ):
        relay.after[MOVE] = lambda: clinic.make(LATER)
        with pytest.raises(SlotTaken):
            diary.move(placed, LATER)
        assert [one["id"] for one in clinic.standing(SLOT)] == [placed.reference]
        assert len(clinic.standing(LATER)) == 1

    def test_when_its_old_time_is_gone_too_the_outcome_is_unknown(
        self, relay: Relay, diary: ClinikoDiary, placed: PlacedBooking, clinic: Clinic
    ):
        def crowd() -> None:
            clinic.make(LATER)
            clinic.make(SLOT)

        relay.after[MOVE] = crowd
        with pytest.raises(OutcomeUnknown, match="moved from"):
            diary.move(placed, LATER)

    def test_what_is_elsewhere_or_gone_is_not_moved(
        self, relay: Relay, diary: ClinikoDiary, placed: PlacedBooking, clinic: Clinic
    ):
        elsewhere = replace(placed, slot=replace(SLOT, start=SLOT.start - timedelta(days=1)))
        with pytest.raises(WriteRefused, match="another time"):
            diary.move(elsewhere, LATER)
        clinic.cancel(placed.reference or "")
        with pytest.raises(WriteRefused, match="no longer"):
            diary.move(placed, LATER)
        assert relay.count(MOVE) == 0

    def test_what_was_sent_and_not_answered_is_unknown(
        self, relay: Relay, diary: ClinikoDiary, placed: PlacedBooking
    ):
        relay.instead[MOVE] = [hang_up]
        with pytest.raises(OutcomeUnknown):
            diary.move(placed, LATER)
        relay.instead[MOVE] = [too_many("Retry-After: 1")]
        with pytest.raises(NotReached):
            diary.move(placed, LATER)


class TestCancelling:
    @pytest.mark.parametrize(
        ("reason", "number"),
        [
            (None, 50),
            (CancelReason.FEELING_BETTER, 10),
            (CancelReason.CONDITION_WORSE, 20),
            (CancelReason.SICK, 30),
            (CancelReason.AWAY, 40),
            (CancelReason.OTHER, 50),
            (CancelReason.WORK, 60),
        ],
    )
    def test_each_reason_has_its_number(
        self,
        diary: ClinikoDiary,
        placed: PlacedBooking,
        clinic: Clinic,
        reason: CancelReason | None,
        number: int,
    ):
        diary.cancel(placed, reason)
        [cancelled] = clinic.cancelled()
        assert (cancelled["cancellation_reason"], cancelled["cancellation_note"]) == (
            number,
            "Cancelled online by the patient.",
        )

    def test_without_its_id_it_is_looked_for(
        self, relay: Relay, diary: ClinikoDiary, placed: PlacedBooking, clinic: Clinic
    ):
        unknown = replace(placed, reference=None)
        diary.cancel(unknown)
        assert clinic.standing() == []
        diary.cancel(unknown)
        assert relay.count("PATCH cancel") == 1

    def test_without_an_answer_it_may_be_repeated(
        self, relay: Relay, diary: ClinikoDiary, placed: PlacedBooking, clinic: Clinic
    ):
        relay.lost = {"PATCH cancel"}
        with pytest.raises(NoAnswer):
            diary.cancel(placed)
        relay.lost = set()
        diary.cancel(placed)
        assert len(clinic.cancelled()) == 1

    def test_an_id_that_is_none_goes_into_no_address(
        self, relay: Relay, diary: ClinikoDiary, placed: PlacedBooking
    ):
        with pytest.raises(Unintelligible):
            diary.cancel(replace(placed, reference="../patients/1"))
        assert relay.asked == []
