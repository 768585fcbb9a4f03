"""What a patient has chosen so far, as it travels in the URL: never a person's words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping

ANY = "any"
"""In place of an id: no preference."""
_LONGEST_ID = 64


class ChoiceUnreadable(Exception):
    """A date or time in the URL is not one."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The answers given so far; None where the question has not been answered.

    ``staff`` and ``room`` are what the patient asked for, an id or ANY. ``with_staff`` and
    ``in_room`` are whom and where a chosen time belongs to, and stand in the URL only where the
    patient left it open.
    """

    staff: str | None = None
    room: str | None = None
    day: date | None = None
    at: time | None = None
    with_staff: str | None = None
    in_room: str | None = None
    type: str | None = None
    """What it is for, where the diary knows types."""

    @property
    def staff_id(self) -> str | None:
        """The person asked for, or None for anybody."""
        return None if self.staff == ANY else self.staff

    @property
    def room_id(self) -> str | None:
        """The room asked for, or None for any."""
        return None if self.room == ANY else self.room

    @property
    def slot_staff(self) -> str | None:
        """The person whose time was chosen, or None while that is open."""
        return self.staff_id or self.with_staff

    @property
    def slot_room(self) -> str | None:
        """The room in which it is, or None while that is open."""
        return self.room_id or self.in_room

    def without_time(self) -> Choice:
        """Return the same person, room and purpose, with day and time open again."""
        return Choice(staff=self.staff, room=self.room, type=self.type)

    def on(self, day: date) -> Choice:
        """Return the choice with this day opened."""
        return replace(self.without_time(), day=day)

    def for_slot(self, start: datetime, *, staff_id: str, room_id: str) -> Choice:
        """Return the choice of this very slot, by the same wishes."""
        return Choice(
            staff=self.staff,
            room=self.room,
            day=start.date(),
            at=start.time(),
            with_staff=None if self.staff_id else staff_id,
            in_room=None if self.room_id else room_id,
            type=self.type,
        )

    def query(self) -> str:
        """Return the URL's query, with its question mark; empty for no choice."""
        values = {
            "type": self.type,
            "staff": self.staff,
            "room": self.room,
            "day": self.day.isoformat() if self.day else None,
            "time": f"{self.at:%H%M}" if self.at else None,
            "with": self.with_staff,
            "in": self.in_room,
        }
        given = {key: value for key, value in values.items() if value is not None}
        return f"?{urlencode(given)}" if given else ""


def read_choice(arguments: Mapping[str, str]) -> Choice:
    """Read a URL's query. Raises ChoiceUnreadable; unknown keys are passed over."""
    return Choice(
        staff=_id(arguments.get("staff")),
        room=_id(arguments.get("room")),
        day=read_day(arguments.get("day")),
        at=_time(arguments.get("time")),
        with_staff=_id(arguments.get("with")),
        in_room=_id(arguments.get("in")),
        type=_id(arguments.get("type")),
    )


def read_day(text: str | None) -> date | None:
    """Read a day such as ``2026-11-23``. Raises ChoiceUnreadable."""
    if not text:
        return None
    try:
        # The exact form: fromisoformat alone also takes week dates.
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise ChoiceUnreadable("day") from error


def _time(text: str | None) -> time | None:
    if not text:
        return None
    if len(text) != len("HHMM") or not text.isascii() or not text.isdigit():
        raise ChoiceUnreadable("time")
    try:
        return time(int(text[:2]), int(text[2:]))
    except ValueError as error:
        raise ChoiceUnreadable("time") from error


def _id(text: str | None) -> str | None:
    if not text:
        return None
    return text[:_LONGEST_ID]
