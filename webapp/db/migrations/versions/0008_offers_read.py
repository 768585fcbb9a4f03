"""When the offers that a diary makes itself were read last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; until now they were read whenever the list was."""
    read_at = sa.Column("offers_read_at_utc", sa.DateTime(timezone=True), nullable=True)
    op.add_column("asap_mirror", read_at)
    op.execute("UPDATE asap_mirror SET offers_read_at_utc = read_at_utc")


def downgrade() -> None:
    """Take it away."""
    op.drop_column("asap_mirror", "offers_read_at_utc")
