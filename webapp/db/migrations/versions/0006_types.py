"""What appointments are for, where they are, and why patients cancel them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_COLUMNS = {
    "booking": {"type_id": 64, "type_name": 200, "room_address": 300, "cancel_reason": 20},
    "asap_entry": {"type_id": 64},
    "asap_opening": {"type_id": 64, "room_address": 300},
}


def upgrade() -> None:
    """Add the columns; rows of before have none of it."""
    for table, columns in _COLUMNS.items():
        for name, length in columns.items():
            op.add_column(table, sa.Column(name, sa.String(length), nullable=True))


def downgrade() -> None:
    """Take them away."""
    for table, columns in _COLUMNS.items():
        for name in columns:
            op.drop_column(table, name)
