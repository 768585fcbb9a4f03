"""The appointment for a patient's own calendar: a file, and links that add it."""

# icalendar types its values loosely.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from flask_babel import gettext as _
from icalendar import Calendar, Event

from webapp import clock

if TYPE_CHECKING:
    from datetime import datetime

    from webapp.appointments.model import Booking
    from webapp.practices.model import Practice


@dataclass(frozen=True, slots=True)
class CalendarLinks:
    """Addresses that open another service's "new event" page, filled in."""

    google: str
    outlook: str


def calendar_file(booking: Booking, practice: Practice, *, method: str = "PUBLISH") -> bytes:
    """Return the appointment as an iCalendar file (RFC 5545) in the practice's zone.

    The UID stays the same however often the file is made and the appointment changed, and
    SEQUENCE counts the changes: a calendar that has the event moves or removes it. Neither holds
    a secret. ``method`` is PUBLISH or CANCEL (RFC 5546): nobody is asked to answer.
    """
    event = Event()
    event.add("uid", f"{booking.uid}@{practice.slug}.booking")
    event.add("sequence", booking.sequence)
    event.add("dtstamp", clock.now())
    event.add("organizer", f"mailto:{practice.email}", parameters={"CN": practice.name})
    start = booking.starts_at_utc.astimezone(practice.zone)
    event.add("dtstart", start)
    event.add("dtend", clock.later(start, booking.minutes))
    event.add("summary", _summary(booking, practice))
    event.add("location", place(booking, practice))
    event.add("description", _("To change or cancel, call %(phone)s.", phone=practice.phone))
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//Online booking//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical()


def calendar_links(booking: Booking, practice: Practice) -> CalendarLinks:
    """Return links to the two calendars that open from an address."""
    start = booking.starts_at_utc
    end = clock.later(start, booking.minutes)
    google = {
        "action": "TEMPLATE",
        "text": _summary(booking, practice),
        "dates": f"{_compact(start)}/{_compact(end)}",
        "ctz": practice.timezone,
        "location": place(booking, practice),
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": _summary(booking, practice),
        "startdt": start.isoformat(),
        "enddt": end.isoformat(),
        "location": place(booking, practice),
    }
    return CalendarLinks(
        google="https://calendar.google.com/calendar/render?" + urlencode(google),
        outlook="https://outlook.live.com/calendar/0/deeplink/compose?"
        + urlencode(outlook, quote_via=quote),
    )


def place(booking: Booking, practice: Practice) -> str:
    """Return where to go: the room and the address."""
    return f"{booking.room_name}, {address_of(booking, practice)}"


def address_of(booking: Booking, practice: Practice) -> str:
    """Return the address to go to: the room's own, or the practice's."""
    return booking.room_address or practice.address


def map_link(booking: Booking, practice: Practice) -> str:
    """Return a link to where to go on a map."""
    query = urlencode({"api": 1, "query": f"{practice.name}, {address_of(booking, practice)}"})
    return f"https://www.google.com/maps/search/?{query}"


def _summary(booking: Booking, practice: Practice) -> str:
    return _("%(practice)s: %(staff)s", practice=practice.name, staff=booking.staff_name)


def _compact(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%SZ")
