"""A booking, request by request: looked for, its patient found or made, written once, looked at."""

from __future__ import annotations

import socket
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from tests.diaries.grounds import HURRIED
from tests.diaries.opendental.bridge import CUSTOMER, DEVELOPER, diary_at
from tests.diaries.opendental.vendor import (
    GONE,
    PATIENT_ASKING,
    REQUEST,
    SLOT,
    WORDS,
    Vendor,
    refuse,
    say_document,
)
from tests.diaries.wire import Answer, hang_up, reset
from webapp.diaries.errors import (
    DiaryError,
    FieldsRefused,
    NotAccepted,
    NotReached,
    OutcomeUnknown,
    PatientField,
    SlotTaken,
)
from webapp.diaries.marks import mark_of
from webapp.diaries.port import Confirmation

MARK = mark_of(REQUEST)
HOW_IT_GOES = ["list", "patients", "register", "save", "list"]
ANSWERS: dict[str, tuple[Answer, type[DiaryError]]] = {
    "hang_up": (hang_up, OutcomeUnknown),
    "reset": (reset, OutcomeUnknown),
    "away": (refuse(words="eConnector is not running"), OutcomeUnknown),
    "server_error": (refuse("500 Oops"), OutcomeUnknown),
    "too_slow": (refuse("504 Gateway Time-out"), OutcomeUnknown),
    "deprecated": (refuse("410 Gone"), OutcomeUnknown),
    "redirect": (refuse("302 Found", "", "Location: /elsewhere"), OutcomeUnknown),
    "empty_object": (say_document({}, "201 Created"), OutcomeUnknown),
    "no_object": (say_document([], "201 Created"), OutcomeUnknown),
    "not_accepted": (refuse("401 Unauthorized"), NotAccepted),
    "unknown_slot": (GONE, SlotTaken),
}


