"""Open Dental's words in ours: who can be booked, what stands, and who is the same patient."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.diaries.opendental.vendor import PATIENT_ASKING, REQUEST, SLOT, WORDS
from tests.diaries.wire import ZONE
from webapp.diaries import marks
from webapp.diaries.errors import Unintelligible
from webapp.diaries.opendental import mapping, orders, patients
from webapp.diaries.port import BookingRequest, Patient, Room, Slot, Staff

APPOINTMENT: dict[str, Any] = {
    "serverDateTime": "2021-05-04 09:32:45",
    "AptNum": 18,
    "PatNum": 17,
    "AptStatus": "Scheduled",
    "Pattern": "//XXXX//",
    "Confirmed": 19,
    "confirmed": "Not Called",
    "TimeLocked": "false",
    "Op": 3,
    "Note": "",
    "ProvNum": 1,
    "provAbbr": "DOC1",
    "ProvHyg": 0,
    "AptDateTime": "2020-07-31 08:30:00",
    "IsHygiene": "false",
    "Priority": "Normal",
}
"""The vendor's own sample, shortened."""


def staff(**said: object) -> tuple[Staff, ...]:
    return mapping.staff([{"ProvNum": 4, "FName": "Bruce", "LName": "Bently"} | said])


def rooms(**said: object) -> tuple[Room, ...]:
    return mapping.rooms([{"OperatoryNum": 1, "OpName": "Surgery 1", "Abbrev": "OP-1"} | said])


def entry(**said: object) -> mapping.Entry:
    return mapping.entry(json.dumps(APPOINTMENT | said).encode())


class TestStaffAndRooms:
    @pytest.mark.parametrize(
        ("said", "name"),
        [
            ({}, "Bruce Bently"),
            ({"Suffix": "DDS"}, "Bruce Bently, DDS"),
            ({"FName": ""}, "Bently"),
            ({"FName": " ", "LName": "", "Abbr": "HYG2"}, "HYG2"),
            ({"LName": "Ben\ntly "}, "Bruce Ben tly"),
        ],
        ids=str,
    )
    def test_a_provider_is_called_by_name(self, said: dict[str, object], name: str):
        assert staff(**said) == (Staff("4", name),)

    @pytest.mark.parametrize(
        "said",
        [
            {"IsHidden": "true"},
            {"IsHidden": "True"},
            {"IsNotPerson": "true"},
            {"ProvStatus": "Deleted"},
            {"FName": "", "LName": "", "Abbr": ""},
        ],
        ids=str,
    )
    def test_whom_nobody_can_book_is_left_out(self, said: dict[str, object]):
        assert staff(**said) == ()

    def test_an_unheard_of_status_hides_nobody(self):
        assert len(staff(ProvStatus="OnSabbatical")) == 1

    def test_hidden_operatories_are_left_out(self):
        assert rooms() == (Room("1", "Surgery 1"),)
        assert rooms(OpName="") == (Room("1", "OP-1"),)
        assert rooms(IsHidden="true") == rooms(OpName="", Abbrev="") == ()

    def test_each_is_told_once_in_the_diarys_order(self):
        rows = [
            {"ProvNum": 2, "LName": "B"},
            {"ProvNum": 1, "LName": "A"},
            {"ProvNum": 2, "LName": "C"},
        ]
        assert mapping.staff(rows) == (Staff("2", "B"), Staff("1", "A"))

    @pytest.mark.parametrize("said", [{"ProvNum": "4"}, {"ProvNum": None}, {"IsHidden": True}])
    def test_what_is_not_as_documented_is_not_guessed_at(self, said: dict[str, object]):
        with pytest.raises(Unintelligible):
            staff(**said)


class TestAppointments:
    def test_the_vendors_sample(self):
        found = entry()
        assert (found.number, found.patient, found.status) == (18, 17, "Scheduled")
        assert (found.start, found.minutes) == (datetime(2020, 7, 31, 8, 30), 40)  # noqa: DTZ001
        assert (found.room_id, found.staff_id, found.mark) == ("3", "1", None)
        assert found.stands

    @pytest.mark.parametrize("status", ["UnschedList", "Broken", "Planned", "PtNote"])
    def test_what_is_not_on_the_book(self, status: str):
        assert not entry(AptStatus=status).stands

    @pytest.mark.parametrize("status", ["Scheduled", "Complete", "ASAP", "Unheard", ""])
    def test_whatever_else_stands_and_keeps_its_word(self, status: str):
        assert entry(AptStatus=status).stands
        assert entry(AptStatus=status).status == status
        assert entry(Priority=status).priority == status

    def test_a_hygienists_appointment_takes_up_the_hygienist(self):
        assert entry(IsHygiene="true", ProvHyg=4).staff_id == "4"
        assert entry(IsHygiene="false", ProvHyg=4).staff_id == "1"
        assert entry(IsHygiene="true", ProvHyg=0).staff_id == "1"

    @pytest.mark.parametrize(
        "said",
        [
            {"AptNum": "18"},
            {"AptDateTime": "2020-07-31T08:30:00"},
            {"AptDateTime": "2020-02-31 08:30:00"},
            {"Pattern": None},
            {"Op": True},
            {"Note": 5},
        ],
        ids=str,
    )
    def test_what_is_not_as_documented_is_not_guessed_at(self, said: dict[str, object]):
        with pytest.raises(Unintelligible):
            entry(**said)

    def test_one_on_the_asap_list_without_a_day_has_no_start(self):
        waiting = mapping.asap_appointment(entry(AptDateTime="0001-01-01 00:00:00"), ZONE)
        assert waiting.start is None
        assert mapping.asap_appointment(entry(AptStatus="Broken"), ZONE).start is None
        there = mapping.asap_appointment(entry(), ZONE)
        assert there.start == datetime(2020, 7, 31, 8, 30, tzinfo=ZONE)
        assert (there.reference, there.patient_reference, there.minutes) == ("18", "17", 40)


