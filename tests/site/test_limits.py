"""How often one address may ask: said with a page, and nobody else is held up."""

from __future__ import annotations

import pytest
import time_machine

from tests.page import Page, Visitor
from tests.reference_process import ELM_TREE, HARBOUR
from tests.site.conftest import MakeSite
from tests.site.ground import PATIENT, Site, free_slot
from webapp import clock as our_clock
from webapp.config import Switch

BOOKINGS_A_MINUTE = 20


@pytest.fixture
def limited(make_site: MakeSite, clock: time_machine.Traveller) -> Site:
    """A site that counts, beginning at nought, in a minute that lasts until the test's end."""
    clock.move_to(our_clock.now(), tick=False)
    return make_site(HARBOUR.slug, ELM_TREE.slug, rate_limits=Switch.ON)


def press_on(site: Site, visitor: Visitor, url: str, most: int) -> Page:
    """Send a form until it is refused."""
    for _ in range(most):
        answer = visitor.raw("POST", url, data=PATIENT)
        if answer.status_code == 429:
            return visitor.read(answer, url)
        assert answer.status_code == 400
    raise AssertionError(f"{most} times and no limit")


def test_too_many_bookings_from_one_address_get_a_page_that_says_when(limited: Site) -> None:
    url = free_slot(limited.diary).page("book")
    page = press_on(limited, limited.visitor, url, BOOKINGS_A_MINUTE + 1)
    assert page.heading == "Please wait a minute"
    assert "Nothing has been booked by this last one." in page.text
    assert page.has("020 7946 0123")
    assert page.headers.getlist("Retry-After") == ["60"]
    # Looking on is not booking, and another practice is another matter.
    assert limited.open("/harbour-physio/").heading == "Who would you like to see?"
    elm = free_slot(limited.diary, 511, 61, slug=ELM_TREE.slug).page("book")
    assert limited.visitor.raw("POST", elm, data=PATIENT).status_code == 400
    assert limited.writes() == 0


def test_forms_that_only_check_have_a_limit_of_their_own(limited: Site) -> None:
    url = free_slot(limited.diary).page("check")
    page = press_on(limited, limited.visitor, url, 61)
    assert page.heading == "Please wait a minute"


def test_looking_has_a_limit_too(limited: Site) -> None:
    answers = [limited.visitor.raw("HEAD", "/harbour-physio/privacy") for _ in range(241)]
    assert [one.status_code for one in answers] == [200] * 240 + [429]


def test_without_limits_nobody_waits(site: Site) -> None:
    url = free_slot(site.diary).page("book")
    answers = [site.visitor.raw("POST", url, data=PATIENT) for _ in range(BOOKINGS_A_MINUTE + 5)]
    assert {one.status_code for one in answers} == {400}
