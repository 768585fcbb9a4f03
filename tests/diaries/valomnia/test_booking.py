"""Booking: looked for first, written once, and believed only when the answer repeats it."""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.diaries.valomnia.meadow import diary_at
from tests.diaries.valomnia.vendor import (
    REQUEST,
    START,
    WORDS,
    Vendor,
    refuse,
    say_document,
)
from tests.diaries.wire import Answer, hang_up, http, reset, say
from webapp.diaries.errors import (
    DiaryError,
    FieldsRefused,
    NotAccepted,
    NotReached,
    OutcomeUnknown,
    PatientField,
    SlotTaken,
)
from webapp.diaries.port import Confirmation


class TestTheWrite:
    def test_the_request_is_what_the_vendor_documents(self):
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            made = diary.book(REQUEST)
            assert vendor.actions == ["login", "list", "upsert", "list"]
            [number] = vendor.rows
            [body] = vendor.bodies
            sent = vendor.requests[2].partition(b"\r\n\r\n")[0].decode().split("\r\n")
        assert made == Confirmation(minutes=40, reference=str(number))
        assert sent[0].startswith("POST /api/v1.0/appointments/reference/openslot-")
        assert "Content-Type: application/json" in sent
        assert "Connection: close" in sent
        assert body == {
            "title": "Zebulon Quince with Grace Adeyemi, Garden Room",
            "startDate": "2026-11-23T09:00:00Z",
            "endDate": "2026-11-23T09:40:00Z",
            "note": (
                "Openslot: 811 in 81\n"
                "Name: Zebulon Quince\n"
                "Phone: 07700 900142\n"
                "E-mail: quince@patient.example\n"
                "Reason: throbbing kneecap"
            ),
            "appointmentCategoryId": "consultation",
        }

    def test_it_has_a_connection_of_its_own(self):
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            diary.book(REQUEST)
            assert len(vendor.peers) == 2

    def test_no_word_of_the_patient_stands_in_an_address(self):
        for key in ("a-journey", ""):
            with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
                diary.book(replace(REQUEST, key=key))
                for word in (*WORDS, "a-journey"):
                    assert all(word not in one for one in vendor.addresses)

    def test_a_slot_that_is_taken_is_not_written_to(self):
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            vendor.add(employee="emp-811")
            with pytest.raises(SlotTaken):
                diary.book(REQUEST)
            assert vendor.count("upsert") == 0

    def test_nor_is_one_whose_buffer_is(self):
        with Vendor() as vendor, closing(diary_at(vendor.origin, buffer_minutes=10)) as diary:
            vendor.add(START + timedelta(minutes=49), employee="emp-811")
            with pytest.raises(SlotTaken):
                diary.book(REQUEST)
            vendor.rows.clear()
            vendor.add(START + timedelta(minutes=50), employee="emp-811")
            assert diary.book(REQUEST).minutes == 40

    def test_without_an_answer_to_the_look_nothing_is_sent(self):
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            vendor.instead["list"] = [hang_up] * 9
            with pytest.raises(NotReached, match="nothing was sent"):
                diary.book(REQUEST)
            assert vendor.count("upsert") == 0


