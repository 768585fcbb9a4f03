"""Decides which businesses and appointment types can be offered here, and says why others not.

Pages show all times in the practice's zone, so a business whose clocks differ would send patients
at a wrong hour. Nobody can pay on our pages, so what has to be paid for to be booked stays out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.diaries.cliniko import zones
from webapp.diaries.remarks import OtherZone, OwnNotice, PaidAhead

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from zoneinfo import ZoneInfo

    from webapp.diaries.cliniko.listing import Business, Kind
    from webapp.diaries.port import AppointmentType, Room
    from webapp.diaries.remarks import Remark


def rooms(found: Iterable[Business], zone: ZoneInfo, *, since: date) -> tuple[Room, ...]:
    """Return the businesses whose clocks show what those in ``zone`` do, for a year from a day."""
    return tuple(one.room for one in found if _shows_the_same(one, zone, since))


def types(found: Iterable[Kind]) -> tuple[AppointmentType, ...]:
    """Return the types that can be booked without paying."""
    return tuple(one.type for one in found if one.prepayment is None)


def in_other_zones(
    found: Iterable[Business], zone: ZoneInfo, *, since: date
) -> tuple[OtherZone, ...]:
    """Return those that ``rooms`` leaves out."""
    return tuple(
        OtherZone(one.room, one.zone, zones.find(one.zone) is not None)
        for one in found
        if not _shows_the_same(one, zone, since)
    )


def about_types(found: Iterable[Kind]) -> Iterator[Remark]:
    """Yield those that ``types`` leaves out, and the notice that the others need."""
    for one in found:
        if one.prepayment is not None:
            yield PaidAhead(one.type, one.prepayment)
        elif one.notice_hours > 0:
            yield OwnNotice(one.type, one.notice_hours)


def _shows_the_same(business: Business, zone: ZoneInfo, since: date) -> bool:
    if not business.zone:
        return True
    theirs = zones.find(business.zone)
    return theirs is not None and zones.show_the_same(theirs, zone, since=since)
