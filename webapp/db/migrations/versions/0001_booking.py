"""The bookings that we tried to place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of bookings."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(60), nullable=False),
        sa.Column("journey", sa.String(64), nullable=False),
        sa.Column("outcome_hash", sa.String(64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "sending",
                "confirmed",
                "taken",
                "refused",
                "unreachable",
                "unknown",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("staff_id", sa.String(64), nullable=False),
        sa.Column("staff_name", sa.String(200), nullable=False),
        sa.Column("room_id", sa.String(64), nullable=False),
        sa.Column("room_name", sa.String(200), nullable=False),
        sa.Column("starts_at_utc", moment, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("any_staff", sa.Boolean(), nullable=False),
        sa.Column("any_room", sa.Boolean(), nullable=False),
        sa.Column("patient_name", sa.String(200), nullable=False),
        sa.Column("patient_phone", sa.String(60), nullable=False),
        sa.Column("patient_email", sa.String(254), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at_utc", moment, nullable=False),
        sa.Column("deadline_utc", moment, nullable=False),
        sa.Column("settled_at_utc", moment, nullable=True),
        sa.Column("diary_reference", sa.String(100), nullable=True),
        sa.Column("refused_fields", sa.String(100), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("outcome_hash", name=op.f("uq_booking_outcome_hash")),
        sa.UniqueConstraint("slug", "journey", name=op.f("uq_booking_slug")),
    )
    op.create_index("ix_booking_slot", "booking", ["slug", "starts_at_utc", "staff_id"])


def downgrade() -> None:
    """Drop the table of bookings."""
    op.drop_index("ix_booking_slot", table_name="booking")
    op.drop_table("booking")
