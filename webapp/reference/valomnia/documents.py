"""Writes appointments and categories as the document's samples have them, oddities included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.reference.valomnia.moments import write_moment

if TYPE_CHECKING:
    from webapp.reference.valomnia.records import Known, Record


def write_row(record: Record) -> dict[str, object]:
    """Write a row of a list: unlike Show it has no ``reference``, ``user`` or ``organization``."""
    fields = record.fields
    return {
        "id": record.id,
        "dateCreated": write_moment(record.created),
        "lastUpdated": write_moment(record.updated),
        "title": fields.title,
        "note": fields.note,
        "startDate": write_moment(fields.start),
        "endDate": write_moment(fields.end),
        "done": fields.is_done,
        **_relations(record),
        "contacts": [],
    }


def write_whole(record: Record) -> dict[str, object]:
    """Write one appointment, as Show and the writes answer with it."""
    fields = record.fields
    return {
        "id": record.id,
        "reference": fields.reference,
        "title": fields.title,
        "note": fields.note,
        "startDate": write_moment(fields.start),
        "endDate": write_moment(fields.end),
        "done": fields.is_done,
        "user": {
            "id": record.user.id,
            "reference": record.user.reference,
            "href": f"/api/v1.0/users/{record.user.id}",
        },
        **_relations(record),
        "contacts": [
            {"id": number, "href": f"/api/v1.0/contacts/{number}"} for number in fields.contacts
        ],
        "organization": "entity1",
        "dateCreated": write_moment(record.created),
        "lastUpdated": write_moment(record.updated),
    }


def write_category(category: Known, *, is_default: bool) -> dict[str, object]:
    """Write one category, by the vendor's page "71 Appointment Categories"."""
    return {
        "id": category.id,
        "reference": category.reference,
        "name": category.name,
        "isActive": True,
        "isDefault": is_default,
        "color": "#0b6e4f",
    }


def _relations(record: Record) -> dict[str, object]:
    customer, category = record.fields.customer, record.fields.category
    return {
        "customerId": None if customer is None else customer.id,
        "customer": None if customer is None else _pointer(customer, "customers"),
        "appointmentCategoryId": category.id,
        "appointmentCategory": _pointer(category, "appointmentCategories"),
    }


def _pointer(known: Known, resource: str) -> dict[str, object]:
    return {
        "id": known.id,
        "reference": known.reference,
        "name": known.name,
        "href": f"/api/v1.0/{resource}/{known.id}",
    }
