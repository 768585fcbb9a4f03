"""Looking, "no, thanks", taking that back, and hearing no more: what each records, and what not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.appointments.stored import keep, promised
from tests.asap.ground import (
    NOW,
    START,
    entry_now,
    offer_now,
    on_the_list,
    open_to_all,
    token_of,
)
from tests.asap.takers import Counter, counter, everything, meanwhile
from tests.services.both import on_both
from webapp.appointments.model import State
from webapp.asap.answering import Answering
from webapp.asap.endings import Ending
from webapp.asap.kinds import Kind
from webapp.asap.model import Condition, Entry, Offer
from webapp.asap.recording import locked_opening
from webapp.asap.statuses import Response, SendStatus
from webapp.db.engine import writing

if TYPE_CHECKING:
    import time_machine

    from tests.appointments.stored import Sessions

pytestmark = pytest.mark.usefixtures("clock")
Act = Callable[[Answering, str], None]
ACTS: list[Act] = [Answering.look, Answering.decline, Answering.undo, Answering.stop]


@pytest.fixture
def answering(sessions: Sessions) -> Answering:
    return Answering(sessions)


@pytest.fixture
def desk(sessions: Sessions) -> Counter:
    return counter(sessions)


@pytest.fixture
def offer(clock: time_machine.Traveller, sessions: Sessions) -> Offer:
    """Offered to one patient, and texted to them."""
    on_the_list(sessions)
    [offer] = open_to_all(sessions)
    put(sessions, offer, Response.PENDING_RSVP)
    return offer


def put(sessions: Sessions, offer: Offer, response: Response) -> None:
    """Have the text gone out, and the offer stand like that."""
    with writing(sessions) as session:
        row = session.get_one(Offer, offer.id)
        row.response, row.text_status = response, SendStatus.SEND_SUCCESSFUL


def hand(
    sessions: Sessions, offer: Offer, condition: Condition, *, to_another: bool = True
) -> None:
    """Have the opening end, or be in another's hand."""
    with writing(sessions) as session:
        opening = locked_opening(session, offer.opening_id)
        opening.claimed_by_id = offer.id + 1 if to_another else None
        opening.condition = condition


@pytest.mark.parametrize("act", ACTS)
def test_an_address_that_names_no_offer_does_nothing(
    sessions: Sessions, answering: Answering, offer: Offer, act: Act
) -> None:
    before = everything(sessions)
    assert answering.find(token_of(offer)) is not None
    assert answering.find("nobody's") is None
    act(answering, "nobody's")
    assert everything(sessions) == before


class TestLooking:
    @pytest.mark.parametrize(
        "before",
        [
            Response.UNABLE_TO_SEND,
            Response.AWAITING_TRANSMIT,
            Response.PENDING_RSVP,
            Response.FAILED,
            Response.VIEWED_NOT_AVAILABLE,
            Response.ACCEPTED_AND_NOT_AVAILABLE,
        ],
    )
    def test_at_what_is_free_is_recorded_of_that_offer_and_of_nothing_else(
        self, sessions: Sessions, answering: Answering, offer: Offer, before: Response
    ) -> None:
        on_the_list(sessions)
        open_to_all(sessions)
        put(sessions, offer, before)
        rows = everything(sessions)

        answering.look(token_of(offer))

        [changed] = [row for row in everything(sessions) if row not in rows]
        [was] = [row for row in rows if row not in everything(sessions)]
        assert was | {"response": Response.VIEWED} == changed

    def test_takes_nobodys_text_back(self, sessions: Sessions, answering: Answering) -> None:
        on_the_list(sessions)
        [offer] = open_to_all(sessions)
        answering.look(token_of(offer))
        now = offer_now(sessions, offer)
        assert (now.response, now.text_status) == (
            Response.VIEWED,
            SendStatus.SEND_NOT_ATTEMPTED,
        )
        assert Kind.TEXT in promised(sessions, offer.id)

    @pytest.mark.parametrize("condition", [Condition.OPEN, Condition.TAKEN, Condition.GONE])
    @pytest.mark.parametrize(
        "before", [Response.PENDING_RSVP, Response.AWAITING_TRANSMIT, Response.VIEWED]
    )
    def test_at_what_another_has_or_has_in_hand_is_recorded_as_that(
        self, desk: Counter, offer: Offer, *, condition: Condition, before: Response
    ) -> None:
        put(desk.sessions, offer, before)
        hand(desk.sessions, offer, condition)
        desk.look(offer)
        assert desk.response(offer) is Response.VIEWED_NOT_AVAILABLE

    def test_at_what_another_let_go_again_is_looking_at_what_is_free(
        self, desk: Counter, offer: Offer
    ) -> None:
        hand(desk.sessions, offer, Condition.OPEN)
        desk.look(offer)
        hand(desk.sessions, offer, Condition.OPEN, to_another=False)
        desk.look(offer)
        assert (desk.response(offer), desk.ending(offer)) == (Response.VIEWED, Ending.OFFERED)

    @on_both
    def test_while_their_own_yes_is_with_the_diary_changes_nothing(
        self, desk: Counter, offer: Offer
    ) -> None:
        seen: list[Response] = []

        def look() -> None:
            desk.look(offer)
            seen.append(desk.response(offer))

        meanwhile(desk.diary, look)
        desk.take(offer)
        assert seen == [Response.VIEWED]
        desk.look(offer)
        assert desk.response(offer) is Response.ACCEPTED_AND_MOVED

    def test_at_what_they_declined_or_cannot_have_changes_nothing(
        self, desk: Counter, offer: Offer, clock: time_machine.Traveller
    ) -> None:
        put(desk.sessions, offer, Response.DECLINED)
        desk.look(offer)
        assert desk.response(offer) is Response.DECLINED
        put(desk.sessions, offer, Response.PENDING_RSVP)
        clock.move_to(START)
        desk.look(offer)
        assert desk.response(offer) is Response.PENDING_RSVP
        clock.move_to(NOW)
        hand(desk.sessions, offer, Condition.WITHDRAWN, to_another=False)
        desk.look(offer)
        assert desk.response(offer) is Response.PENDING_RSVP


