"""The ASAP list, openings and offers, and who wants no texts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_RESPONSES = (
    "UnableToSend",
    "AwaitingTransmit",
    "PendingRsvp",
    "Viewed",
    "ViewedNotAvailable",
    "AcceptedAndMoved",
    "AcceptedAndNotAvailable",
    "Declined",
    "ChoseDifferentSlot",
    "Expired",
    "Failed",
    "DeclinedStopComm",
)
_SENDS = (
    "DoNotSend",
    "SendNotAttempted",
    "SendSuccessful",
    "SendFailed",
    "SentAwaitingReceipt",
)


def upgrade() -> None:
    """Create the tables, and find what was promised about a row by that row."""
    op.create_index("ix_outbox_subject", "outbox", ["kind", "subject_id"])
    _create_entry()
    _create_opening()
    _create_offer()
    op.create_table(
        "asap_watch",
        sa.Column("slug", sa.String(60), nullable=False),
        sa.Column("due_at_utc", _MOMENT, nullable=False),
        sa.Column("seen", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_asap_watch")),
    )
    op.create_table(
        "text_opt_out",
        sa.Column("sender", sa.String(40), nullable=False),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("since_utc", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("sender", "phone", name=op.f("pk_text_opt_out")),
    )


def _create_entry() -> None:
    op.create_table(
        "asap_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(60), nullable=False),
        sa.Column("journey", sa.String(64), nullable=False),
        sa.Column("page_hash", sa.String(64), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=True),
        sa.Column("patient_number", sa.Integer(), nullable=False),
        sa.Column("patient_name", sa.String(200), nullable=False),
        sa.Column("patient_phone", sa.String(20), nullable=False),
        sa.Column("patient_email", sa.String(254), nullable=False),
        sa.Column("staff_id", sa.String(64), nullable=True),
        sa.Column("room_id", sa.String(64), nullable=True),
        sa.Column("weekdays", sa.String(7), nullable=False),
        sa.Column("parts", sa.String(40), nullable=False),
        sa.Column("notice_hours", sa.Integer(), nullable=False),
        sa.Column("consented_at_utc", _MOMENT, nullable=False),
        sa.Column("created_at_utc", _MOMENT, nullable=False),
        sa.Column("ended_at_utc", _MOMENT, nullable=True),
        sa.Column("ended", _one_of("ended", ("taken", "left", "stopped", "over")), nullable=True),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_asap_entry_booking_id_booking")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asap_entry")),
        sa.UniqueConstraint("slug", "journey", name=op.f("uq_asap_entry_slug")),
        sa.UniqueConstraint("page_hash", name=op.f("uq_asap_entry_page_hash")),
    )
    op.create_index("ix_asap_entry_live", "asap_entry", ["slug", "ended_at_utc"])
    op.create_index("ix_asap_entry_patient_email", "asap_entry", ["patient_email"])
    op.create_index(op.f("ix_asap_entry_booking_id"), "asap_entry", ["booking_id"])


def _create_opening() -> None:
    op.create_table(
        "asap_opening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(60), nullable=False),
        sa.Column("live_key", sa.String(200), nullable=True),
        sa.Column("staff_id", sa.String(64), nullable=False),
        sa.Column("staff_name", sa.String(200), nullable=False),
        sa.Column("room_id", sa.String(64), nullable=False),
        sa.Column("room_name", sa.String(200), nullable=False),
        sa.Column("starts_at_utc", _MOMENT, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column(
            "condition",
            _one_of("condition", ("open", "taken", "gone", "withdrawn")),
            nullable=False,
        ),
        sa.Column("claimed_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at_utc", _MOMENT, nullable=False),
        sa.Column("expires_at_utc", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asap_opening")),
        sa.UniqueConstraint("live_key", name=op.f("uq_asap_opening_live_key")),
    )
    op.create_index("ix_asap_opening_slot", "asap_opening", ["slug", "starts_at_utc"])


def _create_offer() -> None:
    op.create_table(
        "asap_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(60), nullable=False),
        sa.Column("opening_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(32), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column(
            "key_type", _one_of("key_type", ("ScheduledAppt", "UnscheduledAppt")), nullable=False
        ),
        sa.Column("response", _one_of("response", _RESPONSES), nullable=False),
        sa.Column("text_status", _one_of("text_status", _SENDS), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("template_text", sa.Text(), nullable=False),
        sa.Column("entered_at_utc", _MOMENT, nullable=False),
        sa.Column("expires_at_utc", _MOMENT, nullable=False),
        sa.Column("text_due_at_utc", _MOMENT, nullable=True),
        sa.Column("text_sent_at_utc", _MOMENT, nullable=True),
        sa.Column("had_at_utc", _MOMENT, nullable=True),
        sa.Column("gateway_id", sa.String(64), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=True),
        sa.Column("answered_at_utc", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["opening_id"], ["asap_opening.id"], name=op.f("fk_asap_offer_opening_id_asap_opening")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["asap_entry.id"], name=op.f("fk_asap_offer_entry_id_asap_entry")
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_asap_offer_booking_id_booking")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asap_offer")),
        sa.UniqueConstraint("opening_id", "entry_id", name=op.f("uq_asap_offer_opening_id")),
        sa.UniqueConstraint("nonce", name=op.f("uq_asap_offer_nonce")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_asap_offer_token_hash")),
    )
    op.create_index("ix_asap_offer_entered", "asap_offer", ["slug", "entered_at_utc"])
    op.create_index("ix_asap_offer_gateway", "asap_offer", ["gateway_id"])
    op.create_index(op.f("ix_asap_offer_entry_id"), "asap_offer", ["entry_id"])
    op.create_index(op.f("ix_asap_offer_booking_id"), "asap_offer", ["booking_id"])


def downgrade() -> None:
    """Drop the tables, and what was promised about their rows."""
    op.execute("DELETE FROM outbox WHERE kind LIKE 'asap%'")
    op.drop_index("ix_outbox_subject", table_name="outbox")
    for table in ("text_opt_out", "asap_watch", "asap_offer", "asap_opening", "asap_entry"):
        op.drop_table(table)


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)
