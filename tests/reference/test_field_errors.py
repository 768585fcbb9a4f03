from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.reference_process import HARBOUR, ReferenceDiary

if TYPE_CHECKING:
    import requests

    from tests.reference.conftest import Post

MISSING = object()

# Digits to Python, but not to a diary.
FULL_WIDTH = "20261124".translate({digit: digit + 0xFEE0 for digit in range(0x30, 0x3A)})

IDS: list[tuple[str, object, int]] = [
    (field, value, code)
    for field, code in (("sectionId", 3), ("staffId", 4))
    for value in (MISSING, None, 0, -1, 99999999, "42230", 1.5, True)
]
DATES: list[tuple[str, object, int]] = [
    ("date", value, 6)
    for value in (
        MISSING,
        "",
        "2026-11-24",
        "20261131",
        "tomorrow",
        20261124,
        "20261119",
        FULL_WIDTH,
    )
]


def errors_of(answer: requests.Response) -> set[tuple[int, str]]:
    """Return the numbers and fields, having looked at all else an errors document has."""
    assert answer.status_code == 200
    document = answer.json()
    assert set(document) == {"errors", "timestamp", "numErrors", "action"}
    assert document["numErrors"] == len(document["errors"])
    assert re.fullmatch(
        r"[A-Z][a-z]{2} \d{1,2}, \d{4} \d{1,2}:\d\d:\d\d [AP]M", document["timestamp"]
    )
    assert all(error["message"] for error in document["errors"])
    return {(error["error"], error["fieldName"]) for error in document["errors"]}


def change(document: dict[str, Any], field: str, value: object) -> dict[str, Any]:
    changed = {**document, field: value}
    if value is MISSING:
        del changed[field]
    return changed


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        *IDS,
        *DATES,
        *[("time", value, 7) for value in (MISSING, "", "9:15", "0960", "2400", "915", 930)],
        *[("name", value, 8) for value in (MISSING, "", "  ", None, 7)],
        *[("phone", value, 9) for value in (MISSING, "", "\t", 7700900123)],
        *[("email", value, 10) for value in (MISSING, "", "ada.example", None)],
        *[("desc", value, 11) for value in ("x" * 1001, None, 7, ["neck"])],
    ],
)
def test_a_field_of_a_booking_in_error(
    diary: ReferenceDiary,
    post: Post,
    booking: dict[str, Any],
    *,
    field: str,
    value: object,
    code: int,
):
    assert errors_of(post(change(booking, field, value))) == {(code, field)}
    assert diary.bookings() == []


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        *IDS,
        *DATES,
        *[("numDays", value, 5) for value in (MISSING, None, 0, -2, 91, "2", 1.5, True)],
    ],
)
def test_a_field_of_a_free_list_in_error(
    post: Post, listing: dict[str, Any], field: str, value: object, code: int
):
    assert errors_of(post(change(listing, field, value))) == {(code, field)}


def test_errors_come_all_together(post: Post):
    answer = post({"action": "book", "apiKey": HARBOUR.key, "desc": "x" * 1001})

    assert errors_of(answer) == {
        (3, "sectionId"),
        (4, "staffId"),
        (6, "date"),
        (7, "time"),
        (8, "name"),
        (9, "phone"),
        (10, "email"),
        (11, "desc"),
    }
    assert answer.json()["action"] == "book"


@pytest.mark.parametrize("desc", ["", "x" * 1000, MISSING])
def test_a_description_may_be_empty_and_a_thousand_long(
    post: Post, booking: dict[str, Any], desc: object
):
    assert post(change(booking, "desc", desc)).json()["result"] == "Confirmed"


@pytest.mark.parametrize("action", ["cancel", "BOOK", "", None, 7, MISSING, ["book"]])
def test_an_unknown_action(post: Post, action: object):
    answer = post(change({"action": "", "apiKey": HARBOUR.key}, "action", action))

    assert errors_of(answer) == {(1, "action")}


def test_field_errors_come_before_a_slot_that_is_gone(post: Post, booking: dict[str, Any]):
    post(booking)

    assert errors_of(post({**booking, "name": ""})) == {(8, "name")}


def test_error_documents_can_be_switched_to_another_status(
    diary: ReferenceDiary, post: Post, booking: dict[str, Any]
):
    diary.fault(HARBOUR.slug, "*", "status", status=400)

    answer = post({**booking, "name": ""})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["error"] == 8
    assert post(booking).status_code == 200
