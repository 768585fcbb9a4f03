"""The new appointment first, then a look whether it stands, and only then the old one is let go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.appointments.settlers import CANCELS, FINDS, PLAIN, AbleDiary, FreeList, settler_over
from tests.appointments.stored import DEADLINE, START, claimed, promised, read
from tests.asap.ground import FAR, OnTheList, on_the_list, open_to_all, token_of
from tests.asap.takers import Counter, booking_of, counter, meanwhile
from webapp.appointments.kinds import Kind
from webapp.appointments.model import Booking, State
from webapp.asap.answering import Answering
from webapp.asap.endings import Ending, OldOne, old_one
from webapp.asap.model import Condition, Offer
from webapp.asap.statuses import Response
from webapp.availability.answers import Answer
from webapp.diaries.errors import NoAnswer
from webapp.diaries.port import Confirmation
from webapp.outbox.results import Park, TryLater

if TYPE_CHECKING:
    import time_machine

    from tests.appointments.stored import Sessions

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def desk(sessions: Sessions) -> Counter:
    return counter(sessions)


@pytest.fixture
def patient(clock: time_machine.Traveller, sessions: Sessions) -> OnTheList:
    """Somebody with an appointment in six weeks."""
    return on_the_list(sessions)


@pytest.fixture
def offer(patient: OnTheList, desk: Counter) -> Offer:
    """What they were offered, and have looked at."""
    [offer] = open_to_all(desk.sessions)
    desk.look(offer)
    return offer


def old(desk: Counter, patient: OnTheList) -> Booking:
    assert patient.booking_id is not None
    return read(desk.sessions, patient.booking_id)


def release(desk: Counter, patient: OnTheList, diary: AbleDiary) -> None:
    """Keep the promise that the old one is taken out, as the worker does."""
    settler = settler_over(diary, FreeList(), desk.sessions, desk.taking.practice)
    settler.release(claimed(old(desk, patient).id, Kind.RELEASE))


def page_says_of_the_old_one(desk: Counter, offer: Offer, *, diary_cancels: bool) -> OldOne | None:
    known = Answering(desk.sessions).find(token_of(offer))
    assert known is not None
    return old_one(known, diary_cancels=diary_cancels)


def test_the_old_one_stands_untouched_until_the_diary_has_the_new_one(
    desk: Counter, patient: OnTheList, offer: Offer
) -> None:
    seen: list[object] = []

    def look() -> None:
        seen.append((old(desk, patient).state, old(desk, patient).release_asked_at_utc))
        seen.append(Kind.RELEASE in promised(desk.sessions))

    meanwhile(desk.diary, look)
    desk.take(offer)

    assert seen == [(State.CONFIRMED, None), False]
    assert booking_of(desk.sessions, offer).state is State.CONFIRMED
    assert old(desk, patient).state is State.CONFIRMED, "taken out by the worker, not before"
    assert Kind.RELEASE in promised(desk.sessions, old(desk, patient).id)


def test_the_new_one_is_looked_for_before_the_old_one_is_taken_out(
    desk: Counter, patient: OnTheList, offer: Offer
) -> None:
    desk.take(offer)
    happened: list[str] = []

    def find() -> Confirmation:
        happened.append("looked")
        return Confirmation(45)

    diary = AbleDiary(CANCELS | FINDS, on_find=find, on_cancel=lambda: happened.append("took out"))
    says = page_says_of_the_old_one(desk, offer, diary_cancels=True)
    assert says is OldOne.BEING_TAKEN_OUT

    release(desk, patient, diary)

    assert happened == ["looked", "took out"]
    assert [one.slot.start for one in diary.looked_for] == [START]
    assert [one.slot.start for one in diary.cancelled] == [FAR]
    assert old(desk, patient).state is State.CANCELLED
    says = page_says_of_the_old_one(desk, offer, diary_cancels=True)
    assert says is OldOne.TAKEN_OUT


def test_without_the_new_one_in_the_diary_the_old_one_stays(
    desk: Counter, patient: OnTheList, offer: Offer
) -> None:
    desk.take(offer)
    diary = AbleDiary(CANCELS | FINDS)

    with pytest.raises(Park):
        release(desk, patient, diary)

    assert diary.cancelled == []
    assert old(desk, patient).state is State.CONFIRMED
    assert Kind.PRACTICE_RELEASE_STUCK in promised(desk.sessions)
    says = page_says_of_the_old_one(desk, offer, diary_cancels=True)
    assert says is OldOne.STUCK


def test_a_diary_that_does_not_answer_is_asked_again_and_the_old_one_stays_meanwhile(
    desk: Counter, patient: OnTheList, offer: Offer
) -> None:
    desk.take(offer)

    def silence() -> Confirmation:
        raise NoAnswer("silence")

    diary = AbleDiary(CANCELS | FINDS, on_find=silence)
    with pytest.raises(TryLater):
        release(desk, patient, diary)
    assert diary.cancelled == []
    assert old(desk, patient).state is State.CONFIRMED


def test_where_the_diary_cancels_nothing_the_practice_is_asked_to(
    desk: Counter, patient: OnTheList, offer: Offer
) -> None:
    desk.take(offer)
    release(desk, patient, AbleDiary(PLAIN))
    assert old(desk, patient).state is State.CONFIRMED
    assert Kind.PRACTICE_RELEASE in promised(desk.sessions, old(desk, patient).id)
    says = page_says_of_the_old_one(desk, offer, diary_cancels=False)
    assert says is OldOne.BY_HAND


class TestAYesOfTheDiaryThatComesLate:
    """The write was given up, by rule, while it was still under way."""

    @pytest.mark.parametrize("free", [Answer.FREE, Answer.NONE])
    def test_makes_it_theirs_all_the_same(
        self,
        desk: Counter,
        patient: OnTheList,
        offer: Offer,
        clock: time_machine.Traveller,
        *,
        free: Answer,
    ) -> None:
        self.give_up(desk, offer, clock, free)
        desk.take(offer)
        assert desk.standing(offer) == (Condition.TAKEN, offer.id)
        assert desk.response(offer) is Response.ACCEPTED_AND_MOVED
        assert desk.ending(offer) is Ending.YOURS
        assert old(desk, patient).release_asked_at_utc == DEADLINE

    @staticmethod
    def give_up(
        desk: Counter,
        offer: Offer,
        clock: time_machine.Traveller,
        free: Answer,
    ) -> None:
        def settle() -> None:
            clock.move_to(DEADLINE)
            desk.settle(offer, AbleDiary(PLAIN), FreeList(free))
            given_up = booking_of(desk.sessions, offer).state
            assert given_up in {State.NOT_BOOKED, State.PRACTICE_CHECKS}

        meanwhile(desk.diary, settle)
