"""A person's time is one opening, in one room, and nobody is told of it twice."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.appointments.stored import Sessions
from tests.asap.ground import (
    ANNA,
    ROOM_1,
    ROOM_2,
    SIAN,
    START,
    TOKENS,
    OnTheList,
    offers,
    on_the_list,
    open_to_all,
    opening_now,
    slot,
    with_a_list,
)
from tests.services.both import on_both
from webapp.asap.listing import appointment_of
from webapp.asap.model import Condition, Entry, Offer, Opening
from webapp.asap.opening import OfferedElsewhere, Opener, openings_of
from webapp.asap.recording import close, locked_opening
from webapp.asap.wishes import Wish
from webapp.db.engine import writing
from webapp.diaries.port import Slot

A_WHILE = 60.0
"""Seconds. No test waits so long unless something hangs."""
OPENER = Opener(with_a_list(), TOKENS)

pytestmark = pytest.mark.usefixtures("clock")


def asked(made: list[Offer]) -> list[int]:
    return [one.entry_id for one in made]


def openings(sessions: Sessions) -> list[Opening]:
    with sessions() as session:
        return list(session.scalars(select(Opening).order_by(Opening.id)))


def shut(sessions: Sessions, offer: Offer, condition: Condition = Condition.GONE) -> None:
    with writing(sessions) as session:
        close(session, locked_opening(session, offer.opening_id), condition)


def open_any(sessions: Sessions, *slots: Slot) -> list[Offer]:
    with writing(sessions) as session:
        return OPENER.offer_to_all(session, *slots)


def open_to_one(sessions: Sessions, one: OnTheList, offered: Slot) -> Offer:
    with writing(sessions) as session:
        entry = session.get_one(Entry, one.entry_id)
        return OPENER.offer_to_one(session, offered, entry, appointment_of(session, entry))


class TestOfferedAgain:
    def test_only_those_hear_of_it_who_have_not(self, sessions: Sessions):
        first = on_the_list(sessions)
        assert asked(open_to_all(sessions)) == [first.entry_id]
        assert open_to_all(sessions) == []
        newcomer = on_the_list(sessions)
        assert asked(open_to_all(sessions)) == [newcomer.entry_id]
        assert len(openings(sessions)) == 1
        assert len(offers(sessions)) == 2

    @pytest.mark.parametrize("condition", [Condition.GONE, Condition.WITHDRAWN, Condition.TAKEN])
    def test_once_it_has_been_gone_it_is_another_opening_of_which_all_hear(
        self, sessions: Sessions, condition: Condition
    ):
        one = on_the_list(sessions)
        [before] = open_to_all(sessions)
        shut(sessions, before, condition)
        [after] = open_to_all(sessions)
        assert (after.entry_id, after.opening_id) == (one.entry_id, before.opening_id + 1)
        assert [row.live_key is not None for row in openings(sessions)] == [False, True]

    def test_another_person_or_another_time_is_another_opening(self, sessions: Sessions):
        on_the_list(sessions)
        hour = timedelta(hours=1)
        for other in (slot(), slot(staff=SIAN), slot(START + hour), slot(START + 24 * hour)):
            assert len(open_to_all(sessions, other)) == 1
        assert len(openings(sessions)) == 4

    def test_at_another_practice_it_is_another_opening(self, sessions: Sessions):
        on_the_list(sessions)
        open_to_all(sessions)
        other = with_a_list().model_copy(update={"slug": "elm"})
        one = on_the_list(sessions)
        with writing(sessions) as session:
            session.get_one(Entry, one.entry_id).slug = "elm"
        assert len(open_to_all(sessions, of=other)) == 1

    @on_both
    def test_by_two_workers_at_once_it_is_one_opening(self, sessions: Sessions):
        for _ in range(3):
            on_the_list(sessions)
        together = threading.Barrier(2)

        def come(_number: int) -> int:
            together.wait(A_WHILE)
            try:
                return len(open_to_all(sessions))
            except IntegrityError:
                # The other was quicker by less than a look: the promise is kept a moment later.
                return len(open_to_all(sessions))

        with ThreadPoolExecutor(2) as pool:
            made = list(pool.map(come, range(2)))
        assert sorted(made) == [0, 3]
        assert len(openings(sessions)) == 1
        assert sorted(asked(offers(sessions))) == [1, 2, 3]


class TestRooms:
    def test_a_persons_time_that_is_on_offer_in_one_room_is_not_in_another(
        self, sessions: Sessions
    ):
        on_the_list(sessions)
        open_to_all(sessions)
        with pytest.raises(OfferedElsewhere):
            open_to_all(sessions, slot(room=ROOM_2))
        assert len(openings(sessions)) == 1

    def test_nor_to_one_patient(self, sessions: Sessions):
        one = on_the_list(sessions)
        open_to_all(sessions)
        with pytest.raises(OfferedElsewhere):
            open_to_one(sessions, one, slot(room=ROOM_2))

    def test_of_several_rooms_the_one_is_offered_that_fits_most_people(self, sessions: Sessions):
        for room in (ROOM_1, ROOM_2, ROOM_2):
            on_the_list(sessions, wish=Wish(room_id=room.id))
        anybody = on_the_list(sessions)
        made = open_any(sessions, slot(), slot(room=ROOM_2))
        assert sorted(asked(made)) == [2, 3, anybody.entry_id]
        assert {opening_now(sessions, one).room_id for one in made} == {ROOM_2.id}

    def test_of_rooms_that_fit_as_many_it_is_the_first(self, sessions: Sessions):
        on_the_list(sessions)
        [offer] = open_any(sessions, slot(room=ROOM_2), slot())
        assert opening_now(sessions, offer).room_name == ROOM_2.name

    def test_where_none_fits_anybody_none_is_opened(self, sessions: Sessions):
        on_the_list(sessions, wish=Wish(staff_id=SIAN.id))
        assert open_any(sessions, slot(), slot(room=ROOM_2)) == []
        assert openings(sessions) == []


class TestToOne:
    def test_one_patient_is_offered_it_whatever_they_want_and_nobody_else_is(
        self, sessions: Sessions
    ):
        one = on_the_list(sessions, wish=Wish(staff_id=SIAN.id))
        on_the_list(sessions)
        offer = open_to_one(sessions, one, slot(staff=ANNA))
        assert asked(offers(sessions)) == [one.entry_id]
        assert offer.text_due_at_utc == offer.entered_at_utc

    def test_asked_again_it_is_the_same_offer(self, sessions: Sessions):
        one = on_the_list(sessions)
        first = open_to_one(sessions, one, slot())
        assert open_to_one(sessions, one, slot()).id == first.id
        assert len(offers(sessions)) == 1

    def test_what_was_offered_to_all_already_is_the_same_offer(self, sessions: Sessions):
        one = on_the_list(sessions)
        [before] = open_to_all(sessions)
        assert open_to_one(sessions, one, slot()).id == before.id

    def test_another_patient_is_offered_the_same_opening(self, sessions: Sessions):
        one, other = on_the_list(sessions), on_the_list(sessions)
        made = [open_to_one(sessions, each, slot()) for each in (one, other)]
        assert len({offer.opening_id for offer in made}) == 1
        assert asked(made) == [one.entry_id, other.entry_id]


@on_both
def test_openings_that_can_be_taken_are_told_by_time(
    sessions: Sessions, clock: time_machine.Traveller
):
    on_the_list(sessions)
    hours = (3, 1, 2)
    made = [
        open_to_all(sessions, slot(START + timedelta(hours=one)))[0].opening_id for one in hours
    ]
    [gone] = open_to_all(sessions, slot(START + timedelta(hours=4)))
    shut(sessions, gone)

    def told(slug: str = "harbour") -> list[int]:
        with sessions() as session:
            return [one.id for one in openings_of(session, slug)]

    assert told() == [made[1], made[2], made[0]]
    assert told("elm") == []
    clock.move_to(START + timedelta(hours=1))
    assert told() == [made[2], made[0]]
