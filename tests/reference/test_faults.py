from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.reference.conftest import SIAN
from tests.reference_process import HARBOUR, ReferenceDiary

if TYPE_CHECKING:
    from tests.reference.conftest import Post

BROKEN_OFF = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


def test_drop_before_does_nothing_and_says_nothing(
    diary: ReferenceDiary, post: Post, booking: dict[str, Any]
):
    diary.fault(HARBOUR.slug, "book", "drop_before", times=1)

    with pytest.raises(requests.ConnectionError):
        post(booking)
    assert diary.bookings() == []
    assert diary.calls(action="book")[0]["outcome"] == "nothing done"
    assert post(booking).json()["result"] == "Confirmed"


def test_drop_after_books_and_says_nothing(
    diary: ReferenceDiary, post: Post, booking: dict[str, Any]
):
    diary.fault(HARBOUR.slug, "book", "drop_after", times=1)

    with pytest.raises(requests.ConnectionError):
        post(booking)
    assert len(diary.bookings()) == 1
    [call] = diary.calls(action="book")
    assert (call["outcome"], call["fault"]) == ("confirmed", "drop_after")
    assert post(booking).json()["errors"][0]["error"] == 12


def test_a_dropped_connection_is_truly_dropped(
    diary: ReferenceDiary, post: Post, listing: dict[str, Any]
):
    diary.fault(HARBOUR.slug, "freeList", "drop_before", times=1)

    with pytest.raises(requests.ConnectionError):
        post(listing)
    post(listing)

    first, second = diary.calls()
    assert first["fromPort"] != second["fromPort"]


def test_half_json_declares_all_and_breaks_off(
    diary: ReferenceDiary, post: Post, booking: dict[str, Any]
):
    diary.fault(HARBOUR.slug, "book", "half_json")

    with pytest.raises(BROKEN_OFF):
        post(booking)
    assert len(diary.bookings()) == 1


def test_truncated_json_is_whole_as_http(
    diary: ReferenceDiary, post: Post, booking: dict[str, Any]
):
    diary.fault(HARBOUR.slug, "book", "truncated_json")

    answer = post(booking)
    assert answer.status_code == 200
    assert answer.text.startswith('{"result"')
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()
    assert len(diary.bookings()) == 1


@pytest.mark.parametrize(
    ("kind", "status", "content_type", "body"),
    [
        ("refuse", 404, None, ""),
        ("rubbish_html", 200, "text/html", "<!doctype html>"),
        ("server_error", 500, "text/html", "<!doctype html>"),
        ("empty_object", 200, "application/json", "{}"),
        ("empty_body", 200, "application/json", ""),
    ],
)
def test_answers_that_are_no_answer(
    diary: ReferenceDiary,
    post: Post,
    booking: dict[str, Any],
    *,
    kind: str,
    status: int,
    content_type: str | None,
    body: str,
):
    diary.fault(HARBOUR.slug, "*", kind)

    answer = post(booking)

    assert answer.status_code == status
    got = answer.headers.get("Content-Type")
    assert (got and got.split(";")[0]) == content_type
    assert answer.text.startswith(body)
    assert bool(answer.text) == bool(body)
    assert diary.bookings() == []


def test_an_idle_fault_can_be_made_to_act_and_an_acting_one_to_idle(
    diary: ReferenceDiary, post: Post, booking: dict[str, Any]
):
    diary.fault(HARBOUR.slug, "book", "half_json", times=1, acts=False)
    diary.fault(HARBOUR.slug, "book", "server_error", times=1, acts=True)

    with pytest.raises(BROKEN_OFF):
        post(booking)
    assert diary.bookings() == []
    assert post(booking).status_code == 500
    assert len(diary.bookings()) == 1


def test_slow_acts_late_and_answers_truly(
    diary: ReferenceDiary, booking: dict[str, Any], http: requests.Session
):
    diary.fault(HARBOUR.slug, "book", "slow", seconds=60, times=1)

    with pytest.raises(requests.ReadTimeout):
        http.post(diary.request_url(), json=booking, timeout=(30, 0.2))
    assert diary.wait_for_calls(HARBOUR.slug, 1)[0]["outcome"] == "pending"
    assert diary.bookings() == []

    diary.clear()
    diary.wait_for_calls(HARBOUR.slug, 1, are_answered=True)
    assert len(diary.bookings()) == 1


def test_slow_answers_truly_once_its_seconds_have_passed(
    diary: ReferenceDiary, post: Post, listing: dict[str, Any]
):
    truth = post(listing).json()
    diary.fault(HARBOUR.slug, "freeList", "slow", seconds=0.2, times=1)

    began = time.monotonic()
    assert post(listing).json() == truth
    assert time.monotonic() - began >= 0.2


def test_slow_after_acts_at_once(
    diary: ReferenceDiary, booking: dict[str, Any], http: requests.Session
):
    diary.fault(HARBOUR.slug, "book", "slow_after", seconds=60, times=1)

    with pytest.raises(requests.ReadTimeout):
        http.post(diary.request_url(), json=booking, timeout=(30, 0.2))
    ends = time.monotonic() + 60
    while not diary.bookings():
        assert time.monotonic() < ends, "nothing was done"


