"""Rows, all filled in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from webapp.appointments.model import Booking, State
from webapp.asap.model import Condition, Ended, Entry, Offer, Opening
from webapp.asap.statuses import KeyType, Response, SendStatus

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


def entry(
    *, journey: str = "a-form", booking_id: int | None = None, ended: Ended | None = None
) -> Entry:
    """A place on the ASAP list."""
    name, _phone, email, _reason = WORDS
    return Entry(
        slug="harbour",
        journey=journey,
        page_hash=f"page of {journey}",
        booking_id=booking_id,
        patient_number=1,
        patient_name=name,
        patient_phone="+447700900142",
        patient_email=email,
        weekdays="0123456",
        parts="afternoon,evening,morning",
        notice_hours=0,
        consented_at_utc=NOW,
        created_at_utc=NOW,
        ended=ended,
    )


def opening(
    *, live_key: str | None = "harbour:42228", condition: Condition = Condition.OPEN
) -> Opening:
    return Opening(
        slug="harbour",
        live_key=live_key,
        staff_id="42228",
        staff_name="Anna Müller",
        room_id="7322",
        room_name="Treatment Room 1",
        starts_at_utc=START,
        minutes=45,
        condition=condition,
        created_at_utc=NOW,
        expires_at_utc=START + timedelta(days=7),
    )


def offer(
    *,
    entry_id: int = 1,
    opening_id: int = 1,
    nonce: str = "a-nonce",
    token_hash: str | None = None,
    response: Response = Response.AWAITING_TRANSMIT,
    text_status: SendStatus = SendStatus.SEND_NOT_ATTEMPTED,
    key_type: KeyType = KeyType.SCHEDULED,
    booking_id: int | None = None,
) -> Offer:
    return Offer(
        slug="harbour",
        opening_id=opening_id,
        entry_id=entry_id,
        nonce=nonce,
        token_hash=token_hash or f"hash of {nonce}",
        key_type=key_type,
        response=response,
        text_status=text_status,
        note="",
        template_text="[NameF], [AsapURL]",
        entered_at_utc=NOW,
        expires_at_utc=START + timedelta(days=7),
        attempts=0,
        booking_id=booking_id,
    )
