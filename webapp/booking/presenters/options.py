"""The rows of the pages that ask what for, whom to see, and where."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from webapp import clock
from webapp.appointments.choice import ANY, Choice
from webapp.availability.answers import Answer
from webapp.booking.steps import Route
from webapp.diaries.port import CancelReason

if TYPE_CHECKING:
    from webapp.availability.answers import Calendar, Picture
    from webapp.diaries.port import AppointmentType


@dataclass(frozen=True, slots=True)
class Option:
    """One row to choose from. ``href`` is None where there is nothing to go on to."""

    title: str
    line: str
    href: str | None
    stands_out: bool = False
    unchecked: bool = False
    address: str = ""


def staff_options(picture: Picture, route: Route) -> list[Option]:
    """Return "no preference" first, then each person with their next free time."""
    rows = [(ANY, _("No preference"), picture.calendar())]
    rows += [(one.id, one.name, picture.calendar(one.id)) for one in picture.roster.staff]
    return [
        _option(
            title,
            calendar,
            route,
            Choice(staff=staff, type=picture.type.id if picture.type else None),
            stands_out=staff == ANY,
        )
        for staff, title, calendar in rows
    ]


def type_options(route: Route, choice: Choice) -> list[Option]:
    """Return what an appointment can be for, in the practice's words, with how long it takes."""
    return [
        Option(
            title=one.name,
            line=_("%(count)s minutes", count=one.minutes),
            href=route.url(route.first_unanswered(route.complete(typed)), route.complete(typed)),
        )
        for one in route.roster.types
        for typed in [_for(one, choice)]
    ]


def _for(purpose: AppointmentType, choice: Choice) -> Choice:
    """Return the choice with this purpose; whoever does not offer it is given up."""
    if choice.staff_id is not None and not purpose.is_offered_by(choice.staff_id):
        choice = Choice(room=choice.room)
    return replace(choice, type=purpose.id)


def cancel_reasons() -> list[tuple[str, str]]:
    """Return why a patient may say that they cancel, in words, by what the form sends."""
    words = {
        CancelReason.FEELING_BETTER: _("I’m feeling better"),
        CancelReason.CONDITION_WORSE: _("My condition is worse"),
        CancelReason.SICK: _("I’m ill"),
        CancelReason.AWAY: _("I’ll be away"),
        CancelReason.WORK: _("I have to work"),
        CancelReason.OTHER: _("Something else"),
    }
    return [(reason.value, said) for reason, said in words.items()]


def room_options(picture: Picture, route: Route, choice: Choice) -> list[Option]:
    """Return "any room" first, then each room with the chosen person's next free time there."""
    staff = choice.staff_id
    anywhere = _option(
        _("Anywhere"),
        picture.calendar(staff),
        route,
        replace(choice, room=ANY),
        stands_out=True,
    )
    rooms = [
        replace(
            _option(one.name, picture.calendar(staff, one.id), route, replace(choice, room=one.id)),
            address=one.address,
        )
        for one in picture.roster.rooms
    ]
    return [anywhere, *rooms]


def _option(
    title: str, calendar: Calendar, route: Route, choice: Choice, *, stands_out: bool = False
) -> Option:
    answer = calendar.answer
    step = route.first_unanswered(route.complete(choice))
    return Option(
        title=title,
        line=next_free(calendar),
        href=None if answer is Answer.UNCHECKED else route.url(step, route.complete(choice)),
        stands_out=stands_out,
        unchecked=answer is Answer.UNCHECKED,
    )


def next_free(calendar: Calendar) -> str:
    """Say when the first free time is, that there is none, or that it could not be checked."""
    first = calendar.first()
    if first is not None:
        window = calendar.window
        return _("First free: %(when)s", when=clock.say_moment_from(window.first_day, first))
    if calendar.answer is Answer.UNCHECKED:
        return _("We couldn’t check these times just now.")
    after = calendar.window.last_day + timedelta(days=1)
    return _("Nothing free before %(day)s", day=clock.say_day_without_weekday(after))
