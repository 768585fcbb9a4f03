"""The hand behind the scenes: lets tests spoil answers, take slots and read what happened."""

from __future__ import annotations

import ipaddress
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, jsonify, request
from pydantic import BaseModel, TypeAdapter, ValidationError

from webapp.reference.control_requests import (
    AddressesAsked,
    BudgetAsked,
    CommAsked,
    FaultAsked,
    FillAsked,
    PracticeAsked,
    SlotAsked,
    ThrottleAsked,
)
from webapp.reference.patients import Visit
from webapp.reference.practice import DAYS_AHEAD, NotFree
from webapp.reference.stations import Station, Stations

if TYPE_CHECKING:
    from typing import TypeVar

    from webapp.reference.schedule import Appointment

    Asked = TypeVar("Asked", bound=BaseModel)

blueprint = Blueprint("control", __name__, url_prefix="/control")
_FAULTS: TypeAdapter[FaultAsked | list[FaultAsked]] = TypeAdapter(FaultAsked | list[FaultAsked])


@blueprint.before_request
def let_in_tests_only() -> None:
    """Serve this machine alone, and no web page that a browser on it happens to show."""
    if not ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104
        abort(404)
    if "Origin" in request.headers:
        abort(404)


@blueprint.errorhandler(ValidationError)
@blueprint.errorhandler(ValueError)
def say_what_is_wrong(error: ValueError) -> tuple[Response, int]:
    return jsonify(error=str(error)), 400


@blueprint.get("/practices")
def list_practices() -> Response:
    plans = [station.practice.plan for station in Stations.of_this_app().all()]
    return jsonify(
        practices=[
            {
                "slug": plan.slug,
                "name": plan.name,
                "slotLength": plan.slot_minutes,
                "staff": [{"id": person.id, "name": person.name} for person in plan.people],
                "rooms": [{"id": room.id, "name": room.name} for room in plan.rooms],
            }
            for plan in plans
        ]
    )


@blueprint.post("/practices")
def open_practice() -> tuple[Response, int]:
    asked = _read(PracticeAsked)
    Stations.of_this_app().open(asked.as_plan())
    return jsonify(slug=asked.slug, path=f"/{asked.slug}/api/request"), 201


@blueprint.delete("/practices/<slug>")
def close_practice(slug: str) -> Response:
    return jsonify(closed=Stations.of_this_app().close(slug))


@blueprint.post("/<slug>/reset")
def reset(slug: str) -> Response:
    Stations.of_this_app().open(_station(slug).practice.plan)
    return jsonify(reset=True)


@blueprint.post("/<slug>/ip")
def allow_addresses(slug: str) -> Response:
    station = _station(slug)
    station.allowed_addresses = frozenset(_read(AddressesAsked).allow)
    return jsonify(allow=sorted(station.allowed_addresses))


@blueprint.delete("/<slug>/sessions")
def end_sessions(slug: str) -> Response:
    """Let every login end, as a server does after a while, or when it is started anew."""
    return jsonify(ended=_station(slug).sessions.end_all())


@blueprint.post("/<slug>/throttle")
def throttle(slug: str) -> Response:
    asked = _read(ThrottleAsked)
    _station(slug).office.throttle.set(asked.seconds)
    return jsonify(seconds=asked.seconds)


@blueprint.post("/<slug>/asapcomm")
def answer_asapcomm(slug: str) -> Response:
    asked = _read(CommAsked)
    comm = _station(slug).office.comms.become(
        asked.number, text_status=asked.text_status, response=asked.response
    )
    return jsonify(found=comm is not None)


@blueprint.post("/<slug>/budget")
def set_budget(slug: str) -> Response:
    asked = _read(BudgetAsked)
    _station(slug).cliniko.budget.set(asked.requests, asked.seconds)
    return jsonify(requests=asked.requests, seconds=asked.seconds)


@blueprint.get("/<slug>/fault")
def list_faults(slug: str) -> Response:
    return jsonify(faults=_station(slug).faults.as_json())


@blueprint.post("/<slug>/fault")
def add_fault(slug: str) -> Response:
    """Add one fault behind those already waiting, or a list of them in their order."""
    faults = _station(slug).faults
    asked = _FAULTS.validate_json(request.get_data())
    for each in asked if isinstance(asked, list) else [asked]:
        faults.add(each.as_fault())
    return jsonify(faults=faults.as_json())


