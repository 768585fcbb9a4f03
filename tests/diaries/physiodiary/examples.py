"""A slot, a patient and the vendor's answers for them."""

from __future__ import annotations

from datetime import datetime

from tests.diaries.wire import ZONE
from webapp.diaries.port import BookingRequest, Patient, Room, Slot, Staff

ANNA = Staff("42230", "Anna")
ROOM_2 = Room("7323", "Treatment Room 2")
START = datetime(2026, 11, 23, 9, 15, tzinfo=ZONE)

WORDS = ("Zebulon Quince", "07700 900142", "quince@patient.example", "throbbing kneecap")
"""What the patient typed: words that nothing else here contains."""

REQUEST = BookingRequest(
    slot=Slot(ANNA, ROOM_2, START, 45),
    patient=Patient(name=WORDS[0], phone=WORDS[1], email=WORDS[2]),
    reason=WORDS[3],
)

STAFF_LIST: dict[str, object] = {
    "staff": [{"id": 42228, "name": "John"}, {"id": 42230, "name": "Anna"}]
}
SECTION_LIST: dict[str, object] = {"sections": [{"id": 7322, "name": "Treatment Room 1"}]}
FREE_LIST: dict[str, object] = {
    "slotLength": 45,
    "free": [{"date": "20261123", "times": ["1415", "0915", "1415", "0915"]}],
    "staffId": 43,
    "staffName": "Anna",
    "sectionId": 2,
    "sectionName": "Treatment Room 2",
}
CONFIRMED: dict[str, object] = {
    "result": "Confirmed",
    "date": "20261123",
    "time": "0915",
    "duration": 45,
    "section": "Treatment Room 2",
    "staff": "Anna",
}


def errors(*numbers: object, message: str = "No.") -> dict[str, object]:
    """A refusal as the vendor writes it."""
    return {
        "errors": [{"error": one, "fieldName": "booking", "message": message} for one in numbers],
        "timestamp": "Oct 7, 2017 3:25:07 PM",
        "numErrors": len(numbers),
        "action": "book",
    }
