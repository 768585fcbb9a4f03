"""A patient who wants to hear no more is off the list, and keeps what they have."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.appointments.stored import promised, read
from tests.asap.ground import (
    NOW,
    START,
    entry_now,
    offer_now,
    on_the_list,
    open_to_all,
    slot,
    token_of,
)
from tests.asap.takers import counter, everything, meanwhile
from tests.services.both import on_both
from webapp.appointments.model import State
from webapp.asap import notes
from webapp.asap.answering import Answering
from webapp.asap.endings import Ending
from webapp.asap.kinds import Kind
from webapp.asap.model import Condition, Ended, Offer
from webapp.asap.recording import locked_opening
from webapp.asap.statuses import Response, SendStatus
from webapp.db.engine import writing

if TYPE_CHECKING:
    from tests.appointments.stored import Sessions

pytestmark = pytest.mark.usefixtures("clock")
AN_HOUR = timedelta(hours=1)


def put(sessions: Sessions, offer: Offer, response: Response) -> None:
    """Have the text gone out, and the offer stand like that."""
    with writing(sessions) as session:
        row = session.get_one(Offer, offer.id)
        row.response, row.text_status = response, SendStatus.SEND_SUCCESSFUL


@pytest.mark.parametrize(
    "before",
    [
        Response.UNABLE_TO_SEND,
        Response.AWAITING_TRANSMIT,
        Response.PENDING_RSVP,
        Response.VIEWED,
        Response.FAILED,
        Response.DECLINED,
        Response.VIEWED_NOT_AVAILABLE,
    ],
)
def test_takes_them_off_the_list_and_leaves_their_appointment(
    sessions: Sessions, before: Response
) -> None:
    patient = on_the_list(sessions)
    [offer] = open_to_all(sessions)
    put(sessions, offer, before)

    Answering(sessions).stop(token_of(offer))

    now = offer_now(sessions, offer)
    assert (now.response, now.answered_at_utc) == (Response.DECLINED_STOP_COMM, NOW)
    entry = entry_now(sessions, patient.entry_id)
    assert (entry.ended, entry.ended_at_utc) == (Ended.STOPPED, NOW)
    assert patient.booking_id is not None
    assert read(sessions, patient.booking_id).state is State.CONFIRMED
    assert read(sessions, patient.booking_id).release_asked_at_utc is None
    assert counter(sessions).ending(offer) is Ending.STOPPED


@on_both
def test_ends_their_other_offers_and_takes_back_texts_that_have_not_gone(
    sessions: Sessions,
) -> None:
    on_the_list(sessions)
    [offer] = open_to_all(sessions)
    [looked] = open_to_all(sessions, slot(START + AN_HOUR))
    [texted] = open_to_all(sessions, slot(START + 2 * AN_HOUR))
    put(sessions, looked, Response.VIEWED)
    put(sessions, texted, Response.PENDING_RSVP)
    [waiting] = open_to_all(sessions, slot(START + 3 * AN_HOUR))
    with writing(sessions) as session:
        row = session.get_one(Offer, waiting.id)
        row.response, row.text_status = Response.AWAITING_TRANSMIT, SendStatus.SEND_NOT_ATTEMPTED

    desk = counter(sessions)
    Answering(sessions).stop(token_of(offer))

    assert desk.response(looked) is Response.DECLINED
    assert desk.response(texted) is Response.PENDING_RSVP
    assert (desk.ending(looked), desk.ending(texted)) == (Ending.DECLINED, Ending.LEFT)
    now = offer_now(sessions, waiting)
    assert (now.response, now.text_status, now.note) == (
        Response.FAILED,
        SendStatus.DO_NOT_SEND,
        notes.NO_LONGER_ON_LIST,
    )
    assert Kind.TEXT not in promised(sessions, waiting.id)
    for one in (looked, texted, waiting):
        desk.take(one)
    assert desk.diary.requests == []


def test_says_nothing_for_others(sessions: Sessions) -> None:
    on_the_list(sessions)
    other = on_the_list(sessions)
    mine, theirs = open_to_all(sessions)
    Answering(sessions).stop(token_of(mine))
    desk = counter(sessions)
    assert entry_now(sessions, other.entry_id).ended is None
    assert desk.ending(theirs) is Ending.OFFERED
    desk.take(theirs)
    assert desk.response(theirs) is Response.ACCEPTED_AND_MOVED


def test_of_what_has_gone_is_heard_all_the_same(sessions: Sessions) -> None:
    patient = on_the_list(sessions)
    [offer] = open_to_all(sessions)
    put(sessions, offer, Response.ACCEPTED_AND_NOT_AVAILABLE)
    with writing(sessions) as session:
        locked_opening(session, offer.opening_id).condition = Condition.GONE
    Answering(sessions).stop(token_of(offer))
    assert entry_now(sessions, patient.entry_id).ended is Ended.STOPPED
    # No arrow leads away from what they said: that stays as it was told.
    assert counter(sessions).response(offer) is Response.ACCEPTED_AND_NOT_AVAILABLE


def test_while_their_yes_is_with_the_diary_or_after_it_changes_nothing(sessions: Sessions) -> None:
    patient = on_the_list(sessions)
    [offer] = open_to_all(sessions)
    desk = counter(sessions)
    meanwhile(desk.diary, lambda: Answering(sessions).stop(token_of(offer)))
    desk.take(offer)
    assert desk.response(offer) is Response.ACCEPTED_AND_MOVED
    before = everything(sessions)
    Answering(sessions).stop(token_of(offer))
    assert everything(sessions) == before
    assert entry_now(sessions, patient.entry_id).ended is Ended.TAKEN


def test_of_another_offer_while_their_yes_is_with_the_diary_leaves_them_what_they_took(
    sessions: Sessions,
) -> None:
    patient = on_the_list(sessions)
    [taken] = open_to_all(sessions)
    [other] = open_to_all(sessions, slot(START + AN_HOUR))
    desk = counter(sessions)
    meanwhile(desk.diary, lambda: Answering(sessions).stop(token_of(other)))
    desk.take(taken)
    assert (desk.response(taken), desk.response(other)) == (
        Response.ACCEPTED_AND_MOVED,
        Response.DECLINED_STOP_COMM,
    )
    assert desk.standing(taken) == (Condition.TAKEN, taken.id)
    assert entry_now(sessions, patient.entry_id).ended is Ended.STOPPED
