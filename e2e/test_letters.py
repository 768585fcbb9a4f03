"""Every message that the site sends, as a mail program shows it on a phone and by night."""

from __future__ import annotations

from typing import TYPE_CHECKING

from e2e.fit import letter_faults_of
from e2e.journey import move
from e2e.post import button_of, kind_of
from e2e.practice import Patient, Practice
from webapp.appointments.kinds import Kind
from webapp.appointments.messages import MESSAGES
from webapp.appointments.model import State

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from e2e.waiting import Listing
    from tests.reference_mail import Mail

_TOLD = {
    State.PRACTICE_CHECKS: (Kind.PATIENT_UNCONFIRMED, Kind.PRACTICE_CHECK),
    State.NOT_BOOKED: (Kind.PATIENT_NOT_BOOKED,),
    State.CONFIRMED: (
        Kind.PRACTICE_BOOKED,
        Kind.PATIENT_CANCEL_ASKED,
        Kind.PRACTICE_RELEASE,
        Kind.PRACTICE_RELEASE_STUCK,
    ),
    State.CANCELLED: (Kind.PATIENT_CANCELLED,),
    State.REFUSED: (Kind.PATIENT_NOT_FOUND, Kind.PRACTICE_NOT_FOUND),
}
"""What is told of a booking in each state, besides that it was made or moved."""


def test_everybody_can_read_every_message(page: Page, practice: Practice):
    mails = _every_mail(page, practice)
    assert {kind_of(mail) for mail in mails} == set(MESSAGES)
    # No page of ours: its rules for styles would hold for the messages too
    page.goto("about:blank")
    faults: list[str] = []
    for mail in mails:
        assert mail.html is not None
        page.set_content(mail.html)
        faults += [f"{mail.subject}: {one}" for one in letter_faults_of(page)]
        words = page.locator("body").inner_text()
        assert mail.text is not None
        # Either part is readable by itself: the same words
        assert _words(mail.text) - _words(words) <= {"--", *_addresses(mail.text)}
    assert not faults, "\n".join(faults)


def test_everybody_can_read_the_message_about_the_list(page: Page, listing: Listing):
    patient = listing.practice.patient
    listing.put_on(patient)
    (mail,) = listing.practice.wait_for_mails(1, to=patient.email)
    assert mail.html is not None
    page.goto("about:blank")
    page.set_content(mail.html)
    assert letter_faults_of(page) == []
    assert button_of(mail).startswith(f"{listing.practice.home}asap/")


def _every_mail(page: Page, practice: Practice) -> list[Mail]:
    old, new, *_ = practice.free()
    # Whoever they are meant for, all come to one address
    move(page, practice, old, new, Patient(email=practice.email))
    # Of a booking, of a change, and of an appointment to be taken out
    count = 3
    mails = practice.wait_for_mails(count, to=practice.email)
    for state, kinds in _TOLD.items():
        practice.stored.change(practice.slug, state=state)
        for kind in kinds:
            practice.stored.promise_again(practice.slug, kind)
        count += len(kinds)
        mails = practice.wait_for_mails(count, to=practice.email)
    return mails


def _words(text: str) -> set[str]:
    return {word.rstrip(":") for word in text.split()}


def _addresses(text: str) -> list[str]:
    return [word for word in text.split() if word.startswith("http")]