@blueprint.delete("/<slug>/fault")
def clear_faults(slug: str) -> Response:
    _station(slug).faults.clear()
    return jsonify(faults=[])


@blueprint.post("/<slug>/take")
def take(slug: str) -> tuple[Response, int]:
    """Take a slot at the desk, as a receptionist on the telephone does."""
    station, asked = _station(slug), _read(SlotAsked)
    _check_ids(station, staff_id=asked.staff_id, section_id=asked.section_id)
    try:
        taken = station.practice.book(
            person_id=asked.staff_id,
            room_id=asked.section_id,
            start=asked.start,
            minutes=asked.minutes,
            visit=Visit(asked.name) if asked.name else None,
        )
    except NotFree:
        return jsonify(error="this slot is not free"), 409
    return jsonify(taken=_as_json(station, taken)), 200


@blueprint.post("/<slug>/release")
def release(slug: str) -> Response:
    """Strike out whatever is in the way of a slot: of its person and of its room."""
    station, asked = _station(slug), _read(SlotAsked)
    struck = station.practice.release(
        person_id=asked.staff_id, room_id=asked.section_id, start=asked.start
    )
    return jsonify(released=[_as_json(station, each) for each in struck])


@blueprint.post("/<slug>/fill")
def fill(slug: str) -> Response:
    asked = _read(FillAsked)
    filled = _station(slug).practice.fill(person_id=asked.staff_id, room_id=asked.section_id)
    return jsonify(filled=filled)


@blueprint.get("/<slug>/calls")
def list_calls(slug: str) -> Response:
    return jsonify(_station(slug).calls.as_json())


@blueprint.delete("/<slug>/calls")
def forget_calls(slug: str) -> Response:
    _station(slug).calls.forget()
    return jsonify(calls=[])


@blueprint.get("/<slug>/bookings")
def list_bookings(slug: str) -> Response:
    """List the online bookings, newest first, with each request as it was received."""
    station = _station(slug)
    return jsonify(bookings=[_as_json(station, each) for each in station.practice.online()])


@blueprint.get("/<slug>/free")
def list_free(slug: str) -> Response:
    """List what is truly free, each time once and in order, over the whole horizon.

    For so many ``minutes`` if given.
    """
    station = _station(slug)
    minutes = int(request.args.get("minutes", station.practice.plan.slot_minutes))
    staff_id, section_id = int(request.args["staffId"]), int(request.args["sectionId"])
    _check_ids(station, staff_id=staff_id, section_id=section_id)
    starts = station.practice.free(
        person_id=staff_id,
        room_id=section_id,
        first=station.practice.today(),
        days=DAYS_AHEAD + 1,
        minutes=minutes,
    )
    return jsonify(
        slotLength=minutes,
        free=[
            {"date": f"{day:%Y%m%d}", "times": [f"{start:%H%M}" for start in on_day]}
            for day, on_day in groupby(starts, key=datetime.date)
        ],
    )


def _station(slug: str) -> Station:
    station = Stations.of_this_app().find(slug)
    if station is None:
        abort(404)
    return station


def _read(model: type[Asked]) -> Asked:
    return model.model_validate_json(request.get_data() or b"{}")


def _check_ids(station: Station, *, staff_id: int, section_id: int) -> None:
    plan = station.practice.plan
    if plan.person(staff_id) is None or plan.room(section_id) is None:
        raise ValueError("no such staffId or sectionId in this practice")


def _as_json(station: Station, appointment: Appointment) -> dict[str, object]:
    return {
        "date": f"{appointment.start:%Y%m%d}",
        "time": f"{appointment.start:%H%M}",
        "duration": appointment.minutes,
        "staffId": appointment.person_id,
        "sectionId": appointment.room_id,
        "name": appointment.visit.name,
        "phone": appointment.visit.phone,
        "email": appointment.visit.email,
        "desc": appointment.visit.reason,
        "source": appointment.source,
        "released": station.practice.was_released(appointment),
        "madeAt": appointment.made_at.isoformat() if appointment.made_at else None,
        "received": station.received.get(appointment.number),
    }
