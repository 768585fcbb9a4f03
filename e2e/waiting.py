"""Patients on a practice's ASAP list and what they are offered, put there without a browser."""

from __future__ import annotations

import itertools
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select

from e2e.practice import ADA
from tests.appointments.stored import a_booking
from tests.practices.examples import practice as a_practice
from webapp.appointments.model import Booking, State
from webapp.asap.kinds import Kind
from webapp.asap.listing import Joining, appointment_of, join
from webapp.asap.model import Ended, Entry, Offer, Opening, Watch
from webapp.asap.opening import Opener
from webapp.asap.statuses import Response, SendStatus
from webapp.asap.wishes import Wish
from webapp.db.engine import writing
from webapp.diaries import port
from webapp.notify.optouts import opt_out
from webapp.outbox.promising import take_back
from webapp.web.tokens import hash_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from e2e.practice import Patient, Practice, Slot

_LONDON = ZoneInfo("Europe/London")
_FAR = 400
"""A free time so far on that most others are sooner."""
_PATIENCE = 120.0
_journeys = itertools.count(1)


def asap_table(slug: str, *, is_automatic: bool) -> str:
    """Return the table of a practice that keeps a list; texts go out at any hour, all at once."""
    return f"""
[asap]
enabled = true
automatic = {str(is_automatic).lower()}
texts_from = "{texts_from(slug)}"
texts_after = "00:00"
texts_before = "23:59"
gap_minutes = [0, 0, 0, 0]
look_every_seconds = 5
most_texts_a_day = 20
"""


def texts_from(slug: str) -> str:
    """Return the number that texts of this practice come from, and of no other."""
    kind, number = slug.rsplit("-", 1)
    return f"+4478{len(kind):02}{int(number):06}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A patient on the list. ``own`` is the page of their appointment, ``place`` of their place."""

    patient: Patient
    has: Slot | None
    entry_id: int
    own: str
    place: str


@dataclass(frozen=True, slots=True)
class Rows:
    """All that is stored of an offer, to be changed."""

    offer: Offer
    opening: Opening
    entry: Entry
    appointment: Booking | None


class Listing:
    """One practice's list. What it makes stands as if the site had made it, texts gone out."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self._stored = practice.stored
        table = {"enabled": True, "texts_from": texts_from(practice.slug)}
        self._opener = Opener(a_practice(slug=practice.slug, asap=table), self._stored.tokens)

    def put_on(self, patient: Patient = ADA, has: Slot | None = None) -> Waiting:
        """Put a patient with an appointment on the list; far from now unless it is given."""
        has = has or self.practice.free()[_FAR]
        self.practice.take(has)
        slug, journey = self.practice.slug, f"e2e-{next(_journeys)}"
        tokens = self._stored.tokens
        page = tokens.page_of(slug=slug, journey=journey)
        now = datetime.now(UTC)
        row = a_booking(
            slug=slug,
            journey=journey,
            outcome_hash=hash_of(tokens.outcome_of(slug=slug, journey=journey)),
            page_hash=hash_of(page),
            state=State.CONFIRMED,
            staff_id=str(has.staff.id),
            staff_name=has.staff.name,
            room_id=str(has.room.id),
            room_name=has.room.name,
            starts_at_utc=_in_utc(has),
            patient_name=patient.name,
            patient_phone=patient.phone,
            patient_email=patient.email,
            reason=None,
            created_at_utc=now,
            deadline_utc=now,
        )
        with writing(self._stored.sessions) as session:
            session.add(row)
        return self._join(patient, has, row.id, f"{self.practice.home}booking/{page}")

    def put_on_without(self, patient: Patient = ADA) -> Waiting:
        """Put a patient on the list who has no appointment."""
        return self._join(patient, None, None, "")

    def offer(self, waiting: Waiting, slot: Slot) -> str:
        """Offer a slot to a patient, who has had the text; return the address in it."""
        room = port.Room(str(slot.room.id), slot.room.name)
        staff = port.Staff(str(slot.staff.id), slot.staff.name)
        wanted = port.Slot(staff, room, slot.start.replace(tzinfo=_LONDON), 45)
        with writing(self._stored.sessions) as session:
            entry = session.get_one(Entry, waiting.entry_id)
            made = self._opener.offer_to_one(session, wanted, entry, appointment_of(session, entry))
            take_back(session, Kind.TEXT, made.id)
            made.text_status, made.response = SendStatus.SEND_SUCCESSFUL, Response.PENDING_RSVP
            made.text_sent_at_utc = datetime.now(UTC)
        token = self._stored.tokens.offer_of(slug=made.slug, nonce=made.nonce)
        return f"{self.practice.site_url}/a/{token}"

    @contextmanager
    def rows(self, link: str) -> Generator[Rows]:
        """Open what is stored of an offer; what is changed there is kept."""
        token = link.rpartition("/")[2]
        with writing(self._stored.sessions) as session:
            offer = session.scalars(select(Offer).where(Offer.token_hash == hash_of(token))).one()
            entry = session.get_one(Entry, offer.entry_id)
            opening = session.get_one(Opening, offer.opening_id)
            yield Rows(offer, opening, entry, appointment_of(session, entry))

    def opt_out(self, patient: Patient) -> None:
        """Let a patient have answered STOP to a text of the practice's."""
        sender = texts_from(self.practice.slug)
        with writing(self._stored.sessions) as session:
            opt_out(session, sender=sender, phone=_number(patient))

    def count(self) -> int:
        """Return how many are on the list."""
        with self._stored.sessions() as session:
            return len(session.scalars(self._on_the_list()).all())

    def wait_until_looked(self) -> None:
        """Wait until a worker has seen what is free, and let the next look be due at once.

        What is freed from then on is offered.
        """
        seen = select(func.count()).where(Watch.slug == self.practice.slug, Watch.seen.is_not(None))
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            with self._stored.sessions() as session:
                if session.scalar(seen):
                    break
        else:
            raise TimeoutError("no worker looked at the diary")
        with writing(self._stored.sessions) as session:
            session.get_one(Watch, self.practice.slug).due_at_utc = datetime.now(UTC)

    def close(self) -> None:
        """Take everybody off the list, so that nobody looks at the diary for them any more."""
        with writing(self._stored.sessions) as session:
            for entry in session.scalars(self._on_the_list()):
                entry.ended, entry.ended_at_utc = Ended.LEFT, datetime.now(UTC)

    def _on_the_list(self) -> Select[Entry]:
        return select(Entry).where(Entry.slug == self.practice.slug, Entry.ended_at_utc.is_(None))

    def _join(
        self, patient: Patient, has: Slot | None, booking_id: int | None, own: str
    ) -> Waiting:
        slug, journey = self.practice.slug, f"joining-{next(_journeys)}"
        who = port.Patient(name=patient.name, phone=_number(patient), email=patient.email)
        with writing(self._stored.sessions) as session:
            joining = Joining(slug, journey, who, Wish(), booking_id)
            entry = join(session, joining, self._stored.tokens)
        token = self._stored.tokens.entry_of(slug=slug, journey=journey)
        return Waiting(patient, has, entry.id, own, f"{self.practice.home}asap/{token}")


def _number(patient: Patient) -> str:
    return "+44" + patient.phone.replace(" ", "").removeprefix("0")


def _in_utc(slot: Slot) -> datetime:
    return slot.start.replace(tzinfo=_LONDON).astimezone(UTC)
