"""Bookings as they are stored, and what was promised about them."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from tests.practices.examples import practice
from webapp.appointments.model import Booking, State
from webapp.db.engine import make_engine, writing
from webapp.outbox.claiming import Claimed
from webapp.outbox.model import Promise

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

Sessions = sessionmaker[Session]
WORDS = ("Zebulon Quince", "07700 900142", "quince@patient.example", "throbbing kneecap")
"""What the patient typed: words that nothing else here contains."""
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
START = datetime(2026, 11, 23, 9, 15, tzinfo=UTC)
DEADLINE = NOW + timedelta(seconds=30)
HARBOUR = practice()
_numbers = itertools.count(1)


def opened(url: str) -> Generator[Sessions]:
    """Yield what opens sessions on a database, and close it in the end: for a fixture."""
    engine = make_engine(url)
    yield sessionmaker(engine, expire_on_commit=False)
    engine.dispose()


def a_booking(**columns: Any) -> Booking:  # noqa: ANN401 - a row's columns
    """A row of a journey of its own, that nobody has kept yet."""
    number = next(_numbers)
    name, phone, email, reason = WORDS
    given: dict[str, Any] = {
        "slug": HARBOUR.slug,
        "journey": f"journey-{number}",
        "outcome_hash": f"outcome {number}",
        "state": State.SENDING,
        "staff_id": "42228",
        "staff_name": "Anna Müller",
        "room_id": "7322",
        "room_name": "Treatment Room 1",
        "starts_at_utc": START,
        "minutes": 45,
        "any_staff": False,
        "any_room": True,
        "patient_name": name,
        "patient_phone": phone,
        "patient_email": email,
        "reason": reason,
        "created_at_utc": NOW,
        "deadline_utc": DEADLINE,
        "page_hash": f"page {number}",
        "uid": f"uid-{number}",
        "sequence": 0,
    }
    return Booking(**(given | columns))


def keep(sessions: Sessions, **columns: Any) -> int:  # noqa: ANN401 - a row's columns
    """Keep a row; return its id."""
    with writing(sessions) as session:
        row = a_booking(**columns)
        session.add(row)
        session.flush()
        return row.id


def read(sessions: Sessions, row_id: int) -> Booking:
    with sessions() as session:
        return session.get_one(Booking, row_id)


def promised(sessions: Sessions, subject_id: int | None = None) -> list[str]:
    """Return what was promised, of one booking if given, in the order in which it was."""
    with sessions() as session:
        rows: Iterable[Promise] = session.scalars(select(Promise).order_by(Promise.id))
        return [row.kind for row in rows if subject_id in {None, row.subject_id}]


def claimed(subject_id: int, kind: str = "settle", *, slug: str = HARBOUR.slug) -> Claimed:
    """A promise in a worker's hands."""
    return Claimed(1, slug, kind, subject_id, f"{kind}:{subject_id}", 1, NOW, "one")
