"""What is written down of an opening that ends, for every value that an offer may have."""

from __future__ import annotations

import pytest

from tests.appointments.stored import Sessions
from tests.asap.ground import offers, open_to_all, opening_now, slot
from tests.asap.recorded import (
    LATER,
    all_stand,
    an_offer,
    one_of_each,
    run_out,
    shut,
    stands,
    texts_promised,
)
from tests.services.both import on_both
from webapp.asap import notes
from webapp.asap.model import Condition, Offer
from webapp.asap.recording import locked_opening, move_to, stop_text
from webapp.asap.statuses import Response, SendStatus, may_become
from webapp.db.engine import writing
from webapp.outbox.claiming import claim_due

R, S = Response, SendStatus
ENDS = (Condition.GONE, Condition.WITHDRAWN, Condition.TAKEN)

pytestmark = pytest.mark.usefixtures("clock")


def test_an_offer_moves_along_an_arrow_or_not_at_all():
    for then in R:
        for now in R:
            offer = Offer(response=now)
            assert move_to(offer, then) is may_become(now, then)
            assert offer.response is (then if may_become(now, then) else now)


class TestClosing:
    @on_both
    @pytest.mark.parametrize("condition", ENDS)
    def test_the_slot_may_be_opened_again(self, sessions: Sessions, condition: Condition):
        offer = an_offer(sessions)
        shut(sessions, offer, condition)
        opening = opening_now(sessions, offer)
        assert (opening.condition, opening.live_key) == (condition, None)

    def test_whoever_has_not_been_texted_will_not_be(self, sessions: Sessions):
        found = one_of_each(sessions, S.SEND_NOT_ATTEMPTED)
        [other] = {one.id for one in open_to_all(sessions, slot(LATER))[:1]}
        elsewhere = {one.id for one in offers(sessions)} - {one.id for one in found.values()}
        shut(sessions, found[R.VIEWED])
        then = {one: one for one in R} | {
            R.AWAITING_TRANSMIT: R.FAILED,
            R.PENDING_RSVP: R.FAILED,
            R.VIEWED: R.VIEWED_NOT_AVAILABLE,
        }
        assert all_stand(sessions, found) == {
            one: (then[one], S.DO_NOT_SEND, notes.TAKEN) for one in R
        }
        # Those of other openings stay.
        assert set(texts_promised(sessions)) <= elsewhere
        assert other in texts_promised(sessions)

    @pytest.mark.parametrize("text", [one for one in S if one is not S.SEND_NOT_ATTEMPTED])
    def test_whoever_has_been_learns_that_it_is_gone_if_they_have_looked_already(
        self, sessions: Sessions, text: SendStatus
    ):
        found = one_of_each(sessions, text)
        shut(sessions, found[R.VIEWED])
        assert all_stand(sessions, found) == {
            one: (R.VIEWED_NOT_AVAILABLE if one is R.VIEWED else one, text, "") for one in R
        }

    @pytest.mark.parametrize(
        ("condition", "note"),
        [
            (Condition.TAKEN, notes.TAKEN),
            (Condition.GONE, notes.TAKEN),
            (Condition.WITHDRAWN, notes.WITHDRAWN),
        ],
    )
    def test_the_note_says_who_has_it(self, sessions: Sessions, condition: Condition, note: str):
        offer = an_offer(sessions, R.AWAITING_TRANSMIT, S.SEND_NOT_ATTEMPTED)
        shut(sessions, offer, condition)
        assert stands(sessions, offer) == (R.FAILED, S.DO_NOT_SEND, note)

    @pytest.mark.parametrize("response", [R.VIEWED, R.AWAITING_TRANSMIT])
    def test_whoever_has_it_in_hand_is_told_by_the_diarys_answer(
        self, sessions: Sessions, response: Response
    ):
        offer = an_offer(sessions, response, S.SEND_NOT_ATTEMPTED)
        with writing(sessions) as session:
            locked_opening(session, offer.opening_id).claimed_by_id = offer.id
        shut(sessions, offer)
        assert stands(sessions, offer) == (response, S.SEND_NOT_ATTEMPTED, "")

    def test_a_text_that_a_worker_has_in_hand_is_left_to_that(self, sessions: Sessions):
        """Its promise stays; the worker looks at the offer again before it sends."""
        offer = an_offer(sessions, R.AWAITING_TRANSMIT, S.SEND_NOT_ATTEMPTED)
        claim_due(sessions, worker="one", most=9)
        shut(sessions, offer)
        assert stands(sessions, offer)[1] is S.DO_NOT_SEND
        assert texts_promised(sessions) == [offer.id]


class TestExpiring:
    @pytest.mark.parametrize("text", [S.SEND_NOT_ATTEMPTED, S.SENT_AWAITING_RECEIPT])
    def test_offers_without_an_answer_end_and_answers_stay(
        self, sessions: Sessions, text: SendStatus
    ):
        found = one_of_each(sessions, text)
        run_out(sessions, found[R.VIEWED])
        open_ones = {R.AWAITING_TRANSMIT, R.PENDING_RSVP, R.VIEWED}
        told = (S.DO_NOT_SEND, notes.AFTER_THE_SLOT) if text is S.SEND_NOT_ATTEMPTED else (text, "")
        assert all_stand(sessions, found) == {
            one: (R.EXPIRED if one in open_ones else one, *told) for one in R
        }
        assert opening_now(sessions, found[R.VIEWED]).live_key is None
        assert len(texts_promised(sessions)) == (0 if text is S.SEND_NOT_ATTEMPTED else 12)

    def test_whoever_has_it_in_hand_is_told_by_the_diarys_answer(self, sessions: Sessions):
        offer = an_offer(sessions, R.VIEWED)
        with writing(sessions) as session:
            locked_opening(session, offer.opening_id).claimed_by_id = offer.id
        run_out(sessions, offer)
        assert stands(sessions, offer)[0] is R.VIEWED


@pytest.mark.parametrize("text", [one for one in S if one is not S.SEND_NOT_ATTEMPTED])
def test_a_text_that_has_gone_out_cannot_be_stopped(sessions: Sessions, text: SendStatus):
    offer = an_offer(sessions, R.PENDING_RSVP, text)
    with writing(sessions) as session:
        stop_text(session, session.get_one(Offer, offer.id), notes.TAKEN)
    assert stands(sessions, offer) == (R.PENDING_RSVP, text, "")
