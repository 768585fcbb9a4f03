"""Everything is looked at again before a text goes out, and a reason not to is noted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.appointments.stored import Sessions, keep
from tests.asap.ground import ANNA, ROOM_1, SENDER, START, entry_now, opening_now, with_a_list
from tests.availability.fakes import pair
from tests.services.both import on_both
from webapp.appointments.model import Booking, State
from webapp.asap import notes, sending
from webapp.asap.listing import end
from webapp.asap.model import Condition, Ended, Entry, Offer
from webapp.asap.recording import close, locked_opening
from webapp.asap.statuses import Response, SendStatus
from webapp.db.engine import writing
from webapp.notify.optouts import opt_out
from webapp.outbox.results import MOST_ATTEMPTS

if TYPE_CHECKING:
    import time_machine

    from tests.asap.texters import Texter

A_MINUTE = timedelta(minutes=1)
ASKED = pair(ANNA, ROOM_1)


def stands(texter: Texter, offer: Offer) -> tuple[Response, SendStatus, str]:
    now = texter.now(offer)
    return now.response, now.text_status, now.note


def not_sent(texter: Texter, offer: Offer, response: Response, note: str) -> None:
    """Try to text; nothing goes out, and the offer says why."""
    texter.text(offer)
    assert stands(texter, offer) == (response, SendStatus.DO_NOT_SEND, note)
    texter.text(offer)
    assert texter.texts.texts() == []


def claim(sessions: Sessions, offer: Offer, by: int | None) -> None:
    with writing(sessions) as session:
        locked_opening(session, offer.opening_id).claimed_by_id = by


class TestTheSlot:
    def test_gone_in_the_diary_it_is_over_for_everybody(self, texter: Texter):
        offer, other = texter.offer(), texter.offer()
        texter.diary.free.clear()
        not_sent(texter, offer, Response.FAILED, notes.TAKEN)
        assert opening_now(texter.sessions, offer).condition is Condition.GONE
        assert stands(texter, other) == (Response.FAILED, SendStatus.DO_NOT_SEND, notes.TAKEN)

    @pytest.mark.parametrize("where", ["staff", "rooms"])
    def test_whom_or_where_the_practice_offers_no_more_is_gone_too(
        self, texter: Texter, where: str
    ):
        offer = texter.offer()
        booking = texter.practice.booking.model_copy(update={where: ("1",)})
        texter.start_anew(texter.practice.model_copy(update={"booking": booking}))
        not_sent(texter, offer, Response.FAILED, notes.TAKEN)

    def test_while_the_diary_cannot_be_asked_nobody_is_told_and_nothing_is_over(
        self, texter: Texter
    ):
        offer = texter.offer()
        texter.diary.fail(ASKED)
        later = texter.put_off(offer)
        assert later.reason == "the diary cannot say whether the slot is still free"
        assert later.after_seconds is None, "it may be away for long: pauses grow"
        assert stands(texter, offer)[:2] == (
            Response.AWAITING_TRANSMIT,
            SendStatus.SEND_NOT_ATTEMPTED,
        )
        texter.diary.recover()
        texter.text(offer)
        assert len(texter.texts.texts()) == 1

    def test_the_diary_is_asked_whatever_notice_the_practice_wants_of_others(
        self, texter: Texter, clock: time_machine.Traveller
    ):
        offer = texter.offer()
        clock.move_to(START - 31 * A_MINUTE)
        texter.text(offer)
        assert len(texter.texts.texts()) == 1

    def test_an_answer_that_a_page_has_just_had_will_do(self, texter: Texter):
        first, second = texter.offer(), texter.offer()
        for offer in (first, second):
            texter.text(offer)
        assert texter.diary.count(ASKED) == 1

    @pytest.mark.parametrize(
        ("condition", "note"),
        [
            (Condition.WITHDRAWN, notes.WITHDRAWN),
            (Condition.TAKEN, notes.TAKEN),
            (Condition.GONE, notes.TAKEN),
        ],
    )
    def test_one_that_has_ended_since_the_promise_was_claimed_is_told_to_nobody(
        self, texter: Texter, condition: Condition, note: str
    ):
        offer = texter.offer()
        with writing(texter.sessions) as session:
            # Without its offers, as if this worker had read them before.
            locked_opening(session, offer.opening_id).condition = condition
        not_sent(texter, offer, Response.FAILED, note)
        assert texter.diary.asked == []

    def test_one_that_was_closed_properly_needs_no_look(self, texter: Texter):
        offer = texter.offer()
        with writing(texter.sessions) as session:
            close(session, locked_opening(session, offer.opening_id), Condition.WITHDRAWN)
        not_sent(texter, offer, Response.FAILED, notes.WITHDRAWN)

    @on_both
    def test_while_another_has_it_in_hand_the_next_one_waits(self, texter: Texter):
        mine, other = texter.offer(), texter.offer()
        claim(texter.sessions, mine, by=other.id)
        later = texter.put_off(mine)
        assert later.reason == "another may just be taking it"
        assert stands(texter, mine)[:2] == (
            Response.AWAITING_TRANSMIT,
            SendStatus.SEND_NOT_ATTEMPTED,
        )
        assert texter.texts.texts() == []
        claim(texter.sessions, mine, by=None)
        texter.text(mine)
        assert len(texter.sent_to(mine)) == 1

    def test_nobody_gives_up_waiting_before_that_is_settled(self):
        """Twenty minutes of looking after the write's own deadline, as settling has it."""
        wait = sending._IN_HAND_SECONDS * (MOST_ATTEMPTS - 1)
        assert wait > timedelta(minutes=25).total_seconds()


