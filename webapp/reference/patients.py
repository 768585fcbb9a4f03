"""Made-up patients for the desk's own bookings; the numbers are Ofcom's, kept for fiction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

_FIRST_NAMES = (
    "Aisha", "Alistair", "Bethan", "Callum", "Carys", "Daniel", "Eilidh", "Emeka", "Fatima",
    "Femi", "Gareth", "Grace", "Hamish", "Imogen", "Ivy", "Jakub", "Joan", "Kwame", "Leila",
    "Malcolm", "Marta", "Nadia", "Niamh", "Oliver", "Oonagh", "Priti", "Rhys", "Rosalind",
    "Sanjay", "Thea", "Umar", "Vera", "Wilfred", "Yusuf", "Zoë",
)  # fmt: skip
_LAST_NAMES = (
    "Abara", "Ainsworth", "Begum", "Bellamy", "Castellano", "Cole", "Davies", "Dunmore",
    "Eastwood", "Fairbairn", "Ferreira", "Gill", "Hartley", "Hughes", "Iqbal", "Jankowski",
    "Kerr", "Lindqvist", "Llewellyn", "Mbeki", "Mistry", "Novak", "Ó Briain", "Pemberton",
    "Quayle", "Rahman", "Sharma", "Sinclair", "Thackeray", "Udall", "Vaughan", "Whitlock",
)  # fmt: skip
_REASONS = (
    "Low back, follow-up", "New patient: neck", "Knee, six weeks after surgery",
    "Shoulder, second visit", "Ankle sprain", "Hip review", "Tennis elbow",
    "Running assessment", "Posture and desk work", "Headaches, review", "Achilles",
    "Wrist after plaster", "Pelvic health", "Balance and falls", "Sciatica, third visit",
    "Calf strain", "Jaw", "Hamstring", "Discharge review", "",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Visit:
    """Who comes and why, as they or the desk wrote it down."""

    name: str
    phone: str = ""
    email: str = ""
    reason: str = ""


def invent_visit(chance: Random) -> Visit:
    """Return a patient who exists nowhere; the same ``chance`` gives the same patient."""
    first, last = chance.choice(_FIRST_NAMES), chance.choice(_LAST_NAMES)
    return Visit(
        name=f"{first} {last}",
        phone=f"07700 900{chance.randrange(1000):03d}",
        reason=chance.choice(_REASONS),
    )
