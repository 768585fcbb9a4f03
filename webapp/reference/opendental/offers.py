"""AsapComms over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from webapp.reference.opendental import forms
from webapp.reference.opendental.errors import not_found
from webapp.reference.opendental.moments import read_day, read_moment
from webapp.reference.opendental.serving import BASE, answer

if TYPE_CHECKING:
    from webapp.reference.opendental.serving import Answer
    from webapp.reference.stations import Station

blueprint = Blueprint("opendental_offers", __name__, url_prefix=f"/<slug>{BASE}")


@blueprint.get("/asapcomms")
def list_comms(slug: str) -> Response:
    """List those made on some days. Ours: the usual end is the midnight that today began with."""

    def carry_out(station: Station) -> Answer:
        asked, today = request.args, station.practice.today()
        if "date" in asked:
            first = read_day("date", asked["date"])
            end = first + timedelta(days=1)
        else:
            usual = today - timedelta(days=7), today
            first, end = forms.read_days(asked, usual=usual)
        clinic = forms.read_filter(asked, "ClinicNum") or 0
        found = [
            one
            for one in station.office.comms.all()
            if first <= one.entered.date() < end and clinic == 0
        ]
        return 200, [one.as_json() for one in forms.cut(found, asked)]

    return answer(slug, "comms", carry_out)


@blueprint.get("/asapcomms/<int:number>")
def show_comm(slug: str, number: int) -> Response:
    def carry_out(station: Station) -> Answer:
        for one in station.office.comms.all():
            if one.number == number:
                return 200, one.as_json()
        raise not_found("AsapComm")

    return answer(slug, "comms", carry_out)


@blueprint.get("/schedules/<int:number>")
def show_schedule(slug: str, number: int) -> Response:
    """Show a Web Sched ASAP Blockout. Ours: no other schedule, and only some of its fields."""

    def carry_out(station: Station) -> Answer:
        for one in station.office.comms.all():
            if one.schedule == number:
                return 200, one.schedule_as_json()
        raise not_found("Schedule")

    return answer(slug, "comms", carry_out)


@blueprint.post("/asapcomms")
def add_comm(slug: str) -> Response:
    """Offer an opening to a patient on the ASAP list; the document's sample answers 200."""

    def carry_out(station: Station) -> Answer:
        body = forms.read_body(request.get_data())
        op, number = forms.read_number(body, "op"), forms.read_number(body, "aptNum")
        start = read_moment("dateTimeStart", body.get("dateTimeStart"))
        if station.practice.plan.room(op) is None:
            raise not_found("Operatory")
        record = station.office.records.find(number)
        if record is None:
            raise not_found("Appointment")
        return 200, station.office.comms.add(record, op=op, start=start).as_json()

    return answer(slug, "offer", carry_out)
