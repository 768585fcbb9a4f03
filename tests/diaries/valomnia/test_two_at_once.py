"""Two who are given one slot, which Valomnia lets happen: the earlier created stays."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from tests.diaries.valomnia.meadow import diary_at
from tests.diaries.valomnia.vendor import (
    REQUEST,
    Vendor,
    refuse,
    say_document,
)
from tests.diaries.wire import Answer, hang_up
from webapp.diaries.errors import (
    OutcomeUnknown,
    SlotTaken,
)

JUST_NOW = datetime.now(UTC) - timedelta(hours=1)
LATER = datetime.now(UTC) + timedelta(days=1)
OURS = "Openslot: 811 in 81"


class TestTwoAtOnce:
    def test_ours_goes_when_another_was_created_before_it(self):
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            vendor.after["upsert"] = lambda: vendor.add(employee="emp-811", created=JUST_NOW)
            with pytest.raises(SlotTaken):
                diary.book(REQUEST)
            [left] = vendor.rows.values()
            assert left["title"] == "At the desk"
            assert vendor.actions[-1] == "delete"

    def test_ours_stays_when_the_desk_came_after(self):
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            vendor.after["upsert"] = lambda: vendor.add(employee="emp-811", created=LATER)
            assert diary.book(REQUEST).minutes == 40
            assert len(vendor.rows) == 2

    def test_of_two_in_one_second_the_lower_number_stays(self):
        def give_it_the_same_second() -> None:
            [ours] = vendor.rows.values()
            moment = datetime.fromisoformat(ours["dateCreated"].removesuffix("Z"))
            vendor.add(employee="emp-811", created=moment.replace(tzinfo=UTC))

        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            vendor.after["upsert"] = give_it_the_same_second
            assert diary.book(REQUEST).minutes == 40

    @pytest.mark.parametrize(
        ("staff", "room", "is_rival"),
        [("811", "82", True), ("812", "81", True), ("812", "82", False)],
    )
    def test_a_person_and_a_place_are_each_in_one_thing_at_a_time(
        self, staff: str, room: str, *, is_rival: bool
    ):
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            note = f"Openslot: {staff} in {room}"
            vendor.after["upsert"] = lambda: vendor.add(note=note, created=JUST_NOW)
            if is_rival:
                with pytest.raises(SlotTaken):
                    diary.book(REQUEST)
            else:
                diary.book(REQUEST)

    def test_another_of_ours_that_came_after_has_time_to_go(self):
        looks = iter(range(100))

        def let_it_go_at_the_third_look() -> None:
            if next(looks) == 3:
                vendor.rows.pop(rival[0])

        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            rival: list[int] = []
            vendor.after["upsert"] = lambda: rival.append(vendor.add(note=OURS, created=LATER))
            vendor.after["list"] = let_it_go_at_the_third_look
            assert diary.book(REQUEST).minutes == 40
            assert list(vendor.rows) != rival

    def test_when_it_does_not_go_it_never_saw_ours_and_ours_goes(
        self, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr("webapp.diaries.valomnia.writing._OTHERS_MAY_TAKE", 0.2)
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            vendor.after["upsert"] = lambda: vendor.add(note=OURS, created=LATER)
            with pytest.raises(SlotTaken):
                diary.book(REQUEST)
            assert [row["note"] for row in vendor.rows.values()] == [OURS]

    def test_a_diary_that_does_not_show_ours_is_not_believed(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("webapp.diaries.valomnia.writing._OTHERS_MAY_TAKE", 0.2)
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            vendor.after["upsert"] = vendor.rows.clear
            with pytest.raises(OutcomeUnknown, match="does not show"):
                diary.book(REQUEST)

    @pytest.mark.parametrize(
        "answer",
        [
            hang_up,
            refuse("delete_failed"),
            refuse("unheard_of"),
            say_document({"success": "false"}),
        ],
        ids=["hang_up", "delete_failed", "unlisted", "no_success"],
    )
    def test_an_undo_that_fails_is_never_told_as_taken(
        self, answer: Answer, caplog: pytest.LogCaptureFixture
    ):
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            vendor.after["upsert"] = lambda: vendor.add(employee="emp-811", created=JUST_NOW)
            vendor.instead["delete"] = [answer] * 9
            with pytest.raises(OutcomeUnknown, match="could not be taken out"):
                diary.book(REQUEST)
            assert len(vendor.rows) == 2
        assert "unknown outcome" in caplog.text

    def test_an_undo_is_tried_again(self):
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            vendor.after["upsert"] = lambda: vendor.add(employee="emp-811", created=JUST_NOW)
            vendor.instead["delete"] = [hang_up, refuse("delete_failed")]
            with pytest.raises(SlotTaken):
                diary.book(REQUEST)
            assert len(vendor.rows) == 1

    def test_without_an_answer_to_the_second_look_the_outcome_is_unknown(self):
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            vendor.after["upsert"] = lambda: vendor.instead.update({"list": [hang_up] * 9})
            with pytest.raises(OutcomeUnknown, match="nobody could look"):
                diary.book(REQUEST)
            assert len(vendor.rows) == 1
