from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from tests.db.rows import WORDS, booking
from tests.services.both import on_both
from webapp.appointments.model import Booking, State
from webapp.db import engine as db
from webapp.db.engine import upgrade, writing


def add(engine: Engine, *rows: Booking) -> None:
    with Session(engine) as session, session.begin():
        session.add_all(rows)


class TestSqlite:
    def test_every_connection_is_set_up(self, engine: Engine):
        expected = {
            "journal_mode": "wal",
            "busy_timeout": 10_000,
            "synchronous": 2,
            "foreign_keys": 1,
        }
        with engine.connect() as one, engine.connect() as other:
            for connection in (one, other):
                for pragma, value in expected.items():
                    assert connection.execute(text(f"PRAGMA {pragma}")).scalar() == value, pragma


@on_both
class TestManyAtOnce:
    def test_a_reader_does_not_wait_for_a_writer(self, engine: Engine):
        with Session(engine) as writer, writer.begin():
            writer.add(booking())
            writer.flush()
            with Session(engine) as reader:
                assert reader.scalar(select(func.count()).select_from(Booking)) == 0

    def test_a_writer_waits_for_another_instead_of_failing(self, engine: Engine):
        writers = 8
        together = threading.Barrier(writers)

        def write(number: int) -> None:
            together.wait(60)
            for turn in range(5):
                add(engine, booking(journey=f"{number}-{turn}"))

        with ThreadPoolExecutor(writers) as pool:
            list(pool.map(write, range(writers)))
        with Session(engine) as session:
            assert session.scalar(select(func.count()).select_from(Booking)) == writers * 5

    def test_of_two_that_read_and_then_write_the_second_sees_what_the_first_wrote(
        self, engine: Engine
    ):
        add(engine, booking())
        many = 8
        together = threading.Barrier(many)
        sessions = sessionmaker(engine)

        def count_up(_number: int) -> None:
            together.wait(60)
            with writing(sessions) as session:
                row = session.scalars(select(Booking).with_for_update()).one()
                row.sequence += 1

        with ThreadPoolExecutor(many) as pool:
            list(pool.map(count_up, range(many)))
        with Session(engine) as session:
            assert session.scalars(select(Booking)).one().sequence == many

    def test_what_fails_on_the_way_leaves_nothing_behind(self, engine: Engine):
        def fail_on_the_way() -> None:
            with writing(sessionmaker(engine)) as session:
                session.add(booking())
                session.flush()
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail_on_the_way()
        with Session(engine) as session:
            assert session.scalar(select(func.count()).select_from(Booking)) == 0


class TestErrors:
    @on_both
    def test_one_about_a_row_repeats_nothing_that_a_patient_typed(self, engine: Engine):
        add(engine, booking())
        with pytest.raises(IntegrityError) as caught:
            add(engine, booking())
        assert not any(word in str(caught.value) for word in WORDS)

    def test_one_about_the_database_repeats_nothing_either(self, empty: Engine):
        with pytest.raises(DBAPIError, match=r"no such table|does not exist") as caught:
            add(empty, booking())
        assert not any(word in str(caught.value) for word in WORDS)


@on_both
class TestBookings:
    def test_a_journey_has_one_row(self, engine: Engine):
        add(engine, booking(journey="a"))
        with pytest.raises(IntegrityError):
            add(engine, booking(journey="a", outcome_hash="another"))

    def test_another_journey_or_another_practice_has_its_own(self, engine: Engine):
        add(
            engine,
            booking(slug="harbour", journey="a"),
            booking(slug="harbour", journey="b"),
            booking(slug="elm-tree", journey="a"),
        )

    def test_no_two_have_the_same_outcome_page(self, engine: Engine):
        add(engine, booking(journey="a", outcome_hash="same"))
        with pytest.raises(IntegrityError):
            add(engine, booking(journey="b", outcome_hash="same"))

    def test_nor_the_same_page_of_their_own(self, engine: Engine):
        add(engine, booking(journey="a", page_hash="same"))
        with pytest.raises(IntegrityError):
            add(engine, booking(journey="b", page_hash="same"))

    def test_one_takes_the_place_only_of_one_that_is_there(self, engine: Engine):
        add(engine, booking(journey="a"))
        with Session(engine) as session:
            first = session.scalars(select(Booking.id)).one()
        add(engine, booking(journey="b", replaces_id=first))
        with pytest.raises(IntegrityError):
            add(engine, booking(journey="c", replaces_id=first + 99))

    def test_of_two_that_come_at_once_one_is_kept(self, engine: Engine):
        submits = 8
        together = threading.Barrier(submits)

        def submit(_number: int) -> bool:
            together.wait(60)
            try:
                add(engine, booking(journey="a"))
            except IntegrityError:
                return False
            return True

        with ThreadPoolExecutor(submits) as pool:
            assert sum(pool.map(submit, range(submits))) == 1

    @pytest.mark.parametrize("state", State)
    def test_every_state_can_be_kept(self, state: State, engine: Engine):
        add(engine, booking(state=state))
        with Session(engine) as session:
            assert session.scalars(select(Booking)).one().state is state

    def test_no_other_state_can(self, engine: Engine):
        add(engine, booking())
        with pytest.raises(IntegrityError), engine.begin() as connection:
            connection.execute(text("UPDATE booking SET state = 'lost'"))


class TestInTheApp:
    def test_it_hands_out_sessions_on_its_own_database(self, tmp_path: Path):
        app = Flask(__name__)
        db.init_app(app, f"sqlite:///{tmp_path / 'openslot.sqlite'}")
        with app.app_context():
            upgrade(db.current_engine())
            with db.new_session() as session, session.begin():
                session.add(booking())
            with db.new_session() as session:
                kept = session.scalars(select(Booking)).one()
            # A view shows what it loaded after the session has gone.
            assert kept.patient_name == WORDS[0]
            db.current_engine().dispose()

    def test_a_postgresql_engine_shows_no_values_in_its_errors(self):
        engine = db.make_engine("postgresql+psycopg://openslot@db.example/openslot")
        assert engine.hide_parameters
