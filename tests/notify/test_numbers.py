"""Which numbers a text can reach, and how they are written for people."""

from __future__ import annotations

import pytest

from webapp.notify.numbers import say_number, texting_number


@pytest.mark.parametrize(
    ("typed", "country", "number"),
    [
        ("07700 900123", "GB", "+447700900123"),
        ("(07700) 900-123", "GB", "+447700900123"),
        ("0044 7700 900123", "GB", "+447700900123"),
        ("+44 (0)7700 900123", "GB", "+447700900123"),
        ("+44 7700 900123", "US", "+447700900123"),
        ("(202) 555-0123", "US", "+12025550123"),
        ("+1 202 555 0123", "GB", "+12025550123"),
        ("+353 85 012 3456", "GB", "+353850123456"),
        ("0151 23456789", "DE", "+4915123456789"),
        ("+61 491 570 156", "GB", "+61491570156"),
    ],
)
def test_a_mobile_number_is_put_in_its_international_form(typed: str, country: str, number: str):
    assert texting_number(typed, country) == number


def test_a_number_of_a_plan_newer_than_ours_has_the_benefit_of_the_doubt():
    # Ofcom keeps these for fiction: of no type that anybody knows, and possible all the same.
    assert texting_number("07700 900999", "GB") == "+447700900999"


def test_where_mobiles_and_landlines_look_alike_it_may_be_either():
    assert texting_number("202-555-0123", "US") == "+12025550123"


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("020 7946 0123", "GB"),
        ("030 123456", "DE"),
        ("0800 1111", "GB"),
        ("+1 800 555 0199", "US"),
        ("09011 234567", "GB"),
        ("1-900-555-1234", "US"),
        ("0333 123 4567", "GB"),
        ("055 1234 5678", "GB"),
    ],
)
def test_a_number_that_no_text_reaches_is_none(typed: str, country: str):
    assert texting_number(typed, country) is None


@pytest.mark.parametrize(
    "typed", ["", "ring me", "999", "07999", "07700 9001234", "+999 123456", "+"]
)
def test_nor_is_what_is_no_number_at_all(typed: str):
    assert texting_number(typed, "GB") is None


@pytest.mark.parametrize(
    ("number", "country", "said"),
    [
        ("+447700900123", "GB", "07700 900123"),
        ("+447700900123", "US", "+44 7700 900123"),
        ("+12025550123", "US", "(202) 555-0123"),
        ("+12025550123", "GB", "+1 202-555-0123"),
    ],
)
def test_it_is_said_as_people_in_that_country_say_it(number: str, country: str, said: str):
    assert say_number(number, country) == said
