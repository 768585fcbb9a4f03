"""Offers that stand as a test wants them, and what is done with them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from tests.appointments.stored import Sessions
from tests.asap.ground import START, offer_now, on_the_list, open_to_all
from webapp.asap.kinds import Kind
from webapp.asap.model import Condition, Offer
from webapp.asap.recording import close, expire, locked_opening, record_taken
from webapp.asap.statuses import Response, SendStatus
from webapp.db.engine import writing
from webapp.outbox.model import Promise

LATER = START + timedelta(hours=3)
"""When another slot of the same person begins."""


def at(sessions: Sessions, offer: Offer, response: Response, text: SendStatus) -> None:
    with writing(sessions) as session:
        found = session.get_one(Offer, offer.id)
        found.response, found.text_status = response, text


def an_offer(
    sessions: Sessions,
    response: Response = Response.PENDING_RSVP,
    text: SendStatus = SendStatus.SEND_SUCCESSFUL,
) -> Offer:
    """An offer to somebody of their own that stands like this."""
    on_the_list(sessions)
    offer = open_to_all(sessions)[-1]
    at(sessions, offer, response, text)
    return offer


def one_of_each(sessions: Sessions, text: SendStatus) -> dict[Response, Offer]:
    """Offers of one opening, an offer for each value, all with a text that stands like this."""
    for _ in Response:
        on_the_list(sessions)
    found = dict(zip(Response, open_to_all(sessions), strict=True))
    for response, offer in found.items():
        at(sessions, offer, response, text)
    return found


def shut(sessions: Sessions, offer: Offer, condition: Condition = Condition.GONE) -> None:
    with writing(sessions) as session:
        close(session, locked_opening(session, offer.opening_id), condition)


def take(sessions: Sessions, offer: Offer) -> None:
    with writing(sessions) as session:
        opening = locked_opening(session, offer.opening_id)
        opening.claimed_by_id = offer.id
        record_taken(session, opening, session.get_one(Offer, offer.id))


def run_out(sessions: Sessions, offer: Offer) -> None:
    with writing(sessions) as session:
        expire(session, locked_opening(session, offer.opening_id))


def texts_promised(sessions: Sessions) -> list[int]:
    with sessions() as session:
        rows = session.scalars(select(Promise).where(Promise.kind == Kind.TEXT))
        return sorted(row.subject_id for row in rows)


def all_stand(
    sessions: Sessions, found: dict[Response, Offer]
) -> dict[Response, tuple[Response, SendStatus, str]]:
    """How each stands now, by how it stood before."""
    return {response: stands(sessions, offer) for response, offer in found.items()}


def stands(sessions: Sessions, offer: Offer) -> tuple[Response, SendStatus, str]:
    now = offer_now(sessions, offer)
    return now.response, now.text_status, now.note
