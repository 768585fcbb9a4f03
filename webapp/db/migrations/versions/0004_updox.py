"""What Updox calls the appointments that it was told of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "updox_name",
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("slug", sa.String(60), nullable=False),
        sa.Column("updox_id", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_updox_name")),
    )


def downgrade() -> None:
    """Drop it, and what was promised to Updox."""
    op.execute("DELETE FROM outbox WHERE kind = 'sync'")
    op.drop_table("updox_name")
