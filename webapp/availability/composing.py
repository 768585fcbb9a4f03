"""Puts a practice's answers together: whom and where it offers, and what is free. Pure."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, cast

from webapp.availability.answers import Picture, Roster
from webapp.availability.cache import Stored
from webapp.diaries.errors import DiaryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.availability.answers import PairKey, Window
    from webapp.availability.searching import Searched
    from webapp.diaries.free_times import FreeTimes
    from webapp.diaries.port import AppointmentType, Room, Staff
    from webapp.practices.model import BookingRules


def compose_roster(
    rules: BookingRules,
    staff: Stored | DiaryError,
    rooms: Stored | DiaryError,
    types: Stored | DiaryError,
    answers: Mapping[PairKey, FreeTimes | None],
) -> Roster | None:
    """Return whom to offer: the diary's lists, cut and ordered by the practice's file.

    Where a list could not be had, names come from the pairs that answered; None where that is not
    enough either.
    """
    known = [one for one in answers.values() if one is not None]
    people = {one.staff.id: one.staff for one in known}
    places = {one.room.id: one.room for one in known}
    if isinstance(staff, Stored):
        people = {one.id: one for one in cast("tuple[Staff, ...]", staff.value)}
    if isinstance(rooms, Stored):
        places = {one.id: one for one in cast("tuple[Room, ...]", rooms.value)}
    if not people or not places or not isinstance(types, Stored):
        return None
    kinds = {one.id: one for one in cast("tuple[AppointmentType, ...]", types.value)}
    roster = Roster(
        staff=tuple(people[one] for one in (rules.staff or people) if one in people),
        rooms=tuple(places[one] for one in (rules.rooms or places) if one in places),
    )
    # What nobody here offers is not asked about.
    offered = [one for one in (rules.types or kinds) if one in kinds]
    return replace(
        roster, types=tuple(kinds[one] for one in offered if roster.offering(kinds[one]).staff)
    )


def compose_picture(
    searched: Searched, roster: Roster, window: Window, type_: AppointmentType | None
) -> Picture:
    """Return what was found out, about those who are offered."""
    offered = {(one.id, room.id) for one, room in product(roster.staff, roster.rooms)}
    return Picture(
        roster,
        {pair: one for pair, one in searched.pairs.items() if pair in offered},
        window,
        in_part=searched.in_part,
        until=searched.until,
        type=type_,
    )
