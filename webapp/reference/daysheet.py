"""The front desk's pages: a day on paper, and what patients booked online."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, make_response, render_template, request

from webapp.reference.schedule import Appointment
from webapp.reference.stations import Station, Stations

if TYPE_CHECKING:
    from webapp.reference.practice import Practice

blueprint = Blueprint("daysheet", __name__, template_folder="templates")
_FURTHEST_DAYS = 400
_LATEST_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One ruled line of a column. Neither appointment nor ``is_open``: nobody works then."""

    start: datetime
    at: str
    is_open: bool = False
    is_past: bool = False
    appointment: Appointment | None = None
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    lines: list[Line]
    taken: int
    open: int

    @property
    def is_working(self) -> bool:
        return self.taken + self.open > 0


@dataclass(frozen=True, slots=True)
class Booked:
    """A booking made online, as the list of the newest shows it."""

    appointment: Appointment
    when: str
    made: str
    day: date
    staff: str
    room: str
    is_released: bool


@blueprint.after_request
def forbid_all_but_own_css(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/")
def list_practices() -> Response:
    plans = [station.practice.plan for station in Stations.of_this_app().all()]
    return make_response(render_template("reference/practices.html", plans=plans))


@blueprint.get("/<slug>/")
def show_day(slug: str) -> Response:
    """Show one day, today's if none is asked for, by person or by room."""
    station = Stations.of_this_app().find(slug)
    if station is None:
        abort(404)
    practice = station.practice
    day = _read_day(practice, request.args.get("day"))
    by_room = request.args.get("by") == "room"
    page = render_template(
        "reference/day.html",
        plan=practice.plan,
        day=day,
        today=practice.today(),
        title=f"{day:%A} {day.day} {day:%B %Y}",
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        by="room" if by_room else "person",
        columns=rule_by_room(practice, day) if by_room else rule_by_person(practice, day),
        booked=_list_booked(station),
        now=_say_time(practice.now()),
    )
    return make_response(page)


def rule_by_person(practice: Practice, day: date) -> list[Column]:
    """Return a column for everyone who ever works, all ruled at the same times."""
    plan, appointments = practice.plan, practice.day(day)
    rooms = {room.id: room.name for room in plan.rooms}
    starts = {person.id: set(practice.starts(person.id, day)) for person in plan.people}
    rows = _list_rows(practice, day, appointments)
    columns: list[Column] = []
    for person in plan.people:
        mine = {each.start: each for each in appointments if each.person_id == person.id}
        lines = [
            _rule(
                practice,
                start,
                appointment=mine.get(start),
                is_open=start in starts[person.id],
                beside=rooms[mine[start].room_id] if start in mine else "",
            )
            for start in rows
        ]
        if person.week or mine:
            columns.append(_head(person.name, lines))
    return columns


def rule_by_room(practice: Practice, day: date) -> list[Column]:
    """Return a column for every room; it is open while anybody works who is in no other."""
    plan, appointments = practice.plan, practice.day(day)
    people = {person.id: person.name for person in plan.people}
    engaged = {(each.person_id, each.start) for each in appointments}
    open_starts = {
        start
        for person in plan.people
        for start in practice.starts(person.id, day)
        if (person.id, start) not in engaged
    }
    rows = _list_rows(practice, day, appointments)
    columns: list[Column] = []
    for room in plan.rooms:
        mine = {each.start: each for each in appointments if each.room_id == room.id}
        lines = [
            _rule(
                practice,
                start,
                appointment=mine.get(start),
                is_open=start in open_starts,
                beside=people[mine[start].person_id] if start in mine else "",
            )
            for start in rows
        ]
        columns.append(_head(room.name, lines))
    return columns


def _list_rows(practice: Practice, day: date, appointments: list[Appointment]) -> list[datetime]:
    starts = {start for each in practice.plan.people for start in practice.starts(each.id, day)}
    return sorted(starts | {appointment.start for appointment in appointments})


def _rule(
    practice: Practice,
    start: datetime,
    *,
    appointment: Appointment | None,
    is_open: bool,
    beside: str,
) -> Line:
    return Line(start, _say_time(start), is_open, start <= practice.now(), appointment, beside)


def _head(name: str, lines: list[Line]) -> Column:
    taken = sum(line.appointment is not None for line in lines)
    still_open = sum(
        line.is_open and line.appointment is None and not line.is_past for line in lines
    )
    return Column(name, lines, taken, still_open)


def _list_booked(station: Station) -> list[Booked]:
    practice, plan = station.practice, station.practice.plan
    people = {person.id: person.name for person in plan.people}
    rooms = {room.id: room.name for room in plan.rooms}
    return [
        Booked(
            each,
            f"{each.start:%a} {each.start.day} {each.start:%b}, {_say_time(each.start)}",
            _say_time(each.made_at.astimezone(plan.zone)) if each.made_at else "",
            each.start.date(),
            people[each.person_id],
            rooms[each.room_id],
            practice.was_released(each),
        )
        for each in practice.online()[:_LATEST_SHOWN]
    ]


def _read_day(practice: Practice, text: str | None) -> date:
    today = practice.today()
    if text is None:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError:
        abort(404)
    if abs((day - today).days) > _FURTHEST_DAYS:
        abort(404)
    return day


def _say_time(moment: datetime) -> str:
    return f"{moment.hour}:{moment:%M}"
