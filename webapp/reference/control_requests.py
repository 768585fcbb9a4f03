"""What may be asked of the control endpoints, checked and put into the truth's words."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from webapp.reference.faults import ANY_ACTION, Fault, Kind
from webapp.reference.plan import Hours, Person, Plan, Room, VisitType

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
RESERVED_SLUGS = frozenset({"control", "inbox", "sms", "static", "texts", "updox"})
_LONGEST_WAIT = 600


def _read_date(value: object) -> object:
    if isinstance(value, str) and len(value) == len("20261120") and value.isdigit():
        return f"{value[:4]}-{value[4:6]}-{value[6:]}"
    return value


def _read_time(value: object) -> object:
    if isinstance(value, str) and len(value) == len("0915") and value.isdigit():
        return f"{value[:2]}:{value[2:]}"
    return value


Day = Annotated[date, BeforeValidator(_read_date)]
TimeOfDay = Annotated[time, BeforeValidator(_read_time)]
Share = Annotated[float, Field(ge=0, le=1)]


def _find_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(f"there is no zone {name!r}") from error


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True)


class FaultAsked(_Asked):
    """``acts`` overrules whether the request is carried out all the same."""

    action: Literal[
        # Physiodiary's, Valomnia's, Open Dental's, Cliniko's, Updox's, and any
        "book", "freeList", "staffList", "sectionList",
        "login", "list", "show", "save", "upsert", "update", "delete", "categories",
        "providers", "operatories", "patients", "register", "slots", "asap", "break", "comms",
        "offer",
        "businesses", "practitioners", "types", "times", "nextTime", "cancel", "conflicts",
        "archive",
        "sync", "ping",
        "*",
    ] = ANY_ACTION  # fmt: skip
    kind: Kind
    times: Annotated[int, Field(ge=1)] | None = None
    staff_id: int | None = None
    seconds: Annotated[float, Field(ge=0, le=_LONGEST_WAIT)] = 0.0
    errors: tuple[dict[str, object], ...] = ()
    status: Annotated[int, Field(ge=200, le=599)] | None = None
    acts: bool | None = None

    @model_validator(mode="after")
    def _check_what_the_kind_needs(self) -> Self:
        if self.kind is Kind.STATUS and self.status is None:
            raise ValueError("a fault of kind status needs a status")
        if self.kind is Kind.FIELD_ERRORS and not self.errors:
            raise ValueError("a fault of kind field_errors needs errors")
        return self

    def as_fault(self) -> Fault:
        return Fault(
            action=self.action,
            kind=self.kind,
            times=self.times,
            staff_id=self.staff_id,
            seconds=self.seconds,
            errors=self.errors,
            status=self.status,
            acts=self.kind.acts if self.acts is None else self.acts,
        )


class SlotAsked(_Asked):
    """One slot. Dates as ``20261123`` or ``2026-11-23``, times as ``0915`` or ``09:15``."""

    date: Day
    time: TimeOfDay
    staff_id: int
    section_id: int
    name: str | None = None
    minutes: Annotated[int, Field(ge=5, le=480)] | None = None

    @property
    def start(self) -> datetime:
        return datetime.combine(self.date, self.time)


class FillAsked(_Asked):
    staff_id: int | None = None
    section_id: int | None = None


class ThrottleAsked(_Asked):
    """One request in so many seconds, where the system has a throttle; 0 turns it off."""

    seconds: Annotated[float, Field(ge=0, le=_LONGEST_WAIT)]


class CommAsked(_Asked):
    """What becomes of one AsapComm: of its text, and with its patient."""

    number: int
    text_status: str
    response: str


class BudgetAsked(_Asked):
    """So many requests in so many seconds, where the system counts them so."""

    requests: Annotated[int, Field(ge=0)]
    seconds: Annotated[float, Field(gt=0, le=_LONGEST_WAIT)] = 60.0


class AddressesAsked(_Asked):
    allow: tuple[str, ...]


class _RoomAsked(_Asked):
    id: Annotated[int, Field(gt=0)]
    name: str


class _PlaceAsked(_RoomAsked):
    zone: str | None = None


class _TypeAsked(_RoomAsked):
    minutes: Annotated[int, Field(ge=5, le=480)]
    payment: Literal["", "deposit_required", "optional", "required"] = ""
    notice_hours: Literal[0, 1, 2, 4, 12, 18, 24, 48, 72, 168, 336, 504, 672] = 0

    def as_type(self) -> VisitType:
        return VisitType(self.id, self.name, self.minutes, self.payment, self.notice_hours)


_Week = dict[str, tuple[tuple[TimeOfDay, TimeOfDay], ...]]


class _PersonAsked(_RoomAsked):
    hours: _Week | None = None
    waiting_days: int = 0
    fully_booked: bool = False
    types: frozenset[int] | None = None


class PracticeAsked(_Asked):
    """A practice to open. Without hours, people work 9:00 to 17:00 every day of the week.

    ``shareTaken`` is the share of slots that the desk has given away beforehand. ``types`` count
    where the system has such.
    """

    slug: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    key: Annotated[str, Field(min_length=1)]
    name: str | None = None
    zone: str = "Europe/London"
    staff: Annotated[tuple[_PersonAsked, ...], Field(min_length=1)]
    rooms: Annotated[tuple[_PlaceAsked, ...], Field(min_length=1)]
    types: tuple[_TypeAsked, ...] = ()
    slot_length: Annotated[int, Field(ge=5, le=480)] = 45
    hours: _Week = {day: ((time(9), time(17)),) for day in _WEEKDAYS}
    seed: int = 1
    share_taken: Share = 0.0
    allow: tuple[str, ...] = ("127.0.0.1", "::1")

    def as_plan(self) -> Plan:
        """Return the plan; raises ``ValueError`` for a slug, weekday or zone that cannot be."""
        if self.slug in RESERVED_SLUGS:
            raise ValueError("this slug is kept for the server's own pages")
        return Plan(
            slug=self.slug,
            name=self.name or self.slug.replace("-", " ").title(),
            key=self.key,
            zone=_find_zone(self.zone),
            slot_minutes=self.slot_length,
            people=tuple(self._as_person(person) for person in self.staff),
            rooms=tuple(Room(room.id, room.name, zone=room.zone) for room in self.rooms),
            types=tuple(kind.as_type() for kind in self.types),
            near_share=self.share_taken,
            far_share=self.share_taken,
            seed=self.seed,
            allowed_addresses=frozenset(self.allow),
        )

    def _as_person(self, person: _PersonAsked) -> Person:
        week = self.hours if person.hours is None else person.hours
        return Person(
            person.id,
            person.name,
            {
                _WEEKDAYS.index(day): tuple(Hours(start, end) for start, end in stretches)
                for day, stretches in week.items()
            },
            waiting_days=person.waiting_days,
            fully_booked=person.fully_booked,
            types=person.types,
        )
