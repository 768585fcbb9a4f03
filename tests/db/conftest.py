from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from webapp.db.engine import make_engine


@pytest.fixture
def empty(each_database_url: str) -> Iterator[Engine]:
    """A database of its own without tables, on SQLite and on PostgreSQL."""
    engine = make_engine(each_database_url)
    yield engine
    engine.dispose()
