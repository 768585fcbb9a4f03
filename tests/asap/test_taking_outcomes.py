"""What each answer of the diary makes of the opening, the offers, and who is on the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.appointments.settlers import FINDS, PLAIN, AbleDiary, FreeList
from tests.appointments.stored import DEADLINE, START, promised, read
from tests.asap.ground import (
    SENDER,
    OnTheList,
    entry_now,
    offer_now,
    on_the_list,
    open_to_all,
    opening_now,
    slot,
)
from tests.asap.takers import Counter, counter
from tests.services.both import on_both
from webapp.appointments.kinds import Kind as AppointmentKind
from webapp.appointments.model import State
from webapp.asap import notes
from webapp.asap.endings import Ending
from webapp.asap.kinds import Kind
from webapp.asap.model import Condition, Ended, Offer
from webapp.asap.statuses import Response, SendStatus
from webapp.asap.taking import Came
from webapp.availability.answers import Answer
from webapp.db.engine import writing
from webapp.diaries.errors import (
    DiaryError,
    FieldsRefused,
    NotAccepted,
    NotReached,
    OutcomeUnknown,
    PatientField,
    SlotTaken,
)
from webapp.diaries.port import Capability, Confirmation
from webapp.notify.optouts import opt_out

if TYPE_CHECKING:
    import time_machine

    from tests.appointments.stored import Sessions

pytestmark = pytest.mark.usefixtures("clock")
A_DAY_SOONER = START.replace(day=22)
FREED = (Condition.OPEN, None)


@dataclass(frozen=True)
class Crowd:
    """Who was offered one slot, and what has come of each text.

    ``taker`` has looked, and has ``another`` offer that they have looked at too.
    """

    patient: OnTheList
    taker: Offer
    another: Offer
    looked: Offer
    texted: Offer
    waiting: Offer
    cannot_be_texted: Offer
    declined: Offer


def crowd(sessions: Sessions, desk: Counter) -> Crowd:
    patient = on_the_list(sessions)
    [another] = open_to_all(sessions, slot(A_DAY_SOONER))
    on_the_list(sessions)
    on_the_list(sessions)
    on_the_list(sessions)
    on_the_list(sessions)
    on_the_list(sessions, phone="+447700900999")
    with writing(sessions) as session:
        opt_out(session, sender=SENDER, phone="+447700900999")
    taker, looked, texted, waiting, declined, cannot = open_to_all(sessions)
    with writing(sessions) as session:
        for one in (taker, looked, texted, declined, another):
            row = session.get_one(Offer, one.id)
            row.response = Response.PENDING_RSVP
            row.text_status = SendStatus.SEND_SUCCESSFUL
        session.get_one(Offer, declined.id).response = Response.DECLINED
    desk.look(taker, looked, another)
    return Crowd(patient, taker, another, looked, texted, waiting, cannot, declined)


def the_others_hear_that_it_is_gone(desk: Counter, people: Crowd) -> None:
    assert desk.response(people.looked) is Response.VIEWED_NOT_AVAILABLE
    assert desk.response(people.texted) is Response.PENDING_RSVP
    assert desk.response(people.cannot_be_texted) is Response.UNABLE_TO_SEND
    assert desk.response(people.declined) is Response.DECLINED
    waiting = offer_now(desk.sessions, people.waiting)
    assert (waiting.response, waiting.text_status, waiting.note) == (
        Response.FAILED,
        SendStatus.DO_NOT_SEND,
        notes.TAKEN,
    )
    assert Kind.TEXT not in promised(desk.sessions, people.waiting.id)
    assert desk.ending(people.looked) is desk.ending(people.texted) is Ending.GONE
    desk.look(people.texted)
    assert desk.response(people.texted) is Response.VIEWED_NOT_AVAILABLE


def nothing_has_changed_for_the_others(desk: Counter, people: Crowd) -> None:
    assert desk.response(people.looked) is Response.VIEWED
    assert desk.response(people.texted) is Response.PENDING_RSVP
    waiting = offer_now(desk.sessions, people.waiting)
    assert waiting.text_status is SendStatus.SEND_NOT_ATTEMPTED
    assert Kind.TEXT in promised(desk.sessions, people.waiting.id)
    assert desk.ending(people.looked) is Ending.OFFERED


def they_stay_on_the_list_with_what_they_had(desk: Counter, people: Crowd) -> None:
    assert entry_now(desk.sessions, people.patient.entry_id).ended is None
    assert desk.response(people.another) is Response.VIEWED
    assert people.patient.booking_id is not None
    old = read(desk.sessions, people.patient.booking_id)
    assert (old.state, old.release_asked_at_utc) == (State.CONFIRMED, None)
    assert AppointmentKind.RELEASE not in promised(desk.sessions)


def it_is_theirs(desk: Counter, people: Crowd) -> None:
    sessions = desk.sessions
    assert desk.standing(people.taker) == (Condition.TAKEN, people.taker.id)
    assert desk.response(people.taker) is Response.ACCEPTED_AND_MOVED
    assert desk.ending(people.taker) is Ending.YOURS
    assert entry_now(sessions, people.patient.entry_id).ended is Ended.TAKEN
    assert desk.response(people.another) is Response.CHOSE_DIFFERENT_SLOT
    assert desk.ending(people.another) is Ending.CHOSE_ANOTHER
    assert desk.standing(people.another) == FREED, "others may still have that one"
    the_others_hear_that_it_is_gone(desk, people)
    assert people.patient.booking_id is not None
    assert read(sessions, people.patient.booking_id).release_asked_at_utc is not None


@on_both
def test_confirmed(sessions: Sessions) -> None:
    desk = counter(sessions)
    people = crowd(sessions, desk)
    assert desk.take(people.taker) is Came.SEE_PAGE
    it_is_theirs(desk, people)


def test_their_own_other_offer_that_was_not_texted_yet_is_not(sessions: Sessions) -> None:
    on_the_list(sessions)
    [another] = open_to_all(sessions, slot(A_DAY_SOONER))
    [offer] = open_to_all(sessions)
    counter(sessions).take(offer)
    now = offer_now(sessions, another)
    assert (now.response, now.text_status) == (
        Response.CHOSE_DIFFERENT_SLOT,
        SendStatus.DO_NOT_SEND,
    )
    assert Kind.TEXT not in promised(sessions, another.id)


@pytest.mark.parametrize("is_known_beforehand", [False, True])
def test_taken_by_somebody_else(sessions: Sessions, *, is_known_beforehand: bool) -> None:
    desk = counter(sessions)
    people = crowd(sessions, desk)
    if is_known_beforehand:
        desk.free.answer = (Answer.NONE, None)
    else:
        desk.diary.fail_with(SlotTaken("12"))

    assert desk.take(people.taker) is Came.SEE_PAGE

    assert len(desk.diary.requests) == (0 if is_known_beforehand else 1)
    assert desk.standing(people.taker) == (Condition.GONE, None)
    assert opening_now(sessions, people.taker).live_key is None
    assert desk.response(people.taker) is Response.ACCEPTED_AND_NOT_AVAILABLE
    assert desk.ending(people.taker) is Ending.GONE
    the_others_hear_that_it_is_gone(desk, people)
    they_stay_on_the_list_with_what_they_had(desk, people)


@pytest.mark.parametrize(
    ("error", "came"),
    [
        (NotReached("no route"), Came.UNREACHABLE),
        (NotAccepted("our key"), Came.UNREACHABLE),
        (FieldsRefused(frozenset({PatientField.PHONE})), Came.REFUSED),
    ],
)
def test_nothing_was_booked_and_it_is_free_to_all_again(
    sessions: Sessions, error: DiaryError, came: Came
) -> None:
    desk = counter(sessions)
    people = crowd(sessions, desk)
    desk.diary.fail_with(error)

    assert desk.take(people.taker) is came

    assert desk.standing(people.taker) == FREED
    assert desk.response(people.taker) is Response.VIEWED
    assert desk.ending(people.taker) is Ending.OFFERED
    nothing_has_changed_for_the_others(desk, people)
    they_stay_on_the_list_with_what_they_had(desk, people)


def test_a_diary_that_cannot_be_asked_leaves_everything_as_it_was(sessions: Sessions) -> None:
    desk = counter(sessions)
    people = crowd(sessions, desk)
    desk.free.answer = (Answer.UNCHECKED, None)

    assert desk.take(people.taker) is Came.UNREACHABLE

    assert desk.diary.requests == []
    assert offer_now(sessions, people.taker).attempts == 0
    assert desk.standing(people.taker) == FREED
    nothing_has_changed_for_the_others(desk, people)
    they_stay_on_the_list_with_what_they_had(desk, people)


class TestAnOutcomeThatNobodyKnows:
    @pytest.fixture
    def desk(self, sessions: Sessions) -> Counter:
        return counter(sessions)

    @pytest.fixture
    def people(self, desk: Counter, clock: time_machine.Traveller) -> Crowd:
        people = crowd(desk.sessions, desk)
        desk.diary.fail_with(OutcomeUnknown("silence"))
        assert desk.take(people.taker) is Came.SEE_PAGE
        return people

    def test_keeps_it_in_hand_and_tells_nobody_anything_yet(
        self, desk: Counter, people: Crowd
    ) -> None:
        assert desk.standing(people.taker) == (Condition.OPEN, people.taker.id)
        assert desk.response(people.taker) is Response.VIEWED
        assert desk.ending(people.taker) is Ending.LOOKING
        assert desk.ending(people.looked) is Ending.IN_HAND
        assert desk.response(people.looked) is Response.VIEWED
        assert Kind.TEXT in promised(desk.sessions, people.waiting.id)
        they_stay_on_the_list_with_what_they_had(desk, people)

    def test_that_the_diary_has_after_all_is_theirs(
        self, desk: Counter, people: Crowd, clock: time_machine.Traveller
    ) -> None:
        clock.move_to(DEADLINE)
        desk.settle(people.taker, AbleDiary(FINDS, on_find=lambda: Confirmation(45)))
        it_is_theirs(desk, people)

    @pytest.mark.parametrize(
        ("diary_can", "free"),
        [(FINDS, Answer.NONE), (PLAIN, Answer.FREE)],
        ids=["the diary says so", "the slot is still free"],
    )
    def test_that_was_not_booked_is_free_to_all_again(
        self,
        desk: Counter,
        people: Crowd,
        clock: time_machine.Traveller,
        *,
        diary_can: Capability,
        free: Answer,
    ) -> None:
        clock.move_to(DEADLINE)
        desk.settle(people.taker, AbleDiary(diary_can), FreeList(free))
        assert desk.standing(people.taker) == FREED
        assert desk.ending(people.taker) is desk.ending(people.looked) is Ending.OFFERED
        nothing_has_changed_for_the_others(desk, people)
        they_stay_on_the_list_with_what_they_had(desk, people)

    def test_that_only_the_practice_can_tell_is_nobody_elses_and_costs_nothing(
        self, desk: Counter, people: Crowd, clock: time_machine.Traveller
    ) -> None:
        clock.move_to(DEADLINE)
        desk.settle(people.taker, AbleDiary(PLAIN), FreeList(Answer.NONE))
        assert desk.standing(people.taker) == (Condition.GONE, people.taker.id)
        assert desk.response(people.taker) is Response.VIEWED
        assert desk.ending(people.taker) is Ending.PRACTICE_CHECKS
        the_others_hear_that_it_is_gone(desk, people)
        they_stay_on_the_list_with_what_they_had(desk, people)
