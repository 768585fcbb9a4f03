"""Individual appointments and patients over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from webapp.reference.cliniko import forms, records, register
from webapp.reference.cliniko.documents import BASE, write_appointment, write_patient
from webapp.reference.cliniko.errors import not_found
from webapp.reference.cliniko.filters import keep, names
from webapp.reference.cliniko.ids import read_id, write_id
from webapp.reference.cliniko.lists import asked_filters, write_list
from webapp.reference.cliniko.serving import answer

if TYPE_CHECKING:
    from webapp.reference.cliniko.records import Record
    from webapp.reference.cliniko.serving import Answer
    from webapp.reference.stations import Station

blueprint = Blueprint("cliniko_appointments", __name__, url_prefix=f"/<slug>{BASE}")
_ONE = "/individual_appointments/<identity>"


# Appointments


@blueprint.get("/individual_appointments")
def list_appointments(slug: str) -> Response:
    """List what stands; what does not, only where a filter asks for when it ended.

    Ours, as the vendor does not describe it.
    """

    def carry_out(station: Station) -> Answer:
        return 200, write_list(
            "individual_appointments",
            _shown(station.cliniko.records.all()),
            records.FIELDS,
            lambda one: _write(station, one),
        )

    return answer(slug, "list", carry_out)


@blueprint.post("/individual_appointments")
def add_appointment(slug: str) -> Response:
    """Add one, whatever else is there at the time."""

    def carry_out(station: Station) -> Answer:
        kept = station.cliniko.records
        kept.all()
        body = forms.read_body(request.get_data())
        made = kept.add(forms.read_appointment(body, station.practice.plan, kept.register))
        return 201, _write(station, made), f"individual_appointments/{write_id(made.number)}"

    return answer(slug, "save", carry_out)


@blueprint.get(_ONE)
def show_appointment(slug: str, identity: str) -> Response:
    def carry_out(station: Station) -> Answer:
        return 200, _write(station, _find(station, identity))

    return answer(slug, "show", carry_out)


@blueprint.patch(_ONE)
def update_appointment(slug: str, identity: str) -> Response:
    def carry_out(station: Station) -> Answer:
        kept, before = station.cliniko.records, _find(station, identity)
        body = forms.read_body(request.get_data())
        wanted = forms.read_appointment(body, station.practice.plan, kept.register, before)
        return 200, _write(station, kept.change(before.number, **wanted))

    return answer(slug, "update", carry_out)


@blueprint.patch(f"{_ONE}/cancel")
def cancel_appointment(slug: str, identity: str) -> Response:
    """Cancel one. Ours: one that is cancelled already is not found."""

    def carry_out(station: Station) -> Answer:
        kept, before = station.cliniko.records, _find(station, identity)
        reason, note = forms.read_cancellation(forms.read_body(request.get_data()))
        kept.change(before.number, cancelled=kept.now(), reason=reason, reason_note=note)
        return 204, None

    return answer(slug, "cancel", carry_out)


@blueprint.get(f"{_ONE}/conflicts")
def show_conflicts(slug: str, identity: str) -> Response:
    def carry_out(station: Station) -> Answer:
        found = _find(station, identity)
        return 200, {"conflicts": {"exist": station.cliniko.records.has_conflicts(found)}}

    return answer(slug, "conflicts", carry_out)


@blueprint.post(f"{_ONE}/archive")
@blueprint.delete(_ONE)
def archive_appointment(slug: str, identity: str) -> Response:
    def carry_out(station: Station) -> Answer:
        kept = station.cliniko.records
        kept.change(_find(station, identity).number, archived=kept.now())
        return 204, None

    return answer(slug, "archive", carry_out)


# Patients


@blueprint.get("/patients")
def list_patients(slug: str) -> Response:
    def carry_out(station: Station) -> Answer:
        kept = station.cliniko.records
        kept.all()
        plan = station.practice.plan
        return 200, write_list(
            "patients",
            kept.register.all(),
            register.FIELDS,
            lambda one: write_patient(one, plan),
        )

    return answer(slug, "patients", carry_out)


@blueprint.get("/patients/<identity>")
def show_patient(slug: str, identity: str) -> Response:
    def carry_out(station: Station) -> Answer:
        kept = station.cliniko.records
        kept.all()
        found = kept.register.find(read_id(identity))
        if found is None:
            raise not_found()
        return 200, write_patient(found, station.practice.plan)

    return answer(slug, "patients", carry_out)


@blueprint.post("/patients")
def add_patient(slug: str) -> Response:
    def carry_out(station: Station) -> Answer:
        kept = station.cliniko.records
        kept.all()
        new = forms.read_patient(forms.read_body(request.get_data()))
        added = kept.register.add(new, kept.now())
        plan = station.practice.plan
        return 201, write_patient(added, plan), f"patients/{write_id(added.number)}"

    return answer(slug, "register", carry_out)


def _find(station: Station, identity: str) -> Record:
    """Return the appointment that an address names, if it stands or filters ask for what not."""
    record = station.cliniko.records.find(read_id(identity))
    found = [] if record is None else keep(_shown([record]), asked_filters(), records.FIELDS)
    if not found:
        raise not_found()
    return found[0]


def _shown(found: list[Record]) -> list[Record]:
    asked = names(asked_filters())
    return [
        one
        for one in found
        if (one.cancelled is None or "cancelled_at" in asked)
        and (one.archived is None or not asked.isdisjoint({"archived_at", "deleted_at"}))
    ]


def _write(station: Station, record: Record) -> dict[str, object]:
    patient = station.cliniko.records.register.find(record.patient)
    assert patient is not None, "who comes was looked up"  # noqa: S101
    return write_appointment(record, patient, station.practice.plan)
