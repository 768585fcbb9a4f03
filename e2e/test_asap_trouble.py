"""A diary that is away, says no, or does not say: what somebody who says "take it" is told then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from e2e.asap import End, Offered, open_offer
from e2e.practice import ADA, BEA, PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from e2e.waiting import Listing


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the diary did, and how the page ends when somebody has looked."""

    kind: str
    end: End
    subject: str


LOST = Trouble("drop_before", End.OFFERED, "Not booked: ")
UNCLEAR = Trouble("drop_after", End.PRACTICE_RINGS, "We’re checking your appointment: ")


def test_a_diary_that_was_away_is_tried_again(page: Page, listing: Listing):
    practice, waiting = listing.practice, listing.put_on()
    assert waiting.has is not None
    slot = practice.first_free()
    offered = open_offer(page, listing.offer(waiting, slot))
    practice.fault("refuse")
    offered.take()
    offered.says(End.UNREACHABLE, slot, waiting.has).has("Nothing has changed", PHONE)
    assert not practice.bookings()
    offered.take()
    offered.says(End.YOURS, slot)
    assert page.url.rpartition("/")[2] != "take"
    assert len(practice.bookings()) == 1


def test_a_diary_that_cannot_even_be_asked(page: Page, listing: Listing):
    practice = listing.practice
    slot = practice.first_free()
    offered = open_offer(page, listing.offer(listing.put_on(), slot))
    practice.fault("drop_before", action="*")
    offered.take()
    offered.says(End.UNREACHABLE, slot).has("Nothing has changed")
    expect(offered.button).to_be_enabled()
    assert not practice.writes()
    # Where a phone loads again what the button answered, without the button
    page.goto(page.url)
    offered.offers(slot)
    assert not practice.writes()


def test_a_diary_that_was_away_is_tried_again_by_showing_the_page_afresh(
    page: Page, listing: Listing
):
    slot = listing.practice.first_free()
    offered = open_offer(page, listing.offer(listing.put_on(), slot))
    listing.practice.fault("refuse")
    offered.take()
    offered.says(End.UNREACHABLE, slot)
    page.reload()
    offered.says(End.YOURS, slot)
    assert len(listing.practice.bookings()) == 1


def test_the_diary_does_not_accept_the_patient(page: Page, listing: Listing):
    practice = listing.practice
    slot = practice.first_free()
    words = {"error": 9, "fieldName": "phone", "message": "The field phone: 07700 900123 is wrong"}
    practice.fault("field_errors", errors=[words])
    offered = open_offer(page, listing.offer(listing.put_on(), slot))
    offered.take()
    offered.says(End.REFUSED, slot).has("nothing has changed", PHONE).has_not("The field phone")
    assert not practice.bookings()


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(LOST, id="not-booked"),
        pytest.param(
            UNCLEAR,
            id="unclear-no-scripts",
            marks=pytest.mark.browser_context_args(java_script_enabled=False),
        ),
    ],
)
def test_without_an_answer_the_page_looks_again_by_itself_and_ends_in_the_truth(
    page: Page, listing: Listing, trouble: Trouble
):
    practice = listing.practice
    waiting = listing.put_on(practice.patient)
    assert waiting.has is not None
    slot = practice.first_free()
    link = listing.offer(waiting, slot)
    offered = open_offer(page, link)
    practice.fault(trouble.kind)
    offered.take()
    offered.says(End.LOOKING, slot, waiting.has).has("don’t book another")
    page.reload()
    offered.says(End.LOOKING)
    assert practice.writes() == 1
    practice.let_time_pass()
    offered.says(trouble.end, slot, waiting.has)
    assert page.url == link
    again = page.reload()
    assert again is not None
    # What is settled need not be looked at again
    assert "refresh" not in again.headers
    # Of the list, and of this
    mails = practice.wait_for_mails(2, to=practice.patient.email)
    assert practice.writes() == 1
    assert f"{trouble.subject}{slot.when}" in [mail.subject for mail in mails]
    if trouble is LOST:
        offered.take()
        offered.says(End.YOURS, slot)
        assert practice.writes() == 2
        assert len(practice.bookings()) == 1


def test_what_the_first_did_not_get_comes_back_to_the_next(page: Page, listing: Listing):
    practice = listing.practice
    slot = practice.first_free()
    links = [listing.offer(listing.put_on(patient), slot) for patient in (ADA, BEA)]
    practice.fault("drop_before")
    first = open_offer(page, links[0])
    first.take()
    first.says(End.LOOKING)
    second = open_offer(page.context.new_page(), links[1]).says(End.IN_HAND, slot)
    practice.let_time_pass()
    first.offers(slot)
    # Now that it is known, it need not wait for its turn to be told
    practice.let_time_pass()
    second.offers(slot).take()
    second.says(End.YOURS, slot)
    first.take()
    first.says(End.GONE, slot).has("You still have")
    assert [one["name"] for one in practice.bookings()] == [BEA.name]


def test_what_went_at_the_desk_meanwhile_is_said_and_what_else_is_free(
    page: Page, listing: Listing
):
    practice, waiting = listing.practice, listing.put_on()
    assert waiting.has is not None
    slot, next_best, *_ = practice.free()
    offered = open_offer(page, listing.offer(waiting, slot)).offers(slot)
    practice.take(slot)
    offered.take()
    offered.says(End.GONE, slot, waiting.has).has("Free now, and sooner", next_best.when)
    expect(offered.way("See all free times")).to_be_visible()
    assert not practice.bookings()


def test_what_else_is_free_is_not_made_up_when_the_diary_is_away(page: Page, listing: Listing):
    practice = listing.practice
    slot = practice.first_free()
    links = [listing.offer(listing.put_on(patient), slot) for patient in (ADA, BEA)]
    open_offer(page, links[0]).take()
    Offered(page).says(End.YOURS, slot)
    practice.fault("refuse", action="*")
    offered = open_offer(page, links[1]).says(End.GONE, slot).has("You still have")
    offered.see_appointment()