def test_a_call_that_a_reset_overtakes_spoils_nothing(
    diary: ReferenceDiary, booking: dict[str, Any], post: Post
):
    diary.fault(HARBOUR.slug, "book", "slow", seconds=60)
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(post, booking)
        diary.wait_for_calls(HARBOUR.slug, 1)
        diary.reset()
        assert held.result().json()["result"] == "Confirmed"

    assert diary.bookings() == []
    assert diary.calls() == []


def test_slot_length_zero(diary: ReferenceDiary, post: Post, listing: dict[str, Any]):
    diary.fault(HARBOUR.slug, "freeList", "slot_length_zero")

    answer = post(listing).json()
    assert answer["slotLength"] == 0
    assert answer["free"]


def test_wrong_echo_books_truly_and_confirms_another_time(
    diary: ReferenceDiary, post: Post, booking: dict[str, Any]
):
    diary.fault(HARBOUR.slug, "book", "wrong_echo")

    answer = post(booking).json()
    assert answer["result"] == "Confirmed"
    assert answer["time"] != booking["time"]
    assert diary.bookings()[0]["time"] == booking["time"]


def test_wrong_staff_echo(diary: ReferenceDiary, post: Post, booking: dict[str, Any]):
    diary.fault(HARBOUR.slug, "book", "wrong_staff_echo")

    answer = post(booking).json()
    assert answer["staff"] not in HARBOUR.staff
    assert diary.bookings()[0]["staffId"] == SIAN


def test_unknown_error(diary: ReferenceDiary, post: Post, booking: dict[str, Any]):
    diary.fault(HARBOUR.slug, "book", "unknown_error")

    answer = post(booking).json()
    assert [error["error"] for error in answer["errors"]] == [13]
    assert (answer["numErrors"], answer["action"]) == (1, "book")
    assert diary.bookings() == []


def test_field_errors_are_sent_as_given(diary: ReferenceDiary, post: Post, booking: dict[str, Any]):
    errors = [
        {"error": 9, "fieldName": "phone", "message": "Too short."},
        {"error": 12, "fieldName": "booking", "message": "Gone."},
        {"error": 99, "fieldName": "moon", "message": "Waning."},
    ]
    diary.fault(HARBOUR.slug, "book", "field_errors", errors=errors)

    answer = post(booking).json()
    assert answer["errors"] == errors
    assert answer["numErrors"] == 3


def test_extra_keys_leave_the_known_ones_alone(
    diary: ReferenceDiary, post: Post, listing: dict[str, Any]
):
    truth = post(listing).json()
    diary.fault(HARBOUR.slug, "freeList", "extra_keys")

    answer = post(listing).json()
    assert set(answer) > set(truth)
    assert set(answer["free"][0]) > {"date", "times"}
    assert answer["free"][0]["times"] == truth["free"][0]["times"]


def test_markup_names(diary: ReferenceDiary, post: Post, booking: dict[str, Any]):
    diary.fault(HARBOUR.slug, "*", "markup_names")

    staff = post({"action": "staffList", "apiKey": HARBOUR.key}).json()["staff"]
    names = {each["id"]: each["name"] for each in staff}
    assert names[SIAN].startswith("<b ")
    assert '"' in names[SIAN]
    assert "'" in names[SIAN]
    assert post(booking).json()["staff"] == names[SIAN]


def test_drip_sends_byte_by_byte(diary: ReferenceDiary, post: Post):
    sections = {"action": "sectionList", "apiKey": HARBOUR.key}
    truth = post(sections)
    diary.fault(HARBOUR.slug, "sectionList", "drip", seconds=0.002)

    began = time.monotonic()
    assert post(sections).content == truth.content
    assert time.monotonic() - began >= 0.002 * len(truth.content)


def test_each_byte_of_a_drip_keeps_a_read_timeout_away(
    diary: ReferenceDiary, http: requests.Session
):
    diary.fault(HARBOUR.slug, "staffList", "drip", seconds=0.02)

    asked = {"action": "staffList", "apiKey": HARBOUR.key}
    with http.post(diary.request_url(), json=asked, timeout=30, stream=True) as answer:
        first = next(answer.iter_content(1))

    assert first == b"{"


def test_redirect_shows_who_follows_it(
    diary: ReferenceDiary, post: Post, http: requests.Session, listing: dict[str, Any]
):
    diary.fault(HARBOUR.slug, "freeList", "redirect")

    answer = post(listing)
    assert answer.status_code == 302
    assert diary.calls(action="elsewhere") == []

    http.post(diary.request_url(), json=listing, timeout=30)
    assert len(diary.calls(action="elsewhere")) == 1


def test_huge_is_twenty_megabytes_of_json(
    diary: ReferenceDiary, post: Post, listing: dict[str, Any]
):
    diary.fault(HARBOUR.slug, "freeList", "huge")

    answer = post(listing)
    assert len(answer.content) > 20_000_000
    assert json.loads(answer.content)["slotLength"] == 45


def test_not_utf8(diary: ReferenceDiary, post: Post, listing: dict[str, Any]):
    diary.fault(HARBOUR.slug, "freeList", "not_utf8")

    with pytest.raises(UnicodeDecodeError):
        post(listing).content.decode()
