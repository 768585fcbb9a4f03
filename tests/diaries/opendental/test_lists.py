"""Who is listed, a day of more than a page, and the ASAP list."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date

import pytest

from tests.diaries.opendental.bridge import diary_at
from tests.diaries.opendental.vendor import REQUEST, Vendor, refuse
from tests.reference_process import BRIDGE, ReferenceDiary
from webapp.diaries.errors import NoAnswer, SlotTaken
from webapp.diaries.port import Capability, Room
from webapp.diaries.roster import Listed


class TestTheOffice:
    def test_whom_nobody_can_book_and_where_nobody_sits_is_left_out(
        self, reference: ReferenceDiary
    ):
        with closing(diary_at(reference.opendental_url())) as diary:
            assert {one.name: int(one.id) for one in diary.staff()} == dict(BRIDGE.staff)
            assert {one.name: int(one.id) for one in diary.rooms()} == dict(BRIDGE.rooms)

    def test_lists_are_asked_for_anew_each_time(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            assert len(diary.rooms()) == 2
            vendor.lists["operatories"].append({"OperatoryNum": 23, "OpName": "Surgery 3"})
            assert diary.rooms()[2] == Room("23", "Surgery 3")

    def test_of_many_who_need_a_name_one_asks(self):
        def ask(room: str) -> str:
            return diary.free_times(
                staff_id="31", room_id=room, first_day=date(2026, 11, 23), days=7
            ).room.name

        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            with ThreadPoolExecutor(8) as pool:
                names = list(pool.map(ask, ["21", "22"] * 4))
            assert names == ["Surgery 1", "Surgery 2"] * 4
            assert vendor.count("providers") == vendor.count("operatories") == 1

    def test_names_are_believed_for_a_while_and_then_asked_for_again(self):
        moment, asked = [1000.0], [0]

        def ask(_deadline: float) -> tuple[Room, ...]:
            asked[0] += 1
            return (Room("21", f"Name {asked[0]}"),)

        rooms = Listed(ask, now=lambda: moment[0])
        for seconds, name in ((0, "Name 1"), (599, "Name 1"), (2, "Name 2")):
            moment[0] += seconds
            assert rooms.find("21", deadline=9000) == Room("21", name)

    def test_what_it_can(self):
        with closing(diary_at("http://127.0.0.1:1/api/v1")) as diary:
            assert diary.capabilities == ~(Capability.APPOINTMENT_TYPES | Capability.CANCEL_REASON)
            # Our own limit, and the minute for which the vendor goes on
            assert diary.write_limit_seconds == 9 + 60


class TestADayOfMoreThanAPage:
    def test_all_of_it_is_looked_at(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            for _ in range(230):
                vendor.add(Op=29, ProvNum=39)
            vendor.add()
            with pytest.raises(SlotTaken):
                diary.book(REQUEST)
            assert [one["Offset"] for one in vendor.queries] == ["0", "100", "200"]

    def test_a_full_last_page_is_followed_by_an_empty_one(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            for _ in range(100):
                vendor.add(Op=29, ProvNum=39)
            diary.book(REQUEST)
            assert vendor.actions[:2] == ["list", "list"]


class TestTheAsapList:
    def test_it_is_whoever_has_that_priority(self, reference: ReferenceDiary):
        with closing(diary_at(reference.opendental_url())) as diary:
            listed = diary.asap_list()
        assert listed
        assert {int(one.staff_id) for one in listed} <= set(BRIDGE.staff.values())
        assert all(one.start is not None and one.start.tzinfo is not None for one in listed)
        assert {one.minutes for one in listed} == {30}

    def test_where_the_office_has_clinics_it_is_asked_for_ours(self):
        with Vendor() as vendor, closing(diary_at(vendor.root, clinic_num=4)) as diary:
            diary.asap_list()
            assert [one["ClinicNum"] for one in vendor.queries] == ["4"]

    def test_without_an_answer_it_is_not_empty(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.instead["asap"] = [refuse("500 Oops")] * 9
            with pytest.raises(NoAnswer):
                diary.asap_list()
