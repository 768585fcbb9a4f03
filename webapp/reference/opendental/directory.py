"""The office's providers and operatories, those that nobody books among them.

Ours: besides the practice's people and rooms each office has a provider who has left, one who is
hidden, an entity that is no person, and an operatory that is hidden.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.reference.opendental.documents import write_truth
from webapp.reference.opendental.moments import NO_DAY, write_moment

if TYPE_CHECKING:
    from datetime import datetime

    from webapp.reference.plan import Plan

LEFT, HIDDEN, ENTITY = 9001, 9002, 9003
HIDDEN_OPERATORY = 9101


def write_providers(plan: Plan, now: datetime, stamped: datetime) -> list[dict[str, object]]:
    """Write every provider, in the plan's order; ``stamped`` is when all were last changed."""
    people = [
        _provider(one.id, *_split(one.name), number) for number, one in enumerate(plan.people, 1)
    ]
    others = [
        _provider(LEFT, "Former", "Colleague", 97) | {"ProvStatus": "Deleted"},
        _provider(HIDDEN, "Locum", "Lastyear", 98) | {"IsHidden": "true"},
        _provider(ENTITY, "", plan.name, 99) | {"IsNotPerson": "true"},
    ]
    moments = {"DateTStamp": write_moment(stamped), "serverDateTime": write_moment(now)}
    return [one | moments for one in (*people, *others)]


def write_operatories(plan: Plan) -> list[dict[str, object]]:
    """Write every operatory, in the plan's order."""
    rooms = [
        _operatory(room.id, room.name, number, is_hidden=False)
        for number, room in enumerate(plan.rooms)
    ]
    return [*rooms, _operatory(HIDDEN_OPERATORY, "Old X-ray Room", len(rooms), is_hidden=True)]


def _split(name: str) -> tuple[str, str]:
    first, _, last = name.rpartition(" ")
    return first, last


def _provider(number: int, first: str, last: str, place: int) -> dict[str, object]:
    return {
        "ProvNum": number,
        "Abbr": f"DOC{place}",
        "LName": last,
        "FName": first,
        "MI": "",
        "Suffix": "",
        "FeeSched": 53,
        "Specialty": 263,
        "SSN": "",
        "StateLicense": "",
        "IsSecondary": "false",
        "provColor": "164,255,164",
        "IsHidden": "false",
        "UsingTIN": "false",
        "SigOnFile": "false",
        "NationalProvID": "",
        "IsNotPerson": "false",
        "ProvStatus": "Active",
        "IsHiddenReport": "false",
        "Birthdate": NO_DAY,
        "SchedNote": "",
        "PreferredName": "",
    }


def _operatory(number: int, name: str, place: int, *, is_hidden: bool) -> dict[str, object]:
    return {
        "OperatoryNum": number,
        "OpName": name,
        "Abbrev": f"OP-{place + 1}",
        "ItemOrder": place,
        "IsHidden": write_truth(is_hidden),
        "ProvDentist": 0,
        "ProvHygienist": 0,
        "IsHygiene": "false",
        "ClinicNum": 0,
        "SetProspective": "false",
        "IsWebSched": "false",
        "OperatoryType": 0,
        "operatoryType": "",
    }
