"""Says whom and which room each appointment in the diary may take up, and never too few. Pure.

Rows of a list do not tell their employee, and Valomnia has no rooms. What we booked says both in
its note. For the rest the practice's file says which employee is whom, and which customer, if
any, stands for which room; where it leaves something open, all that can be meant is taken up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.diaries.valomnia.mapping import MINUTE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from webapp.diaries.settings import ValomniaSettings
    from webapp.diaries.valomnia.free import Span
    from webapp.diaries.valomnia.mapping import Entry


@dataclass(frozen=True, slots=True)
class Held:
    """An appointment, and the ids of the people and places that it takes up, or may."""

    entry: Entry
    people: frozenset[str]
    places: frozenset[str]

    @property
    def span(self) -> Span:
        """When, in UTC."""
        return self.entry.start, max(self.entry.end, self.entry.start + MINUTE)

    def takes_up(self, person_id: str, place_id: str) -> bool:
        return person_id in self.people or place_id in self.places

    def lies_in(self, span: Span) -> bool:
        """Say whether it shares time with ``span``."""
        start, end = self.span
        return start < span[1] and span[0] < end


def hold(
    entries: Iterable[Entry],
    settings: ValomniaSettings,
    employees: Mapping[str, Collection[int]],
) -> tuple[Held, ...]:
    """Say of each entry what it takes up.

    ``employees`` has, by a person's id, the ids of the entries that are theirs as employees, of
    each person with an ``employee_reference``.
    """
    return tuple(_hold(one, settings, employees) for one in entries)


def _hold(
    entry: Entry, settings: ValomniaSettings, employees: Mapping[str, Collection[int]]
) -> Held:
    if entry.mark is not None:
        return Held(entry, frozenset({entry.mark.person_id}), frozenset({entry.mark.place_id}))
    theirs = [one for one in settings.people if entry.id in employees.get(one.id, ())]
    people = theirs or [one for one in settings.people if one.employee_reference is None]
    named = [
        one.id
        for one in settings.places
        if entry.customer is not None and one.customer_reference == entry.customer
    ]
    places = named or [
        one.id
        for one in settings.places
        if (one.customer_reference is None or entry.customer is None)
        and any(person.works_at(one.id) for person in people)
    ]
    return Held(entry, frozenset(one.id for one in people), frozenset(places))
