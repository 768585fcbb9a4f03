"""Providers, operatories and patients over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from webapp.reference.opendental import forms
from webapp.reference.opendental.directory import write_operatories, write_providers
from webapp.reference.opendental.documents import write_patient, write_patient_row
from webapp.reference.opendental.errors import not_found
from webapp.reference.opendental.moments import read_day, read_moment
from webapp.reference.opendental.serving import BASE, answer

if TYPE_CHECKING:
    from webapp.reference.opendental.serving import Answer
    from webapp.reference.stations import Station

blueprint = Blueprint("opendental_people", __name__, url_prefix=f"/<slug>{BASE}")


# Providers and operatories


@blueprint.get("/providers")
def list_providers(slug: str) -> Response:
    def carry_out(station: Station) -> Answer:
        now = station.practice.now()
        stamped = now.replace(hour=0, minute=0, second=0, microsecond=0)
        rows = write_providers(station.practice.plan, now, stamped)
        if "DateTStamp" in request.args:
            since = read_moment("DateTStamp", request.args["DateTStamp"])
            rows = rows if stamped > since else []
        return 200, forms.cut(rows, request.args)

    return answer(slug, "providers", carry_out)


@blueprint.get("/operatories")
def list_operatories(slug: str) -> Response:
    def carry_out(station: Station) -> Answer:
        return 200, forms.cut(write_operatories(station.practice.plan), request.args)

    return answer(slug, "operatories", carry_out)


# Patients


@blueprint.get("/patients")
def search_patients(slug: str) -> Response:
    def carry_out(station: Station) -> Answer:
        asked = request.args.to_dict()
        born = read_day("Birthdate", asked["Birthdate"]) if "Birthdate" in asked else None
        station.office.records.all()
        found = station.office.records.register.search(asked, born)
        return 200, [write_patient_row(one) for one in forms.cut(found, asked)]

    return answer(slug, "patients", carry_out)


@blueprint.get("/patients/<int:number>")
def show_patient(slug: str, number: int) -> Response:
    def carry_out(station: Station) -> Answer:
        station.office.records.all()
        found = station.office.records.register.find(number)
        if found is None:
            raise not_found("Patient")
        return 200, write_patient(found, station.practice.now())

    return answer(slug, "patients", carry_out)


@blueprint.post("/patients")
def add_patient(slug: str) -> Response:
    def carry_out(station: Station) -> Answer:
        body = forms.read_body(request.get_data())
        told = forms.read_patient(body)
        station.office.records.all()
        added = station.office.records.register.add(
            last_name=told["LName"],
            first_name=told["FName"],
            phones=(told["HmPhone"], told["WkPhone"], told["WirelessPhone"]),
            email=told["Email"],
            birthdate=read_day("Birthdate", body["Birthdate"]) if "Birthdate" in body else None,
            status=told["PatStatus"],
            text_ok=told["TxtMsgOk"],
        )
        now = station.practice.now()
        return 201, write_patient(added, now), f"patients/{added.number}"

    return answer(slug, "register", carry_out)
