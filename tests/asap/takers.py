"""Patients who look at what they were offered and take it, over a diary that does as it is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from tests.appointments.desk import KnownAvailability, ObedientDiary
from tests.appointments.settlers import AbleDiary, FreeList, settler_over
from tests.appointments.stored import claimed
from tests.asap.ground import TOKENS, offer_now, opening_now, slot, token_of, with_a_list
from webapp.appointments.model import Booking
from webapp.appointments.placing import Desk
from webapp.asap.answering import Answering
from webapp.asap.endings import Ending, ending
from webapp.asap.model import Condition, Entry, Offer, Opening
from webapp.asap.taking import Came, Taking
from webapp.availability.answers import Answer
from webapp.clock import now
from webapp.outbox.model import Promise

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from tests.appointments.stored import Sessions
    from webapp.asap.statuses import Response
    from webapp.availability.service import Availability
    from webapp.diaries.port import BookingRequest, Confirmation, Diary
    from webapp.practices.model import Practice


@dataclass(frozen=True)
class Counter:
    """Where patients take what they were offered; ``diary`` answers them as it is told."""

    sessions: Sessions
    diary: ObedientDiary
    free: KnownAvailability
    taking: Taking

    def take(self, offer: Offer) -> Came:
        return self.taking.take(offer.id)

    def conclude(self, offer: Offer) -> object:
        """Conclude the latest yes, as the worker does; return how its booking stands."""
        return self.taking.conclude(offer.id, offer_now(self.sessions, offer).journey)

    def settle(self, offer: Offer, diary: AbleDiary, free: FreeList | None = None) -> None:
        """Settle the booking of the latest yes, and conclude it, as the worker does in turn."""
        booking = booking_of(self.sessions, offer)
        settler = settler_over(diary, free or FreeList(), self.sessions, self.taking.practice)
        settler.settle(claimed(booking.id))
        self.conclude(offer)

    def look(self, *offers: Offer) -> None:
        """Open the pages of offers, each as its patient."""
        for one in offers:
            Answering(self.sessions).look(token_of(one))

    def ending(self, offer: Offer) -> Ending:
        """What the offer's page tells."""
        known = Answering(self.sessions).find(token_of(offer))
        assert known is not None
        return ending(known, at=now())

    def response(self, offer: Offer) -> Response:
        return offer_now(self.sessions, offer).response

    def standing(self, offer: Offer) -> tuple[Condition, int | None]:
        """How the opening stands, and which offer has it."""
        opening = opening_now(self.sessions, offer)
        return opening.condition, opening.claimed_by_id


class Away(Enum):
    """When the database goes away, for the taking alone: the desk still has it."""

    NEVER = auto()
    AT_ONCE = auto()
    ONCE_THE_DIARY_WAS_ASKED = auto()


def counter(
    sessions: Sessions, *, practice: Practice | None = None, away: Away = Away.NEVER
) -> Counter:
    """Open a counter over a diary that says yes until it is told otherwise."""
    diary = ObedientDiary()

    def new_session() -> Session:
        was_asked = away is Away.ONCE_THE_DIARY_WAS_ASKED and diary.requests
        if was_asked or away is Away.AT_ONCE:
            raise OperationalError("", {}, Exception("away"))
        return sessions()

    free = KnownAvailability(answer=(Answer.FREE, slot()))
    practice = practice or with_a_list()
    desk = Desk(
        practice=practice,
        diary=cast("Diary", diary),
        availability=cast("Availability", free),
        new_session=sessions,
        tokens=TOKENS,
    )
    return Counter(sessions, diary, free, Taking(practice, desk, new_session))


def meanwhile(diary: ObedientDiary, do: Callable[[], object]) -> None:
    """Have something done while the diary is asked, which then says yes."""
    answer = diary.answer

    def book(request: BookingRequest) -> Confirmation:
        do()
        return answer(request)

    diary.answer = book


def booking_of(sessions: Sessions, offer: Offer) -> Booking:
    """The booking of the latest yes."""
    found = offer_now(sessions, offer).booking_id
    assert found is not None
    with sessions() as session:
        return session.get_one(Booking, found)


def everything(sessions: Sessions) -> list[dict[str, Any]]:
    """Every row that a yes may change, column by column."""
    found: list[dict[str, Any]] = []
    with sessions() as session:
        for model in (Entry, Opening, Offer, Booking, Promise):
            rows = session.scalars(select(model).order_by(model.id)).all()
            names = [column.key for column in model.__table__.columns]
            found += [{name: getattr(row, name) for name in names} for row in rows]
    return found
