from __future__ import annotations

from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, insert, inspect, select, text
from sqlalchemy.orm import Session

from tests.db.rows import booking, entry, offer, opening
from webapp import app
from webapp.appointments.kinds import Kind
from webapp.appointments.model import Booking, State
from webapp.asap.kinds import Kind as AsapKind
from webapp.asap.model import Entry
from webapp.db.base import Base
from webapp.db.engine import _config, is_current, upgrade
from webapp.outbox.model import Promise
from webapp.outbox.promising import promise

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


class TestTheAsapList:
    """Migrations 0003 and 0005 bring its tables, and take them and their promises away again."""

    TABLES = frozenset(
        {
            *("asap_entry", "asap_opening", "asap_offer", "asap_watch", "text_opt_out"),
            "asap_mirror",
        }
    )
    LATER = frozenset({"updox_name"})

    def test_it_brings_its_tables_and_leaves_bookings_and_promises_as_they_are(self, empty: Engine):
        upgrade(empty)
        with Session(empty) as session, session.begin():
            # By the columns that it fills: later ones are not there yet.
            old = vars(booking(journey="old", state=State.CONFIRMED)).items()
            filled = {name: value for name, value in old if name in Booking.__table__.columns}
            session.execute(insert(Booking).values(filled))
            promise(session, Kind.PATIENT_BOOKED, slug="harbour", subject_id=1)
        downgrade(empty, "0002")
        assert tables(empty) == set(Base.metadata.tables) - self.TABLES - self.LATER
        upgrade(empty)
        assert tables(empty) == set(Base.metadata.tables)
        with Session(empty) as session:
            assert session.scalars(select(Booking.journey)).all() == ["old"]
            assert session.scalars(select(Promise.kind)).all() == [Kind.PATIENT_BOOKED]
        assert differences(empty) == []

    def test_taken_back_it_takes_along_what_was_promised_about_it_and_nothing_else(
        self, empty: Engine
    ):
        upgrade(empty)
        with Session(empty) as session, session.begin():
            session.add(booking(journey="a", state=State.CONFIRMED))
            session.flush()
            session.add(entry(booking_id=1))
            session.flush()
            session.add(opening())
            session.flush()
            session.add(offer())
            for kind in (*AsapKind, *Kind):
                promise(session, kind, slug="harbour", subject_id=1)
        downgrade(empty, "0002")
        assert tables(empty) == set(Base.metadata.tables) - self.TABLES - self.LATER
        with Session(empty) as session:
            assert session.scalars(select(Booking.journey)).all() == ["a"]
            assert set(session.scalars(select(Promise.kind))) == set(Kind) - {Kind.SYNC}
        upgrade(empty)
        assert differences(empty) == []
        with Session(empty) as session:
            assert session.scalars(select(Entry)).all() == []
