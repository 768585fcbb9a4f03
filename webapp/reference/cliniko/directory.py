"""The account's businesses, practitioners and appointment types, those that are not online too.

Ours: besides the practice's own each account has one of each that is not shown online.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.reference.plan import VisitType

if TYPE_CHECKING:
    from webapp.reference.plan import Person, Plan

HIDDEN_BUSINESS, HIDDEN_PRACTITIONER, HIDDEN_TYPE = 9201, 9301, 9401


@dataclass(frozen=True, slots=True)
class Business:
    id: int
    name: str
    is_online: bool = True
    street: str = ""
    """Street, town and post code, with commas."""
    zone: str = ""
    """IANA's name; the account's own if empty."""


@dataclass(frozen=True, slots=True)
class Practitioner:
    id: int
    name: str
    is_online: bool = True


@dataclass(frozen=True, slots=True)
class Kind:
    """An appointment type."""

    id: int
    name: str
    minutes: int
    is_online: bool = True
    payment: str = ""
    """As ``online_payments_mode``; empty where online payments are not enabled."""
    lead_hours: int = 0


def list_businesses(plan: Plan) -> list[Business]:
    known = [
        Business(one.id, one.name, street=one.street, zone=one.zone or "") for one in plan.rooms
    ]
    return [*known, Business(HIDDEN_BUSINESS, "Storehouse", is_online=False)]


def list_practitioners(
    plan: Plan, business_id: int | None = None, kind_id: int | None = None
) -> list[Practitioner]:
    """Return everybody, or who ever works in one business, or offers one type."""
    known = [
        Practitioner(one.id, one.name)
        for one in plan.people
        if business_id is None or _works_in(one, business_id)
        if kind_id is None or any(kind.id == kind_id for kind in list_kinds(plan, one.id))
    ]
    return [*known, Practitioner(HIDDEN_PRACTITIONER, "Locum Lastyear", is_online=False)]


def list_kinds(plan: Plan, practitioner_id: int | None = None) -> list[Kind]:
    """Return every type, or those that one person offers.

    A practice that is made without types has one, as long as its slots.
    """
    types = plan.types or (VisitType(1, "Appointment", plan.slot_minutes),)
    person = None if practitioner_id is None else plan.person(practitioner_id)
    known = [
        Kind(one.id, one.name, one.minutes, payment=one.payment, lead_hours=one.notice_hours)
        for one in types
        if person is None or not plan.types or person.offers(one)
    ]
    return [*known, Kind(HIDDEN_TYPE, "Home visit", 60, is_online=False)]


def find_business(plan: Plan, number: int | None) -> Business | None:
    return next((one for one in list_businesses(plan) if one.id == number), None)


def find_practitioner(plan: Plan, number: int | None) -> Practitioner | None:
    return next((one for one in list_practitioners(plan) if one.id == number), None)


def find_kind(plan: Plan, number: int | None, practitioner_id: int | None = None) -> Kind | None:
    return next((one for one in list_kinds(plan, practitioner_id) if one.id == number), None)


def _works_in(person: Person, business_id: int) -> bool:
    return any(
        hours.room_id in {None, business_id} for day in person.week.values() for hours in day
    )
