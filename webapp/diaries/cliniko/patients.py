"""Tells whether somebody whom the account knows is the patient who books. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.diaries.cliniko.mapping import identity
from webapp.diaries.documents import FromVendor, model_of, models, read_object
from webapp.diaries.errors import Unintelligible
from webapp.diaries.people import first_word, folded, names_of, phone_tail

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webapp.diaries.port import Patient


class _Phone(FromVendor):
    number: str | None = None


class _Patient(FromVendor):
    id: str
    first_name: str | None = None
    preferred_first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    patient_phone_numbers: list[_Phone] | None = None
    archived_at: str | None = None
    deleted_at: str | None = None
    merged_at: str | None = None


def patient_id(body: bytes) -> str:
    """Read the answer to "Create patient". Raises Unintelligible."""
    found = read_object(body)
    if found is None:
        raise Unintelligible("the diary's answer is no JSON object")
    return identity(model_of(_Patient, found).id)


def patients_like(found: Iterable[object], patient: Patient) -> tuple[str, ...]:
    """Return the ids of those who surely are this patient, the earliest known first.

    Names may be shared, and so may phones and addresses in a family: who has the same first and
    last name and the same phone or e-mail address is the same person. Raises Unintelligible.
    """
    names = names_of(patient)
    first, last = first_word(names.first), folded(names.last)
    matching = [
        identity(one.id)
        for one in models(_Patient, found)
        if (one.archived_at or one.deleted_at or one.merged_at) is None
        and folded(one.last_name or "") == last
        and first in {first_word(one.first_name or ""), first_word(one.preferred_first_name or "")}
        and _can_be_reached_as(one, patient)
    ]
    return tuple(sorted(matching, key=int))


def _can_be_reached_as(one: _Patient, patient: Patient) -> bool:
    phone = phone_tail(patient.phone)
    known = {phone_tail(each.number or "") for each in one.patient_phone_numbers or ()}
    email = patient.email.strip().casefold()
    return (phone != "" and phone in known) or (
        email != "" and email == (one.email or "").strip().casefold()
    )
