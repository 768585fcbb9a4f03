"""One journey, one write; one patient, one booking; one slot, one patient."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from werkzeug.test import TestResponse

from tests.page import Page
from tests.reference_process import HARBOUR
from tests.site.ground import ANNA, PATIENT, ROOM_1, Site, free_slot
from webapp.appointments.model import State
from webapp.web.forms import TOKEN_FIELD

BOOK = "Book this appointment"
CROWD = 20


def at_once(site: Site, url: str, forms: list[dict[str, str]]) -> list[TestResponse]:
    """Send all the forms in the same moment."""
    together = Barrier(len(forms))

    def send(answers: dict[str, str]) -> TestResponse:
        together.wait()
        return site.visitor.raw("POST", url, data=answers)

    with ThreadPoolExecutor(len(forms)) as crowd:
        return list(crowd.map(send, forms))


def form_of(check: Page) -> dict[str, str]:
    return next(one.fields.to_dict() for one in check.buttons if one.name == BOOK)


def test_a_double_click_and_a_refresh_lead_to_the_same_outcome(site: Site) -> None:
    check = site.check(free_slot(site.diary))
    outcomes = [check.press(BOOK) for _ in range(3)]
    assert {one.heading for one in outcomes} == {"You’re booked"}
    assert len({one.url for one in outcomes}) == 1
    assert site.writes() == 1
    assert len(site.bookings()) == 1


def test_one_form_sent_by_twenty_threads_is_written_once(site: Site) -> None:
    slot = free_slot(site.diary)
    answers = form_of(site.check(slot))
    # The answer takes a moment, so that all the others come while it is under way.
    site.diary.fault(HARBOUR.slug, "book", "slow_after", times=1, seconds=0.3)
    answered = at_once(site, slot.page("book"), [answers] * CROWD)
    assert {one.status_code for one in answered} == {303}
    (url,) = {one.headers["Location"] for one in answered}
    assert site.open(url).heading == "You’re booked"
    assert site.writes() == 1
    assert len(site.diary.bookings(HARBOUR.slug)) == 1
    assert [row.state for row in site.bookings()] == [State.CONFIRMED]


def test_a_second_tab_of_the_same_patient_leads_to_the_same_outcome(site: Site) -> None:
    slot = free_slot(site.diary)
    one, other = site.check(slot), site.check(slot)
    assert one.fields[TOKEN_FIELD] != other.fields[TOKEN_FIELD]
    outcome = one.press(BOOK)
    assert other.press(BOOK).url == outcome.url
    assert outcome.heading == "You’re booked"
    assert site.writes() == 1
    assert len(site.bookings()) == 1


def test_two_tabs_of_one_patient_at_once_make_one_booking(site: Site) -> None:
    slot = free_slot(site.diary)
    tabs = [form_of(site.check(slot)) for _ in range(2)]
    answered = at_once(site, slot.page("book"), tabs)
    assert {one.status_code for one in answered} == {303}
    (url,) = {one.headers["Location"] for one in answered}
    assert site.open(url).heading == "You’re booked"
    assert len(site.diary.bookings(HARBOUR.slug)) == 1


def test_somebody_else_with_another_tab_is_told_that_the_time_has_gone(site: Site) -> None:
    slot = free_slot(site.diary)
    site.book(slot)
    answers = PATIENT | {"name": "Zoë Ng", "email": "zoe@ng.example", "token": site.token()}
    gone = site.visitor.send(slot.page("book"), answers, allow=409)
    assert gone.heading == "That time has gone"
    # Nothing of the first patient's shows.
    assert PATIENT["name"] not in gone.html


def crowd(site: Site, number: int) -> list[dict[str, str]]:
    """Return as many patients' forms, each of its own journey."""
    return [
        PATIENT
        | {"name": f"Patient {chr(65 + at)}", "email": f"p{at}@x.example", "token": site.token()}
        for at in range(number)
    ]


def assert_one_booked(site: Site) -> None:
    assert len(site.diary.bookings(HARBOUR.slug)) == 1
    states = [row.state for row in site.bookings()]
    assert states.count(State.CONFIRMED) == 1
    assert set(states) <= {State.CONFIRMED, State.TAKEN}
    assert {row.reason for row in site.bookings()} == {None}