class TestDeclining:
    @pytest.mark.parametrize(
        "before", [Response.PENDING_RSVP, Response.VIEWED, Response.UNABLE_TO_SEND, Response.FAILED]
    )
    def test_says_no_to_this_one_and_keeps_their_place_on_the_list(
        self, desk: Counter, answering: Answering, offer: Offer, before: Response
    ) -> None:
        put(desk.sessions, offer, before)
        answering.decline(token_of(offer))
        now = offer_now(desk.sessions, offer)
        assert (now.response, now.answered_at_utc) == (Response.DECLINED, NOW)
        assert entry_now(desk.sessions, offer.entry_id).ended is None
        assert desk.standing(offer) == (Condition.OPEN, None), "free to all others"
        assert desk.ending(offer) is Ending.DECLINED

    @pytest.mark.parametrize("condition", [Condition.OPEN, Condition.TAKEN, Condition.WITHDRAWN])
    def test_says_nothing_of_what_is_not_to_be_had(
        self, desk: Counter, answering: Answering, offer: Offer, condition: Condition
    ) -> None:
        hand(desk.sessions, offer, condition)
        before = everything(desk.sessions)
        answering.decline(token_of(offer))
        assert everything(desk.sessions) == before

    def test_after_their_own_yes_changes_nothing(
        self, desk: Counter, answering: Answering, offer: Offer
    ) -> None:
        desk.take(offer)
        before = everything(desk.sessions)
        answering.decline(token_of(offer))
        assert everything(desk.sessions) == before


class TestTakingANoBack:
    @pytest.fixture
    def declined(self, answering: Answering, offer: Offer) -> Offer:
        answering.decline(token_of(offer))
        return offer

    def test_shows_the_offer_again_while_it_is_free(
        self, desk: Counter, answering: Answering, declined: Offer
    ) -> None:
        answering.undo(token_of(declined))
        assert (desk.response(declined), desk.ending(declined)) == (
            Response.VIEWED,
            Ending.OFFERED,
        )
        desk.take(declined)
        assert desk.response(declined) is Response.ACCEPTED_AND_MOVED

    @pytest.mark.parametrize("condition", list(Condition))
    def test_does_nothing_once_another_has_it_or_it_is_gone(
        self, desk: Counter, answering: Answering, declined: Offer, condition: Condition
    ) -> None:
        hand(desk.sessions, declined, condition)
        answering.undo(token_of(declined))
        assert desk.response(declined) is Response.DECLINED

    def test_does_nothing_once_it_has_begun(
        self,
        desk: Counter,
        answering: Answering,
        declined: Offer,
        clock: time_machine.Traveller,
    ) -> None:
        clock.move_to(START)
        answering.undo(token_of(declined))
        assert desk.response(declined) is Response.DECLINED


@pytest.mark.parametrize(("name", "typed"), [("Ann Reed", "ann reed"), ("Élodie R", "Élodie R")])
def test_what_one_of_a_family_has_booked_nobody_else_of_it_is_told_to_have(
    sessions: Sessions, answering: Answering, name: str, typed: str
) -> None:
    ann, bob = on_the_list(sessions, name=name), on_the_list(sessions, name="Bob Reed")
    with writing(sessions) as session:
        for one in (ann, bob):
            session.get_one(Entry, one.entry_id).patient_email = "reeds@home.example"
    made = {one.entry_id: token_of(one) for one in open_to_all(sessions)}
    keep(
        sessions,
        state=State.CONFIRMED,
        patient_name=typed,
        patient_email="Reeds@home.example",
    )
    found = [answering.find(made[one.entry_id]) for one in (ann, bob)]
    assert [one.has_booked_it for one in found if one is not None] == [True, False]