class TestTheLastMoment:
    @pytest.mark.parametrize(
        ("to_go", "note"),
        [
            (29 * A_MINUTE, notes.too_near(with_a_list().asap)),
            (timedelta(), notes.AFTER_THE_SLOT),
            (-timedelta(days=1), notes.AFTER_THE_SLOT),
        ],
    )
    def test_what_comes_too_late_is_on_the_page_alone_and_the_diary_is_not_asked(
        self, texter: Texter, clock: time_machine.Traveller, to_go: timedelta, note: str
    ):
        offer = texter.offer()
        clock.move_to(START - to_go)
        not_sent(texter, offer, Response.UNABLE_TO_SEND, note)
        assert texter.diary.asked == []
        assert opening_now(texter.sessions, offer).condition is Condition.OPEN


class TestThePatient:
    @pytest.mark.parametrize(
        ("why", "note"),
        [
            (Ended.LEFT, notes.NO_LONGER_ON_LIST),
            (Ended.STOPPED, notes.NO_LONGER_ON_LIST),
            (Ended.TAKEN, notes.TOOK_ANOTHER),
            (Ended.OVER, notes.NOTHING_TO_BETTER),
        ],
    )
    @pytest.mark.parametrize("has_one", [True, False])
    def test_off_the_list_they_hear_no_more(
        self, texter: Texter, why: Ended, note: str, has_one: bool
    ):
        offer = texter.offer()
        with writing(texter.sessions) as session:
            entry = session.get_one(Entry, offer.entry_id)
            if not has_one:
                entry.booking_id = None
            end(entry, why)
        texter.text(offer)
        assert stands(texter, offer)[1:] == (SendStatus.DO_NOT_SEND, note)
        assert texter.texts.texts() == []

    def test_with_an_appointment_that_was_cancelled_there_is_nothing_to_better(
        self, texter: Texter
    ):
        offer = texter.offer()
        with writing(texter.sessions) as session:
            entry = session.get_one(Entry, offer.entry_id)
            session.get_one(Booking, entry.booking_id).state = State.CANCELLED
        not_sent(texter, offer, Response.FAILED, notes.NOTHING_TO_BETTER)

    @pytest.mark.parametrize("days", [0, -1])
    def test_with_something_as_soon_by_now_they_have_no_use_for_it(self, texter: Texter, days: int):
        offer = texter.offer()
        with writing(texter.sessions) as session:
            entry = session.get_one(Entry, offer.entry_id)
            booking = session.get_one(Booking, entry.booking_id)
            booking.starts_at_utc = START + timedelta(days=days)
        not_sent(texter, offer, Response.FAILED, notes.NOT_SOONER)

    @pytest.mark.parametrize("state", [State.SENDING, State.UNKNOWN, State.PRACTICE_CHECKS])
    def test_while_another_time_is_being_asked_for_they_are_left_alone(
        self, texter: Texter, state: State
    ):
        offer = texter.offer()
        booking_id = entry_now(texter.sessions, offer.entry_id).booking_id
        keep(texter.sessions, state=state, replaces_id=booking_id)
        not_sent(texter, offer, Response.FAILED, notes.IN_MOTION)

    def test_who_has_said_stop_since_has_it_on_their_page_alone(self, texter: Texter):
        offer = texter.offer()
        phone = entry_now(texter.sessions, offer.entry_id).patient_phone
        with writing(texter.sessions) as session:
            opt_out(session, sender=SENDER, phone=phone)
        not_sent(texter, offer, Response.UNABLE_TO_SEND, notes.OPTED_OUT)

    def test_who_has_had_enough_texts_today_has_it_on_their_page_alone(self, texter: Texter):
        offer = texter.offer()
        texter.text(offer)
        texter.practice = with_a_list(most_texts_a_day=1)
        second = texter.offer()
        with writing(texter.sessions) as session:
            # It is the same patient's after all: they have put their number right.
            entry = session.get_one(Entry, second.entry_id)
            entry.patient_phone = entry_now(texter.sessions, offer.entry_id).patient_phone
        texter.text(second)
        note = notes.enough_today(texter.practice.asap)
        assert stands(texter, second) == (Response.UNABLE_TO_SEND, SendStatus.DO_NOT_SEND, note)
        assert len(texter.texts.texts()) == 1


def test_a_practice_that_has_given_up_its_list_texts_nobody(texter: Texter):
    offer = texter.offer()
    texter.practice = with_a_list(enabled=False)
    not_sent(texter, offer, Response.FAILED, notes.WITHDRAWN)
