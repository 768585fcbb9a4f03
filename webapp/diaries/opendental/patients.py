"""Tells whether somebody whom the office knows is the patient who books. Pure.

Shapes are those of the samples on the vendor's page "API Patients".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.diaries.documents import FromVendor, model_of, models, read_object
from webapp.diaries.errors import Unintelligible
from webapp.diaries.lists import KnownPatient
from webapp.diaries.people import first_word, folded, names_of, phone_tail

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webapp.diaries.port import Patient

_NOT_COMING = frozenset({"Deceased", "Deleted", "Archived"})


class _Patient(FromVendor):
    PatNum: int
    LName: str = ""
    FName: str = ""
    PatStatus: str = ""
    HmPhone: str = ""
    WkPhone: str = ""
    WirelessPhone: str = ""
    Email: str = ""
    TxtMsgOk: str = ""


def patient_number(body: bytes) -> int:
    """Read the answer to "Patients POST (create)". Raises Unintelligible."""
    found = read_object(body)
    if found is None:
        raise Unintelligible("the diary's answer is no JSON object")
    return model_of(_Patient, found).PatNum


def known_patient(body: bytes) -> KnownPatient:
    """Read "Patients GET (single)". Raises Unintelligible.

    ``TxtMsgOk`` is Yes, No or Unknown: only the first is consent. A text goes to the wireless
    phone alone.
    """
    found = read_object(body)
    if found is None:
        raise Unintelligible("the diary's answer is no JSON object")
    one = model_of(_Patient, found)
    is_coming = one.PatStatus not in _NOT_COMING
    return KnownPatient(
        name=" ".join(f"{one.FName} {one.LName}".split()),
        mobile=one.WirelessPhone.strip(),
        email=one.Email.strip(),
        may_be_texted=is_coming and one.TxtMsgOk.casefold() == "yes",
    )


def patients_like(found: Iterable[object], patient: Patient) -> tuple[int, ...]:
    """Return the numbers of those who surely are this patient, the likeliest first.

    Names may be shared, and so may phones and addresses in a family: who has the same first and
    last name and the same phone or e-mail address is the same person. Raises Unintelligible.
    """
    names = names_of(patient)
    wanted = first_word(names.first), folded(names.last)
    matching = [
        one
        for one in models(_Patient, found)
        if one.PatStatus not in _NOT_COMING
        and (first_word(one.FName), folded(one.LName)) == wanted
        and _can_be_reached_as(one, patient)
    ]
    matching.sort(key=lambda one: (one.PatStatus != "Patient", one.PatNum))
    return tuple(one.PatNum for one in matching)


def _can_be_reached_as(one: _Patient, patient: Patient) -> bool:
    phone = phone_tail(patient.phone)
    known = {phone_tail(one.HmPhone), phone_tail(one.WkPhone), phone_tail(one.WirelessPhone)}
    email = patient.email.strip().casefold()
    return (phone != "" and phone in known) or (
        email != "" and email == one.Email.strip().casefold()
    )
