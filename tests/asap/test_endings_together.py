"""Whatever comes together, an offer's page says what is true of all of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import product

import pytest

from tests.appointments.stored import NOW, START, a_booking
from tests.asap.known import ANOTHERS, MINE, has, known
from webapp.appointments.model import UNSETTLED, State
from webapp.asap.endings import Ending, Known, ending
from webapp.asap.model import Condition, Ended
from webapp.asap.statuses import Response


@pytest.fixture(scope="module")
def everything() -> list[Known]:
    """Every combination, also those that cannot occur: no row may make a page fail."""
    together = product(
        [known(response).offer for response in Response],
        [
            known(condition=condition, claimed_by=by).opening
            for condition in Condition
            for by in (None, MINE, ANOTHERS)
        ],
        [known(ended=why).entry for why in (None, *Ended)],
        [None, has(), has(START)],
        [known(yes=state).booking for state in (None, *State)],
    )
    return [
        Known(*parts, is_in_motion=is_in_motion, has_booked_it=has_booked_it)
        for parts in together
        for is_in_motion, has_booked_it in ((False, False), (True, False), (False, True))
    ]


@pytest.mark.parametrize("at", [NOW, START])
def test_in_every_combination_only_what_is_free_can_be_taken(everything: list[Known], at: datetime):
    for one in everything:
        if ending(one, at=at) is Ending.OFFERED:
            assert one.opening.condition is Condition.OPEN
            assert one.opening.claimed_by_id in {None, MINE}
            assert at < START
            assert one.entry.ended_at_utc is None
            assert (one.is_in_motion, one.has_booked_it) == (False, False)
            assert one.appointment is None or one.appointment.starts_at_utc > START


@pytest.mark.parametrize("at", [NOW, START])
def test_in_every_combination_yours_is_said_of_what_the_diary_confirmed(
    everything: list[Known], at: datetime
):
    for one in everything:
        state = one.booking.state if one.booking is not None else None
        found = ending(one, at=at)
        assert (found is Ending.YOURS) is (state is State.CONFIRMED)
        assert (found is Ending.PRACTICE_CHECKS) is (state is State.PRACTICE_CHECKS)
        is_in_hand = state in UNSETTLED and one.opening.claimed_by_id == MINE
        assert (found is Ending.LOOKING) is is_in_hand


def test_in_all_those_combinations_every_ending_occurs(everything: list[Known]):
    lost = a_booking(state=State.REFUSED, diary_key="a-journey")
    known_of_moves = [replace(one, moving=lost) for one in everything[::7]]
    on_the_diarys_list = known().entry
    on_the_diarys_list.diary_reference = "7"
    theirs = [replace(one, entry=on_the_diarys_list) for one in everything[::7]]
    more = known_of_moves + theirs
    found = {ending(one, at=at) for one in everything + more for at in (NOW, START)}
    assert found == set(Ending)
