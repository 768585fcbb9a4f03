"""Promised work, and bookings that settle, change and end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BEFORE = ("sending", "confirmed", "taken", "refused", "unreachable", "unknown")
_AFTER = (*_BEFORE, "not_booked", "practice_checks", "cancelled")
_MOMENT = sa.DateTime(timezone=True)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    """Create the outbox; let bookings be settled, changed and cancelled."""
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "due",
                "done",
                "parked",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("due_at_utc", _MOMENT, nullable=False),
        sa.Column("claimed_until_utc", _MOMENT, nullable=True),
        sa.Column("claimed_by", sa.String(100), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at_utc", _MOMENT, nullable=False),
        sa.Column("done_at_utc", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index("ix_outbox_due", "outbox", ["status", "due_at_utc"])
    with op.batch_alter_table("booking") as table:
        table.drop_constraint(op.f("ck_booking_state"), type_="check")
        table.create_check_constraint(op.f("ck_booking_state"), _one_of("state", _AFTER))
        table.add_column(sa.Column("page_hash", sa.String(64), nullable=True))
        table.add_column(sa.Column("uid", sa.String(64), nullable=False, server_default=""))
        table.add_column(sa.Column("sequence", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("replaces_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("release_asked_at_utc", _MOMENT, nullable=True))
        table.create_unique_constraint(op.f("uq_booking_page_hash"), ["page_hash"])
        table.create_foreign_key(
            op.f("fk_booking_replaces_id_booking"), "booking", ["replaces_id"], ["id"]
        )
    # What calendars already know an earlier booking by.
    op.execute("UPDATE booking SET uid = substr(outcome_hash, 1, 32)")
    with op.batch_alter_table("booking") as table:
        table.alter_column("uid", existing_type=sa.String(64), server_default=None)
        table.alter_column("sequence", existing_type=sa.Integer(), server_default=None)
    op.create_index("ix_booking_replaces_id", "booking", ["replaces_id"])
    op.create_index("ix_booking_patient_email", "booking", ["patient_email"])


def downgrade() -> None:
    """Drop the outbox, and the bookings that only this version knows how to read."""
    op.execute(f"DELETE FROM booking WHERE NOT {_one_of('state', _BEFORE)}")  # noqa: S608
    op.drop_index("ix_booking_patient_email", table_name="booking")
    op.drop_index("ix_booking_replaces_id", table_name="booking")
    with op.batch_alter_table("booking") as table:
        table.drop_constraint(op.f("fk_booking_replaces_id_booking"), type_="foreignkey")
        table.drop_constraint(op.f("uq_booking_page_hash"), type_="unique")
        for column in ("release_asked_at_utc", "replaces_id", "sequence", "uid", "page_hash"):
            table.drop_column(column)
        table.drop_constraint(op.f("ck_booking_state"), type_="check")
        table.create_check_constraint(op.f("ck_booking_state"), _one_of("state", _BEFORE))
    op.drop_index("ix_outbox_due", table_name="outbox")
    op.drop_table("outbox")
