"""Appointments that the diary moves in place, and the ASAP list that it keeps itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Know what was moved by the diary's key, and whom on the list by the diary's number."""
    op.add_column("booking", sa.Column("diary_key", sa.String(64), nullable=True))
    op.create_index("ix_booking_diary_reference", "booking", ["slug", "diary_reference"])
    op.add_column("asap_entry", sa.Column("diary_reference", sa.String(100), nullable=True))
    op.add_column("asap_entry", sa.Column("no_texts_because", sa.Text(), nullable=True))
    op.add_column("asap_entry", sa.Column("checked_at_utc", _MOMENT, nullable=True))
    op.create_index("ix_asap_entry_diary_reference", "asap_entry", ["slug", "diary_reference"])
    op.create_table(
        "asap_mirror",
        sa.Column("slug", sa.String(60), nullable=False),
        sa.Column("due_at_utc", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_asap_mirror")),
    )


def downgrade() -> None:
    """Forget both."""
    op.drop_table("asap_mirror")
    op.drop_index("ix_asap_entry_diary_reference", table_name="asap_entry")
    for column in ("checked_at_utc", "no_texts_because", "diary_reference"):
        op.drop_column("asap_entry", column)
    op.drop_index("ix_booking_diary_reference", table_name="booking")
    op.drop_column("booking", "diary_key")
