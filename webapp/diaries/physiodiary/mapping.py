"""Translates between the port's words and Physiodiary's JSON. Pure: no I/O, no clock.

Shapes are those of the vendor's page "Using the API for online bookings": dates ``YYYYMMDD``,
times ``HHMM``, both on the practice's wall; staff and sections (our rooms) by number, lengths in
minutes. Keys that we do not know are passed over. No text of an answer enters an error.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from webapp.diaries.errors import Unintelligible
from webapp.diaries.free_times import FreeTimes
from webapp.diaries.physiodiary.faults import Refusal, read_error
from webapp.diaries.port import BookingRequest, Confirmation, Room, Staff

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

log = logging.getLogger(__name__)

LONGEST_SEARCH = 90
"""Days, the first included: the most that one freeList request may ask for."""

_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_TIME = re.compile(r"([01][0-9]|2[0-3])([0-5][0-9])")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
_MINUTES_A_DAY = 24 * 60


class _FromVendor(BaseModel):
    """Strict, for a true or a 1 where text is due means that we misread the rest as well."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, hide_input_in_errors=True)


class _Named(_FromVendor):
    id: int | str
    name: str


class _StaffList(_FromVendor):
    staff: list[_Named]


class _SectionList(_FromVendor):
    sections: list[_Named]


class _FreeDay(_FromVendor):
    date: str
    times: list[str]


class _FreeList(_FromVendor):
    slotLength: Annotated[int, Field(ge=1, le=_MINUTES_A_DAY)]  # noqa: N815 - the vendor's key
    free: list[_FreeDay]
    staffName: str  # noqa: N815
    sectionName: str  # noqa: N815


class _Booked(_FromVendor):
    result: str
    date: str
    time: str
    duration: Annotated[int, Field(ge=1, le=_MINUTES_A_DAY)]
    section: str
    staff: str


_Model = TypeVar("_Model", bound=_FromVendor)


# Questions


def staff_question() -> dict[str, object]:
    return {"action": "staffList"}


def rooms_question() -> dict[str, object]:
    return {"action": "sectionList"}


def free_question(*, staff_id: str, room_id: str, first_day: date, days: int) -> dict[str, object]:
    """Ask for ``days`` days from ``first_day``, that day included (the vendor's ``numDays``)."""
    if not 1 <= days <= LONGEST_SEARCH:
        raise ValueError(f"a search covers 1 to {LONGEST_SEARCH} days, not {days}")
    return {
        "action": "freeList",
        "date": _written_date(first_day),
        "numDays": days,
        "sectionId": _written_id(room_id),
        "staffId": _written_id(staff_id),
    }


def booking_order(request: BookingRequest, zone: ZoneInfo) -> dict[str, object]:
    """Write the booking as the vendor's ``book`` action, on the practice's wall clock."""
    start = _wall(request, zone)
    return {
        "action": "book",
        "date": _written_date(start.date()),
        "time": start.strftime("%H%M"),
        "sectionId": _written_id(request.slot.room.id),
        "staffId": _written_id(request.slot.staff.id),
        "name": request.patient.name,
        "phone": request.patient.phone,
        "email": request.patient.email,
        "desc": request.reason,
    }


# Answers


def staff(answer: Mapping[str, object] | Refusal) -> tuple[Staff, ...]:
    """Read staffList; a row without a name is left out. Raises Unintelligible, NotAccepted."""
    rows = _model(_StaffList, answer).staff
    return tuple(Staff(identity, name) for identity, name in _named(rows))


def rooms(answer: Mapping[str, object] | Refusal) -> tuple[Room, ...]:
    """Read sectionList, as ``staff`` does staffList."""
    rows = _model(_SectionList, answer).sections
    return tuple(Room(identity, name) for identity, name in _named(rows))


