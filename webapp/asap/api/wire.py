"""How an offer is written on the wire, and what a client's words mean. Pure.

Names, spellings and dates are those of Open Dental's API document "API AsapComms" and of its API
specification: enums as text, moments as ``yyyy-MM-dd HH:mm:ss`` of the practice's own clocks
without a zone, and ``0001-01-01 00:00:00`` for none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError

from webapp import clock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from webapp.appointments.model import Booking
    from webapp.asap.model import Entry, Offer, Opening
    from webapp.practices.model import Practice

NEVER = "0001-01-01 00:00:00"
PAGE = 100
"""Rows to an answer; ``Offset`` asks for later ones."""
LARGEST_NUMBER = 2**31 - 1
"""What the database can count to."""
LARGEST_DIARY_NUMBER = 2**63 - 1
"""An office that keeps its data in several places draws numbers from all of these."""
_A_WEEK = timedelta(days=7)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}")


class BadRequest(Exception):
    """What was asked cannot be read; the text says what to mend."""


def asap_comm(
    offer: Offer, opening: Opening, entry: Entry, practice: Practice
) -> dict[str, object]:
    """Return an offer as an AsapComm."""

    def moment(at: datetime | None) -> str:
        return f"{at.astimezone(practice.zone):%Y-%m-%d %H:%M:%S}" if at else NEVER

    return {
        "AsapCommNum": offer.id,
        "FKey": entry.number,
        "FKeyType": offer.key_type.value,
        "ScheduleNum": opening.id,
        "PatNum": entry.patient_number,
        "ClinicNum": practice.clinic_num,
        "DateTimeEntry": moment(offer.entered_at_utc),
        "DateTimeExpire": moment(offer.expires_at_utc),
        "DateTimeSmsScheduled": moment(offer.text_due_at_utc),
        "SmsSendStatus": offer.text_status.value,
        "DateTimeSmsSent": moment(offer.text_sent_at_utc),
        "ResponseStatus": offer.response.value,
        "DateTimeOrig": moment(offer.had_at_utc),
        "TemplateText": " ".join(offer.template_text.split()),
        "Note": offer.note,
    }


def appointment(entry: Entry, booking: Booking | None, practice: Practice) -> dict[str, object]:
    """Return somebody on the list as the API's appointments have it, as far as we know it."""
    zone = practice.zone
    when = f"{booking.starts_at_utc.astimezone(zone):%Y-%m-%d %H:%M:%S}" if booking else NEVER
    return {
        "AptNum": entry.number,
        "PatNum": entry.patient_number,
        "AptStatus": "Scheduled" if booking else "UnschedList",
        "Op": number_or_text(booking.room_id) if booking else 0,
        "ProvNum": number_or_text(booking.staff_id) if booking else 0,
        "ClinicNum": practice.clinic_num,
        "AptDateTime": when,
        "Priority": "ASAP",
    }


def number_or_text(name: str) -> int | str:
    """Return a diary's id as the number it mostly is; as text where it reads otherwise."""
    is_number = name.isascii() and name.isdecimal() and str(int(name)) == name
    return int(name) if is_number else name


@dataclass(frozen=True, slots=True)
class Listing:
    """Which offers a client asks for: entered from ``since`` on and before ``until``."""

    since: datetime
    until: datetime
    clinic: int | None
    offset: int
    most: int


def read_listing(arguments: Mapping[str, str], zone: ZoneInfo) -> Listing:
    """Read a list's query. Raises BadRequest.

    ``date`` is one whole day. Without it ``dateStart`` (its day included) and ``dateEnd`` (its
    day not) bound the list: by default seven days back, and the midnight that ends today. The
    document calls the latter "today at midnight"; the day that has just begun is what a practice
    looks for, so today's offers are in.
    """
    known = {"ClinicNum", "date", "dateStart", "dateEnd", "Offset", "Limit"}
    unknown = sorted(set(arguments) - known)
    if unknown:
        raise BadRequest(f"{unknown[0][:40]} is not a parameter of this method.")
    today = clock.today(zone)
    one_day = _day(arguments, "date")
    if one_day is not None:
        if "dateStart" in arguments or "dateEnd" in arguments:
            raise BadRequest("Give date, or dateStart and dateEnd, not both.")
        first, after = one_day, one_day + timedelta(days=1)
    else:
        first = _day(arguments, "dateStart") or today - _A_WEEK
        after = _day(arguments, "dateEnd") or today + timedelta(days=1)
    return Listing(
        since=clock.wall(first, time(), zone),
        until=clock.wall(after, time(), zone),
        clinic=read_number(arguments, "ClinicNum"),
        offset=read_number(arguments, "Offset") or 0,
        most=min(PAGE, read_number(arguments, "Limit") or PAGE),
    )


class Wanted(BaseModel):
    """The body of a POST: offer this appointment's patient that opening."""

    model_config = ConfigDict(extra="ignore")

    op: StrictInt | StrictStr
    apt_num: StrictInt = Field(alias="aptNum")
    date_time_start: StrictStr = Field(alias="dateTimeStart")


def read_wanted(body: bytes, zone: ZoneInfo) -> tuple[str, int, datetime]:
    """Read the body of a POST: the operatory, the appointment's number, when. Raises BadRequest."""
    try:
        wanted = Wanted.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = str(first["loc"][0]) if first["loc"] else ""
        if not field:
            raise BadRequest("The body must be a JSON object.") from None
        what = "is required" if first["type"] == "missing" else "is invalid"
        raise BadRequest(f"{field} {what}.") from None
    if not 1 <= wanted.apt_num <= LARGEST_DIARY_NUMBER:
        raise BadRequest("aptNum is invalid.")
    text = wanted.date_time_start
    if not _MOMENT.fullmatch(text):
        raise BadRequest("dateTimeStart format must be yyyy-MM-dd HH:mm:ss.")
    try:
        wall = datetime.strptime(text, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - the practice's clocks
        start = clock.wall(wall.date(), wall.time(), zone)
        if not clock.exists(start):
            raise ValueError
    except (ValueError, OverflowError):
        raise BadRequest("dateTimeStart is not a moment that the practice's clocks show.") from None
    return str(wanted.op)[:64], wanted.apt_num, start


def _day(arguments: Mapping[str, str], name: str) -> date | None:
    text = arguments.get(name)
    if text is None:
        return None
    if not _DAY.fullmatch(text):
        raise BadRequest(f"{name} format must be yyyy-MM-dd.")
    try:
        day = date.fromisoformat(text)
        # The day after it must be one too, and midnight there a moment in UTC.
        if not date(1900, 1, 1) <= day <= date(9000, 1, 1):
            raise ValueError
    except ValueError:
        raise BadRequest(f"{name} is not a date.") from None
    return day


def read_number(arguments: Mapping[str, str], name: str) -> int | None:
    """Return a number of a query, or None where it is not given. Raises BadRequest."""
    text = arguments.get(name)
    if text is None:
        return None
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_NUMBER))
    if not is_number or int(text) > LARGEST_NUMBER:
        raise BadRequest(f"{name} is invalid.")
    return int(text)
