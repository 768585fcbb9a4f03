"""Writes resources with all the keys of the vendor's schemas.

Ours: relations that a schema does not let be null are left out where there is nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from webapp.reference.cliniko.ids import write_id
from webapp.reference.cliniko.moments import write_moment, write_moment_or_none

if TYPE_CHECKING:
    from datetime import datetime

    from webapp.reference.cliniko.directory import Business, Kind, Practitioner
    from webapp.reference.cliniko.records import Record
    from webapp.reference.cliniko.register import Known
    from webapp.reference.plan import Plan

BASE = "/cliniko/v1"
REASONS = {
    10: "Feeling Better",
    20: "Condition Worse",
    30: "Sick",
    40: "Away",
    50: "Other",
    60: "Work",
}
"""What can be given as a cancellation's reason (page "Individual Appointment"), and what it is
called when it is read."""


def link_to(plan: Plan, path: str) -> dict[str, object]:
    return {"links": {"self": f"{request.host_url}{plan.slug}{BASE}/{path}"}}


def write_appointment(record: Record, patient: Known, plan: Plan) -> dict[str, object]:
    identity = write_id(record.number)
    path = f"individual_appointments/{identity}"
    reason = record.reason
    return {
        "id": identity,
        "appointment_type": link_to(plan, f"appointment_types/{write_id(record.kind)}"),
        "archived_at": write_moment_or_none(record.archived),
        "attendees": link_to(plan, f"{path}/attendees"),
        "booking_ip_address": None,
        "business": link_to(plan, f"businesses/{write_id(record.business)}"),
        "cancellation_note": record.reason_note,
        "cancellation_reason": reason,
        "cancellation_reason_description": None if reason is None else REASONS[reason],
        "cancelled_at": write_moment_or_none(record.cancelled),
        "conflicts": link_to(plan, f"{path}/conflicts"),
        "created_at": write_moment(record.created),
        "deleted_at": write_moment_or_none(record.archived),
        "did_not_arrive": False,
        "email_reminder_sent": False,
        "ends_at": write_moment(record.ends),
        "has_patient_appointment_notes": False,
        "invoice_status": None,
        "links": link_to(plan, path)["links"],
        "notes": record.notes,
        "online_booking_policy_accepted": None,
        "patient": link_to(plan, f"patients/{write_id(record.patient)}"),
        "patient_arrived": False,
        "patient_name": patient.name,
        "practitioner": link_to(plan, f"practitioners/{write_id(record.practitioner)}"),
        "repeat_rule": None,
        "repeats": None,
        "sms_reminder_sent": False,
        "starts_at": write_moment(record.starts),
        "telehealth_url": None,
        "treatment_note_status": None,
        "updated_at": write_moment(record.updated),
    }


def write_patient(patient: Known, plan: Plan) -> dict[str, object]:
    identity = write_id(patient.number)
    path = f"patients/{identity}"
    return {
        "id": identity,
        "accepted_privacy_policy": patient.accepted_privacy_policy,
        "appointments": link_to(plan, f"{path}/appointments"),
        "archived_at": None,
        "created_at": write_moment(patient.created),
        "date_of_birth": patient.born.isoformat() if patient.born else None,
        "deleted_at": None,
        "email": patient.email,
        "first_name": patient.first_name,
        "label": patient.name,
        "last_name": patient.last_name,
        "links": link_to(plan, path)["links"],
        "merged_at": None,
        "notes": None,
        "old_reference_id": None,
        "patient_phone_numbers": [
            {
                "normalized_number": "".join(each for each in one.number if each.isdigit()),
                "number": one.number,
                "phone_type": one.kind,
            }
            for one in patient.phones
        ],
        "preferred_first_name": None,
        "reminder_type": patient.reminder_type,
        "time_zone": None,
        "title": None,
        "updated_at": write_moment(patient.created),
    }


def write_business(one: Business, plan: Plan, made: datetime) -> dict[str, object]:
    identity = write_id(one.id)
    path = f"businesses/{identity}"
    zone = one.zone or str(plan.zone)
    street, town, post_code = [*one.street.split(", "), "", ""][:3]
    return {
        "id": identity,
        "address_1": street or None,
        "address_2": None,
        "appointment_type_ids": None,
        "appointments": link_to(plan, f"{path}/appointments"),
        "archived_at": None,
        "business_name": f"{plan.name} {one.name}",
        "contact_information": None,
        "city": town or None,
        "country_code": "GB",
        "created_at": write_moment(made),
        "deleted_at": None,
        "display_name": one.name,
        "label": one.name,
        "links": link_to(plan, path)["links"],
        "post_code": post_code or None,
        "practitioners": link_to(plan, f"{path}/practitioners"),
        "show_in_online_bookings": one.is_online,
        "time_zone": zone.rpartition("/")[2].replace("_", " "),
        "time_zone_identifier": zone,
        "updated_at": write_moment(made),
    }


def write_practitioner(one: Practitioner, plan: Plan, made: datetime) -> dict[str, object]:
    identity = write_id(one.id)
    path = f"practitioners/{identity}"
    first, _, last = one.name.rpartition(" ")
    return {
        "id": identity,
        "active": True,
        "appointment_types": link_to(plan, f"{path}/appointment_types"),
        "appointments": link_to(plan, f"{path}/appointments"),
        "created_at": write_moment(made),
        "description": None,
        "designation": "Physiotherapist",
        "display_name": one.name,
        "first_name": first,
        "label": one.name,
        "last_name": last,
        "links": link_to(plan, path)["links"],
        "show_in_online_bookings": one.is_online,
        "title": None,
        "updated_at": write_moment(made),
    }


def write_kind(one: Kind, plan: Plan, made: datetime) -> dict[str, object]:
    identity = write_id(one.id)
    path = f"appointment_types/{identity}"
    return {
        "id": identity,
        "archived_at": None,
        "category": None,
        "color": "#0b6e4f",
        "created_at": write_moment(made),
        "description": None,
        "duration_in_minutes": one.minutes,
        "links": link_to(plan, path)["links"],
        "max_attendees": 1,
        "name": one.name,
        "online_bookings_lead_time_hours": one.lead_hours,
        "online_payments_enabled": bool(one.payment),
        "online_payments_mode": one.payment or None,
        "practitioners": link_to(plan, f"{path}/practitioners"),
        "show_in_online_bookings": one.is_online,
        "telehealth_enabled": False,
        "updated_at": write_moment(made),
    }
