"""What a message about a booking is about, and the parts that all of them share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from webapp import clock
from webapp.appointments.calendar_file import calendar_file, place
from webapp.appointments.recording import can_be_released
from webapp.notify.email import CalendarPart, Fact, Letter

if TYPE_CHECKING:
    from webapp.appointments.model import Booking
    from webapp.notify.email import Button
    from webapp.practices.model import Practice


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a message is about. ``page`` is the booking's own page, whole; ``times`` where to book.

    ``diary_cancels`` says whether the diary itself takes bookings out, or a person at the practice.
    ``earlier`` is the booking that this one replaces, or ``later`` the one in its place.
    """

    booking: Booking
    practice: Practice
    page: str
    times: str
    diary_cancels: bool = True
    earlier: Booking | None = None
    later: Booking | None = None

    @property
    def when(self) -> str:
        """Day and time."""
        return when_of(self.booking, self.practice)


def when_of(booking: Booking, practice: Practice) -> str:
    """Return a booking's day and time in the practice's zone."""
    return clock.say_moment(booking.starts_at_utc.astimezone(practice.zone))


def what_still_stands(about: Occasion, words: str | None = None) -> tuple[str, ...]:
    """Say of a change that may have failed what became of the appointment before it: nothing."""
    earlier = about.earlier
    if earlier is None or not can_be_released(earlier):
        return ()
    words = words or _("You still have your appointment on %(when)s.")
    return (words % {"when": when_of(earlier, about.practice)},)


def to_patient(
    about: Occasion,
    *,
    subject: str,
    heading: str,
    paragraphs: tuple[str, ...],
    after: tuple[str, ...] = (),
    buttons: tuple[Button, ...] = (),
    calendar: str | None = None,
) -> Letter:
    """Write to the patient: a greeting, ``paragraphs``, the appointment, and what comes ``after``.

    ``calendar`` attaches the appointment by this method: published, or cancelled.
    """
    booking, practice = about.booking, about.practice
    return Letter(
        to=booking.patient_email,
        subject=subject,
        heading=heading,
        paragraphs=(_("Hello %(name)s,", name=booking.patient_name), *paragraphs),
        facts=_facts(booking, practice),
        after=after,
        buttons=buttons,
        calendar=_calendar(about, calendar) if calendar else None,
    )


def to_practice(
    about: Occasion,
    *,
    subject: str,
    heading: str,
    paragraphs: tuple[str, ...],
    after: tuple[str, ...] = (),
) -> Letter:
    """Write to the practice: ``paragraphs``, the appointment and whose it is, and ``after``."""
    return Letter(
        to=about.practice.email,
        subject=subject,
        heading=heading,
        paragraphs=paragraphs,
        facts=_facts_for_practice(about.booking, about.practice),
        after=after,
    )


def _facts(booking: Booking, practice: Practice) -> tuple[Fact, ...]:
    start = booking.starts_at_utc.astimezone(practice.zone)
    return (
        Fact(_("When"), clock.say_moment(start)),
        *_purpose(booking),
        Fact(_("How long"), _("%(minutes)s minutes", minutes=booking.minutes)),
        Fact(_("With"), booking.staff_name),
        Fact(_("Where"), place(booking, practice)),
    )


def _facts_for_practice(booking: Booking, practice: Practice) -> tuple[Fact, ...]:
    # To find it in the diary, and to ring
    start = booking.starts_at_utc.astimezone(practice.zone)
    return (
        Fact(_("When"), f"{clock.say_day_and_year(start.date())}, {clock.say_time(start.time())}"),
        *_purpose(booking),
        Fact(_("With"), f"{booking.staff_name}, {booking.room_name}"),
        Fact(_("Patient"), booking.patient_name),
        Fact(_("Phone"), booking.patient_phone),
        Fact(_("Email"), booking.patient_email),
    )


def _purpose(booking: Booking) -> tuple[Fact, ...]:
    return (Fact(_("For"), booking.type_name),) if booking.type_name else ()


def _calendar(about: Occasion, method: str) -> CalendarPart:
    return CalendarPart(calendar_file(about.booking, about.practice, method=method), method)