class TestOrders:
    @pytest.mark.parametrize(
        ("name", "first", "last"),
        [
            ("Robin Reed", "Robin", "Reed"),
            ("  Robin   James  Reed ", "Robin James", "Reed"),
            ("Robin", "Robin", "Robin"),
            ("Robin\nReed", "Robin", "Reed"),
            ("\0", "-", "-"),
        ],
    )
    def test_a_name_is_split_before_its_last_word(self, name: str, first: str, last: str):
        names = orders.names_of(Patient(name, "", ""))
        assert (names.first, names.last) == (first, last)

    def test_times_are_the_offices_own(self):
        elsewhere = Slot(SLOT.staff, SLOT.room, datetime(2027, 6, 1, 8, tzinfo=UTC), 30)
        request = BookingRequest(elsewhere, PATIENT_ASKING)
        order = orders.booking_order(request, ZONE, patient=5, is_new=False)
        assert order["AptDateTime"] == "2027-06-01 09:00:00"

    @pytest.mark.parametrize(("minutes", "marks"), [(5, 1), (30, 6), (45, 9), (32, 7)])
    def test_a_pattern_has_a_mark_for_five_minutes(self, minutes: int, marks: int):
        slot = Slot(SLOT.staff, SLOT.room, SLOT.start, minutes)
        order = orders.booking_order(
            BookingRequest(slot, PATIENT_ASKING), ZONE, patient=5, is_new=False
        )
        assert order["Pattern"] == "X" * marks

    def test_a_mark_is_the_same_whenever_it_is_asked_for(self):
        later = REQUEST.slot.start + timedelta(hours=1)
        moved = BookingRequest(
            Slot(SLOT.staff, SLOT.room, later, 30), PATIENT_ASKING, key=REQUEST.key
        )
        assert orders.mark_of(REQUEST) == orders.mark_of(moved)
        without_key = [BookingRequest(slot, PATIENT_ASKING) for slot in (REQUEST.slot, moved.slot)]
        assert len({orders.mark_of(one) for one in (REQUEST, *without_key)}) == 3

    def test_ours_is_found_before_one_that_a_patient_typed(self):
        typed = f"openslot-{'f' * 32}"
        request = BookingRequest(SLOT, PATIENT_ASKING, reason=typed, key="a-journey")
        order = orders.booking_order(request, ZONE, patient=5, is_new=False)
        note = str(order["Note"]).replace("\n", " ")
        assert typed in note
        assert marks.mark_in(note) == orders.mark_of(request)
        assert marks.mark_in("Rang: bring X-rays") is None

    def test_a_patients_line_ends_do_not_begin_lines_in_the_note(self):
        request = BookingRequest(SLOT, PATIENT_ASKING, reason="one\r\ntwo\0three")
        order = orders.booking_order(request, ZONE, patient=5, is_new=False)
        assert str(order["Note"]).endswith("\nReason: one two three")


class TestPatients:
    @pytest.mark.parametrize(
        "said",
        [
            {"WirelessPhone": "07700900142"},
            {"HmPhone": "+447700900142"},
            {"WkPhone": "(077) 00-900-142"},
            {"Email": "QUINCE@patient.example"},
            {"Email": "quince@patient.example", "FName": "Zébulon James", "LName": "QUINCE"},
            {"WirelessPhone": "07700900142", "PatStatus": "Inactive"},
            {"WirelessPhone": "07700900142", "PatStatus": "Unheard"},
        ],
        ids=str,
    )
    def test_the_same_names_and_one_way_to_reach_them_are_the_same_person(
        self, said: dict[str, object]
    ):
        assert like(known(**said)) == (5,)

    @pytest.mark.parametrize(
        "said",
        [
            {},
            {"WirelessPhone": "07700900143"},
            {"WirelessPhone": "142"},
            {"WirelessPhone": "07700900142", "FName": "Zeb"},
            {"WirelessPhone": "07700900142", "LName": "Quincey"},
            {"WirelessPhone": "07700900142", "PatStatus": "Deceased"},
            {"WirelessPhone": "07700900142", "PatStatus": "Deleted"},
            {"Email": ""},
        ],
        ids=str,
    )
    def test_others_are_others(self, said: dict[str, object]):
        assert like(known(**said)) == ()

    def test_who_left_no_phone_and_no_address_is_nobody_known(self):
        nameless = Patient(WORDS[0], "", "")
        assert patients.patients_like([known()], nameless) == ()

    def test_of_several_who_is_a_patient_comes_first_then_the_older(self):
        phone = {"WirelessPhone": "07700900142"}
        rows = [
            known(PatNum=9, **phone),
            known(PatNum=3, PatStatus="Inactive", **phone),
            known(PatNum=8, **phone),
        ]
        assert like(*rows) == (8, 9, 3)

    def test_the_answer_to_making_one_tells_the_number(self):
        assert patients.patient_number(b'{"PatNum": 48, "Zip": 97301}') == 48
        for wrong in (b"[]", b'{"PatNum": "48"}', b""):
            with pytest.raises(Unintelligible):
                patients.patient_number(wrong)


def known(**said: object) -> dict[str, object]:
    row = {"PatNum": 5, "LName": "Quince", "FName": "Zebulon", "PatStatus": "Patient"}
    return {**row, "HmPhone": "", "WkPhone": "", "WirelessPhone": "", "Email": ""} | said


def like(*rows: dict[str, object]) -> tuple[int, ...]:
    return patients.patients_like(rows, PATIENT_ASKING)
