"""The page of times: the first free one, five weeks of calendar, and the chosen day's times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import ngettext

from webapp import clock
from webapp.appointments.addresses import Step
from webapp.availability.answers import Answer
from webapp.booking.steps import Route

if TYPE_CHECKING:
    from webapp.appointments.choice import Choice
    from webapp.availability.answers import Calendar, Picture

WEEKS = 5
"""Weeks to a page of the calendar."""
_A_WEEK = timedelta(days=7)
_PAGE = timedelta(weeks=WEEKS)
_NOON = time(12)
_EVENING = time(17)


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the calendar. ``href`` is None where nothing is free."""

    number: int
    month: str | None
    count: int
    href: str | None
    spoken: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Pill:
    """One free time. ``href`` goes on with it."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Part:
    """Morning, afternoon or evening."""

    title: str
    pills: tuple[Pill, ...]


@dataclass(frozen=True, slots=True)
class FirstFree:
    """The first free time of all."""

    when: str
    with_whom: str | None
    href: str


@dataclass(frozen=True, slots=True)
class TimesPage:
    """All that the page shows.

    ``notice`` tells of a day that cannot be had, ``empty`` of nothing at all; ``partial`` says
    that somebody could not be checked.
    """

    intro: str
    first: FirstFree | None
    months: str
    weekdays: tuple[tuple[str, str], ...]
    weeks: tuple[tuple[Cell, ...], ...]
    earlier: str | None
    later: str | None
    day_title: str | None
    parts: tuple[Part, ...]
    day_before: Pill | None
    day_after: Pill | None
    horizon: str
    notice: str | None
    empty: str | None
    partial: bool


def pages_from(calendar: Calendar) -> date:
    """Return the Monday on which the calendar's first page begins."""
    first = calendar.window.first_day
    return first - timedelta(days=first.weekday())


def page_of(calendar: Calendar, day: date) -> date:
    """Return the Monday of the page that holds ``day``."""
    begin = pages_from(calendar)
    return begin + (day - begin) // _PAGE * _PAGE


def present_times(
    picture: Picture,
    calendar: Calendar,
    route: Route,
    choice: Choice,
    *,
    turned_to: date | None,
    notice: str | None,
    time_step: Step = Step.DETAILS,
) -> TimesPage:
    """Lay out the page for a choice whose day is None or inside the horizon.

    ``turned_to`` is the Monday of the page that the patient turned to; without it the page of
    the open day is shown. ``time_step`` is where a time leads: on to the check page when the
    details are known already.
    """
    begin, day = _what_to_open(calendar, choice.day, turned_to)
    weeks = tuple(
        tuple(
            _cell(calendar, route, choice, begin + timedelta(weeks=week, days=at), day, begin)
            for at in range(7)
        )
        for week in range(WEEKS)
        if begin + timedelta(weeks=week) <= calendar.window.last_day
    )
    parts = _parts(calendar, route, choice, day, time_step) if day else ()
    return TimesPage(
        intro=_intro(picture, choice),
        first=_first(calendar, route, choice, time_step),
        months=_months(begin, begin + _A_WEEK * len(weeks) - timedelta(days=1)),
        weekdays=tuple((clock.say_weekday_in_short(at), clock.say_weekday(at)) for at in range(7)),
        weeks=weeks,
        earlier=_turn(route, choice, begin - _PAGE) if begin > pages_from(calendar) else None,
        later=_turn(route, choice, begin + _PAGE)
        if begin + _PAGE <= calendar.window.last_day
        else None,
        day_title=clock.say_day(day) if day else None,
        parts=parts,
        day_before=_neighbour(route, choice, calendar.last_day_before(day)) if day else None,
        day_after=_neighbour(route, choice, calendar.first_day_from(day + timedelta(days=1)))
        if day
        else None,
        horizon=_(
            "Free times run to %(day)s.",
            day=clock.say_day_without_weekday(calendar.window.last_day),
        ),
        notice=notice,
        empty=_empty(calendar, picture, choice, day),
        partial=calendar.is_partial and calendar.answer is Answer.FREE,
    )


def last_day_shown(calendar: Calendar, wanted: date | None, turned_to: date | None) -> date:
    """Return the last day of the page that is shown for a day, or for a Monday turned to.

    A day that cannot be had opens the page that is shown without one.
    """
    window = calendar.window
    if wanted is not None and not window.first_day <= wanted <= window.last_day:
        wanted = None
    begin, _day = _what_to_open(calendar, wanted, turned_to)
    return begin + _PAGE - timedelta(days=1)


def _what_to_open(
    calendar: Calendar, wanted: date | None, turned_to: date | None
) -> tuple[date, date | None]:
    """Return the page's Monday and the day that is open on it, if any."""
    if wanted is not None:
        return (page_of(calendar, wanted) if turned_to is None else turned_to), wanted
    if turned_to is None:
        first = calendar.first()
        if first is None:
            return pages_from(calendar), None
        return page_of(calendar, first.date()), first.date()
    day = calendar.first_day_from(turned_to)
    return turned_to, day if day is not None and day < turned_to + _PAGE else None


