"""Says how the database's tables stand to this version of the code."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

if TYPE_CHECKING:
    from sqlalchemy import Engine

_MIGRATIONS = Path(__file__).parent / "migrations"


class Standing(Enum):
    """How a database stands to the migrations that this version knows."""

    CURRENT = auto()
    BEHIND = auto()
    """It lacks a migration: nothing here can be trusted to work."""
    AHEAD = auto()
    """A newer version has migrated it: so it stands while the machines are changed over."""


def standing_of(engine: Engine) -> Standing:
    """Look where the database stands. Raises SQLAlchemyError when it cannot be asked."""
    with engine.connect() as connection:
        stands_at = set(MigrationContext.configure(connection).get_current_heads())
    scripts = ScriptDirectory(str(_MIGRATIONS))
    if stands_at == set(scripts.get_heads()):
        return Standing.CURRENT
    known = {one.revision for one in scripts.walk_revisions()}
    return Standing.AHEAD if stands_at - known else Standing.BEHIND
