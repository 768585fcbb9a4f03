"""What a practice should know of how its diary is set up: what it cannot offer here, and why."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from webapp.diaries.port import AppointmentType, Diary, Room


class Prepayment(enum.Enum):
    """What the diary wants of a patient who books online."""

    WHOLE = enum.auto()
    DEPOSIT = enum.auto()


@dataclass(frozen=True, slots=True)
class OtherZone:
    """A room is left out: its clocks show other times than the practice's, now or within a year.

    ``zone`` is what the diary calls its zone; ``is_known`` is whether there is one of that name.
    """

    room: Room
    zone: str
    is_known: bool


@dataclass(frozen=True, slots=True)
class PaidAhead:
    """A type is left out: it has to be paid for to be booked online."""

    type: AppointmentType
    prepayment: Prepayment


@dataclass(frozen=True, slots=True)
class OwnNotice:
    """A type is there, but for the diary it is free no nearer than ``hours`` before it begins."""

    type: AppointmentType
    hours: int


Remark = OtherZone | PaidAhead | OwnNotice


@runtime_checkable
class Remarking(Protocol):
    """A diary that has such things to say; most have none."""

    def remarks(self) -> tuple[Remark, ...]:
        """Return what is to be known, in the diary's order. Raises a ReadFailed or NotAccepted."""
        ...


def remarks_of(diary: Diary) -> tuple[Remark, ...]:
    """Return what a diary has to say, if it ever says anything; raises as ``remarks`` does."""
    return diary.remarks() if isinstance(diary, Remarking) else ()
