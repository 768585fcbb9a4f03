"""The ground that whole-app tests stand on: practices, a patient, slots, and the site itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.page import Page, Visitor
from tests.reference_process import BRIDGE, ELM_TREE, HARBOUR, MEADOW, RIVERSIDE
from webapp.appointments.model import Booking
from webapp.db.base import Base
from webapp.db.engine import writing
from webapp.web.tokens import Tokens, hash_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask
    from sqlalchemy import Engine

    from tests.reference_process import ReferenceDiary

TODAY = "2026-11-20"
"""A Friday; it is eight in the morning when a test begins."""
SIGNING_KEY = "a-signing-key-that-is-long-enough-for-production"

ANNA, SIAN, CHRIS, JAYNE = 42228, 42230, 42229, 42233
ROOM_1, ROOM_2, GYM = 7322, 7323, 7324
SOLO = "solo-practice"
SOLO_KEY = "solo-demo-key"
MAX, STUDIO = 7, 1

PATIENT = {
    "name": "Ada Whitcombe",
    "phone": "07700 900123",
    "email": "ada@whitcombe.example",
    "reason": "Stiff neck since Sunday",
}

_HARBOUR_FILE = """
name = "Harbour Physiotherapy"
phone = "020 7946 0123"
email = "desk@harbour.example"
address = "1 Quay Street, London E1"
timezone = "Europe/London"
country = "GB"
[diary]
system = "physiodiary"
url = "{url}"
api_key = "{key}"
[booking]
staff = [42228, 42230, 42229, 42233]
rooms = [7322, 7323, 7324]
ask_room = true
[embed]
origins = ["https://www.harbour.example"]
"""
_ELM_FILE = """
name = "Elm Tree Clinic"
phone = "020 7946 0456"
email = "hello@elmtree.example"
address = "12 Elm Lane, Bristol BS1"
timezone = "Europe/London"
country = "GB"
[diary]
system = "physiodiary"
url = "{url}"
api_key = "{key}"
[booking]
days_ahead = 60
ask_room = false
[theme]
accent = "#5b3f8c"
"""
_SOLO_FILE = """
name = "Max at the Studio"
phone = "(212) 555-0123"
email = "max@studio.example"
address = "4 Broad Street, New York"
timezone = "America/New_York"
country = "US"
[diary]
system = "physiodiary"
url = "{url}"
api_key = "{key}"
"""
_MEADOW_FILE = """
name = "Meadow Clinic"
phone = "0113 496 0789"
email = "hello@meadowclinic.example"
address = "3 Meadow Way, Leeds LS1"
timezone = "Europe/London"
country = "GB"
[diary]
system = "valomnia"
url = "{url}"
username = "openslot"
password = "{key}"
appointment_category = "consultation"
slot_minutes = 40
[diary.hours]
tue = ["09:00-12:20", "13:20-18:00"]
thu = ["09:00-12:20", "13:20-18:00"]
fri = ["09:00-12:20", "13:20-18:00"]
[[diary.places]]
id = "82"
name = "Upstairs Room"
customer_reference = "room-82"
[[diary.people]]
id = "812"
name = "Ewan Sinclair"
employee_reference = "emp-812"
"""
_BRIDGE_FILE = """
name = "Bridge Street Dental"
phone = "0114 496 0345"
email = "desk@bridgestreetdental.example"
address = "8 Bridge Street, Sheffield"
timezone = "Europe/London"
country = "GB"
[diary]
system = "opendental"
url = "{url}"
developer_key = "bridge-demo-developer"
customer_key = "{key}"
length_minutes = 30
seconds_between_requests = 0
"""
_RIVERSIDE_FILE = """
name = "Riverside Physio"
phone = "020 7946 0456"
email = "desk@riversidephysio.example"
address = "3 Riverside Walk, London SW13"
timezone = "Europe/London"
country = "GB"
[diary]
system = "cliniko"
url = "{url}"
api_key = "{key}"
contact_email = "developers@riversidephysio.example"
"""
_FILES = {
    RIVERSIDE.slug: _RIVERSIDE_FILE,
    HARBOUR.slug: _HARBOUR_FILE,
    ELM_TREE.slug: _ELM_FILE,
    SOLO: _SOLO_FILE,
    MEADOW.slug: _MEADOW_FILE,
    BRIDGE.slug: _BRIDGE_FILE,
}
_KEYS = {
    RIVERSIDE.slug: RIVERSIDE.key,
    HARBOUR.slug: HARBOUR.key,
    ELM_TREE.slug: ELM_TREE.key,
    SOLO: SOLO_KEY,
    MEADOW.slug: MEADOW.key,
    BRIDGE.slug: "bridge-demo-customer",
}


def practice_file(slug: str, url: str, *, key: str | None = None) -> str:
    """Return a practice's TOML whose diary stands at ``url``."""
    return _FILES[slug].format(url=url, key=key or _KEYS[slug])