def free_times(
    answer: Mapping[str, object] | Refusal,
    *,
    staff_id: str,
    room_id: str,
    first_day: date,
    days: int,
    zone: ZoneInfo,
) -> FreeTimes:
    """Read freeList. Raises Unintelligible or NotAccepted.

    The vendor's own sample repeats times, leaves out a day, and answers with other ids than
    were asked for: times are sorted and told once, a missing day has none, and the ids are those
    of the question. Days outside the question are left out, as are times that the clocks skip in
    spring.
    """
    found = _model(_FreeList, answer)
    names = _tidy(found.staffName), _tidy(found.sectionName)
    if not all(names):
        raise Unintelligible("freeList: a name is empty")
    times_by_day: dict[date, set[time]] = {}
    for row in found.free:
        day = _date(row.date)
        times = {_time(one) for one in row.times}
        if first_day <= day < first_day + timedelta(days=days):
            times_by_day.setdefault(day, set()).update(
                one for one in times if _is_on_the_clock(day, one, zone)
            )
    return FreeTimes(
        staff=Staff(staff_id, names[0]),
        room=Room(room_id, names[1]),
        minutes=found.slotLength,
        days={
            day: tuple(sorted(times_by_day[day]))
            for day in sorted(times_by_day)
            if times_by_day[day]
        },
    )


def confirmation(
    answer: Mapping[str, object], request: BookingRequest, zone: ZoneInfo
) -> Confirmation:
    """Read the answer to ``book``; only one that repeats what was asked is a yes.

    The vendor echoes date, time and the *names* of staff and section, and no number of the
    booking. Raises Unintelligible, naming the keys that differ.
    """
    found = _model(_Booked, answer)
    start = _wall(request, zone)
    agrees = {
        "result": _same(found.result, "Confirmed"),
        "date": found.date.strip() == _written_date(start.date()),
        "time": found.time.strip() == start.strftime("%H%M"),
        "section": _same(found.section, request.slot.room.name),
        "staff": _same(found.staff, request.slot.staff.name),
    }
    differing = ", ".join(key for key, is_so in agrees.items() if not is_so)
    if differing:
        raise Unintelligible(f"the confirmation differs from the booking in: {differing}")
    return Confirmation(minutes=found.duration)


def _model(model: type[_Model], answer: Mapping[str, object] | Refusal) -> _Model:
    if isinstance(answer, Refusal):
        raise read_error(answer)
    try:
        return model.model_validate(answer)
    except ValidationError as exc:
        where = ".".join(str(step) for step in exc.errors(include_input=False)[0]["loc"])
    # Out here, so that the answer's own text does not travel along
    raise Unintelligible(f"the answer is not as documented at {where}")


def _named(rows: list[_Named]) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for row in rows:
        identity, name = _tidy(str(row.id)), _tidy(row.name)
        if identity and name:
            found.setdefault(identity, name)
    return list(found.items())


def _tidy(text: str) -> str:
    """Strip the text, of what neither pages nor databases take too: controls, half characters."""
    return "".join(
        " " if unicodedata.category(one) in {"Cc", "Cs"} else one for one in text
    ).strip()


def _same(one: str, other: str) -> bool:
    return " ".join(_tidy(one).split()).casefold() == " ".join(_tidy(other).split()).casefold()


def _written_date(day: date) -> str:
    return f"{day.year:04}{day.month:02}{day.day:02}"


def _written_id(identity: str) -> int | str:
    """Write an id as the vendor's number; one that came as text goes back as it came."""
    return int(identity) if _NUMBER.fullmatch(identity) else identity


def _wall(request: BookingRequest, zone: ZoneInfo) -> datetime:
    start = request.slot.start
    if start.tzinfo is None:
        raise ValueError("a slot's start must be aware")
    return start.astimezone(zone)


def _date(text: str) -> date:
    if parts := _DATE.fullmatch(text.strip()):
        try:
            return date(int(parts[1]), int(parts[2]), int(parts[3]))
        except ValueError:
            pass
    raise Unintelligible("freeList: a date is not YYYYMMDD")


def _time(text: str) -> time:
    if parts := _TIME.fullmatch(text.strip()):
        return time(int(parts[1]), int(parts[2]))
    raise Unintelligible("freeList: a time is not HHMM")


def _is_on_the_clock(day: date, at: time, zone: ZoneInfo) -> bool:
    wall = datetime.combine(day, at)
    there_and_back = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    if there_and_back.replace(tzinfo=None) == wall:
        return True
    log.debug("left out %s: the clocks skip it in %s", wall.isoformat(), zone.key)
    return False
