"""What got no answer is asked about, and may be sent again without harm."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.diaries.valomnia.meadow import diary_at
from tests.diaries.valomnia.vendor import (
    EWAN,
    GARDEN,
    PLACED,
    REQUEST,
    SLOT,
    START,
    UPSTAIRS,
    Vendor,
    refuse,
    written,
)
from tests.diaries.wire import PATIENT, Answer, hang_up, http, say
from webapp.diaries.errors import (
    DiaryError,
    OutcomeUnknown,
    SlotTaken,
)
from webapp.diaries.port import Confirmation

JUST_NOW = datetime.now(UTC) - timedelta(hours=1)


class TestSettling:
    def lose_the_answer(self, vendor: Vendor) -> None:
        with closing(diary_at(vendor.origin)) as diary:
            vendor.silent.add("upsert")
            with pytest.raises(OutcomeUnknown):
                diary.book(REQUEST)
            vendor.silent.clear()

    def test_a_booking_without_an_answer_is_found(self):
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            self.lose_the_answer(vendor)
            [number] = vendor.rows
            assert diary.find(PLACED) == Confirmation(40, str(number))

    def test_it_may_be_sent_again_and_stays_one(self):
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            self.lose_the_answer(vendor)
            [number] = vendor.rows
            assert diary.book(REQUEST) == Confirmation(40, str(number))
            assert list(vendor.rows) == [number]
            assert vendor.count("upsert") == 1

    def test_another_patients_of_the_same_slot_is_not_it(self):
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            self.lose_the_answer(vendor)
            with pytest.raises(SlotTaken):
                diary.book(replace(REQUEST, key="another-journey"))
            assert diary.find(replace(PLACED, key="another-journey")) is None

    def test_one_that_never_arrived_is_surely_not_there(self):
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            vendor.instead["upsert"] = [hang_up]
            with pytest.raises(OutcomeUnknown):
                diary.book(REQUEST)
            assert diary.find(PLACED) is None

    def test_one_that_came_second_is_taken_back_when_it_is_found(self):
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            self.lose_the_answer(vendor)
            vendor.add(employee="emp-811", created=JUST_NOW)
            assert diary.find(PLACED) is None
            assert [row["title"] for row in vendor.rows.values()] == ["At the desk"]

    def test_while_that_fails_there_is_no_answer(self):
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            self.lose_the_answer(vendor)
            vendor.add(employee="emp-811", created=JUST_NOW)
            vendor.instead["delete"] = [hang_up] * 9
            with pytest.raises(DiaryError, match="could not be taken out"):
                diary.find(PLACED)
            vendor.instead.clear()
            assert diary.find(PLACED) is None

    def test_one_that_the_desk_has_moved_is_not_where_it_was(self):
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            made = diary.book(REQUEST)
            row = vendor.rows[int(made.reference or "")]
            row["startDate"] = written(START + timedelta(hours=2))
            row["endDate"] = written(START + timedelta(hours=3))
            with pytest.raises(DiaryError, match="elsewhere"):
                diary.find(PLACED)

    def test_without_a_key_patient_and_slot_stand_in_for_it(self):
        request, placed = replace(REQUEST, key=""), replace(PLACED, key="")
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            made = diary.book(request)
            assert diary.find(placed) == made
            assert diary.book(request) == made
            for other in (
                replace(placed, slot=replace(SLOT, room=UPSTAIRS)),
                replace(placed, slot=replace(SLOT, staff=EWAN)),
                replace(placed, patient=replace(placed.patient, phone="07700 900143")),
            ):
                assert diary.find(other) is None

    @pytest.mark.parametrize(
        "answer",
        [
            say(http(b"<h1>Not Found</h1>", "404 Not Found")),
            refuse("unheard_of", status="404 Not Found"),
            refuse("not_found", status="400 Bad Request"),
            hang_up,
        ],
        ids=["page", "unlisted", "not_404", "hang_up"],
    )
    def test_only_the_diarys_own_word_says_that_there_is_none(self, answer: Answer):
        with Vendor() as vendor, closing(diary_at(vendor.origin, PATIENT)) as diary:
            vendor.instead["show"] = [answer] * 9
            with pytest.raises(DiaryError):
                diary.find(PLACED)

    def test_the_room_does_not_matter_to_who_asks_by_number(self):
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            made = diary.book(REQUEST)
            placed = replace(PLACED, reference=made.reference, key="")
            assert diary.find(placed) == made
            assert vendor.addresses[-1].endswith(f"/appointments/{made.reference}")
            assert GARDEN.id == placed.slot.room.id
