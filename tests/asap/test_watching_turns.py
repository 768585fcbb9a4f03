"""When the diary is looked at, by whom, and what is ended because it is no longer free."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from tests.appointments.stored import NOW, START
from tests.asap.ground import offers, open_to_all, slot, with_a_list
from tests.asap.watched import A_MINUTE, AUTOMATIC, NINE, PAIRS, Watched
from tests.services.both import on_both
from webapp.asap.listing import end
from webapp.asap.model import Condition, Ended, Entry, Opening
from webapp.asap.opening import Opener
from webapp.asap.statuses import Response
from webapp.db.engine import writing

A_WHILE = 60.0
"""Seconds. No test waits so long unless something hangs."""
A_SECOND = timedelta(seconds=1)


def looks(watched: Watched) -> int:
    """How often the diary was looked at."""
    return watched.diary.count(PAIRS[0])


class TestTurns:
    def test_there_is_one_look_in_the_time_that_the_practice_says(self, watched: Watched):
        watched.watcher = watched.another(with_a_list(automatic=True, look_every_seconds=20))
        for after, number in ((0, 1), (19, 1), (1, 2), (19, 2), (20, 3)):
            watched.look(timedelta(seconds=after))
            assert looks(watched) == number

    def test_while_nobody_is_on_the_list_there_is_none(self, watched: Watched):
        with writing(watched.sessions) as session:
            end(session.get_one(Entry, 1), Ended.LEFT)
        watched.look()
        assert (looks(watched), watched.watch()) == (0, None)

    @pytest.mark.parametrize("off", [{"automatic": False}, {"enabled": False}])
    def test_a_practice_that_does_not_want_it_is_not_looked_at(
        self, watched: Watched, off: dict[str, bool]
    ):
        rules = with_a_list(**({"automatic": True} | off))
        watched.watcher = watched.another(rules)
        watched.look()
        assert looks(watched) == 0

    @on_both
    def test_of_two_workers_one_looks(self, watched: Watched):
        watched.look()
        watched.frees(NINE)
        watched.clock.shift(A_MINUTE)
        workers, together = [watched.another(), watched.another()], threading.Barrier(2)

        def come(at: int) -> int:
            together.wait(A_WHILE)
            return workers[at].look()

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(come, range(2))) == [0, 1]
        assert looks(watched) == 2
        assert len(watched.opened()) == 1
        for one in workers:
            one.availability.close()

    @on_both
    def test_of_two_who_begin_to_watch_at_once_one_does(self, watched: Watched):
        workers, together = [watched.another() for _ in range(4)], threading.Barrier(4)

        def come(at: int) -> int:
            together.wait(A_WHILE)
            return workers[at].look()

        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(come, range(4))) == [0] * 4
        assert looks(watched) == 1
        for one in workers:
            one.availability.close()

    def test_what_one_worker_saw_the_next_one_knows(self, watched: Watched):
        watched.look()
        watched.frees(NINE)
        watched.watcher.availability.close()
        watched.watcher = watched.another()
        assert watched.look() == 1

    def test_what_a_killed_worker_had_not_offered_yet_is_found_by_the_next(
        self, watched: Watched, monkeypatch: pytest.MonkeyPatch
    ):
        class Killed(BaseException):
            """The process ends here."""

        def die(*_asked: object) -> None:
            raise Killed

        watched.look()
        watched.frees(NINE)
        with monkeypatch.context() as patched:
            patched.setattr(Opener, "offer_to_all", die)
            with pytest.raises(Killed):
                watched.look()
        assert watched.look() == 1

    def test_the_diary_is_asked_anew_however_fresh_what_pages_have(self, watched: Watched):
        watched.look()
        watched.clock.shift(A_MINUTE - timedelta(seconds=31))
        watched.watcher.availability.picture()
        watched.frees(NINE)
        assert watched.look(timedelta(seconds=31)) == 1

    def test_nothing_of_anybodys_is_kept_of_a_look(self, watched: Watched):
        watched.look()
        kept = watched.watch()
        assert kept is not None
        assert kept.due_at_utc == NOW + A_MINUTE
        assert kept.seen is not None
        assert "Anna" not in kept.seen
        assert "Patient" not in kept.seen


class TestGone:
    """What the diary has given to somebody else meanwhile is on offer no more."""

    def free_now(self, watched: Watched) -> Opening:
        """A quarter past nine on Monday is free, and on offer."""
        watched.frees(time(9, 15))
        [offer] = open_to_all(watched.sessions, of=AUTOMATIC)
        with watched.sessions() as session:
            return session.get_one(Opening, offer.opening_id)

    def condition(self, watched: Watched, opening: Opening) -> Condition:
        with watched.sessions() as session:
            return session.get_one(Opening, opening.id).condition

    def test_it_is_ended_and_nobody_else_is_texted(self, watched: Watched):
        opening = self.free_now(watched)
        watched.look()
        assert watched.look() == 0
        assert self.condition(watched, opening) is Condition.OPEN
        watched.takes(time(9, 15))
        watched.look()
        assert self.condition(watched, opening) is Condition.GONE
        assert [one.response for one in offers(watched.sessions)] == [Response.FAILED]

    def test_it_may_be_free_again_and_is_offered_once_more(self, watched: Watched):
        self.free_now(watched)
        watched.look()
        watched.takes(time(9, 15))
        watched.look()
        watched.look()
        watched.frees(time(9, 15))
        assert watched.look() == 1
        assert len(offers(watched.sessions)) == 2

    def test_one_that_a_patient_has_in_hand_is_left_alone(self, watched: Watched):
        opening = self.free_now(watched)
        with writing(watched.sessions) as session:
            session.get_one(Opening, opening.id).claimed_by_id = 1
        watched.takes(time(9, 15))
        watched.look()
        watched.look()
        assert self.condition(watched, opening) is Condition.OPEN

    def test_one_that_is_younger_than_what_was_looked_at_is_left_alone(self, watched: Watched):
        watched.takes(time(9, 15))
        [offer] = open_to_all(watched.sessions, slot(), AUTOMATIC)
        watched.look()
        watched.look(A_MINUTE)
        with watched.sessions() as session:
            opening = session.get_one(Opening, offer.opening_id)
        assert opening.condition is Condition.OPEN
        watched.look(A_MINUTE + A_SECOND)
        assert self.condition(watched, opening) is Condition.GONE

    def test_one_whose_person_cannot_be_checked_is_left_alone(self, watched: Watched):
        opening = self.free_now(watched)
        watched.takes(time(9, 15))
        watched.diary.fail(PAIRS[0])
        watched.look()
        watched.look(2 * A_MINUTE)
        assert self.condition(watched, opening) is Condition.OPEN

    def test_one_that_has_begun_is_over_by_itself(self, watched: Watched):
        opening = self.free_now(watched)
        watched.takes(time(9, 15))
        watched.clock.move_to(START)
        watched.look()
        assert self.condition(watched, opening) is Condition.OPEN

    def test_one_beyond_the_horizon_is_not_gone(self, watched: Watched):
        far = datetime.combine(date(2027, 3, 1), time(9, 15), AUTOMATIC.zone)
        with writing(watched.sessions) as session:
            session.get_one(Entry, 1).booking_id = None
        [offer] = open_to_all(watched.sessions, slot(far), AUTOMATIC)
        watched.look()
        watched.look(2 * A_MINUTE)
        with watched.sessions() as session:
            found = session.scalars(select(Opening).where(Opening.id == offer.opening_id)).one()
        assert found.condition is Condition.OPEN
