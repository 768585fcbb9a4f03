from __future__ import annotations

import json

import pytest

from tests.diaries.physiodiary.examples import CONFIRMED, errors
from webapp.diaries.errors import (
    DiaryError,
    FieldsRefused,
    NoAnswer,
    NotAccepted,
    OutcomeUnknown,
    PatientField,
    SlotTaken,
    Unintelligible,
)
from webapp.diaries.physiodiary.faults import (
    Fault,
    Field,
    Number,
    Refusal,
    UnlistedNumber,
    booking_error,
    read_answer,
    read_error,
)

ALL_FIELDS = frozenset(PatientField)


def refusal(*numbers: object) -> Refusal:
    found = read_answer(200, json.dumps(errors(*numbers)).encode())
    assert isinstance(found, Refusal)
    return found


@pytest.mark.parametrize(
    ("numbers", "error"),
    [
        ((12,), SlotTaken),
        ((12, 8, 9), SlotTaken),
        ((8, 12), SlotTaken),
        ((3,), SlotTaken),
        ((4,), SlotTaken),
        ((6,), SlotTaken),
        ((7,), SlotTaken),
        ((4, 8, 9), SlotTaken),
        ((1,), NotAccepted),
        ((2,), NotAccepted),
        ((2, 8), NotAccepted),
        ((0,), OutcomeUnknown),
        ((5,), OutcomeUnknown),
        ((13,), OutcomeUnknown),
        ((14,), OutcomeUnknown),
        ((-1,), OutcomeUnknown),
        ((12, 13), OutcomeUnknown),
        ((8, 13), OutcomeUnknown),
        ((8, "nine"), OutcomeUnknown),
        ((8, None), OutcomeUnknown),
        ((8, True), OutcomeUnknown),
        ((12.0,), OutcomeUnknown),
        ((10**300,), OutcomeUnknown),
        ((), OutcomeUnknown),
    ],
)
def test_what_a_refused_booking_means(numbers: tuple[object, ...], error: type[DiaryError]):
    assert type(booking_error(refusal(*numbers))) is error


@pytest.mark.parametrize(
    ("numbers", "fields"),
    [
        ((8,), {PatientField.NAME}),
        ((9,), {PatientField.PHONE}),
        ((10,), {PatientField.EMAIL}),
        ((11,), {PatientField.REASON}),
        (("8", "9"), {PatientField.NAME, PatientField.PHONE}),
        ((8, 9, 10, 11, 8), ALL_FIELDS),
    ],
)
def test_which_of_the_patients_answers_are_refused(
    numbers: tuple[object, ...], fields: set[PatientField]
):
    error = booking_error(refusal(*numbers))
    assert isinstance(error, FieldsRefused)
    assert error.fields == fields


@pytest.mark.parametrize("number", [0, 1, *range(3, 16), -7])
def test_a_refused_question_is_unintelligible_and_names_the_number(number: int):
    error = read_error(refusal(number))
    assert type(error) is Unintelligible
    assert f"number {number} " in str(error)


def test_a_refused_key_is_not_accepted():
    assert type(read_error(refusal(2))) is NotAccepted


def test_a_refusal_without_a_number_is_told_as_such():
    assert "no number at all" in str(read_error(refusal()))


def test_every_number_on_the_vendors_list_has_a_name():
    assert [number.value for number in Number] == list(range(14))


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ({"error": 4, "fieldName": "staffId"}, Fault(Number.STAFF, Field.STAFF)),
        ({"error": 12, "fieldName": "booking"}, Fault(Number.ALREADY_BOOKED, Field.BOOKING)),
        ({"error": 99, "fieldName": "shoe size"}, Fault(UnlistedNumber(99), Field.OTHER)),
        ({"error": 8}, Fault(Number.NAME, Field.OTHER)),
        ({"error": 8, "fieldName": ["name"]}, Fault(Number.NAME, Field.OTHER)),
        ({"error": 10**6}, Fault(UnlistedNumber(None), Field.OTHER)),
        ({}, Fault(UnlistedNumber(None), Field.OTHER)),
        (None, Fault(UnlistedNumber(None), Field.OTHER)),
    ],
)
def test_number_and_field_are_typed(entry: object, fault: Fault):
    answer = read_answer(200, json.dumps({"errors": [entry]}).encode())
    assert answer == Refusal((fault,))


@pytest.mark.parametrize("status", [200, 201, 302, 400, 404, 407, 422, 500, 503, 999])
@pytest.mark.parametrize("value", [[], [{"error": 12}], None, {}, "text", 12, False])
def test_the_errors_key_decides_whatever_the_status(status: int, value: object):
    document = {**CONFIRMED, "errors": value}
    assert isinstance(read_answer(status, json.dumps(document).encode()), Refusal)


@pytest.mark.parametrize("body", [b"", b"<h1>Not Found</h1>", b"{}", b'{"result": "Confirmed"}'])
def test_a_404_without_errors_does_not_accept_us(body: bytes):
    with pytest.raises(NotAccepted, match="doctor"):
        read_answer(404, body)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 599, 999])
def test_a_failure_that_may_pass_is_no_answer(status: int):
    with pytest.raises(NoAnswer, match=str(status)):
        read_answer(status, b"{}")


@pytest.mark.parametrize("status", [300, 302, 400, 401, 403, 405])
def test_any_other_status_is_unintelligible(status: int):
    with pytest.raises(Unintelligible, match=str(status)):
        read_answer(status, b"{}")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"12",
        b'"Confirmed"',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1,}',
        b"{'a': 1}",
        b'{"a": "\xff"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a": ' + b"9" * 10_000 + b"}",
        '{"a": 1}'.encode("utf-16"),
    ],
)
def test_what_is_no_json_object_is_unintelligible(body: bytes):
    with pytest.raises(Unintelligible) as caught:
        read_answer(200, body)
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_a_byte_order_mark_does_no_harm():
    assert read_answer(200, b"\xef\xbb\xbf" + b'{"a": 1}') == {"a": 1}