@dataclass(frozen=True)
class Slot:
    """One time, as the URL and as the diary's own hand name it."""

    slug: str
    staff_id: int
    room_id: int
    date: str
    time: str

    @property
    def choice(self) -> str:
        """The query of somebody who asked for this person and this room."""
        day = f"{self.date[:4]}-{self.date[4:6]}-{self.date[6:]}"
        return f"?staff={self.staff_id}&room={self.room_id}&day={day}&time={self.time}"

    def page(self, step: str) -> str:
        return f"/{self.slug}/{step}{self.choice}"

    def taken_by_the_desk(self, diary: ReferenceDiary) -> None:
        diary.take(
            self.slug,
            date=self.date,
            time=self.time,
            staff_id=self.staff_id,
            section_id=self.room_id,
        )


def free_slot(
    diary: ReferenceDiary,
    staff_id: int = SIAN,
    room_id: int = ROOM_2,
    *,
    slug: str = HARBOUR.slug,
    at: int = 0,
) -> Slot:
    """Return the person's free time number ``at`` in that room."""
    date, time = diary.free(slug, staff_id=staff_id, section_id=room_id)[at]
    return Slot(slug, staff_id, room_id, date, time)


@dataclass
class Site:
    """One deployment, its database, and a visitor to it."""

    app: Flask
    engine: Engine
    diary: ReferenceDiary
    tokens: Tokens = field(default_factory=lambda: Tokens(SIGNING_KEY))

    @property
    def visitor(self) -> Visitor:
        return Visitor(self.app, private=tuple(PATIENT.values()))

    def open(self, url: str, *, allow: int = 200) -> Page:
        return self.visitor.open(url, allow=allow)

    def check(self, slot: Slot, **answers: str) -> Page:
        """Go from the details page to "check your answers"."""
        page = self.open(slot.page("details"))
        return page.press("Continue", PATIENT | answers)

    def book(self, slot: Slot, *, allow: int = 200, **answers: str) -> Page:
        """Book at once, with what the check page would send."""
        sent = PATIENT | answers | {"token": self.token(slot.slug)}
        return self.visitor.send(slot.page("book"), sent, allow=allow)

    def token(self, slug: str = HARBOUR.slug, journey: str | None = None) -> str:
        """Return a token as a form carries it."""
        return self.tokens.sign_journey(slug=slug, journey=journey or self.tokens.new_journey())

    def bookings(self) -> list[Booking]:
        """Return every row, oldest first."""
        with Session(self.engine) as session:
            return list(session.scalars(select(Booking).order_by(Booking.id)))

    def add(self, journey: str, **values: Any) -> str:  # noqa: ANN401 - a row's columns
        """Add a row by hand, as a process that was killed left it; return its outcome's address."""
        slug = values["slug"]
        token = self.tokens.outcome_of(slug=slug, journey=journey)
        filled = {
            "outcome_hash": hash_of(token),
            "page_hash": hash_of(self.tokens.page_of(slug=slug, journey=journey)),
            "uid": f"uid of {journey}",
            "sequence": 0,
        }
        with writing(lambda: Session(self.engine)) as session:
            session.add(Booking(journey=journey, **filled | values))
        return f"/{slug}/outcome/{token}"

    def own_page(self, booking: Booking) -> str:
        """Return the address of a booking's own page."""
        token = self.tokens.page_of(slug=booking.slug, journey=booking.journey)
        return f"/{booking.slug}/booking/{token}"

    def dump(self) -> dict[str, list[Mapping[str, object]]]:
        """Return every row of every table."""
        with self.engine.connect() as connection:
            return {
                table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
                for table in Base.metadata.sorted_tables
            }

    def writes(self, slug: str = HARBOUR.slug) -> int:
        """Return how often the diary was asked to book."""
        return len(self.diary.calls(slug, "book"))
