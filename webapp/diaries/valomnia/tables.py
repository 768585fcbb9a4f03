"""What a practice's file says in the place of a diary that knows no staff, rooms or hours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, field_validator

from webapp.diaries.fields import Id, Words

_STRETCH = re.compile(
    r"([01][0-9]|2[0-3]):([0-5][0-9])\s*[-\u2013]\s*([01][0-9]|2[0-3]):([0-5][0-9])"
)
_IN_A_MARK = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Work without a break, on the practice's wall clock; it ends on the day it begins."""

    start: time
    end: time


def _read_stretch(value: object) -> Stretch:
    if isinstance(value, str) and (parts := _STRETCH.fullmatch(value.strip())):
        hour, minute, last_hour, last_minute = map(int, parts.groups())
        stretch = Stretch(time(hour, minute), time(last_hour, last_minute))
        if stretch.start < stretch.end:
            return stretch
    raise ValueError('must be a stretch of a day such as "09:00-12:30"')


def _in_order(value: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    if any(one.end > other.start for one, other in pairwise(value)):
        raise ValueError("must list its stretches in order, none of them into the next")
    return value


Stretches = Annotated[
    tuple[Annotated[Stretch, BeforeValidator(_read_stretch)], ...], AfterValidator(_in_order)
]


class WeekHours(_Table):
    """A week's work, day by day; a gap between two stretches is a break."""

    mon: Stretches = ()
    tue: Stretches = ()
    wed: Stretches = ()
    thu: Stretches = ()
    fri: Stretches = ()
    sat: Stretches = ()
    sun: Stretches = ()

    def on(self, weekday: int) -> tuple[Stretch, ...]:
        """Return a weekday's stretches in order; Monday is 0."""
        week = (self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun)
        return week[weekday]


def _fits_a_mark(value: str) -> str:
    if not _IN_A_MARK.fullmatch(value):
        raise ValueError('must be letters, digits, hyphens and underscores, such as "anna"')
    return value


def _is_exact(value: str) -> str:
    if "*" in value or value != value.strip():
        raise ValueError("must be the whole reference, without stars or spaces around it")
    return value


OurId = Annotated[Id, AfterValidator(_fits_a_mark)]
Reference = Annotated[Id, AfterValidator(_is_exact)]


class Place(_Table):
    """One of ``[[diary.places]]``: a room, which Valomnia has no word for."""

    id: OurId
    name: Words
    customer_reference: Reference | None = None
    """The customer that the desk chooses for appointments in this room, where it does."""


class Person(_Table):
    """One of ``[[diary.people]]``: somebody who treats."""

    id: OurId
    name: Words
    employee_reference: Reference | None = None
    """Whose appointments in Valomnia are this person's. Without it, any that are nobody else's
    are taken to be."""
    hours: WeekHours | None = None
    """When they work, where that is not as ``[diary.hours]`` says."""
    places: tuple[OurId, ...] | None = None
    """Where they work; anywhere without it."""

    @field_validator("places")
    @classmethod
    def _are_some(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if value is not None and (not value or len(set(value)) != len(value)):
            raise ValueError("must list at least one id, and none twice")
        return value

    def works_at(self, place_id: str) -> bool:
        return self.places is None or place_id in self.places
