"""The reference process's own practices, as a person setting up a connector is told of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class DemoPractice:
    """A demo practice's fixed facts, as a person setting up a connector is told them."""

    slug: str
    key: str
    slot_minutes: int
    staff: Mapping[str, int]
    rooms: Mapping[str, int]


HARBOUR = DemoPractice(
    slug="harbour-physio",
    key="harbour-demo-key",
    slot_minutes=45,
    staff={
        "Anna Müller": 42228,
        "Siân O'Brien": 42230,
        "Chris Okafor": 42229,
        "Jayne Park": 42233,
        "Demo User": 42227,
    },
    rooms={"Treatment Room 1": 7322, "Treatment Room 2": 7323, "Gym": 7324},
)
ELM_TREE = DemoPractice(
    slug="elm-tree-clinic",
    key="elm-demo-key",
    slot_minutes=30,
    staff={"Priya Nair": 511, "Tom Whitfield": 514},
    rooms={"Consulting Room": 61},
)
MEADOW = DemoPractice(
    slug="meadow-clinic",
    key="meadow-demo-password",
    slot_minutes=40,
    staff={"Grace Adeyemi": 811, "Ewan Sinclair": 812, "Mina Rahman": 813},
    rooms={"Garden Room": 81, "Upstairs Room": 82},
)
"""It is on Valomnia: its key is the password of the user ``openslot``."""
BRIDGE = DemoPractice(
    slug="bridge-street-dental",
    key="bridge-demo-developer/bridge-demo-customer",
    slot_minutes=30,
    staff={"Dr Amara Obi": 31, "Dr Rory Maclean": 32, "Lena Fischer": 33},
    rooms={"Surgery 1": 21, "Surgery 2": 22, "Hygiene Room": 23},
)
"""It is on Open Dental: its key is the developer's and the customer's."""

RIVERSIDE = DemoPractice(
    slug="riverside-physio",
    key="riverside-demo-key-uk1",
    slot_minutes=15,
    staff={"Isla Bennett": 51, "Mateo Silva": 52, "Ruth Okoye": 53},
    rooms={"Riverside": 41, "Hilltop": 42},
)
"""It is on Cliniko: its rooms are whole businesses, and its slots the steps between times."""

DEMO = (HARBOUR, ELM_TREE, MEADOW, BRIDGE, RIVERSIDE)
"""All of them."""
