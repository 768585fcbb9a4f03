"""What somebody wants, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask_babel import Babel

from webapp.asap.presenting import NOTICES, say_end_of, say_notice, say_part, say_wish
from webapp.asap.wishes import Part, Wish


@pytest.fixture(autouse=True)
def in_an_app() -> Iterator[None]:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


def said(wish: Wish) -> dict[str, str]:
    return dict(say_wish(wish))


def test_whoever_wants_anything_is_said_to():
    assert say_wish(Wish()) == (
        ("Days", "Any day"),
        ("Time of day", "Any time"),
        ("Notice", "None, even at the last minute"),
    )


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({0, 1, 2, 3, 4}, "Monday to Friday"),
        ({5, 6}, "Saturday, Sunday"),
        ({6, 0, 2}, "Monday, Wednesday, Sunday"),
        ({3}, "Thursday"),
        ({0, 1, 2, 3, 4, 5}, "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday"),
    ],
)
def test_days_are_named_from_monday_on(days: set[int], words: str):
    assert said(Wish(weekdays=frozenset(days)))["Days"] == words


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (Part.MORNING, "Morning, before midday"),
        (Part.AFTERNOON, "Afternoon, midday to 5pm"),
        (Part.EVENING, "Evening, from 5pm"),
    ],
)
def test_a_part_of_the_day_is_said_with_its_hours(part: Part, words: str):
    assert say_part(part) == words
    assert said(Wish(parts=frozenset({part})))["Time of day"] == words


def test_several_parts_are_said_in_the_order_of_the_day():
    wish = Wish(parts=frozenset({Part.EVENING, Part.MORNING}))
    assert said(wish)["Time of day"] == "Morning, before midday; Evening, from 5pm"


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0, "None, even at the last minute"),
        (1, "At least 1 hour"),
        (2, "At least 2 hours"),
        (23, "At least 23 hours"),
        (24, "At least a day"),
        (48, "At least 2 days"),
    ],
)
def test_notice_is_said_in_hours_or_in_days(hours: int, words: str):
    assert say_notice(hours) == words
    assert said(Wish(notice=timedelta(hours=hours)))["Notice"] == words


def test_each_notice_that_can_be_asked_for_has_words_of_its_own():
    assert len({say_notice(one) for one in NOTICES}) == len(NOTICES)


@pytest.mark.parametrize(
    ("number", "end"), [("+447700900123", "123"), ("+12025550007", "007"), ("+353850123450", "450")]
)
def test_of_a_number_its_end_alone_is_said(number: str, end: str):
    """Whoever has the link to a page may open it."""
    said_of_it = say_end_of(number)
    assert said_of_it == f"the number ending in {end}"
    assert number[1:-3] not in said_of_it
