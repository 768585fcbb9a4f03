"""A deployment with an ASAP list: patients on it, openings, and taps, each from a phone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

import requests
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker
from typing_extensions import override

from tests.appointments.stored import a_booking
from tests.proof.stack import ANNA, ROOM, SLUG, Slot, Stack, heading_of
from webapp import clock
from webapp.appointments.model import Booking, State
from webapp.asap.listing import Joining, join
from webapp.asap.model import Condition, Entry, Offer, Opening
from webapp.asap.opening import Opener
from webapp.asap.wishes import Wish
from webapp.db.engine import make_engine, writing
from webapp.diaries.port import Patient, Room, Staff
from webapp.diaries.port import Slot as DiarySlot
from webapp.practices.loader import load_practices
from webapp.web.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.practices.model import Practice

LIMIT = 120.0
_KEY = "the-key-of-a-proof-that-signs-no-other-form"
_TOKENS = Tokens(_KEY)
_ASAP = """
[asap]
enabled = true
texts_from = "+447700900800"
texts_after = "00:00"
texts_before = "23:59"
"""
MINUTES = 45


@dataclass(frozen=True, slots=True)
class Phone:
    """One patient's phone, with the link that they were texted."""

    stack: AsapStack
    offer_id: int
    token: str

    def tap(self) -> int:
        """Tap "Take it"; return the answer's status."""
        answer = requests.post(f"{self.url}/take", timeout=LIMIT, allow_redirects=False)
        return answer.status_code

    def look(self) -> str:
        """Open the link; return the page's heading."""
        return heading_of(requests.get(self.url, timeout=LIMIT).text)

    @property
    def url(self) -> str:
        """The link; it holds while the web runs."""
        return f"{self.stack.url.rsplit('/', 1)[0]}/a/{self.token}"


@dataclass
class AsapStack(Stack):
    """A deployment whose practice keeps a list. Texts go to the reference process's gateway."""

    _numbers: count[int] = field(default_factory=lambda: count(1), repr=False)

    @override
    def __post_init__(self) -> None:
        super().__post_init__()
        path = self.folder / "practices" / f"{SLUG}.toml"
        path.write_text(path.read_text("utf-8") + _ASAP, "utf-8")
        self.practice: Practice = load_practices(path.parent)[SLUG]
        self._engine = make_engine(self.database_url)
        self.sessions = sessionmaker(self._engine, expire_on_commit=False)

    @override
    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        self._engine.dispose()

    @override
    def _environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        more = {
            "OPENSLOT_SECRET_KEY": _KEY,
            "OPENSLOT_SMS_URL": self.diary.sms_url,
            # Nobody listens there: what becomes of texts is not what is proved here.
            "OPENSLOT_BASE_URL": "http://127.0.0.1:9",
        }
        return super()._environment(more | dict(extra))

    def start_of(self, slot: Slot) -> datetime:
        wall = datetime.strptime(f"{slot.date}{slot.time}", "%Y%m%d%H%M")  # noqa: DTZ007
        return clock.wall(wall.date(), wall.time(), self.practice.zone)

    def far_slots(self, number: int) -> list[Slot]:
        """The latest slots that are free: what patients have who want something sooner."""
        found = self.diary.free(SLUG, staff_id=int(ANNA), section_id=int(ROOM))
        return [Slot(date, time) for date, time in found[-number:]]

    def join(self, has: Slot | None) -> int:
        """Put a patient on the list, with an appointment or without; return their number there."""
        number = next(self._numbers)
        patient = Patient(
            f"Pat Example {number}", f"+4477009{number:05}", f"pat{number}@mail.example"
        )
        with writing(self.sessions) as session:
            booking_id = None
            if has is not None:
                booking = self._booking(patient, has)
                session.add(booking)
                session.flush()
                booking_id = booking.id
            joining = Joining(SLUG, f"joining-{number}", patient, Wish(), booking_id)
            return join(session, joining, _TOKENS).id

    def offer_by_hand(self, slot: Slot) -> list[Phone]:
        """Offer a slot to everybody on the list, as the practice's operator does; their phones."""
        when = self.start_of(slot).strftime("%Y-%m-%d %H:%M")
        self._run("asap", "offer", SLUG, "--staff", ANNA, "--room", ROOM, "--at", when)
        return self._phones(slot)

    def offer_to(self, slot: Slot, *entry_ids: int) -> list[Phone]:
        """Offer a slot to these alone; their phones."""
        known = DiarySlot(
            Staff(ANNA, "Anna Müller"),
            Room(ROOM, "Treatment Room 1"),
            self.start_of(slot),
            MINUTES,
        )
        opener = Opener(self.practice, _TOKENS)
        with writing(self.sessions) as session:
            for entry_id in entry_ids:
                entry = session.get_one(Entry, entry_id)
                has = session.get(Booking, entry.booking_id) if entry.booking_id else None
                opener.offer_to_one(session, known, entry, has)
        return self._phones(slot)

    def opening(self, slot: Slot) -> tuple[Condition, int | None]:
        """How the opening of a slot stands, and which offer has it."""
        found = select(Opening).where(Opening.starts_at_utc == self.start_of(slot))
        with self.sessions() as session:
            one = session.scalars(found).one()
            return one.condition, one.claimed_by_id

    def responses(self, phones: list[Phone]) -> Counter[str]:
        """Count offers by their ResponseStatus."""
        with self.sessions() as session:
            return Counter(session.get_one(Offer, one.offer_id).response.value for one in phones)

    def email(self, phone: Phone) -> str:
        with self.sessions() as session:
            return session.get_one(
                Entry, session.get_one(Offer, phone.offer_id).entry_id
            ).patient_email

    def is_let_go(self, had: Slot) -> bool:
        """Say whether the appointment that a patient had is to be taken out of the diary."""
        found = select(Booking).where(Booking.starts_at_utc == self.start_of(had))
        with self.sessions() as session:
            return session.scalars(found).one().release_asked_at_utc is not None

    def booked(self, slot: Slot) -> list[str]:
        """Who was booked online into a slot, as the diary has it."""
        return [
            str(one["received"]["email"])
            for one in self.diary.bookings(SLUG)
            if (one["received"]["date"], one["received"]["time"]) == (slot.date, slot.time)
        ]

    def _phones(self, slot: Slot) -> list[Phone]:
        found = (
            select(Offer)
            .join(Opening, Opening.id == Offer.opening_id)
            .where(Opening.starts_at_utc == self.start_of(slot))
            .order_by(Offer.id)
        )
        with self.sessions() as session:
            return [
                Phone(self, one.id, _TOKENS.offer_of(slug=SLUG, nonce=one.nonce))
                for one in session.scalars(found)
            ]

    def _booking(self, patient: Patient, has: Slot) -> Booking:
        start = self.start_of(has)
        now = datetime.now(UTC)
        return a_booking(
            slug=SLUG,
            state=State.CONFIRMED,
            staff_id=ANNA,
            room_id=ROOM,
            starts_at_utc=start,
            minutes=MINUTES,
            patient_name=patient.name,
            patient_phone=patient.phone,
            patient_email=patient.email,
            reason=None,
            created_at_utc=now - timedelta(days=7),
            deadline_utc=now - timedelta(days=7),
        )
