from __future__ import annotations

from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.orm import Session

from tests.db.rows import booking
from webapp import app
from webapp.appointments.model import Booking, State
from webapp.db.base import Base
from webapp.db.engine import _config, is_current, upgrade

assert app, "the whole app brings every table's model"


def downgrade(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def differences(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        return compare_metadata(context, Base.metadata)


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_models_and_migrations_say_the_same(empty: Engine):
    upgrade(empty)
    assert differences(empty) == []


def test_a_database_without_tables_is_not_current(empty: Engine):
    assert not is_current(empty)
    assert differences(empty) != []


def test_an_upgrade_makes_it_current(empty: Engine):
    upgrade(empty)
    assert is_current(empty)
    assert tables(empty) == set(Base.metadata.tables)


def test_an_upgrade_can_be_repeated(empty: Engine):
    upgrade(empty)
    upgrade(empty)
    assert is_current(empty)


def test_what_was_upgraded_can_be_downgraded_and_upgraded_again(empty: Engine):
    upgrade(empty)
    downgrade(empty, "base")
    assert tables(empty) == set()
    assert not is_current(empty)
    upgrade(empty)
    assert differences(empty) == []


def test_every_single_step_can_be_taken_back(empty: Engine):
    upgrade(empty)
    for _ in list(ScriptDirectory.from_config(_config()).walk_revisions()):
        downgrade(empty, "-1")
    assert tables(empty) == set()


def test_bookings_from_before_the_outbox_are_kept_and_can_be_taken_back(empty: Engine):
    upgrade(empty)
    with Session(empty) as session, session.begin():
        old, new = booking(journey="old"), booking(journey="new", state=State.PRACTICE_CHECKS)
        session.add_all([old, new])
        session.flush()
        hash_of_old = old.outcome_hash
    downgrade(empty, "0001")
    with empty.connect() as connection:
        # A state that the older version cannot read would stop it.
        assert list(connection.execute(text("SELECT journey FROM booking")).scalars()) == ["old"]
    upgrade(empty)
    with Session(empty) as session:
        kept = session.scalars(select(Booking)).one()
    # What calendars already know it by.
    assert (kept.uid, kept.sequence, kept.page_hash) == (hash_of_old[:32], 0, None)


def test_there_is_one_newest_migration():
    assert len(ScriptDirectory.from_config(_config()).get_heads()) == 1