class TestWhatIsSent:
    def test_a_new_patients_booking_takes_five_requests(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            made = diary.book(REQUEST)
            assert vendor.actions == HOW_IT_GOES
            [patient], [row] = vendor.patients.values(), vendor.rows.values()
            assert made == Confirmation(30, reference=str(row["AptNum"]))
        registered, written = vendor.bodies
        assert registered == {
            "LName": "Quince",
            "FName": "Zebulon",
            "WirelessPhone": "07700 900142",
            "Email": "quince@patient.example",
        }
        assert written == {
            "PatNum": patient["PatNum"],
            "Op": 21,
            "AptDateTime": "2026-11-23 09:00:00",
            "ProvNum": 31,
            "Pattern": "XXXXXX",
            "Note": (
                f"Booked online ({MARK}).\nPhone: 07700 900142.\n"
                "E-mail: quince@patient.example.\nReason: throbbing molar"
            ),
            "IsNewPatient": "true",
        }

    def test_a_patient_whom_the_office_knows_is_not_made_again(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            known = vendor.know()
            diary.book(REQUEST)
            assert vendor.actions == ["list", "patients", "save", "list"]
            assert vendor.bodies[0]["PatNum"] == known
            assert "IsNewPatient" not in vendor.bodies[0]

    def test_nobody_learns_whom_the_office_knows(self):
        confirmed: list[Confirmation] = []
        for is_known in (True, False):
            with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
                if is_known:
                    vendor.know()
                confirmed.append(replace(diary.book(REQUEST), reference=None))
        assert confirmed[0] == confirmed[1]

    def test_every_request_carries_both_keys_and_says_that_it_is_json(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            diary.book(REQUEST)
        assert len(vendor.requests) == 5
        for request in vendor.requests:
            assert f"\r\nAuthorization: ODFHIR {DEVELOPER}/{CUSTOMER}\r\n".encode() in request
            assert b"\r\nContent-Type: application/json\r\n" in request

    def test_the_day_and_the_patient_are_asked_for_as_documented(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            diary.book(REQUEST)
        assert vendor.queries[0] == {"date": "2026-11-23", "Offset": "0", "Limit": "100"}
        assert vendor.queries[1] == {
            "LName": "Quince",
            "FName": "Zebulon",
            "Offset": "0",
            "Limit": "100",
        }

    def test_a_question_is_encoded_as_documented(self):
        patient = replace(PATIENT_ASKING, name="Zoë van der De Angelo+1&2")
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            diary.book(replace(REQUEST, patient=patient))
        target = vendor.requests[1].split(b" ")[1].decode()
        assert target.startswith("/api/v1/patients?LName=Angelo%2B1%262&FName=Zo%C3%AB&")


class TestTakenBefore:
    @pytest.mark.parametrize(
        "said",
        [
            {},
            {"Op": 22},
            {"ProvNum": 32},
            {"AptDateTime": "2026-11-23 08:45:00", "Pattern": "XXXX"},
            {"AptDateTime": "2026-11-23 09:25:00"},
            {"AptStatus": "Complete"},
            {"AptStatus": "OnTheMoon"},
            {"ProvNum": 32, "Op": 22, "ProvHyg": 31, "IsHygiene": "true"},
        ],
        ids=str,
    )
    def test_a_taken_slot_is_not_written_to_and_its_patient_not_made(self, said: dict[str, Any]):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.add(**said)
            with pytest.raises(SlotTaken):
                diary.book(REQUEST)
            assert vendor.actions == ["list"]

    @pytest.mark.parametrize(
        "said",
        [
            {"Op": 22, "ProvNum": 32},
            {"AptDateTime": "2026-11-23 08:30:00"},
            {"AptDateTime": "2026-11-23 09:30:00"},
            {"AptStatus": "Broken"},
            {"AptStatus": "UnschedList"},
            {"AptStatus": "Planned"},
            {"AptStatus": "PtNote"},
            {"Op": 22, "ProvHyg": 33, "IsHygiene": "true"},
        ],
        ids=str,
    )
    def test_what_is_not_in_the_way_takes_nothing(self, said: dict[str, Any]):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.add(**said)
            assert diary.book(REQUEST).minutes == 30

    def test_a_booking_that_an_earlier_call_left_is_not_written_again(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            made = diary.book(REQUEST)
            assert diary.book(REQUEST) == made
            assert vendor.count("save") == 1
            with pytest.raises(SlotTaken):
                diary.book(replace(REQUEST, key="another-journey"))


class TestPatientsWhoCannotBeMade:
    def test_what_the_vendor_finds_fault_with_is_asked_for_again(self):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.instead["register"] = [refuse(words="Email is invalid")]
            with pytest.raises(FieldsRefused) as caught:
                diary.book(REQUEST)
            assert caught.value.fields == {
                PatientField.NAME,
                PatientField.PHONE,
                PatientField.EMAIL,
            }
            assert vendor.count("save") == 0

    def test_one_who_was_made_a_moment_ago_is_found(self):
        def make_them_first(connection: socket.socket, request: bytes) -> bool:
            vendor.know()
            return refuse(words="Patient already exists")(connection, request)

        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.instead["register"] = [make_them_first]
            assert diary.book(REQUEST).minutes == 30
            assert vendor.actions == ["list", "patients", "register", "patients", "save", "list"]

    @pytest.mark.parametrize(
        "answer",
        [hang_up, refuse("500 Oops"), say_document([])],
        ids=["hang_up", "server_error", "no_object"],
    )
    def test_when_it_is_not_known_whether_they_were_nothing_was_booked(self, answer: Answer):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.instead["register"] = [answer]
            with pytest.raises(NotReached):
                diary.book(REQUEST)
            assert vendor.count("save") == 0


class TestAnswersToTheWrite:
    @pytest.mark.parametrize("kind", ANSWERS)
    def test_each_has_its_meaning_and_none_is_followed_by_a_second_write(self, kind: str):
        answer, error = ANSWERS[kind]
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.instead["save"] = [answer]
            with pytest.raises(error):
                diary.book(REQUEST)
            assert vendor.count("save") == 1
            assert vendor.actions[-1] == "save"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"AptDateTime": "2026-11-23 10:00:00"},
            {"Op": 22},
            {"ProvNum": 32},
            {"PatNum": 1},
            {"Pattern": "XX"},
            {"AptStatus": "UnschedList"},
        ],
        ids=str,
    )
    def test_an_answer_about_something_else_is_not_believed(self, wrong: dict[str, Any]):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.after["save"] = lambda: next(iter(vendor.rows.values())).update(wrong)
            with pytest.raises(OutcomeUnknown, match=next(iter(wrong))):
                diary.book(REQUEST)

    def test_a_silent_write_is_unknown_and_sent_once(self):
        with Vendor() as vendor, closing(diary_at(vendor.root, HURRIED)) as diary:
            vendor.silent.add("save")
            with pytest.raises(OutcomeUnknown):
                diary.book(REQUEST)
            assert vendor.count("save") == 1


class TestLookingFirst:
    @pytest.mark.parametrize("action", ["list", "patients"])
    def test_without_an_answer_nothing_is_sent(self, action: str):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.instead[action] = [refuse("500 Oops")] * 9
            with pytest.raises(NotReached, match="nothing was sent"):
                diary.book(REQUEST)
            assert not {"register", "save"} & set(vendor.actions)

    @pytest.mark.parametrize("action", ["list", "patients"])
    def test_one_stumble_costs_nothing(self, action: str):
        with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
            vendor.instead[action] = [hang_up]
            assert diary.book(REQUEST).minutes == 30


def test_a_slots_start_must_be_aware():
    naive = replace(REQUEST, slot=replace(SLOT, start=SLOT.start.replace(tzinfo=None)))
    with Vendor() as vendor, closing(diary_at(vendor.root)) as diary:
        with pytest.raises(ValueError, match="aware"):
            diary.book(naive)
        assert vendor.actions == []


def test_no_representation_of_a_booking_has_a_word_of_the_patients():
    shown = repr(REQUEST) + repr(PATIENT_ASKING)
    assert not any(word in shown for word in WORDS)
