from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webapp.web.tokens import TokenExpired, TokenInvalid, Tokens, hash_of

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no failure."""

TOKENS = Tokens("k" * 32)
TWO_HOURS = 2 * 60 * 60

slugs = st.text("abz09-", min_size=1, max_size=20)
journeys = st.text("AZaz09_-", min_size=22, max_size=22)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 11, 20, 8, tzinfo=UTC), tick=False) as traveller:
        yield traveller


class TestAFormsToken:
    @CALM
    @given(slugs, journeys)
    def test_it_tells_its_journey_to_its_own_practice(self, slug: str, journey: str):
        token = TOKENS.sign_journey(slug=slug, journey=journey)
        assert TOKENS.read_journey(token, slug=slug) == journey

    @CALM
    @given(slugs, slugs, journeys)
    def test_it_is_worth_nothing_at_another_practice(self, slug: str, other: str, journey: str):
        token = TOKENS.sign_journey(slug=slug, journey=journey)
        if slug != other:
            with pytest.raises(TokenInvalid):
                TOKENS.read_journey(token, slug=other)

    @CALM
    @given(st.data())
    def test_one_changed_letter_makes_it_invalid(self, data: st.DataObject):
        token = TOKENS.sign_journey(slug="harbour", journey="j" * 22)
        # The last letter of base64 may stand for bits that nobody reads.
        at = data.draw(st.integers(0, len(token) - 2))
        letter = data.draw(st.sampled_from("abcdefgXYZ0189-_."))
        changed = token[:at] + letter + token[at + 1 :]
        if changed != token:
            with pytest.raises(TokenInvalid):
                TOKENS.read_journey(changed, slug="harbour")

    @CALM
    @given(st.text())
    def test_whatever_else_is_sent_is_invalid(self, text: str):
        with pytest.raises(TokenInvalid):
            TOKENS.read_journey(text, slug="harbour")

    def test_it_is_worth_nothing_under_another_key(self):
        token = Tokens("x" * 32).sign_journey(slug="harbour", journey="j")
        with pytest.raises(TokenInvalid):
            TOKENS.read_journey(token, slug="harbour")

    def test_it_holds_for_two_hours(self, clock: time_machine.Traveller):
        token = TOKENS.sign_journey(slug="harbour", journey="j")
        clock.shift(TWO_HOURS)
        assert TOKENS.read_journey(token, slug="harbour") == "j"

    def test_when_it_has_expired_its_journey_is_still_told(self, clock: time_machine.Traveller):
        token = TOKENS.sign_journey(slug="harbour", journey="j")
        clock.shift(TWO_HOURS + 1)
        with pytest.raises(TokenExpired) as caught:
            TOKENS.read_journey(token, slug="harbour")
        assert caught.value.journey == "j"

    def test_an_expired_one_of_another_practice_tells_nothing(self, clock: time_machine.Traveller):
        token = TOKENS.sign_journey(slug="harbour", journey="j")
        clock.shift(TWO_HOURS + 1)
        with pytest.raises(TokenInvalid):
            TOKENS.read_journey(token, slug="elm-tree")


class TestJourneys:
    def test_each_has_128_bits_that_fit_a_url(self):
        drawn = {TOKENS.new_journey() for _ in range(100)}
        assert len(drawn) == 100
        assert all(
            len(one) == 22 and one.replace("-", "").replace("_", "").isalnum() for one in drawn
        )


class TestOutcomes:
    @CALM
    @given(slugs, journeys)
    def test_a_journey_always_leads_to_the_same_page(self, slug: str, journey: str):
        page = TOKENS.outcome_of(slug=slug, journey=journey)
        assert page == Tokens("k" * 32).outcome_of(slug=slug, journey=journey)
        assert len(page) == 32

    def test_no_two_practices_and_no_two_journeys_share_a_page(self):
        pages = {
            TOKENS.outcome_of(slug=slug, journey=journey)
            for slug in ("harbour", "elm-tree", "harbour-j")
            for journey in ("j", "k", "j-j")
        }
        assert len(pages) == 9

    def test_another_deployment_cannot_find_it(self):
        page = TOKENS.outcome_of(slug="harbour", journey="j")
        assert page != Tokens("x" * 32).outcome_of(slug="harbour", journey="j")

    def test_what_is_stored_of_it_is_only_its_hash(self):
        page = TOKENS.outcome_of(slug="harbour", journey="j")
        assert hash_of(page) == hash_of(page)
        assert page not in hash_of(page)
        assert len(hash_of(page)) == 64


class TestPlacesOnTheList:
    def test_each_has_a_page_of_its_own_that_this_deployment_alone_can_find(self):
        pages = {
            tokens.entry_of(slug=slug, journey=journey)
            for tokens in (TOKENS, Tokens("x" * 32))
            for slug in ("harbour", "elm-tree")
            for journey in ("j", "k")
        }
        assert len(pages) == 8
        assert all(len(one) == 32 for one in pages)


class TestOffers:
    @CALM
    @given(slugs, st.text("0123456789abcdef", min_size=32, max_size=32))
    def test_the_end_of_its_link_is_26_small_letters_and_digits(self, slug: str, nonce: str):
        token = TOKENS.offer_of(slug=slug, nonce=nonce)
        # No dash or dot, at which a phone would end the link, and nothing to spell out.
        assert re.fullmatch("[a-z0-9]{26}", token)
        assert token == Tokens("k" * 32).offer_of(slug=slug, nonce=nonce)

    def test_it_holds_all_128_bits_of_what_it_was_made_from(self):
        token = TOKENS.offer_of(slug="harbour", nonce="0" * 32)
        bits = base64.b32decode(f"{token.upper()}======")
        text = "asap offer\0harbour\0" + "0" * 32
        expected = hmac.new(b"k" * 32, text.encode(), hashlib.sha256).digest()
        assert bits == expected[:16]

    def test_no_two_offers_practices_or_deployments_share_one(self):
        tokens = {
            of.offer_of(slug=slug, nonce=nonce)
            for of in (TOKENS, Tokens("x" * 32))
            for slug in ("harbour", "elm-tree")
            for nonce in ("0" * 32, "1" * 32)
        }
        assert len(tokens) == 8


def test_one_journey_makes_another_secret_for_each_purpose():
    given = {"slug": "harbour", "journey": "0" * 32}
    pages = (TOKENS.outcome_of(**given), TOKENS.page_of(**given), TOKENS.entry_of(**given))
    offer = TOKENS.offer_of(slug="harbour", nonce="0" * 32)
    made = {*(bytes.fromhex(one) for one in pages), base64.b32decode(f"{offer.upper()}======")}
    assert len(made) == 4
