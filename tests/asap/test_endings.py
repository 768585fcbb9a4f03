"""How an offer stands to its patient, for every state, moment and answer: tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.appointments.stored import DEADLINE, NOW, START
from tests.asap.known import ANOTHERS, MINE, has, known
from webapp.appointments.model import Booking, State
from webapp.asap.endings import Ending, OldOne, ending, is_open, old_one
from webapp.asap.model import Condition, Ended
from webapp.asap.statuses import Response

A_SECOND = timedelta(seconds=1)


class TestWithoutAYes:
    @pytest.mark.parametrize(
        "response",
        [
            Response.UNABLE_TO_SEND,
            Response.AWAITING_TRANSMIT,
            Response.PENDING_RSVP,
            Response.VIEWED,
            # Those who lost it to a hand that let it go again may have it after all.
            Response.VIEWED_NOT_AVAILABLE,
            Response.ACCEPTED_AND_NOT_AVAILABLE,
            # The text was lost, or its receipt was wrong: whoever opens the link has the link.
            Response.FAILED,
        ],
    )
    @pytest.mark.parametrize("appointment", [None, has()])
    def test_what_is_free_is_on_offer(self, response: Response, appointment: Booking | None):
        found = known(response, has=appointment)
        assert ending(found, at=NOW) is Ending.OFFERED
        assert is_open(found, at=NOW)

    @pytest.mark.parametrize(
        ("condition", "claimed_by", "expected"),
        [
            (Condition.OPEN, ANOTHERS, Ending.IN_HAND),
            (Condition.TAKEN, ANOTHERS, Ending.GONE),
            (Condition.GONE, None, Ending.GONE),
            (Condition.GONE, ANOTHERS, Ending.GONE),
            (Condition.WITHDRAWN, None, Ending.WITHDRAWN),
        ],
    )
    def test_what_others_have_or_the_practice_took_back(
        self, condition: Condition, claimed_by: int | None, expected: Ending
    ):
        found = known(condition=condition, claimed_by=claimed_by, has=has())
        assert ending(found, at=NOW) is expected
        assert not is_open(found, at=NOW)

    @pytest.mark.parametrize(
        ("before", "expected"),
        [
            (A_SECOND, Ending.OFFERED),
            (timedelta(0), Ending.EXPIRED),
            # Days before its expiry all the same.
            (-A_SECOND, Ending.EXPIRED),
        ],
    )
    def test_what_has_begun_is_over(self, before: timedelta, expected: Ending):
        found = known(has=has())
        assert ending(found, at=START - before) is expected
        assert is_open(found, at=START - before) is (expected is Ending.OFFERED)

    @pytest.mark.parametrize(
        ("condition", "at", "expected"),
        [
            (Condition.OPEN, NOW, Ending.DECLINED),
            (Condition.TAKEN, NOW, Ending.DECLINED),
            (Condition.GONE, NOW, Ending.DECLINED),
            (Condition.WITHDRAWN, NOW, Ending.WITHDRAWN),
            (Condition.OPEN, START, Ending.EXPIRED),
        ],
    )
    def test_a_no_stays_a_no_until_nobody_could_take_it(
        self, condition: Condition, at: datetime, expected: Ending
    ):
        assert ending(known(Response.DECLINED, condition=condition), at=at) is expected

    def test_what_they_chose_instead_is_said_whatever_became_of_the_slot(self):
        for response, expected in (
            (Response.CHOSE_DIFFERENT_SLOT, Ending.CHOSE_ANOTHER),
            (Response.DECLINED_STOP_COMM, Ending.STOPPED),
        ):
            for at in (NOW, START):
                for condition in list(Condition):
                    assert (
                        ending(known(response, condition=condition, claimed_by=ANOTHERS), at=at)
                        is expected
                    )


class TestWhoIsOffTheList:
    @pytest.mark.parametrize(
        ("ended", "expected"),
        [
            (Ended.TAKEN, Ending.CHOSE_ANOTHER),
            (Ended.LEFT, Ending.LEFT),
            (Ended.STOPPED, Ending.LEFT),
            (Ended.OVER, Ending.LEFT),
        ],
    )
    @pytest.mark.parametrize("claimed_by", [None, ANOTHERS])
    def test_takes_nothing(self, ended: Ended, expected: Ending, claimed_by: int | None):
        assert ending(known(ended=ended, claimed_by=claimed_by), at=NOW) is expected

    @pytest.mark.parametrize(
        ("appointment", "expected"),
        [
            (has(), Ending.OFFERED),
            (has(START + A_SECOND), Ending.OFFERED),
            (has(START), Ending.NOT_SOONER),
            (has(START - A_SECOND), Ending.NOT_SOONER),
            (has(is_given_up=True), Ending.LEFT),
            (has(state=State.CANCELLED), Ending.LEFT),
            (has(state=State.NOT_BOOKED), Ending.LEFT),
        ],
    )
    def test_so_is_whose_appointment_is_gone_or_as_soon(
        self, appointment: Booking, expected: Ending
    ):
        assert ending(known(has=appointment), at=NOW) is expected

    @pytest.mark.parametrize(
        ("appointment", "claimed_by", "expected"),
        [
            (has(), None, Ending.WAITING),
            (None, None, Ending.WAITING),
            (has(), ANOTHERS, Ending.WAITING),
            (has(START), None, Ending.NOT_SOONER),
            (has(is_given_up=True), None, Ending.LEFT),
        ],
    )
    def test_who_has_asked_for_another_time_waits_for_that_first(
        self, appointment: Booking | None, claimed_by: int | None, expected: Ending
    ):
        found = known(has=appointment, claimed_by=claimed_by, is_in_motion=True)
        assert ending(found, at=NOW) is expected

    def test_who_has_booked_it_by_themselves_has_it(self):
        for at in (NOW, START):
            for condition in list(Condition):
                found = known(condition=condition, claimed_by=ANOTHERS, has_booked_it=True)
                assert ending(found, at=at) is Ending.HAVE_IT


class TestAfterAYes:
    @pytest.mark.parametrize(
        ("yes", "expected"),
        [
            (State.SENDING, Ending.LOOKING),
            (State.UNKNOWN, Ending.LOOKING),
            (State.CONFIRMED, Ending.YOURS),
            (State.CANCELLED, Ending.GIVEN_UP),
            (State.PRACTICE_CHECKS, Ending.PRACTICE_CHECKS),
            # A moment before that is recorded of the offer: another tap finds the same outcome.
            (State.TAKEN, Ending.OFFERED),
            (State.REFUSED, Ending.OFFERED),
            (State.UNREACHABLE, Ending.OFFERED),
            (State.NOT_BOOKED, Ending.OFFERED),
        ],
    )
    def test_whose_end_is_not_recorded_yet(self, yes: State, expected: Ending):
        assert ending(known(yes=yes, claimed_by=MINE, has=has()), at=NOW) is expected

    @pytest.mark.parametrize(
        ("yes", "condition", "claimed_by", "expected"),
        [
            (State.CONFIRMED, Condition.TAKEN, MINE, Ending.YOURS),
            (State.CANCELLED, Condition.TAKEN, MINE, Ending.GIVEN_UP),
            (State.PRACTICE_CHECKS, Condition.GONE, MINE, Ending.PRACTICE_CHECKS),
            (State.TAKEN, Condition.GONE, None, Ending.GONE),
            (State.REFUSED, Condition.OPEN, None, Ending.OFFERED),
            (State.UNREACHABLE, Condition.OPEN, None, Ending.OFFERED),
            (State.NOT_BOOKED, Condition.OPEN, None, Ending.OFFERED),
            (State.UNREACHABLE, Condition.OPEN, ANOTHERS, Ending.IN_HAND),
            (State.NOT_BOOKED, Condition.TAKEN, ANOTHERS, Ending.GONE),
        ],
    )
    def test_whose_end_is_recorded(
        self, yes: State, condition: Condition, claimed_by: int | None, expected: Ending
    ):
        found = known(yes=yes, condition=condition, claimed_by=claimed_by, has=has())
        assert ending(found, at=NOW) is expected

    @pytest.mark.parametrize(
        ("is_given_up", "is_replaced", "expected"),
        [
            (False, False, Ending.YOURS),
            (True, False, Ending.GIVEN_UP),
            (False, True, Ending.GIVEN_UP),
            (True, True, Ending.GIVEN_UP),
        ],
    )
    def test_what_was_theirs_may_be_given_up(
        self, *, is_given_up: bool, is_replaced: bool, expected: Ending
    ):
        found = known(
            Response.ACCEPTED_AND_MOVED,
            condition=Condition.TAKEN,
            claimed_by=MINE,
            ended=Ended.TAKEN,
            yes=State.CONFIRMED,
            is_given_up=is_given_up,
            is_replaced=is_replaced,
        )
        assert ending(found, at=NOW) is expected

    @pytest.mark.parametrize("at", [NOW, START, START + timedelta(days=8)])
    def test_what_came_of_it_is_said_for_good(self, at: datetime):
        taken = known(condition=Condition.TAKEN, claimed_by=MINE, yes=State.CONFIRMED)
        assert ending(taken, at=at) is Ending.YOURS
        looking = known(condition=Condition.GONE, claimed_by=MINE, yes=State.PRACTICE_CHECKS)
        assert ending(looking, at=at) is Ending.PRACTICE_CHECKS

    @pytest.mark.parametrize("at", [DEADLINE - A_SECOND, DEADLINE, START])
    def test_one_without_an_outcome_is_looked_for_before_and_after_its_deadline(self, at: datetime):
        assert ending(known(yes=State.SENDING, claimed_by=MINE), at=at) is Ending.LOOKING


@pytest.mark.parametrize(
    ("replaced", "is_stuck", "diary_cancels", "expected"),
    [
        (None, False, True, None),
        (None, False, False, None),
        (State.CONFIRMED, False, True, OldOne.BEING_TAKEN_OUT),
        (State.CONFIRMED, True, True, OldOne.STUCK),
        (State.CONFIRMED, False, False, OldOne.BY_HAND),
        (State.CANCELLED, False, True, OldOne.TAKEN_OUT),
        (State.CANCELLED, True, True, OldOne.TAKEN_OUT),
        # A diary that has been changed for one that cancels nothing.
        (State.CANCELLED, False, False, OldOne.TAKEN_OUT),
        (State.CONFIRMED, True, False, OldOne.BY_HAND),
    ],
)
def test_the_old_one_is_out_or_how_it_will_be(
    replaced: State | None, *, is_stuck: bool, diary_cancels: bool, expected: OldOne | None
):
    found = replace(
        known(yes=State.CONFIRMED, condition=Condition.TAKEN, claimed_by=MINE),
        replaced=has(state=replaced) if replaced is not None else None,
        is_stuck=is_stuck,
    )
    assert old_one(found, diary_cancels=diary_cancels) is expected
