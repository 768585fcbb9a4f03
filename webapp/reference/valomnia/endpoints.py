"""Valomnia over HTTP: ``/<slug>/valomnia`` is what the document calls BASE_URL."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, request

from webapp.reference.stations import Stations
from webapp.reference.valomnia.documents import write_category, write_row, write_whole
from webapp.reference.valomnia.errors import unknown, wrong_type
from webapp.reference.valomnia.forms import read_fields
from webapp.reference.valomnia.lists import cut, list_records
from webapp.reference.valomnia.records import CATEGORIES
from webapp.reference.valomnia.serving import answer, answer_login

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.reference.stations import Station
    from webapp.reference.valomnia.records import Record

    Document = Mapping[str, object]
    Outcome = tuple[int, Document]

blueprint = Blueprint("valomnia", __name__, url_prefix="/<slug>/valomnia")
_API = "/api/v1.0"
_BY_REFERENCE = f"{_API}/appointments/reference/<path:reference>"
_BY_ID = f"{_API}/appointments/<identity>"
_CATEGORIES = f"{_API}/appointmentCategories"


# Logging in


@blueprint.post("/j_spring_security_check")
def log_in(slug: str) -> Response:
    """Take user and password from the form, or from the address as the vendor's samples do."""
    return answer_login(_station(slug), request.values)


@blueprint.route("/login/ajaxSuccess", methods=["GET", "POST"])
def welcome(slug: str) -> Response:
    ticket = request.cookies.get("JSESSIONID", "")
    if not _station(slug).sessions.is_open(ticket):
        return Response(status=302, headers={"Location": f"/{slug}/valomnia/login/auth"})
    document = {"success": True, "token": ticket, "user": {"companyName": "entity1"}}
    return Response(json.dumps(document), content_type="application/json")


@blueprint.route("/login/authfail", methods=["GET", "POST"])
def say_who_failed(slug: str) -> Response:
    _station(slug)
    document = {"error": "Sorry, we were not able to find a user with that username and password."}
    return Response(json.dumps(document), content_type="application/json")


@blueprint.get("/login/auth")
def show_login(slug: str) -> Response:
    _station(slug)
    return Response("<!doctype html><title>Login</title>", content_type="text/html")


# Appointments


@blueprint.get(f"{_API}/appointments")
def list_appointments(slug: str) -> Response:
    def carry_out(station: Station) -> Outcome:
        page = list_records(station.appointments.all(), request.args.to_dict(), request.path)
        return 200, {"paging": page.paging, "data": [write_row(one) for one in page.rows]}

    return answer(_station(slug), "list", carry_out)


@blueprint.post(f"{_API}/appointments")
def save(slug: str) -> Response:
    def carry_out(station: Station) -> Outcome:
        records = station.appointments
        return 201, write_whole(records.save(read_fields(_body(), records.customers)))

    return answer(_station(slug), "save", carry_out)


@blueprint.get(_BY_ID)
@blueprint.get(_BY_REFERENCE)
def show(slug: str, identity: str = "", reference: str = "") -> Response:
    def carry_out(station: Station) -> Outcome:
        return 200, write_whole(_find(station, identity, reference))

    return answer(_station(slug), "show", carry_out)


@blueprint.post(_BY_REFERENCE)
def upsert(slug: str, reference: str) -> Response:
    """Insert or update: 201 for both."""

    def carry_out(station: Station) -> Outcome:
        records = station.appointments
        before = records.find_by_reference(reference)
        fields = read_fields(
            _body(),
            records.customers,
            before=before.fields if before else None,
            reference=reference,
        )
        record = records.change(before, fields) if before else records.save(fields)
        return 201, write_whole(record)

    return answer(_station(slug), "upsert", carry_out)


@blueprint.put(_BY_ID)
@blueprint.put(_BY_REFERENCE)
def update(slug: str, identity: str = "", reference: str = "") -> Response:
    def carry_out(station: Station) -> Outcome:
        records = station.appointments
        before = _find(station, identity, reference)
        fields = read_fields(_body(), records.customers, before=before.fields)
        return 200, write_whole(records.change(before, fields))

    return answer(_station(slug), "update", carry_out)


@blueprint.delete(_BY_ID)
@blueprint.delete(_BY_REFERENCE)
def delete(slug: str, identity: str = "", reference: str = "") -> Response:
    def carry_out(station: Station) -> Outcome:
        station.appointments.delete(_find(station, identity, reference))
        return 200, {"success": "true", "success_description": "Instance deleted successfully"}

    return answer(_station(slug), "delete", carry_out)


# Categories


@blueprint.get(_CATEGORIES)
def list_categories(slug: str) -> Response:
    def carry_out(_station: Station) -> Outcome:
        page = cut(CATEGORIES, request.args.to_dict(), request.path)
        rows = [write_category(one, is_default=one is CATEGORIES[0]) for one in page.rows]
        return 200, {"paging": page.paging, "data": rows}

    return answer(_station(slug), "categories", carry_out)


@blueprint.get(f"{_CATEGORIES}/<identity>")
@blueprint.get(f"{_CATEGORIES}/reference/<path:reference>")
def show_category(slug: str, identity: str = "", reference: str = "") -> Response:
    def carry_out(_station: Station) -> Outcome:
        for one in CATEGORIES:
            if reference == one.reference or identity == str(one.id):
                return 200, write_category(one, is_default=one is CATEGORIES[0])
        raise unknown("appointmentCategory", identity or reference, status=404)

    return answer(_station(slug), "categories", carry_out)


def _station(slug: str) -> Station:
    return Stations.of_this_app().get(slug)


def _find(station: Station, identity: str, reference: str) -> Record:
    """Return the appointment that an address names."""
    if identity and not identity.isdecimal():
        raise wrong_type("id")
    records = station.appointments
    record = records.find(int(identity)) if identity else records.find_by_reference(reference)
    if record is None:
        raise unknown("appointment", identity or reference, status=404)
    return record


def _body() -> dict[str, object]:
    """Read the request's JSON. Ours: what is none has no parameter at all."""
    try:
        value: object = json.loads(request.get_data())
    except (ValueError, RecursionError):
        value = None
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
