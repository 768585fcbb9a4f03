from __future__ import annotations

from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from webapp import app
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


def test_models_and_migrations_say_the_same(engine: Engine):
    upgrade(engine)
    assert differences(engine) == []


def test_a_database_without_tables_is_not_current(engine: Engine):
    assert not is_current(engine)
    assert differences(engine) != []


def test_an_upgrade_makes_it_current(engine: Engine):
    upgrade(engine)
    assert is_current(engine)
    assert tables(engine) == set(Base.metadata.tables)


def test_an_upgrade_can_be_repeated(engine: Engine):
    upgrade(engine)
    upgrade(engine)
    assert is_current(engine)


def test_what_was_upgraded_can_be_downgraded_and_upgraded_again(engine: Engine):
    upgrade(engine)
    downgrade(engine, "base")
    assert tables(engine) == set()
    assert not is_current(engine)
    upgrade(engine)
    assert differences(engine) == []


def test_every_single_step_can_be_taken_back(engine: Engine):
    upgrade(engine)
    for _ in list(ScriptDirectory.from_config(_config()).walk_revisions()):
        downgrade(engine, "-1")
    assert tables(engine) == set()


def test_there_is_one_newest_migration():
    assert len(ScriptDirectory.from_config(_config()).get_heads()) == 1
