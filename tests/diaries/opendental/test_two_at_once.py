"""Two who are given one slot, which Open Dental lets happen: the earlier made stays."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from tests.diaries.opendental.bridge import diary_at
from tests.diaries.opendental.vendor import (
    ANOTHERS_MARK,
    GONE,
    REQUEST,
    WORDS,
    Vendor,
    refuse,
    say_document,
)
from tests.diaries.wire import PATIENT, Answer, hang_up
from webapp.diaries.errors import OutcomeUnknown, SlotTaken
from webapp.diaries.transport import CallLimits

EARLIER, LATER = 7, 999
"""Ours has a number in between."""
BRISK = replace(PATIENT, write=CallLimits(connect=1, read=1, total=1.5))
ANOTHERS = f"Booked online ({ANOTHERS_MARK})."


class TestTwoAtOnce:
    def test_ours_goes_when_another_was_made_before_it(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.after["save"] = lambda: vendor.add(EARLIER)
            with pytest.raises(SlotTaken):
                diary.book(REQUEST)
            [ours] = [row for number, row in vendor.rows.items() if number != EARLIER]
            assert ours["AptStatus"] == "UnschedList"
            assert not any(word in ours["Note"] for word in WORDS)
            assert "not wanted" in ours["Note"]
            assert vendor.rows[EARLIER]["AptStatus"] == "Scheduled"
            assert vendor.bodies[-1] == {"AptStatus": "UnschedList", "Note": ours["Note"]}

    def test_ours_stays_when_the_desk_came_after(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.after["save"] = lambda: vendor.add(LATER)
            assert diary.book(REQUEST).minutes == 30
            assert vendor.count("update") == 0

    @pytest.mark.parametrize(
        ("said", "is_rival"),
        [
            ({"Op": 22}, True),
            ({"ProvNum": 32}, True),
            ({"Op": 22, "ProvNum": 32}, False),
            ({"AptDateTime": "2026-11-23 09:29:00"}, True),
            ({"AptDateTime": "2026-11-23 09:30:00"}, False),
            ({"AptStatus": "Broken"}, False),
        ],
        ids=str,
    )
    def test_a_person_and_a_room_are_each_in_one_thing_at_a_time(
        self, said: dict[str, Any], *, is_rival: bool
    ):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.after["save"] = lambda: vendor.add(EARLIER, **said)
            if is_rival:
                with pytest.raises(SlotTaken):
                    diary.book(REQUEST)
            else:
                diary.book(REQUEST)

    def test_another_of_ours_that_came_after_has_time_to_go(self):
        looks = iter(range(100))

        def let_it_go_at_the_third_look() -> None:
            if next(looks) == 3:
                vendor.rows[LATER]["AptStatus"] = "UnschedList"

        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.after["save"] = lambda: vendor.add(LATER, Note=ANOTHERS)
            vendor.after["list"] = let_it_go_at_the_third_look
            assert diary.book(REQUEST).minutes == 30
            assert vendor.count("update") == 0

    def test_when_it_does_not_go_it_never_saw_ours_and_ours_goes(self):
        with Vendor() as vendor, closing(diary_at(vendor.root, BRISK)) as diary:
            vendor.after["save"] = lambda: vendor.add(LATER, Note=ANOTHERS)
            with pytest.raises(SlotTaken):
                diary.book(REQUEST)
            standing = [row for row in vendor.rows.values() if row["AptStatus"] == "Scheduled"]
            assert [row["AptNum"] for row in standing] == [LATER]

    def test_a_diary_that_does_not_show_ours_is_not_believed(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.after["save"] = vendor.rows.clear
            with pytest.raises(OutcomeUnknown, match="does not show"):
                diary.book(REQUEST)

    def test_without_an_answer_to_the_second_look_the_outcome_is_unknown(
        self, caplog: pytest.LogCaptureFixture
    ):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.after["save"] = lambda: vendor.instead.update({"list": [hang_up] * 9})
            with pytest.raises(OutcomeUnknown, match="nobody could look"):
                diary.book(REQUEST)
            assert len(vendor.rows) == 1
        assert "unknown outcome" in caplog.text


UNDOES: dict[str, Answer] = {
    "hang_up": hang_up,
    "refused": refuse(),
    "not_accepted": refuse("401 Unauthorized"),
    "empty_object": say_document({}),
}


class TestUndoing:
    @pytest.mark.parametrize("kind", UNDOES)
    def test_an_undo_that_fails_is_never_told_as_taken(self, kind: str):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.after["save"] = lambda: vendor.add(EARLIER)
            vendor.instead["update"] = [UNDOES[kind]] * 9
            with pytest.raises(OutcomeUnknown, match="could not be taken off"):
                diary.book(REQUEST)

    def test_one_that_is_kept_on_the_book_all_the_same_is_no_undo(self):
        def keep() -> None:
            for row in vendor.rows.values():
                row["AptStatus"] = "Scheduled"

        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.after["save"] = lambda: vendor.add(EARLIER)
            vendor.after["update"] = keep
            with pytest.raises(OutcomeUnknown, match="kept it on the book"):
                diary.book(REQUEST)

    def test_an_undo_is_tried_again(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.after["save"] = lambda: vendor.add(EARLIER)
            vendor.instead["update"] = [hang_up, refuse()]
            with pytest.raises(SlotTaken):
                diary.book(REQUEST)
            assert vendor.count("update") == 3

    def test_what_is_gone_already_counts_as_taken_off(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.after["save"] = lambda: vendor.add(EARLIER)
            vendor.instead["update"] = [GONE]
            with pytest.raises(SlotTaken):
                diary.book(REQUEST)
