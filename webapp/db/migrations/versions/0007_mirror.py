"""When a diary's own ASAP list was read last, and about whom it was asked last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both columns; until the next reading nobody is texted from such a list."""
    read_at = sa.Column("read_at_utc", sa.DateTime(timezone=True), nullable=True)
    op.add_column("asap_mirror", read_at)
    op.add_column("asap_mirror", sa.Column("asked_last", sa.String(100), nullable=True))


def downgrade() -> None:
    """Take them away."""
    op.drop_column("asap_mirror", "asked_last")
    op.drop_column("asap_mirror", "read_at_utc")
