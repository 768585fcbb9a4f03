from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from tests.db.rows import booking
from tests.services.both import on_both
from webapp.appointments.model import Booking
from webapp.db.base import Base, UtcDateTime

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no failure."""

LONDON = ZoneInfo("Europe/London")
DIALECT = sqlite.dialect()

zones = st.sampled_from([UTC, LONDON, ZoneInfo("Asia/Kathmandu"), timezone(-timedelta(hours=9))])
moments = st.builds(datetime.fromtimestamp, st.integers(0, 4_000_000_000), zones)


def kept_and_read(engine: Engine, moment: datetime) -> datetime:
    with Session(engine) as session, session.begin():
        session.add(booking(starts_at=moment))
    with Session(engine) as session:
        return session.scalars(select(Booking)).one().starts_at_utc


class TestAMoment:
    @on_both
    def test_it_is_kept_in_utc_and_read_aware(self, engine: Engine):
        moment = datetime(2026, 7, 1, 9, 15, tzinfo=LONDON)
        found = kept_and_read(engine, moment)
        assert found == moment
        assert found.tzinfo is UTC
        with engine.connect() as connection:
            written = connection.execute(text("SELECT starts_at_utc FROM booking")).scalar_one()
        # SQLite gives back text, PostgreSQL a moment in its session's zone, which is UTC here.
        assert str(written).startswith("2026-07-01 08:15")

    def test_one_without_a_zone_is_refused(self, engine: Engine):
        with pytest.raises(StatementError, match="a stored moment must say its zone"):
            kept_and_read(engine, datetime(2026, 7, 1, 9, 15))  # noqa: DTZ001 - that is the point

    @CALM
    @given(moments)
    def test_it_stays_the_same_whatever_zone_it_came_in(self, moment: datetime):
        kind = UtcDateTime()
        stored = kind.process_bind_param(moment, DIALECT)
        assert stored is not None
        assert stored.utcoffset() == timedelta(0)
        # SQLite gives it back without a zone, PostgreSQL in the session's.
        for given_back in (stored.replace(tzinfo=None), stored.astimezone(LONDON)):
            found = kind.process_result_value(given_back, DIALECT)
            assert found == moment.astimezone(UTC)
            assert found is not None
            assert found.tzinfo is UTC

    def test_none_stays_none(self):
        kind = UtcDateTime()
        assert kind.process_bind_param(None, DIALECT) is None
        assert kind.process_result_value(None, DIALECT) is None


def test_every_constraint_has_a_name_that_migrations_can_find():
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    engine.dispose()
    for table in Base.metadata.tables.values():
        assert all(constraint.name for constraint in table.constraints)


def test_every_column_of_a_moment_says_that_it_is_utc():
    for table in Base.metadata.tables.values():
        for column in table.columns:
            assert isinstance(column.type, UtcDateTime) == column.name.endswith("_utc")
