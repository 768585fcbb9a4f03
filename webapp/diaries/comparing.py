"""Which system can do what, from what the connectors declare: the README's table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.diaries.cliniko.diary import ClinikoDiary
from webapp.diaries.opendental.diary import OpenDentalDiary
from webapp.diaries.physiodiary.diary import PhysiodiaryDiary
from webapp.diaries.port import Capability
from webapp.diaries.valomnia.diary import ValomniaDiary

if TYPE_CHECKING:
    from collections.abc import Mapping

SYSTEMS: Mapping[str, Capability] = {
    "Physiodiary": PhysiodiaryDiary.CAPABILITIES,
    "Cliniko": ClinikoDiary.CAPABILITIES,
    "Open Dental": OpenDentalDiary.CAPABILITIES,
    "Valomnia": ValomniaDiary.CAPABILITIES,
}
"""What each system's connector declares, by the system's name."""

_ROWS: Mapping[Capability, tuple[str, str]] = {
    Capability.BOOK: ("Patients see what is free and book it", ""),
    Capability.REJECTS_TAKEN_SLOT: ("Of two patients for one slot one has it", "both may"),
    Capability.FIND: (
        "A booking that got no answer is looked up",
        "what is free tells, or the practice is asked",
    ),
    Capability.CANCEL: (
        "A patient's cancellation takes it out of the diary",
        "the practice is asked to",
    ),
    Capability.MOVE: (
        "A change of time keeps the diary's own appointment",
        "the new one is booked first, then the old one goes",
    ),
    Capability.APPOINTMENT_TYPES: ("Patients say what they come for", "one kind, one length"),
    Capability.CANCEL_REASON: ("The diary is told why a patient cancels", "not asked"),
    Capability.ASAP_LIST: ("The diary keeps the ASAP list", "Openslot keeps it"),
}
"""What each capability means to a practice, and what happens without it."""


def table() -> str:
    """Return the table in Markdown, a row for each capability, ending in a line break."""
    head = ["", *SYSTEMS]
    rows = [head, ["---"] * len(head)]
    for capability, (said, otherwise) in _ROWS.items():
        cells = ["yes" if capability in able else otherwise for able in SYSTEMS.values()]
        rows.append([said, *cells])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)