def _cell(  # noqa: PLR0917 - a cell is where day, choice and page meet
    calendar: Calendar, route: Route, choice: Choice, day: date, opened: date | None, begin: date
) -> Cell:
    count = calendar.count(day)
    spoken = clock.say_day(day)
    if count:
        times = ngettext("%(num)s free time", "%(num)s free times", count)
        spoken = f"{spoken}, {times}"
    return Cell(
        number=day.day,
        month=clock.say_month_in_short(day.month) if day.day == 1 and day != begin else None,
        count=count,
        href=route.url(Step.TIMES, choice.on(day)) if count else None,
        spoken=spoken,
        is_open=day == opened,
    )


def _parts(
    calendar: Calendar, route: Route, choice: Choice, day: date, time_step: Step
) -> tuple[Part, ...]:
    grouped: dict[str, list[Pill]] = {_("Morning"): [], _("Afternoon"): [], _("Evening"): []}
    morning, afternoon, evening = grouped.values()
    for at in calendar.times(day):
        slot = calendar.slots_at(day, at)[0]
        chosen = choice.for_slot(slot.start, staff_id=slot.staff.id, room_id=slot.room.id)
        pill = Pill(clock.say_time(at), route.url(time_step, chosen))
        (morning if at < _NOON else afternoon if at < _EVENING else evening).append(pill)
    return tuple(Part(title, tuple(pills)) for title, pills in grouped.items() if pills)


def _first(calendar: Calendar, route: Route, choice: Choice, time_step: Step) -> FirstFree | None:
    start = calendar.first()
    if start is None:
        return None
    slot = calendar.slots_at(start.date(), start.time())[0]
    chosen = choice.for_slot(start, staff_id=slot.staff.id, room_id=slot.room.id)
    when = clock.say_moment_from(calendar.window.first_day, start)
    return FirstFree(
        when=when[0].upper() + when[1:],
        with_whom=slot.staff.name if choice.staff_id is None else None,
        href=route.url(time_step, chosen),
    )


def _intro(picture: Picture, choice: Choice) -> str:
    person = picture.roster.find_staff(choice.staff_id) if choice.staff_id else None
    room = picture.roster.find_room(choice.room_id) if choice.room_id else None
    lengths = {
        pair.minutes
        for (staff, place), pair in picture.pairs.items()
        if pair and choice.staff_id in {None, staff} and choice.room_id in {None, place}
    }
    whom = (
        _("With %(name)s", name=person.name)
        if person
        else _("With whoever is free first")
        if len(picture.roster.staff) > 1
        else ""
    )
    where = _("in %(room)s", room=room.name) if room else ""
    long = _("%(count)s minutes", count=next(iter(lengths))) if len(lengths) == 1 else ""
    first = " ".join(part for part in (whom, where) if part)
    if picture.type is not None and len(picture.roster.types) > 1:
        what = ", ".join(part for part in (picture.type.name, long) if part)
        return f"{what}. {first}." if first else f"{what}."
    return ", ".join(part for part in (first, long) if part) + "."


def _months(begin: date, end: date) -> str:
    if (begin.year, begin.month) == (end.year, end.month):
        return f"{clock.say_month(begin.month)} {begin.year}"
    return f"{clock.say_month(begin.month)} – {clock.say_month(end.month)}"


def _turn(route: Route, choice: Choice, begin: date) -> str:
    return f"{route.url(Step.TIMES, choice.without_time())}&from={begin.isoformat()}"


def _neighbour(route: Route, choice: Choice, day: date | None) -> Pill | None:
    if day is None:
        return None
    return Pill(clock.say_day(day), route.url(Step.TIMES, choice.on(day)))


def _empty(calendar: Calendar, picture: Picture, choice: Choice, day: date | None) -> str | None:
    if calendar.answer is Answer.UNCHECKED:
        return _("We couldn’t check these times just now. They may be free: try again, or call us.")
    if calendar.answer is Answer.NONE:
        after = clock.say_day_without_weekday(calendar.window.last_day + timedelta(days=1))
        person = picture.roster.find_staff(choice.staff_id) if choice.staff_id else None
        if person is not None:
            return _("%(name)s has nothing free before %(day)s.", name=person.name, day=after)
        return _("Nothing is free before %(day)s.", day=after)
    if day is None:
        return _("Nothing is free in these weeks.")
    if not calendar.times(day):
        return _("Nothing is free on %(day)s.", day=clock.say_day(day))
    return None


def starts_on_a_page(calendar: Calendar, begin: date) -> bool:
    """Say whether the calendar has a page that begins on this day."""
    first = pages_from(calendar)
    return first <= begin <= calendar.window.last_day and (begin - first) % _PAGE == timedelta(0)