REFUSALS: dict[str, tuple[Answer, type[DiaryError]]] = {
    "missing_title": (refuse("missing_param", "title parameter is missing"), FieldsRefused),
    "missing_category": (
        refuse("missing_param", "appointmentCategoryId parameter is missing"),
        NotAccepted,
    ),
    "missing_what": (refuse("missing_param", f"{WORDS[0]} is missing"), NotAccepted),
    "type_of_note": (
        refuse("invalid_param_type", "The type of parameter note you provided is not valid"),
        FieldsRefused,
    ),
    "type_of_category": (
        refuse(
            "invalid_param_type",
            "The type of parameter appointmentCategoryId you provided is not valid for this.",
        ),
        NotAccepted,
    ),
    "date": (refuse("date_validation_error", f"Failed to add {WORDS[0]}: startDate"), NotAccepted),
    "parameter": (refuse("invalid_param", "The parameters [x] you provided"), NotAccepted),
    "moment": (refuse("invalid_datetime_format", "Invalid datetime"), NotAccepted),
    "no_such_category": (
        refuse("not_found", "The appointmentCategory with the id 9 doesn't exist."),
        NotAccepted,
    ),
    "not_unique": (refuse("not_unique"), OutcomeUnknown),
    "save_failed": (refuse("save_failed", "Failed to save instance"), OutcomeUnknown),
    "server_error": (refuse("server_error", status="500 Internal Server Error"), OutcomeUnknown),
    "unlisted": (refuse("gremlins"), OutcomeUnknown),
    "no_word": (say_document({"error": ["a", 1]}, "400 Bad Request"), OutcomeUnknown),
    "error_with_success": (refuse("save_failed", status="201 Created"), OutcomeUnknown),
    "too_many": (say(http(b"", "429 Too Many Requests")), OutcomeUnknown),
    "page": (say(http(b"<h1>No</h1>", "400 Bad Request")), OutcomeUnknown),
    "welcome_page": (say(http(b"<h1>Yes</h1>", "201 Created")), OutcomeUnknown),
    "empty": (say(http(b"", "201 Created")), OutcomeUnknown),
    "redirect": (say(http(b"", "302 Found", "Location: /elsewhere")), OutcomeUnknown),
    "hang_up": (hang_up, OutcomeUnknown),
    "reset": (reset, OutcomeUnknown),
}


class TestWhatIsNotAYes:
    @pytest.mark.parametrize("kind", REFUSALS)
    def test_each_documented_refusal_and_each_noise(
        self, kind: str, caplog: pytest.LogCaptureFixture
    ):
        answer, error = REFUSALS[kind]
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            vendor.instead["upsert"] = [answer] * 9
            with pytest.raises(DiaryError) as caught:
                diary.book(REQUEST)
            assert type(caught.value) is error
            assert vendor.count("upsert") == 1
        assert not any(word in caplog.text + str(caught.value) for word in WORDS)
        levels = [one.levelno for one in caplog.records if one.name.startswith("webapp")]
        level = {NotAccepted: logging.ERROR, OutcomeUnknown: logging.WARNING}
        assert levels == [level[one] for one in level if one is error]

    def test_the_patients_own_words_are_told_apart(self):
        for kind, field in (
            ("missing_title", PatientField.NAME),
            ("type_of_note", PatientField.REASON),
        ):
            with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
                vendor.instead["upsert"] = [REFUSALS[kind][0]]
                with pytest.raises(FieldsRefused) as caught:
                    diary.book(REQUEST)
                assert caught.value.fields == {field}

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("reference", "another"),
            ("startDate", "2026-11-23T10:00:00Z"),
            ("endDate", "2026-11-23T09:45:00Z"),
            ("note", "Openslot: 812 in 81"),
            ("note", None),
            ("id", "7"),
            ("dateCreated", "yesterday"),
        ],
    )
    def test_an_echo_of_something_else_is_no_yes(self, key: str, value: object):
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            made = diary.book(REQUEST)
            echo = {**vendor.rows.pop(int(made.reference or "")), key: value}
            vendor.instead["upsert"] = [say_document(echo, "201 Created")]
            with pytest.raises(OutcomeUnknown):
                diary.book(REQUEST)

    @pytest.mark.parametrize("status", ["200 OK", "201 Created"])
    def test_either_status_of_success_will_do(self, status: str):
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            made = diary.book(REQUEST)
            row = vendor.rows[int(made.reference or "")]
            vendor.rows.clear()
            vendor.after["upsert"] = lambda: None
            vendor.instead["upsert"] = [say_document(row, status)]
            vendor.after["list"] = lambda: vendor.rows.update({row["id"]: row})
            assert diary.book(REQUEST) == made
