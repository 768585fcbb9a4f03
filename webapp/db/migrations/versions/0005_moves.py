"""Appointments that the diary moves in place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep the key by which the diary knows what was moved."""
    op.add_column("booking", sa.Column("diary_key", sa.String(64), nullable=True))


def downgrade() -> None:
    """Drop it again."""
    op.drop_column("booking", "diary_key")
