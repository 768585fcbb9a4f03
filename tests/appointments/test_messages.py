"""Every message, read whole: what happened, what it means, what to do, and whom to ring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from icalendar import Calendar

from tests.appointments.stored import HARBOUR, NOW, START, WORDS, a_booking
from tests.notify.letters import Parts, composed, outside_a_request, parts_of
from tests.practices.examples import practice
from webapp.appointments.kinds import Kind
from webapp.appointments.messages import MESSAGES, Occasion, letter
from webapp.appointments.model import Booking, State
from webapp.notify.email import Letter

NAME, PHONE, EMAIL, REASON = WORDS
PAGE = "https://book.example/harbour/booking/0123456789abcdef0123456789abcdef"
TIMES = "https://book.example/harbour/times?staff=42228&room=any"
WHEN = "Monday 23 November, 9:15am"
EARLIER = a_booking(state=State.CONFIRMED, starts_at_utc=START - timedelta(days=3, hours=-2))
LATER = a_booking(state=State.CONFIRMED, starts_at_utc=START + timedelta(days=1, hours=4))
TO_PATIENT = [kind for kind in MESSAGES if kind.value.startswith("patient-")]
TO_PRACTICE = [kind for kind in MESSAGES if kind.value.startswith("practice-")]


@pytest.fixture(scope="session")
def whole_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return outside_a_request(tmp_path_factory.mktemp("app"))


@pytest.fixture(autouse=True)
def outside(whole_app: Flask) -> Iterator[None]:
    with whole_app.app_context(), time_machine.travel(NOW, tick=False):
        yield


def occasion(booking: Booking | None = None, **more: Any) -> Occasion:  # noqa: ANN401
    given: dict[str, Any] = {"practice": HARBOUR, "page": PAGE, "times": TIMES} | more
    return Occasion(booking or a_booking(state=State.CONFIRMED), **given)


def written(kind: Kind, booking: Booking | None = None, **more: Any) -> Letter:  # noqa: ANN401
    return letter(kind, occasion(booking, **more))


def read(kind: Kind, booking: Booking | None = None, **more: Any) -> tuple[str, Parts]:  # noqa: ANN401
    """Return the subject, and the message as it is read; both parts say the same."""
    message = composed(written(kind, booking, **more), more.get("practice", HARBOUR))
    parts = parts_of(message)
    return message["Subject"], replace(parts, text=" ".join(parts.text.split()))


def event(of: Letter) -> tuple[Any, Any]:
    assert of.calendar
    calendar = Calendar.from_ical(of.calendar.content)
    [found] = calendar.walk("VEVENT")
    assert str(calendar["method"]) == of.calendar.method
    return found, of.calendar.method


def test_every_kind_but_the_work_itself_is_a_message():
    work = {Kind.SETTLE, Kind.RELEASE, Kind.SLOT_FREED, Kind.MOVED, Kind.SYNC}
    assert set(MESSAGES) == set(Kind) - work


SAYS: dict[Kind, tuple[str, ...]] = {
    Kind.PATIENT_BOOKED: (
        f"You’re booked: {WHEN}",
        "Your appointment is in our diary.",
        "The attached file adds it to your calendar.",
        "Change or cancel",
        PAGE,
    ),
    Kind.PATIENT_CHANGED: (
        f"Your appointment is now {WHEN}",
        "Your appointment has moved",
        "It is no longer Friday 20 November, 11:15am. This is the new one:",
        "The attached file moves it in your calendar too.",
        "Change or cancel",
        PAGE,
    ),
    Kind.PATIENT_CANCELLED: (
        f"Cancelled: {WHEN}",
        "Your appointment is cancelled",
        "This appointment is no longer in our diary:",
        "Book another time",
        TIMES,
    ),
    Kind.PATIENT_CANCEL_ASKED: (
        f"We have your request to cancel: {WHEN}",
        "You need not come. We will take this appointment out of our diary by hand:",
        "If you did not ask for this, call us on 020 7946 0123.",
    ),
    Kind.PATIENT_NOT_BOOKED: (
        f"Not booked: {WHEN}",
        "Your appointment was not booked",
        "this time is still free, and you do not have it.",
        "You can book it, or another time, now.",
        "See free times",
        TIMES,
    ),
    Kind.PATIENT_UNCONFIRMED: (
        f"We’re checking your appointment: {WHEN}",
        "it may be yours, or somebody else’s.",
        f"will ring you on {PHONE}.",
        "Please don’t book again until you have heard from us.",
        "If you’d rather not wait, call us on 020 7946 0123.",
    ),
    Kind.PATIENT_NOT_FOUND: (
        f"We couldn’t move your appointment: {WHEN}",
        "We can’t find your appointment",
        "somebody here may have moved or cancelled it.",
        "you do not have this time:",
        f"will ring you on {PHONE}.",
    ),
    Kind.PRACTICE_NOT_FOUND: (
        f"Please ring about a move: {WHEN}",
        "Please ring this patient",
        "Nothing was changed, and they do not have the new time.",
    ),
    Kind.PRACTICE_BOOKED: (
        f"New online booking: {WHEN}",
        "It is in the diary. There is nothing to do.",
    ),
    Kind.PRACTICE_CHECK: (
        f"Please check and ring: {WHEN}",
        "Please check the diary and ring this patient",
        "the diary did not say whether it took the booking.",
        "Look at this time in the diary.",
        "The patient was told that you will ring.",
    ),
    Kind.PRACTICE_RELEASE: (
        f"Please cancel: {WHEN}",
        "A patient has cancelled online",
        "Please take this appointment out of the diary",
        "The patient has been told that they need not come.",
    ),
    Kind.PRACTICE_RELEASE_STUCK: (
        f"Please look in the diary: {WHEN}",
        "An appointment may still be in the diary",
        "This patient has cancelled.",
        "it has not done so.",
        "If it is still there, please take it out by hand. We go on trying meanwhile.",
    ),
}


@pytest.mark.parametrize("kind", MESSAGES)
def test_it_says_what_happened_what_it_means_and_what_to_do(kind: Kind):
    more = {"earlier": EARLIER} if kind is Kind.PATIENT_CHANGED else {}
    subject, parts = read(kind, **more)
    assert subject == SAYS[kind][0]
    for words in SAYS[kind][1:]:
        if words.startswith("https:"):
            assert words in parts.links
            assert words in parts.text
        else:
            assert words in parts.text
            assert words in parts.html


def test_a_change_at_the_same_time_is_not_said_to_have_left_it():
    _subject, parts = read(Kind.PATIENT_CHANGED, earlier=a_booking())
    assert "It is still at the same time." in parts.text
    assert "no longer" not in parts.text


@pytest.mark.parametrize("kind", TO_PATIENT)
def test_a_patients_message_has_every_fact_and_the_practices_number(kind: Kind):
    assert written(kind).to == EMAIL
    _subject, parts = read(kind)
    for text in (parts.text, parts.html):
        for words in (
            *(f"Hello {NAME},", WHEN, "45 minutes", "Anna Müller"),
            *("Treatment Room 1, 1 Quay Street, London", "Harbour Physiotherapy", "020 7946 0123"),
        ):
            assert words in text


@pytest.mark.parametrize("kind", TO_PRACTICE)
def test_a_practices_message_says_who_and_how_to_reach_them(kind: Kind):
    assert written(kind).to == HARBOUR.email
    _subject, parts = read(kind)
    for text in (parts.text, parts.html):
        for words in (
            *(NAME, PHONE, EMAIL, "Anna Müller, Treatment Room 1"),
            "Monday 23 November 2026, 9:15am",
        ):
            assert words in text


@pytest.mark.parametrize("kind", MESSAGES)
def test_no_message_has_the_reason_for_the_visit_or_a_name_in_its_headers(kind: Kind):
    message = composed(written(kind, earlier=EARLIER, later=LATER))
    content = "".join(str(part.get_payload(decode=True)) for part in message.walk())
    headers = "".join(f"{name}: {value}\n" for name, value in message.items())
    assert "kneecap" not in content + headers
    assert NAME not in headers
    assert PHONE not in headers


@pytest.mark.parametrize("kind", MESSAGES)
def test_no_name_can_bring_markup_along(kind: Kind):
    booking = a_booking(
        state=State.CONFIRMED,
        patient_name="<b>Zoë</b> & <script>x</script>",
        staff_name="Anna <i>Müller</i>",
        room_name="Room <1>",
    )
    _subject, parts = read(kind, booking, practice=practice(name="Harbour <u>&</u> Co"))
    for tag in ("<b>", "<script", "<i>", "<u>", "<1>"):
        assert tag not in parts.source
    for words in ("Anna <i>Müller</i>", "Harbour <u>&</u> Co", "<b>Zoë</b> & <script>x</script>"):
        assert words in parts.html
        assert words in parts.text


@pytest.mark.parametrize("kind", MESSAGES)
def test_the_time_is_the_practices_own(kind: Kind):
    where = practice(timezone="America/New_York", country="US", phone="(212) 555-0123")
    subject, parts = read(kind, practice=where)
    assert "4:15am" in subject
    assert "4:15am" in parts.text
    assert "9:15am" not in subject + parts.text


class TestTheCalendar:
    def test_a_change_moves_the_same_event_and_a_cancellation_removes_it(self):
        steps = [
            (Kind.PATIENT_BOOKED, 0, "PUBLISH", "CONFIRMED"),
            (Kind.PATIENT_CHANGED, 1, "PUBLISH", "CONFIRMED"),
            # Recorded as cancelled, it has counted on.
            (Kind.PATIENT_CANCELLED, 2, "CANCEL", "CANCELLED"),
        ]
        uids = set[str]()
        for kind, sequence, method, status in steps:
            booking = a_booking(state=State.CONFIRMED, uid="one-and-the-same", sequence=sequence)
            found, said = event(written(kind, booking, earlier=EARLIER))
            assert said == method
            assert (int(found["sequence"]), str(found["status"])) == (sequence, status)
            assert found.decoded("dtstart") == START
            uids.add(str(found["uid"]))
        assert uids == {"one-and-the-same@harbour.booking"}

    @pytest.mark.parametrize("kind", [*TO_PRACTICE, *TO_PATIENT[3:]])
    def test_what_is_not_certain_is_no_event(self, kind: Kind):
        assert written(kind).calendar is None

    def test_the_ones_with_a_file_are_the_first_three(self):
        assert [kind for kind in MESSAGES if written(kind).calendar] == TO_PATIENT[:3]


class TestAChange:
    def test_where_the_practice_takes_the_old_one_out_the_patient_need_do_nothing(self):
        words = "We will take the old one out of our diary by hand: you need do nothing."
        for diary_cancels in (True, False):
            _subject, parts = read(
                Kind.PATIENT_CHANGED, earlier=EARLIER, diary_cancels=diary_cancels
            )
            assert (words in parts.text) is not diary_cancels

    def test_the_practice_is_told_of_the_new_time_as_well(self):
        subject, parts = read(Kind.PRACTICE_RELEASE, later=LATER)
        assert subject == f"Please take out the old appointment: {WHEN}"
        for text in (parts.text, parts.html):
            assert "This patient has moved to Tuesday 24 November, 1:15pm" in text
            assert "which is in the diary already" in text
            assert "Monday 23 November 2026, 9:15am" in text

    def test_the_practice_hears_that_the_patient_may_stand_in_the_diary_twice(self):
        _subject, parts = read(Kind.PRACTICE_RELEASE_STUCK, later=LATER)
        for text in (parts.text, parts.html):
            assert "This patient has moved to Tuesday 24 November, 1:15pm" in text
            assert "for now the patient may stand there twice" in text
            assert "Monday 23 November 2026, 9:15am" in text

    @pytest.mark.parametrize(
        ("kind", "words"),
        [
            (
                Kind.PATIENT_NOT_BOOKED,
                "You still have your appointment on Friday 20 November, 11:15am.",
            ),
            (
                Kind.PATIENT_UNCONFIRMED,
                "You still have your appointment on Friday 20 November, 11:15am.",
            ),
            (
                Kind.PRACTICE_CHECK,
                "It was to replace Friday 20 November, 11:15am, which still stands.",
            ),
        ],
    )
    def test_one_that_may_have_failed_says_that_the_old_appointment_stands(
        self, kind: Kind, words: str
    ):
        assert words in read(kind, earlier=EARLIER)[1].text
        gone = a_booking(state=State.CONFIRMED, release_asked_at_utc=NOW)
        for earlier in (None, gone, a_booking(state=State.CANCELLED)):
            assert "still" not in read(kind, earlier=earlier)[1].text.replace("still free", "")
