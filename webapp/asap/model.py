"""The ASAP list, the openings, and who was offered which of them."""

from __future__ import annotations

import enum
import re
from datetime import datetime

from sqlalchemy import Enum, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.asap.statuses import KeyType, Response, SendStatus
from webapp.db.base import Base, UtcDateTime

OF_AN_OFFER = "asap."
"""So the journeys of bookings begin that were made by taking an offer."""
_LONGEST_FIRST_NAME = 20
_FIRST_NAME = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*[-'’]?")


class Ended(enum.StrEnum):
    """Why somebody is no longer on the list."""

    TAKEN = "taken"
    """They have something sooner."""
    LEFT = "left"
    """By their own hand, on a page."""
    STOPPED = "stopped"
    """They asked to hear no more: by the button of an offer."""
    OVER = "over"
    """Their appointment was cancelled or has passed, or they waited as long as one may."""


class Condition(enum.StrEnum):
    """How an opening stands."""

    OPEN = "open"
    """It may be offered and taken, until it begins; ``claimed_by_id`` has it in hand."""
    TAKEN = "taken"
    """One of those it was offered to has it: ``claimed_by_id``."""
    GONE = "gone"
    """Somebody else has it: the diary said so."""
    WITHDRAWN = "withdrawn"
    """The practice took it back."""


def _one_of(values: type[enum.StrEnum], name: str, length: int = 30) -> Enum:
    return Enum(
        values,
        native_enum=False,
        length=length,
        create_constraint=True,
        name=name,
        values_callable=_values,
    )


def _values(members: type[enum.StrEnum]) -> list[str]:
    return [one.value for one in members]


class Entry(Base):
    """One patient on one practice's list, with an appointment to better or without.

    ``id`` is what the API calls AptNum. Words of the patient's stand here, and are purged with
    the appointment.
    """

    __tablename__ = "asap_entry"
    __table_args__ = (
        UniqueConstraint("slug", "journey"),
        Index("ix_asap_entry_live", "slug", "ended_at_utc"),
        Index("ix_asap_entry_patient_email", "patient_email"),
        Index("ix_asap_entry_diary_reference", "slug", "diary_reference"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60))
    journey: Mapped[str] = mapped_column(String(64))
    """Holds the form that they sent to one entry, and makes their page's secret address."""
    page_hash: Mapped[str] = mapped_column(String(64), unique=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)
    """The appointment they had when they joined; whatever replaced it since counts."""
    patient_number: Mapped[int]
    """What the API calls PatNum: the first entry of the same name and number."""
    patient_name: Mapped[str] = mapped_column(String(200))
    patient_phone: Mapped[str] = mapped_column(String(20))
    """In international form, E.164."""
    patient_email: Mapped[str] = mapped_column(String(254))
    staff_id: Mapped[str | None] = mapped_column(String(64))
    """With whom they want it; anybody without it."""
    room_id: Mapped[str | None] = mapped_column(String(64))
    type_id: Mapped[str | None] = mapped_column(String(64))
    """What it is for, where the diary knows types."""
    weekdays: Mapped[str] = mapped_column(String(7))
    """Digits, 0 for Monday."""
    parts: Mapped[str] = mapped_column(String(40))
    """Parts of the day, with commas."""
    notice_hours: Mapped[int]
    consented_at_utc: Mapped[datetime] = mapped_column(UtcDateTime)
    """When they agreed to be texted."""
    created_at_utc: Mapped[datetime] = mapped_column(UtcDateTime)
    diary_reference: Mapped[str | None] = mapped_column(String(100))
    """Where the diary keeps the list: its number of the appointment, which the API calls AptNum."""
    no_texts_because: Mapped[str | None] = mapped_column(Text)
    """Why no text may go to somebody whom the diary knows, as an offer's note says it."""
    checked_at_utc: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the diary told last who this is; None for who joined on a page."""
    ended_at_utc: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended: Mapped[Ended | None] = mapped_column(_one_of(Ended, "ended"))

    @property
    def was_asked_for_here(self) -> bool:
        """Whether its patient joined on a page of ours; else only the desk has listed them."""
        return self.checked_at_utc is None

    @property
    def number(self) -> int:
        """What the API calls AptNum: the diary's own where it keeps the list."""
        reference = self.diary_reference or ""
        return int(reference) if reference.isascii() and reference.isdigit() else self.id

    @property
    def first_name(self) -> str:
        """All that a text or a page says of the patient's name; empty where that is no name.

        Anybody may type a name on the public form: nothing but one reaches a stranger's phone.
        """
        first = self.patient_name.split(" ")[0]
        is_name = len(first) <= _LONGEST_FIRST_NAME and _FIRST_NAME.fullmatch(first)
        return first if is_name else ""


class Opening(Base):
    """A slot on offer. ``id`` is what the API calls ScheduleNum."""

    __tablename__ = "asap_opening"
    __table_args__ = (Index("ix_asap_opening_slot", "slug", "starts_at_utc"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60))
    live_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    """Names the slot while the opening is OPEN, so that a slot has one such opening at most."""
    staff_id: Mapped[str] = mapped_column(String(64))
    staff_name: Mapped[str] = mapped_column(String(200))
    room_id: Mapped[str] = mapped_column(String(64))
    room_name: Mapped[str] = mapped_column(String(200))
    room_address: Mapped[str | None] = mapped_column(String(300))
    type_id: Mapped[str | None] = mapped_column(String(64))
    starts_at_utc: Mapped[datetime] = mapped_column(UtcDateTime)
    minutes: Mapped[int]
    condition: Mapped[Condition] = mapped_column(_one_of(Condition, "condition"))
    claimed_by_id: Mapped[int | None]
    """The offer whose patient has it, or has it in hand while the diary is asked."""
    created_at_utc: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at_utc: Mapped[datetime] = mapped_column(UtcDateTime)


class Offer(Base):
    """One opening, offered to one patient: an AsapComm. ``id`` is its AsapCommNum."""

    __tablename__ = "asap_offer"
    __table_args__ = (
        UniqueConstraint("opening_id", "entry_id"),
        Index("ix_asap_offer_entered", "slug", "entered_at_utc"),
        Index("ix_asap_offer_gateway", "gateway_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60))
    opening_id: Mapped[int] = mapped_column(ForeignKey("asap_opening.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("asap_entry.id"), index=True)
    nonce: Mapped[str] = mapped_column(String(32), unique=True)
    """What its secret address and its journeys are derived from; no secret by itself."""
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    key_type: Mapped[KeyType] = mapped_column(_one_of(KeyType, "key_type"))
    response: Mapped[Response] = mapped_column(_one_of(Response, "response"))
    text_status: Mapped[SendStatus] = mapped_column(_one_of(SendStatus, "text_status"))
    note: Mapped[str] = mapped_column(Text)
    template_text: Mapped[str] = mapped_column(Text)
    """The text but for name and link."""
    entered_at_utc: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at_utc: Mapped[datetime] = mapped_column(UtcDateTime)
    text_due_at_utc: Mapped[datetime | None] = mapped_column(UtcDateTime)
    text_sent_at_utc: Mapped[datetime | None] = mapped_column(UtcDateTime)
    had_at_utc: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the appointment was that the patient had."""
    gateway_id: Mapped[str | None] = mapped_column(String(64))
    """The gateway's own number of the text, or (see ``passing``) the diary's of the offer."""
    attempts: Mapped[int]
    """How often its patient said yes: each is a journey of its own to the diary."""
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)
    """The booking that the last yes made."""
    answered_at_utc: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def journey(self) -> str:
        """The journey of the latest yes."""
        return f"asap.{self.nonce}.{self.attempts}"


class Watch(Base):
    """What of a practice's diary was free when it was last looked at."""

    __tablename__ = "asap_watch"

    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    due_at_utc: Mapped[datetime] = mapped_column(UtcDateTime)
    seen: Mapped[str | None] = mapped_column(Text)
    """As JSON: ``last_day``, and by person and room the starts that were free."""


class MirrorTurn(Base):
    """When a diary's own ASAP list is read next, and how far it has been followed."""

    __tablename__ = "asap_mirror"

    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    due_at_utc: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at_utc: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was read last; None before it has been once."""
    offers_read_at_utc: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was read last, and recorded whole, what became of offers that the diary makes."""
    asked_last: Mapped[str | None] = mapped_column(String(100))
    """The diary's number of the appointment after which the next round of questions begins."""
