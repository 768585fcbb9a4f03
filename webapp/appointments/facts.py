"""A booking as the rows of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

from webapp import clock
from webapp.appointments.calendar_file import place
from webapp.notify.email import Fact

if TYPE_CHECKING:
    from webapp.appointments.model import Booking
    from webapp.practices.model import Practice


def when_of(booking: Booking, practice: Practice) -> str:
    """Return a booking's day and time in the practice's zone."""
    return clock.say_moment(booking.starts_at_utc.astimezone(practice.zone))


def facts_of(booking: Booking, practice: Practice) -> tuple[Fact, ...]:
    """Return what a patient needs to know of their booking."""
    start = booking.starts_at_utc.astimezone(practice.zone)
    return (
        Fact(_("When"), clock.say_moment(start)),
        *_purpose(booking),
        Fact(_("How long"), _("%(minutes)s minutes", minutes=booking.minutes)),
        Fact(_("With"), booking.staff_name),
        Fact(_("Where"), place(booking, practice)),
    )


def _purpose(booking: Booking) -> tuple[Fact, ...]:
    return (Fact(_("For"), booking.type_name),) if booking.type_name else ()


def facts_for_practice(booking: Booking, practice: Practice) -> tuple[Fact, ...]:
    """Return what the practice needs to know of a booking."""
    start = booking.starts_at_utc.astimezone(practice.zone)
    return (
        Fact(_("When"), f"{clock.say_day_and_year(start.date())}, {clock.say_time(start.time())}"),
        *_purpose(booking),
        Fact(_("With"), f"{booking.staff_name}, {booking.room_name}"),
        Fact(_("Patient"), booking.patient_name),
        Fact(_("Phone"), booking.patient_phone),
        Fact(_("Email"), booking.patient_email),
    )
