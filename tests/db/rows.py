"""A booking's row, all filled in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from webapp.appointments.model import Booking, State

WORDS = ("Zebulon Quince", "07700 900142", "quince@patient.example", "throbbing kneecap")
"""What the patient typed: words that nothing else here contains."""
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
START = datetime(2026, 11, 23, 9, 15, tzinfo=UTC)


def booking(
    *,
    slug: str = "harbour",
    journey: str = "a-journey",
    outcome_hash: str | None = None,
    state: State = State.SENDING,
    starts_at: datetime = START,
    page_hash: str | None = None,
    replaces_id: int | None = None,
) -> Booking:
    """A row that nobody has kept yet."""
    name, phone, email, reason = WORDS
    return Booking(
        slug=slug,
        journey=journey,
        outcome_hash=outcome_hash or f"hash of {slug} {journey}",
        state=state,
        staff_id="42228",
        staff_name="Anna Müller",
        room_id="7322",
        room_name="Treatment Room 1",
        starts_at_utc=starts_at,
        minutes=45,
        any_staff=False,
        any_room=True,
        patient_name=name,
        patient_phone=phone,
        patient_email=email,
        reason=reason,
        created_at_utc=NOW,
        deadline_utc=NOW + timedelta(seconds=30),
        page_hash=page_hash or f"page of {slug} {journey}",
        uid=f"uid of {slug} {journey}",
        sequence=0,
        replaces_id=replaces_id,
    )
