from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from webapp.db.engine import make_engine


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An empty SQLite file of its own."""
    engine = make_engine(f"sqlite:///{tmp_path / 'openslot.sqlite'}")
    yield engine
    engine.dispose()
