"""What a patient typed, our key and our tokens stay out of logs, URLs and other people's hands."""

from __future__ import annotations

from unittest import mock

import pytest
from sqlalchemy import text

from tests.reference_process import HARBOUR
from tests.site.conftest import MakeSite
from tests.site.ground import PATIENT, Site, free_slot
from tests.site.logs import Everything, assert_silent_about
from webapp.appointments.model import State
from webapp.appointments.placing import Desk

BOOK = "Book this appointment"


def secrets_of(site: Site, *tokens: str) -> list[str]:
    """Return what opens a page: the tokens of forms, and those of outcome pages."""
    journeys = [row.journey for row in site.bookings()]
    outcomes = [site.tokens.outcome_of(slug=HARBOUR.slug, journey=one) for one in journeys]
    pages = [site.tokens.page_of(slug=HARBOUR.slug, journey=one) for one in journeys]
    return [*tokens, *journeys, *outcomes, *pages]


@pytest.mark.parametrize(
    "fault",
    [None, "drop_after", "rubbish_html", "server_error", "wrong_echo", "half_json", "extra_keys"],
)
def test_the_log_of_a_journey_tells_of_no_patient(
    log: Everything, make_site: MakeSite, fault: str | None
) -> None:
    site = make_site(HARBOUR.slug)
    check = site.check(free_slot(site.diary))
    if fault:
        site.diary.fault(HARBOUR.slug, "book", fault, times=1)
    outcome = check.press(BOOK)
    site.open(outcome.url)
    own = site.own_page(site.bookings()[0])
    for path in ("", "/change", "/cancel"):
        site.open(own + path)
    assert_silent_about(log, *secrets_of(site, check.fields["token"]))
    assert any("/<slug>/booking/<token>/change" in line for line in log.lines)
    assert any("/<slug>/outcome/<token>" in line for line in log.lines)


def test_the_log_of_refusals_and_bad_input_tells_of_no_patient(
    log: Everything, make_site: MakeSite
) -> None:
    site = make_site(HARBOUR.slug)
    slot = free_slot(site.diary)
    check = site.check(slot)
    errors = [{"error": 9, "fieldName": "phone", "message": PATIENT["phone"]}]
    site.diary.fault(HARBOUR.slug, "book", "field_errors", times=1, errors=errors)
    check.press(BOOK, allow=422)
    late = site.check(slot)
    slot.taken_by_the_desk(site.diary)
    gone = late.press(BOOK, allow=409)
    gone.press("See all free times")
    tokens = [one.fields["token"] for one in (check, late, gone)]
    site.visitor.send(slot.page("book"), PATIENT | {"phone": "x"}, allow=400)
    site.visitor.raw("PUT", slot.page("book"), data=PATIENT)
    site.visitor.raw("POST", slot.page("book"), json=PATIENT)
    assert_silent_about(log, *secrets_of(site, *tokens))


def test_the_log_of_an_unforeseen_error_tells_where_and_of_no_patient(
    log: Everything, make_site: MakeSite
) -> None:
    site = make_site(HARBOUR.slug)
    check = site.check(free_slot(site.diary))
    error = ValueError(f"cannot place {PATIENT}")
    with mock.patch.object(Desk, "place", side_effect=error):
        page = check.press(BOOK, allow=500)
    assert page.heading == "Something went wrong on our side"
    assert "please call us to check before you try again" in page.text
    assert_silent_about(log, *secrets_of(site, check.fields["token"]))
    assert any("unhandled ValueError" in line for line in log.lines)
    assert any("in book" in line for line in log.lines), "the log does not say where"


def test_the_log_of_a_database_that_fails_tells_of_no_patient(
    log: Everything, make_site: MakeSite
) -> None:
    site = make_site(HARBOUR.slug)
    check = site.check(free_slot(site.diary))
    with site.engine.begin() as connection:
        connection.execute(
            text("CREATE TRIGGER full BEFORE INSERT ON booking BEGIN SELECT missing(); END")
        )
    check.press(BOOK, allow=503)
    assert_silent_about(log, check.fields["token"])


@pytest.mark.parametrize(
    ("fault", "state", "kept"),
    [
        (None, State.CONFIRMED, None),
        ("already", State.TAKEN, None),
        ("field", State.REFUSED, None),
        ("refuse", State.UNREACHABLE, None),
        ("drop_before", State.UNKNOWN, PATIENT["reason"]),
    ],
)
def test_the_reason_is_kept_only_while_the_outcome_is_unknown(
    site: Site, fault: str | None, state: State, kept: str | None
) -> None:
    check = site.check(free_slot(site.diary))
    numbers = {"already": (12, "booking"), "field": (8, "name")}
    if fault in numbers:
        number, field = numbers[fault]
        errors = [{"error": number, "fieldName": field, "message": "no"}]
        site.diary.fault(HARBOUR.slug, "book", "field_errors", times=1, errors=errors)
    elif fault:
        site.diary.fault(HARBOUR.slug, "book", fault, times=1)
    allow = {State.TAKEN: 409, State.REFUSED: 422, State.UNREACHABLE: 503}.get(state, 200)
    check.press(BOOK, allow=allow)
    assert [(row.state, row.reason) for row in site.bookings()] == [(state, kept)]


def test_an_outcome_page_shows_where_word_is_sent_and_nothing_else_of_the_patient(
    site: Site,
) -> None:
    outcome = site.book(free_slot(site.diary))
    own = outcome.follow("Change or cancel")
    assert PATIENT["email"] in outcome.text
    assert PATIENT["email"] not in own.html
    # Links get forwarded: the first name is all that a booking's own page tells.
    assert "Hello Ada, " in own.text
    for name in ("name", "phone", "reason"):
        assert PATIENT[name] not in outcome.html
        assert PATIENT[name] not in own.html


def test_only_hashes_of_secret_addresses_are_stored(site: Site) -> None:
    outcome = site.book(free_slot(site.diary))
    own = outcome.follow("Change or cancel")
    tokens = [page.path.rsplit("/", 1)[1] for page in (outcome, own)]
    assert tokens[0] != tokens[1]
    for token in tokens:
        assert token not in repr(site.dump())


def test_no_promise_of_work_repeats_a_word_of_the_patients(site: Site) -> None:
    site.book(free_slot(site.diary))
    promised = site.dump()["outbox"]
    assert promised
    for word in PATIENT.values():
        assert word not in repr(promised)
