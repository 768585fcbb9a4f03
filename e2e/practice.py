"""A practice of its own for each test: known to the site since its start, opened at the diary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tests.reference_process import ReferenceDiary

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from e2e.stored import Stored
    from tests.reference_mail import Mail

PHONE = "020 7946 0123"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = [["0915", "1215"], ["1415", "1715"]]
_MINUTES = 45
# The first free day is written out in full, and no test runs into the notice that bookings need
_WAITING_DAYS = 3


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who treats, or a room."""

    id: int
    name: str


ANNA, SIAN, CHRIS = Named(1, "Anna Müller"), Named(2, "Siân O'Brien"), Named(3, "Chris Okafor")
ROOM, GYM = Named(11, "Treatment Room 1"), Named(12, "Gym")


@dataclass(frozen=True, slots=True)
class Patient:
    """What a patient types."""

    name: str = "Ada Whitcombe"
    phone: str = "07700 900123"
    email: str = "ada@whitcombe.example"
    reason: str = "Stiff neck,\nworse at night"


ADA = Patient()
BEA = Patient("Bea Lindqvist", "07700 900777", "bea@lindqvist.example", "Ankle")


@dataclass(frozen=True, slots=True)
class Slot:
    """One time with one person in one room. ``start`` is wall time, as in the diary."""

    start: datetime
    staff: Named
    room: Named

    @property
    def at(self) -> str:
        half = "am" if self.start.hour < 12 else "pm"
        minutes = f":{self.start.minute:02}" if self.start.minute else ""
        return f"{self.start.hour % 12 or 12}{minutes}{half}"

    @property
    def day(self) -> str:
        return f"{self.start:%A} {self.start.day} {self.start:%B}"

    @property
    def when(self) -> str:
        return f"{self.day}, {self.at}"

    def in_diary(self) -> dict[str, Any]:
        """Return the slot in the diary's own words."""
        return {
            "date": f"{self.start:%Y%m%d}",
            "time": f"{self.start:%H%M}",
            "staff_id": self.staff.id,
            "section_id": self.room.id,
        }


@dataclass(frozen=True, slots=True)
class Practice:
    """One practice, as its patients (``url``) and its front desk (the other methods) see it."""

    slug: str
    site_url: str
    diary: ReferenceDiary
    stored: Stored

    def open(
        self, staff: Sequence[Named] = (ANNA, SIAN, CHRIS), rooms: Sequence[Named] = (ROOM, GYM)
    ) -> None:
        """Open it at the diary, with everything free from the third day on."""
        self.diary.create_practice(
            self.slug,
            key=key_of(self.slug),
            staff=[{"id": one.id, "name": one.name, "waitingDays": _WAITING_DAYS} for one in staff],
            rooms=[{"id": one.id, "name": one.name} for one in rooms],
            hours=dict.fromkeys(_DAYS, _HOURS),
            slotLength=_MINUTES,
        )

    @property
    def email(self) -> str:
        """Where its front desk reads what the site tells it."""
        return _email_of(self.slug)

    @property
    def patient(self) -> Patient:
        """Somebody whose mail nobody else gets."""
        return Patient(email=f"ada@{self.slug}.example")

    @property
    def home(self) -> str:
        return f"{self.site_url}/{self.slug}/"

    def page(self, name: str, slot: Slot | None = None, **query: object) -> str:
        """Return a page's address, for a slot with its person and room if one is given."""
        if slot is not None:
            query = {
                "staff": slot.staff.id,
                "room": slot.room.id,
                "day": f"{slot.start:%Y-%m-%d}",
                "time": f"{slot.start:%H%M}",
                **query,
            }
        return f"{self.home}{name}" + (f"?{urlencode(query)}" if query else "")

    def times_with(self, slot: Slot) -> str:
        """Return the address of the times with the slot's person in its room."""
        return self.page("times", staff=slot.staff.id, room=slot.room.id)

    def free(self, staff: Named = ANNA, room: Named = GYM) -> list[Slot]:
        """Return every slot that is truly free for a person in a room, in order."""
        found = self.diary.free(self.slug, staff_id=staff.id, section_id=room.id)
        return [
            Slot(
                datetime.strptime(f"{date} {time}", "%Y%m%d %H%M"),  # noqa: DTZ007 - wall time
                staff,
                room,
            )
            for date, time in found
        ]

    def first_free(self, staff: Named = ANNA, room: Named = GYM) -> Slot:
        return self.free(staff, room)[0]

    def take(self, slot: Slot) -> None:
        """Give the slot to somebody else, at the desk."""
        self.diary.take(self.slug, **slot.in_diary())

    def fault(self, kind: str, *, action: str = "book", **rest: Any) -> None:  # noqa: ANN401
        """Let the diary fail. Booking fails once, anything else until ``recover``."""
        times = 1 if action == "book" else None
        self.diary.fault(self.slug, action, kind, times=times, **rest)

    def recover(self) -> None:
        """End all faults and let go the calls that they hold up."""
        self.diary.clear(self.slug)

    def let_time_pass(self) -> None:
        """Let the time be over that an answer of the diary may take: what came of it is settled."""
        self.stored.let_time_pass(self.slug)

    def wait_for_mails(self, number: int, *, to: str) -> list[Mail]:
        """Return what the site has told somebody, oldest first, once it is so many messages."""
        return self.diary.inbox.wait_for(number, to=to)

    def bookings(self) -> list[dict[str, Any]]:
        return self.diary.bookings(self.slug)

    def writes(self) -> int:
        """Return how often the diary was asked to book."""
        return len(self.diary.calls(self.slug, "book"))

    def wait_for_writes(self, number: int) -> None:
        self.diary.wait_for_calls(self.slug, number, action="book")


def key_of(slug: str) -> str:
    return f"{slug}-key"


def _email_of(slug: str) -> str:
    return f"desk@{slug}.example"


def write_practice(
    folder: Path, slug: str, *, diary_url: str, framed_by: str, more: str = ""
) -> None:
    """Write the file that lets the site know the practice at its start; ``more`` are tables."""
    (folder / f"{slug}.toml").write_text(
        f"""\
name = "Harbour Physiotherapy"
phone = "{PHONE}"
email = "{_email_of(slug)}"
address = "1 Quay Street, London E1"
timezone = "Europe/London"
country = "GB"

[diary]
system = "physiodiary"
url = "{diary_url}/{slug}/api/request"
api_key = "{key_of(slug)}"

[embed]
origins = ["{framed_by}"]
{more}""",
        encoding="utf-8",
    )
