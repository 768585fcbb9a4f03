"""A practice with an ASAP list, patients on it, and slots to offer them, as they are stored."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tests.appointments.stored import NOW, START, Sessions, keep
from tests.practices.examples import practice
from webapp.appointments.model import State
from webapp.asap.listing import Joining, join
from webapp.asap.model import Entry, Offer, Opening
from webapp.asap.opening import Opener
from webapp.asap.wishes import Wish
from webapp.db.engine import writing
from webapp.diaries.port import Patient, Room, Slot, Staff
from webapp.web.tokens import Tokens

if TYPE_CHECKING:
    from webapp.practices.model import Practice

TOKENS = Tokens("a-key")
SENDER = "+447700900800"
ANNA, SIAN = Staff("42228", "Anna Müller"), Staff("42230", "Siân O'Brien")
ROOM_1, ROOM_2 = Room("7322", "Treatment Room 1"), Room("7323", "Treatment Room 2")
FAR = START + timedelta(weeks=6)
"""When patients have the appointments that they want to better: a Monday, 9:15am."""
_numbers = itertools.count(1)


def with_a_list(**asap: Any) -> Practice:  # noqa: ANN401 - a table's values
    """A practice that keeps a list; texts may go out at any hour unless said otherwise."""
    table = {
        "enabled": True,
        "texts_from": SENDER,
        "texts_after": "00:00",
        "texts_before": "23:59",
    }
    return practice(asap=table | asap)


def slot(start: datetime = START, staff: Staff = ANNA, room: Room = ROOM_1) -> Slot:
    """A slot of the practice's, its start in the practice's zone; Monday 23 November, 9:15am."""
    return Slot(staff, room, start.astimezone(with_a_list().zone), 45)


@dataclass(frozen=True)
class OnTheList:
    """A patient on the list. ``booking_id`` is None for one who has no appointment."""

    entry_id: int
    booking_id: int | None


def on_the_list(
    sessions: Sessions,
    *,
    has: datetime | None = FAR,
    phone: str | None = None,
    name: str | None = None,
    wish: Wish | None = None,
    **booking: Any,  # noqa: ANN401 - a row's columns
) -> OnTheList:
    """Put a patient on the list, with an appointment at ``has`` or with none."""
    number = next(_numbers)
    name = name or f"Patient {number}"
    phone = phone or f"+447700900{number % 700 + 100:03}"
    email = f"patient-{number}@patient.example"
    booking_id = None
    if has is not None:
        columns: dict[str, Any] = {
            "state": State.CONFIRMED,
            "starts_at_utc": has,
            "reason": None,
            "patient_name": name,
            "patient_phone": phone,
            "patient_email": email,
        }
        booking_id = keep(sessions, **(columns | booking))
    joining = Joining(
        slug=with_a_list().slug,
        journey=f"joining-{number}",
        patient=Patient(name=name, phone=phone, email=email),
        wish=wish or Wish(),
        booking_id=booking_id,
    )
    with writing(sessions) as session:
        return OnTheList(join(session, joining, TOKENS).id, booking_id)


def open_to_all(
    sessions: Sessions, offered: Slot | None = None, of: Practice | None = None
) -> list[Offer]:
    """Offer a slot to everybody on the list whom it fits; return the offers in their order."""
    with writing(sessions) as session:
        return Opener(of or with_a_list(), TOKENS).offer_to_all(session, offered or slot())


def offer_now(sessions: Sessions, offer: Offer | int) -> Offer:
    with sessions() as session:
        return session.get_one(Offer, offer if isinstance(offer, int) else offer.id)


def opening_now(sessions: Sessions, offer: Offer) -> Opening:
    with sessions() as session:
        return session.get_one(Opening, offer.opening_id)


def entry_now(sessions: Sessions, entry_id: int) -> Entry:
    with sessions() as session:
        return session.get_one(Entry, entry_id)


def offers(sessions: Sessions) -> list[Offer]:
    with sessions() as session:
        return list(session.scalars(select(Offer).order_by(Offer.id)))


def token_of(offer: Offer) -> str:
    """The secret part of the offer's page."""
    return TOKENS.offer_of(slug=offer.slug, nonce=offer.nonce)


__all__ = ["NOW", "START"]
