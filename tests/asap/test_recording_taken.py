"""What is written down when a patient has a slot, of theirs and of everybody else's offers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.appointments.stored import Sessions
from tests.asap.ground import (
    NOW,
    START,
    entry_now,
    offer_now,
    on_the_list,
    open_to_all,
    opening_now,
    slot,
    with_a_list,
)
from tests.asap.recorded import LATER, all_stand, an_offer, at, stands, take, texts_promised
from tests.services.both import on_both
from webapp.asap import notes
from webapp.asap.model import Condition, Ended, Entry, Offer
from webapp.asap.recording import drop_other_offers, locked_opening
from webapp.asap.statuses import UNANSWERED, Response, SendStatus, may_become
from webapp.db.engine import writing

R, S = Response, SendStatus
NAME, PHONE = "Ada Whitcombe", "+447700900123"

pytestmark = pytest.mark.usefixtures("clock")


class TestTaken:
    @pytest.mark.parametrize("response", R)
    def test_its_patient_has_it_as_far_as_arrows_lead_there(
        self, sessions: Sessions, response: Response
    ):
        offer = an_offer(sessions, response)
        take(sessions, offer)
        can_look = response is R.VIEWED or may_become(response, R.VIEWED)
        now = offer_now(sessions, offer)
        assert now.response is (R.ACCEPTED_AND_MOVED if can_look else response)
        assert now.answered_at_utc == NOW

    def test_the_opening_is_taken_and_stays_so(self, sessions: Sessions):
        offer = an_offer(sessions)
        take(sessions, offer)
        opening = opening_now(sessions, offer)
        assert (opening.condition, opening.live_key) == (Condition.TAKEN, None)
        assert opening.claimed_by_id == offer.id

    def test_everybody_else_hears_or_sees_that_it_is_gone(self, sessions: Sessions):
        for _ in range(4):
            on_the_list(sessions)
        mine, waits, has_it, looked = open_to_all(sessions)
        at(sessions, has_it, R.PENDING_RSVP, S.SEND_SUCCESSFUL)
        at(sessions, looked, R.VIEWED, S.SEND_SUCCESSFUL)
        take(sessions, mine)
        assert stands(sessions, waits) == (R.FAILED, S.DO_NOT_SEND, notes.TAKEN)
        assert stands(sessions, has_it) == (R.PENDING_RSVP, S.SEND_SUCCESSFUL, "")
        assert stands(sessions, looked) == (R.VIEWED_NOT_AVAILABLE, S.SEND_SUCCESSFUL, "")

    def test_their_own_text_is_not_sent_any_more_and_that_is_no_failure(self, sessions: Sessions):
        offer = an_offer(sessions, R.VIEWED, S.SEND_NOT_ATTEMPTED)
        take(sessions, offer)
        assert stands(sessions, offer)[:2] == (R.ACCEPTED_AND_MOVED, S.DO_NOT_SEND)
        assert texts_promised(sessions) == []

    def test_they_are_off_the_list_and_hear_of_nothing_else(self, sessions: Sessions):
        offer = an_offer(sessions)
        other = open_to_all(sessions, slot(LATER))[0]
        take(sessions, offer)
        entry = entry_now(sessions, offer.entry_id)
        assert (entry.ended, entry.ended_at_utc) == (Ended.TAKEN, NOW)
        assert stands(sessions, other) == (
            R.CHOSE_DIFFERENT_SLOT,
            S.DO_NOT_SEND,
            notes.TOOK_ANOTHER,
        )
        assert texts_promised(sessions) == [offer.id], "its own went out long ago"

    @on_both
    def test_so_is_the_same_patient_where_they_joined_twice_without_an_appointment(
        self, sessions: Sessions
    ):
        first = on_the_list(sessions, has=None, name=NAME, phone=PHONE)
        with writing(sessions) as session:
            # Joined twice: once with another number, which they have put right since.
            session.get_one(Entry, first.entry_id).patient_phone = "+447700900124"
        second = on_the_list(sessions, has=None, name=NAME, phone=PHONE)
        with writing(sessions) as session:
            number = session.get_one(Entry, first.entry_id).patient_number
            session.get_one(Entry, second.entry_id).patient_number = number
        scheduled = on_the_list(sessions, name=NAME, phone=PHONE)
        stranger = on_the_list(sessions, has=None)
        taken = open_to_all(sessions)[0]
        take(sessions, taken)
        ended = {
            one.entry_id: entry_now(sessions, one.entry_id).ended
            for one in (first, second, scheduled, stranger)
        }
        assert ended == {
            first.entry_id: Ended.TAKEN,
            second.entry_id: Ended.TAKEN,
            scheduled.entry_id: None,
            stranger.entry_id: None,
        }


class TestOtherOffers:
    """Of a patient who has taken one (``ChoseDifferentSlot``), or wants none (``Declined``)."""

    @pytest.fixture
    def taken(self, sessions: Sessions) -> Offer:
        """The one that is not dropped."""
        return an_offer(sessions, R.VIEWED)

    @staticmethod
    def drop(sessions: Sessions, but: Offer, then: Response) -> None:
        with writing(sessions) as session:
            entry = session.get_one(Entry, but.entry_id)
            drop_other_offers(session, entry, but=but, then=then)

    @staticmethod
    def of_each(sessions: Sessions, text: SendStatus) -> dict[Response, Offer]:
        """Offers to one patient, an offer for each value."""
        hours = [START + timedelta(hours=1 + number) for number in range(len(R))]
        many = with_a_list(most_texts_a_day=20)
        found = {
            response: open_to_all(sessions, slot(hour), many)[0]
            for response, hour in zip(R, hours, strict=True)
        }
        for response, offer in found.items():
            at(sessions, offer, response, text)
        return found

    def test_those_without_an_answer_end_with_the_choice_and_answers_stay(
        self, sessions: Sessions, taken: Offer
    ):
        found = self.of_each(sessions, S.SEND_SUCCESSFUL)
        self.drop(sessions, taken, R.CHOSE_DIFFERENT_SLOT)
        assert all_stand(sessions, found) == {
            one: (R.CHOSE_DIFFERENT_SLOT if one in UNANSWERED else one, S.SEND_SUCCESSFUL, "")
            for one in R
        }
        assert stands(sessions, taken)[0] is R.VIEWED

    def test_their_texts_do_not_go_out_and_that_is_no_failure(
        self, sessions: Sessions, taken: Offer
    ):
        found = self.of_each(sessions, S.SEND_NOT_ATTEMPTED)
        self.drop(sessions, taken, R.CHOSE_DIFFERENT_SLOT)
        for response, (then, text, _note) in all_stand(sessions, found).items():
            is_open = response in UNANSWERED
            assert then is (R.CHOSE_DIFFERENT_SLOT if is_open else response)
            assert text is (S.DO_NOT_SEND if is_open else S.SEND_NOT_ATTEMPTED)
            assert (found[response].id in texts_promised(sessions)) is not is_open

    @pytest.mark.parametrize("text", [S.SEND_NOT_ATTEMPTED, S.SEND_SUCCESSFUL])
    def test_those_of_whoever_wants_none_are_declined_where_they_have_looked(
        self, sessions: Sessions, taken: Offer, text: SendStatus
    ):
        found = self.of_each(sessions, text)
        self.drop(sessions, taken, R.DECLINED)
        then = {one: one for one in R} | {R.VIEWED: R.DECLINED}
        if text is S.SEND_NOT_ATTEMPTED:
            then |= {R.AWAITING_TRANSMIT: R.FAILED, R.PENDING_RSVP: R.FAILED}
        told = {one: response for one, (response, _, _) in all_stand(sessions, found).items()}
        assert told == then

    def test_one_that_they_have_in_hand_is_told_by_the_diarys_answer(
        self, sessions: Sessions, taken: Offer
    ):
        [other] = open_to_all(sessions, slot(LATER))
        at(sessions, other, R.VIEWED, S.SEND_SUCCESSFUL)
        with writing(sessions) as session:
            locked_opening(session, other.opening_id).claimed_by_id = other.id
        self.drop(sessions, taken, R.CHOSE_DIFFERENT_SLOT)
        assert stands(sessions, other)[0] is R.VIEWED

    def test_those_of_other_patients_stay(self, sessions: Sessions, taken: Offer):
        other = an_offer(sessions, R.VIEWED)
        self.drop(sessions, taken, R.CHOSE_DIFFERENT_SLOT)
        assert stands(sessions, other)[0] is R.VIEWED
