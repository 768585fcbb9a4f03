"""Moving an appointment: it keeps its number, and comes last to where it goes."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from tests.diaries.opendental.bridge import diary_at
from tests.diaries.opendental.vendor import (
    ANOTHERS_MARK,
    GONE,
    LATER,
    PLACED,
    START,
    Vendor,
    refuse,
)
from tests.diaries.wire import hang_up
from webapp.diaries.errors import (
    NotAccepted,
    NotReached,
    OutcomeUnknown,
    SlotTaken,
    WriteRefused,
)
from webapp.diaries.marks import mark_of
from webapp.diaries.port import Confirmation

KNOWN = replace(PLACED, reference="7")
THERE: dict[str, Any] = {"Op": 22, "ProvNum": 32, "AptDateTime": "2026-11-24 14:30:00"}


def standing(vendor: Vendor, **said: object) -> None:
    vendor.add(7, Note=f"Booked online ({mark_of(PLACED)}).", **said)


class TestMoving:
    def test_it_is_looked_at_written_once_and_looked_at_again(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            standing(vendor, Priority="ASAP")
            assert diary.move(KNOWN, LATER) == Confirmation(30, reference="7")
            assert vendor.actions == ["show", "list", "update", "list"]
            assert vendor.bodies == [
                {**THERE, "AptStatus": "Scheduled", "Priority": "Normal"},
            ]
            assert vendor.rows[7]["AptDateTime"] == "2026-11-24 14:30:00"

    def test_without_its_number_it_is_found_by_its_mark(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            standing(vendor)
            assert diary.move(PLACED, LATER).reference == "7"

    def test_it_keeps_its_own_length(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            standing(vendor, Pattern="//XXXXXXXX")
            assert diary.move(KNOWN, LATER).minutes == 50
            assert "Pattern" not in vendor.bodies[0]
            vendor.add(8, **THERE | {"AptDateTime": "2026-11-25 10:40:00"})
            to = replace(LATER, start=START.replace(day=25, hour=10))
            with pytest.raises(SlotTaken):
                diary.move(replace(KNOWN, slot=LATER), to)

    def test_a_hygienists_appointment_is_given_to_a_hygienist(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            standing(vendor, IsHygiene="true", ProvHyg=33)
            diary.move(KNOWN, LATER)
            assert (vendor.bodies[0]["ProvHyg"], "ProvNum" in vendor.bodies[0]) == (32, False)
            assert vendor.rows[7]["ProvNum"] == 31

    def test_again_it_does_no_harm(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            standing(vendor)
            assert diary.move(KNOWN, LATER) == diary.move(KNOWN, LATER)

    @pytest.mark.parametrize("note", ["At the desk", f"Booked online ({ANOTHERS_MARK})."])
    def test_a_taken_slot_is_not_written_to(self, note: str):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            standing(vendor)
            vendor.add(**THERE, Note=note)
            with pytest.raises(SlotTaken):
                diary.move(KNOWN, LATER)
            assert vendor.count("update") == 0

    @pytest.mark.parametrize(
        "said",
        [
            {"AptStatus": "Broken"},
            {"AptStatus": "UnschedList"},
            {"AptDateTime": "2026-11-23 11:00:00"},
        ],
        ids=str,
    )
    def test_one_that_is_not_where_it_was_is_left_alone(self, said: dict[str, Any]):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            standing(vendor, **said)
            with pytest.raises(WriteRefused):
                diary.move(KNOWN, LATER)
            assert vendor.count("update") == 0

    @pytest.mark.parametrize("booking", [KNOWN, PLACED], ids=["number", "mark"])
    def test_one_that_is_gone_is_told(self, booking: Any):  # noqa: ANN401
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            with pytest.raises(WriteRefused):
                diary.move(booking, LATER)
            assert vendor.count("update") == 0


class TestTrouble:
    @pytest.mark.parametrize("action", ["show", "list"])
    def test_without_a_look_nothing_is_sent(self, action: str):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            standing(vendor)
            vendor.instead[action] = [hang_up] * 9
            with pytest.raises(NotReached):
                diary.move(KNOWN, LATER)
            assert vendor.count("update") == 0

    @pytest.mark.parametrize("status", ["400 Bad Request", "500 Oops"])
    def test_a_write_without_a_clear_answer_is_unknown(self, status: str):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            standing(vendor)
            vendor.instead["update"] = [refuse(status)]
            with pytest.raises(OutcomeUnknown):
                diary.move(KNOWN, LATER)
            assert vendor.count("update") == 1

    def test_a_key_that_may_not_is_not_accepted(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            standing(vendor)
            vendor.instead["update"] = [refuse("401 Unauthorized")]
            with pytest.raises(NotAccepted):
                diary.move(KNOWN, LATER)

    def test_one_that_went_meanwhile_is_told(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            standing(vendor)
            vendor.instead["update"] = [GONE]
            with pytest.raises(WriteRefused):
                diary.move(KNOWN, LATER)

    def test_a_move_that_does_not_show_afterwards_is_unknown(self):
        def stay() -> None:
            vendor.rows[7]["AptDateTime"] = "2026-11-24 15:30:00"

        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            standing(vendor)
            vendor.after["update"] = stay
            with pytest.raises(OutcomeUnknown, match="AptDateTime"):
                diary.move(KNOWN, LATER)


class TestTwoAtOnce:
    @pytest.mark.parametrize("number", [3, 999])
    def test_whoever_came_meanwhile_was_there_first(self, number: int):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            standing(vendor, Priority="ASAP")
            vendor.after["update"] = lambda: vendor.rows.get(number) or vendor.add(number, **THERE)
            with pytest.raises(SlotTaken):
                diary.move(KNOWN, LATER)
            row = vendor.rows[7]
            assert (row["AptDateTime"], row["Op"], row["ProvNum"], row["Priority"]) == (
                "2026-11-23 09:00:00",
                21,
                31,
                "ASAP",
            )

    def test_a_way_back_that_is_lost_is_unknown(self):
        def somebody_comes() -> None:
            vendor.add(3, **THERE)
            vendor.instead["update"] = [hang_up]

        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            standing(vendor)
            vendor.after["update"] = somebody_comes
            with pytest.raises(OutcomeUnknown, match="moved back"):
                diary.move(KNOWN, LATER)

    def test_an_old_slot_that_went_meanwhile_is_unknown(self):
        def both_are_taken() -> None:
            if 3 not in vendor.rows:
                vendor.add(3, **THERE)
                vendor.add(4)

        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            standing(vendor)
            vendor.after["update"] = both_are_taken
            with pytest.raises(OutcomeUnknown, match="moved from"):
                diary.move(KNOWN, LATER)
