"""Tells whether somebody whom the office knows is the patient who books. Pure.

Shapes are those of the samples on the vendor's page "API Patients".
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from webapp.diaries.documents import read_object
from webapp.diaries.errors import Unintelligible
from webapp.diaries.opendental.mapping import FromVendor, model_of, models
from webapp.diaries.opendental.orders import names_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webapp.diaries.port import Patient

_NOT_COMING = frozenset({"Deceased", "Deleted", "Archived"})
_DIGITS_THAT_TELL = 9
"""So many last digits of a phone number are the same with and without its country."""


class _Patient(FromVendor):
    PatNum: int
    LName: str = ""
    FName: str = ""
    PatStatus: str = ""
    HmPhone: str = ""
    WkPhone: str = ""
    WirelessPhone: str = ""
    Email: str = ""


def patient_number(body: bytes) -> int:
    """Read the answer to "Patients POST (create)". Raises Unintelligible."""
    found = read_object(body)
    if found is None:
        raise Unintelligible("the diary's answer is no JSON object")
    return model_of(_Patient, found).PatNum


def patients_like(found: Iterable[object], patient: Patient) -> tuple[int, ...]:
    """Return the numbers of those who surely are this patient, the likeliest first.

    Names may be shared, and so may phones and addresses in a family: who has the same first and
    last name and the same phone or e-mail address is the same person. Raises Unintelligible.
    """
    names = names_of(patient)
    wanted = _first_word(names.first), _folded(names.last)
    matching = [
        one
        for one in models(_Patient, found)
        if one.PatStatus not in _NOT_COMING
        and (_first_word(one.FName), _folded(one.LName)) == wanted
        and _can_be_reached_as(one, patient)
    ]
    matching.sort(key=lambda one: (one.PatStatus != "Patient", one.PatNum))
    return tuple(one.PatNum for one in matching)


def _can_be_reached_as(one: _Patient, patient: Patient) -> bool:
    phone = _phone(patient.phone)
    known = {_phone(one.HmPhone), _phone(one.WkPhone), _phone(one.WirelessPhone)}
    email = patient.email.strip().casefold()
    return (phone != "" and phone in known) or (
        email != "" and email == one.Email.strip().casefold()
    )


def _phone(text: str) -> str:
    digits = "".join(one for one in text if one.isdigit())
    return digits[-_DIGITS_THAT_TELL:] if len(digits) >= _DIGITS_THAT_TELL else digits


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    kept = "".join(one for one in plain if not unicodedata.combining(one))
    return " ".join(kept.casefold().split())


def _first_word(text: str) -> str:
    return _folded(text).partition(" ")[0]
