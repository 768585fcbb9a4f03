"""What became of orders so far: of this journey, and of the same patient's other tab."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Select, func, select

from webapp import clock
from webapp.appointments.model import STANDS_OR_MAY, Booking, State
from webapp.diaries.errors import PatientField

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from webapp.appointments.choice import Choice
    from webapp.diaries.port import Patient
    from webapp.web.tokens import Tokens

_SAME_PATIENT_WITHIN = timedelta(minutes=30)
_WAIT_FOR_OTHER_SECONDS = 3.0
_LOOK_EVERY_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Order:
    """What a patient asks to book in one journey."""

    slug: str
    journey: str
    choice: Choice
    slot_start: datetime
    patient: Patient
    reason: str
    replaces_id: int | None = None
    """The booking in whose place this one is to be made."""
    at_short_notice: bool = False
    """The practice itself offers the slot: its minimum notice does not stand in the way."""
    from_list: bool = False
    """The slot is offered to whoever is on the diary's own ASAP list, and to nobody else."""
    also: Callable[[Session, Booking], None] | None = None
    """Done in the transaction that records the order, before the diary is asked; whatever it
    raises undoes that, and comes out of ``Desk.place``."""


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of an order. ``token`` leads to its outcome page.

    ``diary_refuses_us`` is an operator's matter behind an UNREACHABLE.
    """

    state: State
    token: str
    refused: frozenset[PatientField] = frozenset()
    diary_refuses_us: bool = False
    page: str = ""
    """Leads to the booking's own page; empty where there is no booking."""
    nothing_to_move: bool = False
    """A REFUSED: the diary has the appointment no more where it was to be moved from."""


class Outcomes:
    """Reads what became of one deployment's orders. Writes nothing."""

    def __init__(self, new_session: Callable[[], Session], tokens: Tokens) -> None:
        self._new_session = new_session
        self._tokens = tokens

    def of_journey(self, slug: str, journey: str) -> Placed | None:
        """Return what became of a journey whose slot is, or may be, its patient's; else None."""
        with self._new_session() as session:
            row = session.scalar(
                select(Booking).where(
                    Booking.slug == slug,
                    Booking.journey == journey,
                    Booking.state.in_(STANDS_OR_MAY),
                )
            )
        return self.placed(row, row.state_at(clock.now())) if row is not None else None

    def earlier(self, order: Order) -> Placed | None:
        """Return the outcome of this journey, or of this patient's other tab, if there is one."""
        with self._new_session() as session:
            found = session.scalar(_journey_of(order))
        return self.follow(order) if found is not None else self.same_patient(order)

    def follow(self, order: Order) -> Placed:
        """Return the outcome of a journey that is already on its way, waiting for it a moment."""
        ends = time.monotonic() + _WAIT_FOR_OTHER_SECONDS
        while True:
            with self._new_session() as session:
                row = session.scalars(_journey_of(order)).one()
            state = row.state_at(clock.now())
            if state is not State.SENDING or time.monotonic() > ends:
                return self.placed(row, state)
            time.sleep(_LOOK_EVERY_SECONDS)

    def same_patient(self, order: Order) -> Placed | None:
        """Return what became of the same patient's other booking of this very slot, if any.

        Two tabs are two journeys; without this the second would be told that the slot is taken,
        by its own owner.
        """
        patient = order.patient
        with self._new_session() as session:
            row = session.scalars(
                select(Booking).where(
                    Booking.slug == order.slug,
                    Booking.journey != order.journey,
                    Booking.starts_at_utc == order.slot_start,
                    Booking.staff_id == order.choice.slot_staff,
                    Booking.state.in_(STANDS_OR_MAY),
                    # One that they gave up is no answer to their asking again.
                    Booking.release_asked_at_utc.is_(None),
                    Booking.created_at_utc > clock.now() - _SAME_PATIENT_WITHIN,
                    func.lower(Booking.patient_email) == patient.email.lower(),
                    Booking.patient_phone == patient.phone,
                    Booking.patient_name == patient.name,
                )
            ).first()
        if row is None:
            return None
        return self.placed(row, row.state_at(clock.now()))

    def placed(self, row: Booking, state: State) -> Placed:
        """Return what a row tells, in this state."""
        names = (row.refused_fields or "").split(",")
        return Placed(
            state,
            self.token(row.journey, row.slug),
            frozenset(PatientField(name) for name in names if name),
            page=self.page(row.journey, row.slug),
            nothing_to_move=row.found_nothing_to_move,
        )

    def token(self, journey: str, slug: str) -> str:
        """Return the secret part of a journey's outcome page."""
        return self._tokens.outcome_of(slug=slug, journey=journey)

    def page(self, journey: str, slug: str) -> str:
        """Return the secret part of the booking's own page."""
        return self._tokens.page_of(slug=slug, journey=journey)


def _journey_of(order: Order) -> Select[Booking]:
    return select(Booking).where(Booking.slug == order.slug, Booking.journey == order.journey)
