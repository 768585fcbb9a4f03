"""When a failed promise is tried again: doubling, bounded, and never all at one moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.outbox.results import MOST_ATTEMPTS, Park, TryLater, pause

LONGEST = timedelta(minutes=15)


def test_it_doubles_from_five_seconds_to_a_quarter_of_an_hour():
    waits = [pause(attempts, jitter=0).total_seconds() for attempts in range(1, 11)]
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]


@pytest.mark.parametrize(("jitter", "seconds"), [(0.0, 5), (0.5, 6.25), (1.0, 7.5)])
def test_jitter_adds_up_to_half_again(jitter: float, seconds: float):
    assert pause(1, jitter=jitter).total_seconds() == seconds


@given(st.integers(min_value=1, max_value=10_000))
def test_jitter_that_is_drawn_stays_in_those_bounds(attempts: int):
    least = pause(attempts, jitter=0)
    assert least <= pause(attempts) <= least * 1.5
    assert least <= LONGEST


def test_those_that_failed_together_do_not_come_back_together():
    assert len({pause(5) for _ in range(50)}) > 40


def test_nobody_gives_up_before_most_of_a_day_is_over():
    waited = sum((pause(one, jitter=0) for one in range(1, MOST_ATTEMPTS)), timedelta())
    assert timedelta(hours=6) < waited < timedelta(days=1)


def test_the_errors_say_why():
    later = TryLater("the diary is away", after_seconds=3)
    assert (later.reason, later.after_seconds, str(later)) == (
        "the diary is away",
        3,
        "the diary is away",
    )
    assert Park("nobody knows it").reason == "nobody knows it"
