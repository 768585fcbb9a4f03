"""Translates Cliniko's lists of who, where, what for and when into our words. Pure.

Shapes are those of the vendor's OpenAPI description, as in ``mapping``.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar, cast

from webapp.diaries.cliniko.mapping import Links, document, identity, moment
from webapp.diaries.documents import FromVendor, model_of, models
from webapp.diaries.errors import Unintelligible
from webapp.diaries.port import AppointmentType, Room, Staff
from webapp.diaries.remarks import Prepayment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_PREPAYMENTS = {"required": Prepayment.WHOLE, "deposit_required": Prepayment.DEPOSIT}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; ``next`` is where the one after it is, empty on the last."""

    rows: tuple[object, ...] = field(repr=False)
    next: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Business:
    """A business with the IANA name of its time zone, empty where that is the account's own."""

    room: Room
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """An appointment type with the vendor's own rules for booking it online."""

    type: AppointmentType
    prepayment: Prepayment | None = None
    notice_hours: int = 0
    """It is offered no nearer than that."""


class _List(FromVendor):
    links: Links | None = None


class _Listed(FromVendor):
    id: str
    archived_at: str | None = None
    deleted_at: str | None = None
    show_in_online_bookings: bool | None = None

    @property
    def is_online(self) -> bool:
        """Whether the practice shows it in online bookings."""
        is_gone = self.archived_at is not None or self.deleted_at is not None
        return self.show_in_online_bookings is True and not is_gone


class _Business(_Listed):
    display_name: str | None = None
    label: str | None = None
    business_name: str | None = None
    address_1: str | None = None
    address_2: str | None = None
    city: str | None = None
    state: str | None = None
    post_code: str | None = None
    time_zone_identifier: str | None = None

    @property
    def address(self) -> str:
        """Where to go, on one line; empty where the practice has not said."""
        parts = (self.address_1, self.address_2, self.city, self.state, self.post_code)
        return ", ".join(tidy for one in parts if (tidy := _tidy(one or "")))[:300]


class _Practitioner(_Listed):
    active: bool | None = None
    display_name: str | None = None
    label: str | None = None
    first_name: str | None = None
    last_name: str | None = None


class _Type(_Listed):
    name: str | None = None
    duration_in_minutes: int
    max_attendees: int | None = None
    online_bookings_lead_time_hours: int | None = None
    online_payments_enabled: bool | None = None
    online_payments_mode: str | None = None

    @property
    def prepayment(self) -> Prepayment | None:
        """What must be paid online; None where it need not be, or may be."""
        if self.online_payments_enabled is not True:
            return None
        return _PREPAYMENTS.get(self.online_payments_mode or "")


class _Time(FromVendor):
    appointment_start: str


_OnlineModel = TypeVar("_OnlineModel", bound=_Listed)


def page(key: str, body: bytes) -> Page:
    """Read one page of a list. Raises Unintelligible."""
    found = document(body)
    rows = found.get(key)
    if not isinstance(rows, list):
        raise Unintelligible(f"the diary's answer has no list of {key}")
    links = model_of(_List, found).links
    return Page(tuple(cast("list[object]", rows)), (links and links.next) or "")


def businesses(found: Iterable[object]) -> tuple[Business, ...]:
    """Read businesses, those that are shown online. Raises Unintelligible."""
    return tuple(
        Business(Room(one.id, name, one.address), _tidy(one.time_zone_identifier or "")[:100])
        for one in _online(_Business, found)
        if (name := _first_of(one.display_name, one.label, one.business_name))
    )


def staff(found: Iterable[object]) -> tuple[Staff, ...]:
    """Read practitioners, those who are active and shown online. Raises Unintelligible."""
    return tuple(
        Staff(one.id, name)
        for one in _online(_Practitioner, found)
        if one.active is not False
        and (
            name := _first_of(
                one.display_name, one.label, f"{one.first_name or ''} {one.last_name or ''}"
            )
        )
    )


def kinds(found: Iterable[object]) -> tuple[Kind, ...]:
    """Read appointment types that are shown online, and for one patient at a time.

    Who offers them is not said there. Raises Unintelligible.
    """
    return tuple(
        Kind(
            AppointmentType(one.id, name, one.duration_in_minutes),
            one.prepayment,
            one.online_bookings_lead_time_hours or 0,
        )
        for one in _online(_Type, found)
        if (one.max_attendees or 1) == 1 and one.duration_in_minutes > 0
        if (name := _first_of(one.name))
    )


def starts(found: Iterable[object]) -> tuple[datetime, ...]:
    """Read available times, in UTC. Raises Unintelligible."""
    return tuple(moment(one.appointment_start) for one in models(_Time, found))


def _online(model: type[_OnlineModel], found: Iterable[object]) -> list[_OnlineModel]:
    return [one for one in models(model, found) if one.is_online and identity(one.id)]


def _first_of(*texts: str | None) -> str:
    return next((tidy for one in texts if (tidy := _tidy(one or ""))), "")


def _tidy(text: str) -> str:
    """Strip the text, of what neither pages nor databases take too: controls, half characters."""
    return "".join(
        " " if unicodedata.category(one) in {"Cc", "Cs"} else one for one in text
    ).strip()