def test_three_patients_for_one_slot_leave_one_confirmed_and_offer_the_others_more(
    site: Site,
) -> None:
    slot = free_slot(site.diary, ANNA, ROOM_1)
    site.check(slot)
    forms = crowd(site, 3)
    answered = at_once(site, slot.page("book"), forms)
    assert sorted(one.status_code for one in answered) == [303, 409, 409]
    for form, one in zip(forms, answered, strict=True):
        if one.status_code == 303:
            assert site.open(one.headers["Location"]).heading == "You’re booked"
            continue
        gone = site.visitor.read(one, slot.page("book"))
        assert gone.heading == "That time has gone"
        assert gone.classed("option"), "no other time is offered"
        assert not gone.has("Monday 23 November, 9:15am Anna")
        assert gone.fields["name"] == form["name"]
        assert gone.fields["reason"] == PATIENT["reason"]
    assert_one_booked(site)


def test_twenty_patients_for_one_slot_leave_one_booked_and_nobody_misled(site: Site) -> None:
    slot = free_slot(site.diary, ANNA, ROOM_1)
    site.check(slot)
    forms = crowd(site, CROWD)
    answered = at_once(site, slot.page("book"), forms)
    assert Counter(one.status_code for one in answered) == {303: 1, 409: CROWD - 1}
    for form, one in zip(forms, answered, strict=True):
        if one.status_code == 303:
            assert site.open(one.headers["Location"]).heading == "You’re booked"
            continue
        gone = site.visitor.read(one, slot.page("book"))
        assert gone.heading == "That time has gone"
        assert gone.classed("option"), "no other time is offered"
        assert gone.fields["name"] == form["name"]
        assert gone.fields["reason"] == PATIENT["reason"]
    assert_one_booked(site)


def test_back_to_the_details_after_booking_leads_to_what_was_booked(site: Site) -> None:
    slot = free_slot(site.diary)
    details = site.open(slot.page("details"))
    outcome = details.press("Continue", PATIENT).press(BOOK)
    assert details.press("Continue", PATIENT).url == outcome.url
    # Answers amended on the way back are no second booking.
    assert details.press("Continue", PATIENT, reason="").url == outcome.url
    assert details.press("Continue", PATIENT, phone="").url == outcome.url
    assert site.writes() == 1


def test_back_after_a_lost_time_is_told_that_it_is_lost(site: Site) -> None:
    slot = free_slot(site.diary)
    details = site.open(slot.page("details"))
    check = details.press("Continue", PATIENT)
    slot.taken_by_the_desk(site.diary)
    check.press(BOOK, allow=409)
    assert details.press("Continue", PATIENT, allow=409).heading == "That time has gone"


def test_an_expired_form_keeps_all_and_books_once_when_sent_again(
    site: Site, pass_time: Callable[[timedelta], None]
) -> None:
    check = site.check(free_slot(site.diary))
    pass_time(timedelta(hours=2, minutes=1))
    late = check.press(BOOK, allow=400)
    assert late.heading == "Check and book"
    assert late.problems == [
        "This page had been open for a long time. Please check it and continue."
    ]
    assert site.writes() == 0
    for name, value in PATIENT.items():
        assert late.fields[name] == value
    outcome = late.press(BOOK)
    assert outcome.heading == "You’re booked"
    assert late.press(BOOK).url == outcome.url
    # The old page, still open elsewhere, speaks of the same journey: it leads there too.
    assert check.press(BOOK).url == outcome.url
    assert site.writes() == 1
    assert len(site.bookings()) == 1


@pytest.mark.parametrize("step", ["details", "check"])
def test_an_expired_form_on_the_way_goes_on(
    site: Site, pass_time: Callable[[timedelta], None], step: str
) -> None:
    slot = free_slot(site.diary)
    details = site.open(slot.page("details"))
    journey = site.tokens.read_journey(details.fields[TOKEN_FIELD], slug=HARBOUR.slug)
    pass_time(timedelta(hours=3))
    if step == "check":
        page = details.press("Continue", PATIENT, allow=400)
    else:
        page = site.visitor.send(slot.page("details"), PATIENT | details.fields)
    assert site.tokens.read_journey(page.fields[TOKEN_FIELD], slug=HARBOUR.slug) == journey
