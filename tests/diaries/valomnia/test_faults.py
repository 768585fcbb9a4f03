"""The connector against all that can go wrong with the reference server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from tests.diaries.grounds import (
    HURRIED,
    MONDAY,
    PATIENT_ASKING,
    ValomniaGround,
    ask_free,
    booking,
)
from tests.diaries.valomnia.meadow import diary_at
from tests.diaries.valomnia.vendor import Vendor
from tests.diaries.wire import AUTHORITY, LIMITS, PATIENT
from tests.reference_process import MEADOW, ReferenceDiary
from webapp.diaries.errors import (
    DiaryError,
    NoAnswer,
    NotAccepted,
    NotReached,
    OutcomeUnknown,
    Unintelligible,
)
from webapp.diaries.port import BookingRequest, PlacedBooking
from webapp.diaries.valomnia.diary import ValomniaDiary

SLUG = MEADOW.slug


@pytest.fixture
def diary(reference: ReferenceDiary) -> Iterator[ValomniaDiary]:
    with closing(diary_at(reference.valomnia_url())) as one:
        yield one


@pytest.fixture
def request_to_book(reference: ReferenceDiary, diary: ValomniaDiary) -> BookingRequest:
    return replace(booking(ask_free(ValomniaGround(reference), diary)), key="a-journey")


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("refuse", NotAccepted),
        ("drop_before", NoAnswer),
        ("drop_after", NoAnswer),
        ("server_error", NoAnswer),
        ("too_many", NoAnswer),
        ("half_json", NoAnswer),
        ("rubbish_html", Unintelligible),
        ("truncated_json", Unintelligible),
        ("empty_object", Unintelligible),
        ("empty_body", Unintelligible),
        ("redirect", Unintelligible),
        ("huge", Unintelligible),
        ("not_utf8", Unintelligible),
    ],
)
def test_a_spoilt_list_is_never_taken_for_an_empty_one(
    reference: ReferenceDiary, diary: ValomniaDiary, kind: str, error: type[DiaryError]
):
    reference.fault(SLUG, "list", kind)
    with pytest.raises(DiaryError) as caught:
        diary.free_times(staff_id="811", room_id="81", first_day=MONDAY, days=90)
    assert type(caught.value) is error


@pytest.mark.parametrize("kind", ["slow", "drip"])
def test_a_dawdling_list_is_given_up(reference: ReferenceDiary, kind: str):
    reference.fault(SLUG, "list", kind, seconds=0.1 if kind == "drip" else 20)
    hurried = diary_at(reference.valomnia_url(), LIMITS)
    with closing(hurried), pytest.raises(NoAnswer):
        hurried.free_times(staff_id="811", room_id="81", first_day=MONDAY, days=90)


@pytest.mark.parametrize(
    "kind",
    [
        "drop_before",
        "drop_after",
        "rubbish_html",
        "half_json",
        "truncated_json",
        "empty_object",
        "empty_body",
        "server_error",
        "too_many",
        "wrong_echo",
        "redirect",
        "huge",
        "not_utf8",
    ],
)
def test_a_booking_without_a_trustworthy_yes_is_unknown_and_then_found_or_surely_not(
    reference: ReferenceDiary, diary: ValomniaDiary, request_to_book: BookingRequest, kind: str
):
    reference.fault(SLUG, "upsert", kind)
    with pytest.raises(OutcomeUnknown):
        diary.book(request_to_book)
    assert len(reference.calls(SLUG, "upsert")) == 1
    placed = PlacedBooking(request_to_book.slot, PATIENT_ASKING, key="a-journey")
    stands = [one for one in reference.bookings(SLUG) if not one["released"]]
    assert (diary.find(placed) is not None) == bool(stands)


@pytest.mark.parametrize("kind", ["slow", "slow_after", "drip"])
def test_a_booking_that_is_answered_too_late_is_unknown(
    reference: ReferenceDiary, request_to_book: BookingRequest, kind: str
):
    reference.fault(SLUG, "upsert", kind, seconds=0.5 if kind == "drip" else 20)
    hurried = diary_at(reference.valomnia_url(), HURRIED)
    with closing(hurried), pytest.raises(OutcomeUnknown):
        hurried.book(request_to_book)


def test_a_refused_write_is_not_accepted_and_nothing_stands(
    reference: ReferenceDiary, diary: ValomniaDiary, request_to_book: BookingRequest
):
    reference.fault(SLUG, "upsert", "refuse")
    with pytest.raises(NotAccepted):
        diary.book(request_to_book)
    assert reference.bookings(SLUG) == []


def test_a_category_that_is_not_there_is_an_operators_matter(
    reference: ReferenceDiary, request_to_book: BookingRequest, caplog: pytest.LogCaptureFixture
):
    wrong = diary_at(reference.valomnia_url(), appointment_category="surgery")
    with closing(wrong), pytest.raises(NotAccepted, match="appointment_category"):
        wrong.book(request_to_book)
    assert "not_found" in caplog.text
    assert reference.bookings(SLUG) == []


def test_a_login_that_is_away_writes_nothing(
    reference: ReferenceDiary, request_to_book: BookingRequest
):
    reference.fault(SLUG, "login", "drop_before")
    another = diary_at(reference.valomnia_url())
    with closing(another), pytest.raises(NotReached):
        another.book(request_to_book)
    assert reference.bookings(SLUG) == []


def test_a_session_that_ends_costs_one_login(reference: ReferenceDiary, diary: ValomniaDiary):
    ask_free(ValomniaGround(reference), diary)
    assert reference.end_sessions() == 1
    ask_free(ValomniaGround(reference), diary)
    assert len(reference.calls(SLUG, "login")) == 2


def test_all_that_the_patient_typed_reaches_the_diary(
    reference: ReferenceDiary, diary: ValomniaDiary, request_to_book: BookingRequest
):
    diary.book(request_to_book)
    [made] = reference.bookings(SLUG)
    told = made["name"] + made["desc"]
    for word in ("Robin Reed", "020 7946 0101", "robin@reed.example", "Stiff neck"):
        assert word in told
    assert (made["staffId"], made["sectionId"]) == (812, 82)


def test_tls_with_a_certificate_that_is_vouched_for_and_without():
    with Vendor(tls=True) as vendor:
        trusting = diary_at(vendor.origin, PATIENT, authorities=AUTHORITY)
        with closing(trusting):
            assert trusting.free_times(staff_id="811", room_id="81", first_day=MONDAY, days=1).days
        asked = len(vendor.requests)
        wary = diary_at(vendor.origin, PATIENT)
        with closing(wary), pytest.raises(NotReached, match="CERTIFICATE_VERIFY_FAILED"):
            wary.free_times(staff_id="811", room_id="81", first_day=MONDAY, days=1)
        assert len(vendor.requests) == asked
