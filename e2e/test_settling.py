"""What nobody knew is found out while the patient looks on, and is said on the page and by mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from e2e.journey import open_check, open_move_question
from e2e.own import Heading, Own
from e2e.pages import Check, Details, Outcome, Times
from e2e.post import button_of
from e2e.practice import PHONE, Practice

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

    from e2e.watch import Watch

_ENOUGH_LOOKS = 2
"""The last of them comes later than the page would be loaded again without scripts."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the diary did, what is found when we look, and what the patient is told."""

    kind: str
    heading: Heading
    words: str
    subject: str
    sentence: str


LOST = Trouble(
    "drop_before",
    Heading.NOT_BOOKED,
    "is still free, and you don’t have it",
    "Not booked: ",
    "this time is still free, and you do not have it",
)
GONE = Trouble(
    "drop_after",
    Heading.PRACTICE_RINGS,
    "it may be yours, or somebody else’s",
    "We’re checking your appointment: ",
    "it may be yours, or somebody else’s",
)
each_trouble = pytest.mark.parametrize(
    ("trouble", "scripts"),
    [
        pytest.param(LOST, True, id="not-booked"),
        pytest.param(
            GONE,
            False,
            id="unclear-no-scripts",
            marks=pytest.mark.browser_context_args(java_script_enabled=False),
        ),
    ],
)


@each_trouble
def test_the_open_page_tells_it_and_so_does_the_mail(
    page: Page, practice: Practice, trouble: Trouble, scripts: bool
):
    slot, patient = practice.first_free(), practice.patient
    practice.fault(trouble.kind)
    open_check(page, practice, slot, patient).book()
    outcome = Outcome(page).is_unknown().has(slot.when, patient.email)
    address = page.url
    _wait_while_it_looks_again(page, scripts=scripts)
    outcome.is_unknown()
    practice.let_time_pass()
    expect(page.get_by_role("heading", level=1)).to_have_text(trouble.heading)
    outcome.has(slot.when, trouble.words)
    assert page.url == address
    (mail,) = practice.wait_for_mails(1, to=patient.email)
    assert mail.subject == f"{trouble.subject}{slot.when}"
    assert mail.text is not None
    assert trouble.sentence in " ".join(mail.text.split())
    assert practice.writes() == 1
    again = page.reload()
    assert again is not None
    # What is settled need not be looked at again
    assert "refresh" not in again.headers


def test_what_was_not_booked_can_be_booked(page: Page, practice: Practice):
    slot, patient = practice.first_free(), practice.patient
    practice.fault("drop_before")
    open_check(page, practice, slot, patient).book()
    outcome = Outcome(page).is_unknown()
    practice.let_time_pass()
    outcome.is_nothing()
    (mail,) = practice.wait_for_mails(1, to=patient.email)
    outcome.way("See what is free").click()
    times = Times(page).is_shown()
    assert page.url == button_of(mail)
    times.choose(slot)
    Details(page).is_shown().fill(patient).go_on()
    Check(page).says(patient, slot).book()
    outcome.says(slot)
    assert len(practice.bookings()) == 1
    assert practice.writes() == 2


def test_the_practice_is_told_whom_to_ring_and_why(page: Page, practice: Practice):
    slot, patient = practice.first_free(), practice.patient
    practice.fault("drop_after")
    open_check(page, practice, slot, patient).book()
    outcome = Outcome(page).is_unknown()
    practice.let_time_pass()
    outcome.is_for_the_practice().has("Please don’t book again")
    expect(outcome.way(f"Call {PHONE}")).to_be_visible()
    (mail,) = practice.wait_for_mails(1, to=practice.email)
    assert mail.subject == f"Please check and ring: {slot.when}"
    assert mail.text is not None
    for words in (patient.name, patient.phone, slot.staff.name, slot.room.name):
        assert words in mail.text


@each_trouble
def test_a_change_without_an_answer_is_told_on_the_new_ones_page_and_the_old_one_stays(
    page: Page, practice: Practice, trouble: Trouble, scripts: bool
):
    old, new, *_ = practice.free()
    question = open_move_question(page, practice, old, new)
    # Of two at once either may come first
    practice.wait_for_mails(1, to=practice.patient.email)
    practice.fault(trouble.kind)
    question.say_yes()
    own = Own(page).says(Heading.LOOKING, new)
    _wait_while_it_looks_again(page, scripts=scripts)
    practice.let_time_pass()
    own.says(trouble.heading, new)
    mail = practice.wait_for_mails(2, to=practice.patient.email)[-1]
    assert mail.subject == f"{trouble.subject}{new.when}"
    assert mail.text is not None
    assert f"You still have your appointment on {old.when}" in " ".join(mail.text.split())
    own.see_old_one()
    own.stands(old)
    assert "release" not in practice.stored.promised(practice.slug)


def test_an_error_in_between_does_not_end_the_looking(page: Page, practice: Practice, watch: Watch):
    watch.expect_complaint("503")
    practice.fault("drop_before")
    open_check(page, practice, practice.first_free()).book()
    outcome = Outcome(page).is_unknown()
    page.route(
        "**/outcome/*", lambda route: route.fulfill(status=503, body="<h1>Away</h1>"), times=1
    )
    with page.expect_response(lambda answer: answer.status == 503):
        pass
    _wait_while_it_looks_again(page, scripts=True)
    practice.let_time_pass()
    outcome.is_nothing()


def _wait_while_it_looks_again(page: Page, *, scripts: bool):
    """Wait until the page has looked again; where scripts run, it must not be loaded anew."""
    if not scripts:
        with page.expect_response(lambda answer: _is_of(page, answer, is_load=True)):
            return
    page.evaluate("window.isTheSame = true")
    for _ in range(_ENOUGH_LOOKS):
        with page.expect_response(lambda answer: _is_of(page, answer, is_load=False)):
            pass
    assert page.evaluate("window.isTheSame") is True


def _is_of(page: Page, answer: Response, *, is_load: bool) -> bool:
    return answer.url == page.url and answer.request.is_navigation_request() is is_load
