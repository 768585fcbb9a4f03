"""Appointments over HTTP, and what is open between them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from webapp.reference.opendental import forms
from webapp.reference.opendental.documents import (
    write_appointment,
    write_opening,
    write_told_appointment,
)
from webapp.reference.opendental.errors import missing, not_found, wrong
from webapp.reference.opendental.moments import read_moment
from webapp.reference.opendental.records import ASAP, BROKEN, SCHEDULED, STATUSES, UNSCHEDULED
from webapp.reference.opendental.serving import BASE, answer
from webapp.reference.opendental.slots import list_openings

if TYPE_CHECKING:
    from webapp.reference.opendental.records import Record
    from webapp.reference.opendental.serving import Answer
    from webapp.reference.stations import Station

blueprint = Blueprint("opendental", __name__, url_prefix=f"/<slug>{BASE}")
_USUAL_SLOT_DAYS = 14
_ALL_DAYS = date.min, date.max
_BREAK_TYPES = frozenset({"Missed", "Cancelled"})


@blueprint.get("/appointments")
def list_appointments(slug: str) -> Response:
    def carry_out(station: Station) -> Answer:
        asked = request.args
        first, last = forms.read_days(asked, usual=_ALL_DAYS)
        patient, op = forms.read_filter(asked, "PatNum"), forms.read_filter(asked, "Op")
        status = asked.get("AptStatus")
        if status not in {None, ASAP, *STATUSES}:
            raise wrong("AptStatus is invalid")
        since = None
        if "DateTStamp" in asked:
            since = read_moment("DateTStamp", asked["DateTStamp"])
        found = [
            one
            for one in station.office.records.all()
            if first <= one.start.date() <= last
            and patient in {None, one.patient}
            and op in {None, one.op}
            and status in {None, one.status}
            and (since is None or one.stamped > since)
        ]
        return 200, _told(station, found)

    told = {"date": request.args.get("date") or request.args.get("dateStart")}
    return answer(slug, "list", carry_out, told)


@blueprint.get("/appointments/ASAP")
def list_asap(slug: str) -> Response:
    def carry_out(station: Station) -> Answer:
        provider = forms.read_filter(request.args, "ProvNum")
        found = [
            one
            for one in station.office.records.all()
            if one.priority == ASAP and provider in {None, one.provider}
        ]
        return 200, _told(station, found)

    return answer(slug, "asap", carry_out)


@blueprint.get("/appointments/Slots")
def list_slots(slug: str) -> Response:
    def carry_out(station: Station) -> Answer:
        plan, today = station.practice.plan, station.practice.today()
        usual = today, today + timedelta(days=_USUAL_SLOT_DAYS - 1)
        first, last = forms.read_days(request.args, usual=usual)
        if first < today:
            raise wrong("date must be today or a future date")
        minutes = forms.read_filter(request.args, "lengthMinutes") or 0
        provider = forms.read_filter(request.args, "ProvNum") or plan.people[0].id
        op = forms.read_filter(request.args, "OpNum")
        person = plan.person(provider)
        if person is None:
            raise not_found("Provider")
        if op is not None and plan.room(op) is None:
            raise not_found("Operatory")
        length = timedelta(minutes=minutes)
        found = list_openings(station.practice, person, op, days=(first, last), length=length)
        return 200, [write_opening(one) for one in forms.cut(found, request.args)]

    told = {
        "staffId": request.args.get("ProvNum"),
        "sectionId": request.args.get("OpNum"),
        "date": request.args.get("date") or request.args.get("dateStart"),
    }
    return answer(slug, "slots", carry_out, told)


@blueprint.get("/appointments/<int:number>")
def show_appointment(slug: str, number: int) -> Response:
    def carry_out(station: Station) -> Answer:
        return 200, write_told_appointment(_find(station, number), station.practice.now())

    return answer(slug, "show", carry_out)


@blueprint.post("/appointments")
def add_appointment(slug: str) -> Response:
    """Add one, whatever else is there: of overlaps the document says nothing at all."""

    def carry_out(station: Station) -> Answer:
        body = forms.read_body(request.get_data())
        patient = forms.read_number(body, "PatNum")
        records, plan = station.office.records, station.practice.plan
        if records.register.find(patient) is None:
            raise not_found("Patient")
        for name in ("Op", "AptDateTime"):
            if name not in body:
                raise missing(name)
        said = forms.read_changes(body, plan)
        said.setdefault("provider", plan.people[0].id)
        said.setdefault("pattern", forms.USUAL_PATTERN)
        record = records.add(patient, **said)
        return 201, write_appointment(record), f"appointments/{record.number}"

    return answer(slug, "save", carry_out)


@blueprint.put("/appointments/<int:number>")
def update_appointment(slug: str, number: int) -> Response:
    def carry_out(station: Station) -> Answer:
        _find(station, number)
        said = forms.read_changes(forms.read_body(request.get_data()), station.practice.plan)
        return 200, write_appointment(station.office.records.change(number, **said))

    return answer(slug, "update", carry_out)


@blueprint.put("/appointments/<int:number>/Break")
def break_appointment(slug: str, number: int) -> Response:
    """Break one. Ours: this office has never allowed ``breakType``, as most have not."""

    def carry_out(station: Station) -> Answer:
        record = _find(station, number)
        body = forms.read_body(request.get_data())
        goes_to_list = forms.read_truth(body, "sendToUnscheduledList")
        if "breakType" in body:
            if body["breakType"] not in _BREAK_TYPES:
                raise wrong("breakType is invalid")
            raise wrong("breakType is not enabled in Appts Preferences")
        if record.status != SCHEDULED:
            raise wrong("Only appointments with an AptStatus of Scheduled can be broken")
        station.office.records.change(number, status=UNSCHEDULED if goes_to_list else BROKEN)
        return 200, None

    return answer(slug, "break", carry_out)


def _find(station: Station, number: int) -> Record:
    """Return the appointment that an address names."""
    record = station.office.records.find(number)
    if record is None:
        raise not_found("Appointment")
    return record


def _told(station: Station, records: list[Record]) -> list[dict[str, object]]:
    now = station.practice.now()
    return [write_told_appointment(one, now) for one in forms.cut(records, request.args)]
