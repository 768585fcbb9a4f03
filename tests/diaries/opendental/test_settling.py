"""Finding a booking after the event, and taking it out."""

from __future__ import annotations

import socket
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from tests.diaries.grounds import HURRIED
from tests.diaries.opendental.bridge import diary_at
from tests.diaries.opendental.vendor import (
    ANOTHERS_MARK,
    PLACED,
    REQUEST,
    Vendor,
    refuse,
)
from tests.diaries.wire import ZONE, Answer, hang_up
from webapp.diaries.errors import (
    DiaryError,
    Elsewhere,
    NoAnswer,
    NotAccepted,
    OutcomeUnknown,
    ReadFailed,
)
from webapp.diaries.marks import mark_of
from webapp.diaries.port import Confirmation

KNOWN = replace(PLACED, reference="7")
MARKED = f"Booked online ({mark_of(PLACED)})."
FOUND = Confirmation(30, reference="7")


class TestFinding:
    def test_a_booking_whose_answer_was_dropped_is_found_by_its_mark(self):
        with Vendor() as vendor:
            vendor.silent.add("save")
            with (
                closing(diary_at(vendor.root, HURRIED)) as hurried,
                pytest.raises(OutcomeUnknown),
            ):
                hurried.book(REQUEST)
            [number] = vendor.rows
            with closing(diary_at(vendor.root)) as diary:
                assert diary.find(PLACED) == Confirmation(30, reference=str(number))
            assert vendor.count("save") == 1

    def test_one_request_tells(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.add(7, Note=MARKED)
            assert diary.find(PLACED) == diary.find(KNOWN) == FOUND
            assert vendor.actions == ["list", "list"]

    @pytest.mark.parametrize("booking", [PLACED, KNOWN], ids=["mark", "number"])
    @pytest.mark.parametrize("status", ["Broken", "UnschedList", "Planned"])
    def test_what_is_off_the_book_is_none(self, status: str, booking: Any):  # noqa: ANN401
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.add(7, Note=MARKED, AptStatus=status)
            assert diary.find(booking) is None

    @pytest.mark.parametrize("status", ["Scheduled", "Complete", "SeatedByRobot"])
    def test_any_other_status_stands_also_an_unheard_of_one(self, status: str):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.add(7, Note=MARKED, AptStatus=status)
            assert diary.find(PLACED) == FOUND

    def test_anothers_booking_of_the_same_slot_is_not_ours(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            known = vendor.know()
            vendor.add(7, PatNum=known, Note=f"Booked online ({ANOTHERS_MARK}).")
            assert diary.find(PLACED) is None
            assert vendor.count("patients") == 0

    def test_where_the_desk_wrote_over_our_note_the_patient_tells(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.add(7, PatNum=vendor.know(), Note="Rang: bring X-rays")
            assert diary.find(PLACED) == FOUND
            vendor.rows[7]["PatNum"] = vendor.know(LName="Somebody", FName="Else")
            assert diary.find(PLACED) is None

    @pytest.mark.parametrize(
        "said", [{"AptDateTime": "2026-11-23 11:00:00"}, {"AptDateTime": "2026-12-01 09:00:00"}]
    )
    def test_one_that_the_desk_moved_is_not_told_as_what_it_was(self, said: dict[str, Any]):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.add(7, Note=MARKED, **said)
            with pytest.raises(Elsewhere) as told:
                diary.find(KNOWN)
        moment = datetime.fromisoformat(said["AptDateTime"]).replace(tzinfo=ZONE)
        assert told.value.start == moment

    def test_one_that_came_second_is_taken_off_now(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.add(3)
            vendor.add(7, Note=MARKED)
            assert diary.find(PLACED) is None
            assert vendor.rows[7]["AptStatus"] == "UnschedList"
            assert vendor.rows[3]["AptStatus"] == "Scheduled"

    def test_when_it_cannot_be_taken_off_there_is_no_answer(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.add(3)
            vendor.add(7, Note=MARKED)
            vendor.instead["update"] = [refuse()] * 9
            with pytest.raises(NoAnswer):
                diary.find(PLACED)

    @pytest.mark.parametrize("answer", [hang_up, refuse("500 Oops")], ids=["hang_up", "error"])
    def test_no_answer_is_never_none(self, answer: Answer):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.instead["list"] = [answer] * 9
            with pytest.raises(ReadFailed):
                diary.find(PLACED)


class TestCancelling:
    def test_it_is_broken_and_sent_to_the_unscheduled_list_without_a_fee(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.add(7, Note=MARKED)
            diary.cancel(KNOWN)
            assert vendor.actions == ["break"]
            assert vendor.bodies == [{"sendToUnscheduledList": "true"}]
            assert vendor.rows[7]["AptStatus"] == "UnschedList"

    def test_without_its_number_it_is_found_by_its_mark(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.add(7, Note=MARKED)
            diary.cancel(PLACED)
            diary.cancel(PLACED)
            assert vendor.actions == ["list", "break", "list"]

    @pytest.mark.parametrize("status", ["Broken", "UnschedList"])
    def test_one_that_is_broken_already_counts_as_taken_out(self, status: str):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.add(7, Note=MARKED, AptStatus=status)
            diary.cancel(KNOWN)
            assert vendor.actions == ["break", "show"]

    def test_one_that_is_gone_counts_as_taken_out(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            diary.cancel(KNOWN)
            diary.cancel(PLACED)

    def test_one_that_has_been_is_not_told_as_cancelled(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.add(7, Note=MARKED, AptStatus="Complete")
            with pytest.raises(NoAnswer, match="would not break"):
                diary.cancel(KNOWN)

    def test_a_refusal_without_a_look_after_it_is_no_answer(self):
        def close_down(connection: socket.socket, request: bytes) -> bool:
            vendor.instead["show"] = [hang_up] * 9
            return refuse()(connection, request)

        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.add(7, Note=MARKED)
            vendor.instead["break"] = [close_down]
            with pytest.raises(NoAnswer):
                diary.cancel(KNOWN)

    @pytest.mark.parametrize(
        ("kind", "error"), [("hang_up", NoAnswer), ("not_accepted", NotAccepted)]
    )
    def test_what_goes_wrong_is_told_and_may_be_repeated(self, kind: str, error: type[DiaryError]):
        answer = {"hang_up": hang_up, "not_accepted": refuse("401 Unauthorized")}[kind]
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.add(7, Note=MARKED)
            vendor.instead["break"] = [answer]
            with pytest.raises(error):
                diary.cancel(KNOWN)
            diary.cancel(KNOWN)
            assert vendor.rows[7]["AptStatus"] == "UnschedList"
