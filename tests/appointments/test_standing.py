"""How a booking stands to its patient, for every state and moment: a table."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.appointments.stored import DEADLINE, NOW, START, a_booking
from tests.practices.examples import practice
from webapp.appointments.model import State
from webapp.appointments.standing import Standing, standing

HARBOUR = practice(booking={"change_notice_hours": 24})
A_DAY, A_SECOND = timedelta(days=1), timedelta(seconds=1)


def stand(
    state: State = State.CONFIRMED,
    *,
    before: timedelta = timedelta(days=3),
    is_replaced: bool = False,
    diary_cancels: bool = False,
    is_released: bool = False,
    notice: float = 24,
) -> Standing:
    """Ask so long before the appointment."""
    return standing(
        a_booking(state=state, release_asked_at_utc=NOW if is_released else None),
        practice(booking={"change_notice_hours": notice}),
        at=START - before,
        is_replaced=is_replaced,
        diary_cancels=diary_cancels,
    )


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State.SENDING, Standing.LOOKING),
        (State.UNKNOWN, Standing.LOOKING),
        (State.CONFIRMED, Standing.STANDS),
        (State.TAKEN, Standing.NOT_BOOKED),
        (State.REFUSED, Standing.NOT_BOOKED),
        (State.UNREACHABLE, Standing.NOT_BOOKED),
        (State.NOT_BOOKED, Standing.NOT_BOOKED),
        (State.PRACTICE_CHECKS, Standing.PRACTICE_CHECKS),
        (State.CANCELLED, Standing.CANCELLED),
    ],
)
@pytest.mark.parametrize("diary_cancels", [False, True])
def test_every_state(state: State, expected: Standing, *, diary_cancels: bool):
    assert stand(state, diary_cancels=diary_cancels) is expected


def test_no_state_is_forgotten():
    assert {stand(state) for state in State} <= set(Standing)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (A_DAY, Standing.STANDS),
        (A_DAY - A_SECOND, Standing.TOO_LATE_ONLINE),
        (A_SECOND, Standing.TOO_LATE_ONLINE),
        (timedelta(0), Standing.PAST),
        (-A_DAY, Standing.PAST),
    ],
)
def test_it_may_be_changed_until_the_practices_notice_and_is_past_when_it_begins(
    before: timedelta, expected: Standing
):
    assert stand(before=before) is expected


@pytest.mark.parametrize(
    ("notice", "before", "expected"),
    [
        (0, A_SECOND, Standing.STANDS),
        (0.5, timedelta(minutes=30), Standing.STANDS),
        (0.5, timedelta(minutes=29), Standing.TOO_LATE_ONLINE),
        (72, timedelta(hours=71), Standing.TOO_LATE_ONLINE),
    ],
)
def test_the_practice_says_how_much_notice(notice: float, before: timedelta, expected: Standing):
    assert stand(before=before, notice=notice) is expected


@pytest.mark.parametrize(
    ("diary_cancels", "expected"),
    [(True, Standing.BEING_CANCELLED), (False, Standing.CANCEL_ASKED)],
)
@pytest.mark.parametrize("before", [A_DAY * 3, A_SECOND, -A_DAY])
def test_one_that_is_to_be_taken_out_says_so_whenever_it_is(
    before: timedelta, expected: Standing, *, diary_cancels: bool
):
    found = stand(before=before, is_released=True, diary_cancels=diary_cancels)
    assert found is expected


@pytest.mark.parametrize("diary_cancels", [False, True])
@pytest.mark.parametrize("state", [State.CONFIRMED, State.CANCELLED])
@pytest.mark.parametrize("before", [A_DAY * 3, -A_DAY])
def test_one_in_whose_place_another_stands_has_moved(
    state: State, before: timedelta, *, diary_cancels: bool
):
    found = stand(
        state, before=before, is_replaced=True, is_released=True, diary_cancels=diary_cancels
    )
    assert found is Standing.MOVED


@pytest.mark.parametrize("is_over", [False, True])
def test_a_row_left_in_sending_is_looked_for_before_and_after_its_deadline(*, is_over: bool):
    row = a_booking(state=State.SENDING)
    at = DEADLINE + A_SECOND if is_over else DEADLINE - A_SECOND
    found = standing(row, HARBOUR, at=at, is_replaced=False, diary_cancels=True)
    assert found is Standing.LOOKING
