"""The diary against the reference server's faults, and how its refusals are told."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime

import pytest

from tests.diaries.physiodiary.examples import REQUEST, errors
from tests.diaries.physiodiary.wire import diary_at
from tests.diaries.wire import LIMITS, PATIENT, ZONE, Server, http, say, say_json
from tests.reference_process import ELM_TREE, HARBOUR, ReferenceDiary
from webapp.diaries.calling import Limits
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
from webapp.diaries.free_times import FreeTimes
from webapp.diaries.physiodiary.api import Api
from webapp.diaries.physiodiary.diary import PhysiodiaryDiary
from webapp.diaries.port import BookingRequest, Patient, Slot, Staff
from webapp.diaries.settings import PhysiodiarySettings

SLUG = HARBOUR.slug
MONDAY = date(2026, 11, 23)


def connect_to(reference: ReferenceDiary, limits: Limits = PATIENT) -> PhysiodiaryDiary:
    settings = PhysiodiarySettings.model_validate(
        {"system": "physiodiary", "url": reference.request_url(SLUG), "api_key": HARBOUR.key}
    )
    return PhysiodiaryDiary(Api(settings, limits), ZONE, limits)


@pytest.fixture
def diary(reference: ReferenceDiary) -> Iterator[PhysiodiaryDiary]:
    with closing(connect_to(reference)) as one:
        yield one


def ask_free(diary: PhysiodiaryDiary) -> FreeTimes:
    return diary.free_times(staff_id="42228", room_id="7322", first_day=MONDAY, days=90)


def first_slot(diary: PhysiodiaryDiary) -> BookingRequest:
    found = ask_free(diary)
    day, times = next(iter(found.days.items()))
    slot = Slot(found.staff, found.room, datetime.combine(day, times[0], ZONE), found.minutes)
    return BookingRequest(slot, Patient("Robin Reed", "020 7946 0101", "r@reed.example"), "Neck")


def test_everybody_is_listed_with_their_id_as_text(diary: PhysiodiaryDiary):
    assert {one.name: int(one.id) for one in diary.staff()} == HARBOUR.staff
    assert {one.name: int(one.id) for one in diary.rooms()} == HARBOUR.rooms


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("refuse", NotAccepted),
        ("drop_before", NoAnswer),
        ("drop_after", NoAnswer),
        ("server_error", NoAnswer),
        ("half_json", NoAnswer),
        ("rubbish_html", Unintelligible),
        ("truncated_json", Unintelligible),
        ("empty_object", Unintelligible),
        ("empty_body", Unintelligible),
        ("slot_length_zero", Unintelligible),
        ("unknown_error", Unintelligible),
        ("redirect", Unintelligible),
        ("huge", Unintelligible),
        ("not_utf8", Unintelligible),
    ],
)
def test_a_spoilt_answer_is_never_taken_for_no_free_times(
    reference: ReferenceDiary, diary: PhysiodiaryDiary, kind: str, error: type[DiaryError]
):
    reference.fault(SLUG, "freeList", kind)
    with pytest.raises(DiaryError) as caught:
        ask_free(diary)
    assert type(caught.value) is error


@pytest.mark.parametrize("kind", ["slow", "drip"])
def test_a_dawdling_answer_is_given_up(reference: ReferenceDiary, kind: str):
    reference.fault(SLUG, "freeList", kind, seconds=0.1 if kind == "drip" else 20)
    with closing(connect_to(reference, LIMITS)) as diary, pytest.raises(NoAnswer):
        ask_free(diary)


@pytest.mark.parametrize("kind", ["wrong_echo", "wrong_staff_echo", "extra_keys"])
def test_what_is_odd_but_clear_is_understood(
    reference: ReferenceDiary, diary: PhysiodiaryDiary, kind: str
):
    expected = ask_free(diary)
    reference.fault(SLUG, "freeList", kind)
    found = ask_free(diary)
    assert (found.days, found.minutes) == (expected.days, expected.minutes)
    assert (found.staff.id, found.room.id) == ("42228", "7322")


def test_markup_in_a_name_is_text_like_any_other(
    reference: ReferenceDiary, diary: PhysiodiaryDiary
):
    reference.fault(SLUG, "staffList", "markup_names")
    assert "<b onclick=" in diary.staff()[0].name


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
        "slot_length_zero",
        "wrong_echo",
        "wrong_staff_echo",
        "markup_names",
        "unknown_error",
        "redirect",
        "huge",
        "not_utf8",
    ],
)
def test_a_booking_without_a_trustworthy_yes_is_unknown_and_sent_once(
    reference: ReferenceDiary,
    diary: PhysiodiaryDiary,
    kind: str,
    caplog: pytest.LogCaptureFixture,
):
    request = first_slot(diary)
    reference.fault(SLUG, "book", kind)
    with pytest.raises(OutcomeUnknown):
        diary.book(request)
    assert len(reference.calls(SLUG, "book")) == 1
    assert [one.levelno for one in caplog.records] == [logging.WARNING]


@pytest.mark.parametrize("kind", ["slow", "slow_after", "drip"])
def test_a_booking_that_is_answered_too_late_is_unknown(reference: ReferenceDiary, kind: str):
    with closing(connect_to(reference)) as diary:
        request = first_slot(diary)
    reference.fault(SLUG, "book", kind, seconds=0.1 if kind == "drip" else 20)
    with closing(connect_to(reference, LIMITS)) as diary, pytest.raises(OutcomeUnknown):
        diary.book(request)
    assert len(reference.calls(SLUG, "book")) == 1


def test_a_bare_404_books_nothing(reference: ReferenceDiary, diary: PhysiodiaryDiary):
    request = first_slot(diary)
    reference.fault(SLUG, "book", "refuse")
    with pytest.raises(NotAccepted):
        diary.book(request)


def test_extra_keys_in_a_confirmation_do_no_harm(
    reference: ReferenceDiary, diary: PhysiodiaryDiary
):
    request = first_slot(diary)
    reference.fault(SLUG, "book", "extra_keys")
    assert diary.book(request).minutes == HARBOUR.slot_minutes


def test_all_that_the_patient_typed_reaches_the_diary(
    reference: ReferenceDiary, diary: PhysiodiaryDiary
):
    request = first_slot(diary)
    diary.book(request)
    (made,) = reference.bookings(SLUG)
    typed = made["name"], made["phone"], made["email"], made["desc"]
    assert typed == ("Robin Reed", "020 7946 0101", "r@reed.example", "Neck")


@pytest.mark.parametrize("status", [200, 400, 404, 409, 500])
def test_a_refusal_counts_whatever_its_http_status(
    reference: ReferenceDiary, diary: PhysiodiaryDiary, status: int
):
    request = first_slot(diary)
    reference.take(
        SLUG,
        date=f"{request.slot.start:%Y%m%d}",
        time=f"{request.slot.start:%H%M}",
        staff_id=42228,
        section_id=7322,
    )
    reference.fault(SLUG, "book", "status", status=status)
    with pytest.raises(SlotTaken):
        diary.book(request)


def test_the_diarys_own_complaints_about_fields(reference: ReferenceDiary, diary: PhysiodiaryDiary):
    slot = first_slot(diary).slot
    with pytest.raises(FieldsRefused) as caught:
        diary.book(BookingRequest(slot, Patient("Robin Reed", "", "no address"), "Neck"))
    assert caught.value.fields == {PatientField.PHONE, PatientField.EMAIL}
    assert reference.bookings(SLUG) == []


def test_a_slot_of_somebody_unknown_is_not_to_be_had(
    diary: PhysiodiaryDiary, caplog: pytest.LogCaptureFixture
):
    request = first_slot(diary)
    slot = Slot(Staff("999", "Nobody"), request.slot.room, request.slot.start, 45)
    with pytest.raises(SlotTaken):
        diary.book(BookingRequest(slot, request.patient, request.reason))
    assert "number 4 for field staffId" in caplog.text


def test_an_unregistered_address_is_told_once_and_clearly(
    reference: ReferenceDiary, diary: PhysiodiaryDiary, caplog: pytest.LogCaptureFixture
):
    reference.allow(SLUG, ["192.0.2.1"])
    with pytest.raises(NotAccepted):
        diary.staff()
    (line,) = [one.getMessage() for one in caplog.records]
    host = reference.url.removeprefix("http://")
    assert line == (
        f"{host}: the diary does not accept our key or the address we call from; "
        "run `flask --app wsgi doctor`"
    )
    assert len(reference.calls(SLUG)) <= 1


def test_another_practices_key_opens_nothing(reference: ReferenceDiary):
    settings = PhysiodiarySettings.model_validate(
        {"system": "physiodiary", "url": reference.request_url(SLUG), "api_key": ELM_TREE.key}
    )
    stranger = PhysiodiaryDiary(Api(settings, PATIENT), ZONE, PATIENT)
    with closing(stranger), pytest.raises(NotAccepted):
        stranger.rooms()


def test_a_success_status_is_part_of_a_yes():
    confirmed = b'{"result":"Confirmed","date":"20261123","time":"0915","duration":45,'
    confirmed += b'"section":"Treatment Room 2","staff":"Anna"}'
    with Server(say(http(confirmed, "500 Internal Server Error"))) as server:
        diary = diary_at(server.url, limits=PATIENT)
        with closing(diary), pytest.raises(OutcomeUnknown):
            diary.book(REQUEST)


def test_a_refusal_that_says_nothing_is_logged_without_its_text(
    caplog: pytest.LogCaptureFixture,
):
    with Server(say_json(errors(13, message="Something secret"))) as server:
        diary = diary_at(server.url, limits=PATIENT)
        with closing(diary), pytest.raises(OutcomeUnknown):
            diary.book(REQUEST)
    assert "number 13 for field booking" in caplog.text
    assert "secret" not in caplog.text
