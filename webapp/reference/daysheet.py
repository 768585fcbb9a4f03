"""The front desk's pages: a day on paper, and what patients booked online."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from webapp.reference.page_policy import guard_page, refuse_other_sites
from webapp.reference.ruling import rule_by_person, rule_by_room, say_time
from webapp.reference.schedule import Appointment
from webapp.reference.stations import Station, Stations

if TYPE_CHECKING:
    from webapp.reference.practice import Practice

blueprint = Blueprint("daysheet", __name__, template_folder="templates")
blueprint.before_request(refuse_other_sites)
blueprint.after_request(guard_page)
_FURTHEST_DAYS = 400
_LATEST_SHOWN = 30


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


@dataclass(frozen=True, slots=True)
class Told:
    """An appointment that Updox was told of, as the list of them shows it."""

    when: str
    minutes: int
    calendar: str
    location: str
    told: str
    is_cancelled: bool


@blueprint.get("/")
def list_practices() -> Response:
    plans = [station.practice.plan for station in Stations.of_this_app().all()]
    return make_response(render_template("reference/practices.html", plans=plans))


@blueprint.get("/<slug>/")
def show_day(slug: str) -> Response:
    """Show one day, today's if none is asked for, by person or by room."""
    station = _station(slug)
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
        told=_list_told(station),
        now=say_time(practice.now()),
    )
    return make_response(page)


@blueprint.post("/<slug>/cancel")
def cancel(slug: str) -> Response:
    """Take one appointment out of the diary, and show its day again, whatever came of it."""
    practice = _station(slug).practice
    try:
        start = datetime.fromisoformat(request.form["start"])
        person_id, room_id, number = (int(request.form[key]) for key in ("staff", "room", "number"))
    except ValueError:
        abort(400)
    if start.tzinfo is not None or not _is_within_reach(practice, start.date()):
        abort(400)
    practice.cancel(person_id=person_id, room_id=room_id, start=start, number=number)
    by = "room" if request.form.get("by") == "room" else None
    day = start.date().isoformat()
    back = redirect(url_for("daysheet.show_day", slug=slug, day=day, by=by), code=303)
    return make_response(back)


def _list_booked(station: Station) -> list[Booked]:
    practice, plan = station.practice, station.practice.plan
    people = {person.id: person.name for person in plan.people}
    rooms = {room.id: room.name for room in plan.rooms}
    return [
        Booked(
            each,
            _say_moment(each.start),
            say_time(each.made_at.astimezone(plan.zone)) if each.made_at else "",
            each.start.date(),
            people.get(each.person_id, ""),
            rooms.get(each.room_id, ""),
            practice.was_released(each),
        )
        for each in practice.online()[:_LATEST_SHOWN]
    ]


def _list_told(station: Station) -> list[Told]:
    account, zone = station.updox, station.practice.plan.zone
    return [
        Told(
            _say_moment(each.appointment.start),
            each.appointment.minutes,
            account.calendars.get(each.appointment.calendar_id, ""),
            account.locations.get(each.appointment.location_id, ""),
            say_time(each.told_at.astimezone(zone)),
            each.appointment.is_cancelled,
        )
        for each in account.all()[:_LATEST_SHOWN]
    ]


def _station(slug: str) -> Station:
    return Stations.of_this_app().find(slug) or abort(404)


def _read_day(practice: Practice, text: str | None) -> date:
    if text is None:
        return practice.today()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        abort(404)
    if not _is_within_reach(practice, day):
        abort(404)
    return day


def _is_within_reach(practice: Practice, day: date) -> bool:
    return abs((day - practice.today()).days) <= _FURTHEST_DAYS


def _say_moment(moment: datetime) -> str:
    return f"{moment:%a} {moment.day} {moment:%b}, {say_time(moment)}"
