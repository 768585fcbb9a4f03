"""Businesses, practitioners, appointment types and available times over HTTP."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from webapp.reference.cliniko.directory import (
    Business,
    Kind,
    Practitioner,
    find_business,
    find_kind,
    find_practitioner,
    list_businesses,
    list_kinds,
    list_practitioners,
)
from webapp.reference.cliniko.documents import (
    BASE,
    write_business,
    write_kind,
    write_practitioner,
)
from webapp.reference.cliniko.errors import ApiError, not_found, wrong_time_frame
from webapp.reference.cliniko.filters import Field, Holds
from webapp.reference.cliniko.ids import read_id
from webapp.reference.cliniko.lists import write_list, write_page
from webapp.reference.cliniko.moments import read_day, write_moment
from webapp.reference.cliniko.serving import answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from webapp.reference.cliniko.serving import Answer, Document
    from webapp.reference.stations import Station


blueprint = Blueprint("cliniko", __name__, url_prefix=f"/<slug>{BASE}")
_FURTHEST = timedelta(days=7)
_TIMES = "/businesses/<business>/practitioners/<practitioner>/appointment_types/<kind>"


# Businesses


@blueprint.get("/businesses")
def show_businesses(slug: str) -> Response:
    def carry_out(station: Station) -> Answer:
        plan, made = station.practice.plan, station.practice.opened_at
        fields: Mapping[str, Field[Business]] = {
            "id": Field(Holds.ID, lambda one: one.id),
            "created_at": Field(Holds.MOMENT, lambda _one: made),
            "updated_at": Field(Holds.MOMENT, lambda _one: made),
            "show_in_online_bookings": Field(Holds.TRUTH, lambda one: one.is_online),
        }
        return 200, write_list(
            "businesses",
            list_businesses(plan),
            fields,
            lambda one: write_business(one, plan, made),
        )

    return answer(slug, "businesses", carry_out)


@blueprint.get("/businesses/<business>")
def show_business(slug: str, business: str) -> Response:
    def carry_out(station: Station) -> Answer:
        plan = station.practice.plan
        found = find_business(plan, read_id(business))
        if found is None:
            raise not_found()
        return 200, write_business(found, plan, station.practice.opened_at)

    return answer(slug, "businesses", carry_out)


# Practitioners


@blueprint.get("/practitioners")
@blueprint.get("/businesses/<business>/practitioners")
def show_practitioners(slug: str, business: str | None = None) -> Response:
    def carry_out(station: Station) -> Answer:
        plan = station.practice.plan
        number = None if business is None else read_id(business)
        if business is not None and find_business(plan, number) is None:
            raise not_found()
        return 200, _write_practitioners(station, list_practitioners(plan, number))

    told = {} if business is None else {"sectionId": read_id(business)}
    return answer(slug, "practitioners", carry_out, told)


@blueprint.get("/appointment_types/<kind>/practitioners")
def show_practitioners_of_kind(slug: str, kind: str) -> Response:
    def carry_out(station: Station) -> Answer:
        plan, number = station.practice.plan, read_id(kind)
        if number is None or find_kind(plan, number) is None:
            raise not_found()
        return 200, _write_practitioners(station, list_practitioners(plan, kind_id=number))

    return answer(slug, "practitioners", carry_out)


@blueprint.get("/practitioners/<practitioner>")
def show_practitioner(slug: str, practitioner: str) -> Response:
    def carry_out(station: Station) -> Answer:
        plan = station.practice.plan
        found = find_practitioner(plan, read_id(practitioner))
        if found is None:
            raise not_found()
        return 200, write_practitioner(found, plan, station.practice.opened_at)

    return answer(slug, "practitioners", carry_out)


# Appointment types


@blueprint.get("/appointment_types")
@blueprint.get("/practitioners/<practitioner>/appointment_types")
def show_kinds(slug: str, practitioner: str | None = None) -> Response:
    def carry_out(station: Station) -> Answer:
        plan, made = station.practice.plan, station.practice.opened_at
        number = None if practitioner is None else read_id(practitioner)
        if practitioner is not None and find_practitioner(plan, number) is None:
            raise not_found()
        fields: Mapping[str, Field[Kind]] = {
            "id": Field(Holds.ID, lambda one: one.id),
            "archived_at": Field(Holds.MOMENT, lambda _one: None),
            "created_at": Field(Holds.MOMENT, lambda _one: made),
            "updated_at": Field(Holds.MOMENT, lambda _one: made),
            "show_in_online_bookings": Field(Holds.TRUTH, lambda one: one.is_online),
        }
        return 200, write_list(
            "appointment_types",
            list_kinds(plan, number),
            fields,
            lambda one: write_kind(one, plan, made),
        )

    told = {} if practitioner is None else {"staffId": read_id(practitioner)}
    return answer(slug, "types", carry_out, told)


@blueprint.get("/appointment_types/<kind>")
def show_kind(slug: str, kind: str) -> Response:
    def carry_out(station: Station) -> Answer:
        plan = station.practice.plan
        found = find_kind(plan, read_id(kind))
        if found is None:
            raise not_found()
        return 200, write_kind(found, plan, station.practice.opened_at)

    return answer(slug, "types", carry_out)


# Available times


@blueprint.get(f"{_TIMES}/available_times")
def show_available_times(slug: str, business: str, practitioner: str, kind: str) -> Response:
    def carry_out(station: Station) -> Answer:
        found = _find_times(station, business, practitioner, kind)
        rows = [{"appointment_start": write_moment(one)} for one in found]
        return 200, write_page("available_times", rows, lambda row: row)

    return answer(slug, "times", carry_out, _told_of_times(business, practitioner))


@blueprint.get(f"{_TIMES}/next_available_time")
def show_next_time(slug: str, business: str, practitioner: str, kind: str) -> Response:
    """Show the first. Ours: 404 where there is none."""

    def carry_out(station: Station) -> Answer:
        found = _find_times(station, business, practitioner, kind)
        if not found:
            raise not_found()
        return 200, {
            "appointment_start": write_moment(found[0]),
            "total_entries": 1,
            "links": {"self": request.url},
        }

    return answer(slug, "nextTime", carry_out, _told_of_times(business, practitioner))


def _find_times(station: Station, business: str, practitioner: str, kind: str) -> list[datetime]:
    """Return the moments that are free. What is not shown online is answered by a bare 404."""
    practice = station.practice
    plan, today = practice.plan, practice.today()
    where = find_business(plan, read_id(business))
    who = find_practitioner(plan, read_id(practitioner))
    what = None if who is None else find_kind(plan, read_id(kind), who.id)
    if where is None or who is None or what is None:
        raise ApiError(404)
    if not (where.is_online and who.is_online and what.is_online):
        raise ApiError(404)
    first, last = read_day(request.args.get("from")), read_day(request.args.get("to"))
    if first is None or last is None or not today <= first <= last <= first + _FURTHEST:
        raise wrong_time_frame()
    found = practice.free(
        person_id=who.id,
        room_id=where.id,
        first=first,
        days=(last - first).days + 1,
        minutes=what.minutes,
    )
    starts = [one.replace(tzinfo=plan.zone).astimezone(UTC) for one in found]
    earliest = practice.moment() + timedelta(hours=what.lead_hours)
    return [one for one in starts if one >= earliest]


def _told_of_times(business: str, practitioner: str) -> Mapping[str, object]:
    first, last = read_day(request.args.get("from")), read_day(request.args.get("to"))
    return {
        "staffId": read_id(practitioner),
        "sectionId": read_id(business),
        "date": request.args.get("from"),
        "numDays": None if first is None or last is None else (last - first).days + 1,
    }


def _write_practitioners(station: Station, found: Iterable[Practitioner]) -> Document:
    plan, made = station.practice.plan, station.practice.opened_at
    fields: Mapping[str, Field[Practitioner]] = {
        "id": Field(Holds.ID, lambda one: one.id),
        "created_at": Field(Holds.MOMENT, lambda _one: made),
        "updated_at": Field(Holds.MOMENT, lambda _one: made),
        "show_in_online_bookings": Field(Holds.TRUTH, lambda one: one.is_online),
    }
    return write_list(
        "practitioners", found, fields, lambda one: write_practitioner(one, plan, made)
    )
