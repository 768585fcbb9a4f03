"""What an operator types about patients' data, and what is gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import func, select

from tests.appointments.stored import NOW, START, WORDS, Sessions, keep
from tests.reference_process import HARBOUR
from tests.web.sites import settings_for, site_for
from webapp.appointments.kinds import Kind
from webapp.appointments.model import Booking, State
from webapp.db.base import Base
from webapp.db.engine import engine_of, sessions_of, writing
from webapp.outbox.model import Promise
from webapp.outbox.promising import promise

if TYPE_CHECKING:
    from flask import Flask


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """A site whose only practice keeps bookings for ten days."""
    settings = settings_for(tmp_path)
    file = settings.practices / f"{HARBOUR.slug}.toml"
    file.write_text(file.read_text() + "[privacy]\nkeep_days = 10\n")
    app = site_for(settings)
    yield app
    engine_of(app).dispose()


@pytest.fixture
def sessions(app: Flask) -> Sessions:
    return sessions_of(app)


@pytest.fixture
def row_id(sessions: Sessions) -> int:
    """A booking that stands, with a message that is promised."""
    row_id = keep(sessions, slug=HARBOUR.slug, state=State.CONFIRMED, reason=None)
    with writing(sessions) as session:
        promise(session, Kind.PATIENT_BOOKED, slug=HARBOUR.slug, subject_id=row_id)
    return row_id


def run(app: Flask, *words: str) -> str:
    result = app.test_cli_runner().invoke(args=["privacy", *words])
    assert result.exit_code == 0, result.output
    return result.output


def counted(sessions: Sessions) -> tuple[int, int]:
    """Return how many bookings and how many promises there are."""
    with sessions() as session:
        return tuple(  # pyright: ignore[reportReturnType]
            session.scalar(select(func.count()).select_from(table)) for table in (Booking, Promise)
        )


def test_the_report_lists_every_field_with_its_reason_and_its_end(app: Flask, row_id: int):
    told = run(app, "report")
    lines = told.splitlines()
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            at = lines.index(f"{table.name}.{column.name}")
            assert lines[at + 1].startswith("    why:  ")
            assert lines[at + 2].startswith("    kept: ")
    assert f"[privacy] keep_days of {HARBOUR.slug}: 10" in lines
    assert not any(word in told for word in WORDS), "it is about fields, not about people"


def test_purge_erases_what_has_been_kept_long_enough(
    app: Flask, sessions: Sessions, row_id: int, clock: time_machine.Traveller
):
    keep(sessions, slug=HARBOUR.slug, state=State.UNKNOWN)
    clock.move_to(START + timedelta(days=10))
    assert run(app, "purge") == "0 bookings erased.\n"
    assert counted(sessions) == (2, 1)
    clock.shift(timedelta(seconds=1))
    assert run(app, "purge") == "1 bookings erased.\n"
    assert counted(sessions) == (1, 0)
    assert run(app, "purge") == "0 bookings erased.\n"


def test_the_worker_does_the_same_by_itself(
    app: Flask, sessions: Sessions, row_id: int, clock: time_machine.Traveller
):
    clock.move_to(START + timedelta(days=11))
    hourly = [one for one in app.extensions["openslot_chores"] if one.every == timedelta(hours=1)]
    with app.app_context():
        for one in hourly:
            one.do()
    assert counted(sessions) == (0, 0)


def test_erase_forgets_one_patient_whatever_the_capitals(
    app: Flask, sessions: Sessions, row_id: int
):
    keep(sessions, slug=HARBOUR.slug, patient_email="somebody@else.example")
    told = run(app, "erase", "--email", WORDS[2].upper())
    assert told == "1 bookings erased.\n"
    assert counted(sessions) == (1, 0)
    assert run(app, "erase", "--email", WORDS[2]) == "0 bookings erased.\n"


def test_erase_must_be_told_whom(app: Flask, sessions: Sessions, row_id: int):
    result = app.test_cli_runner().invoke(args=["privacy", "erase"])
    assert result.exit_code != 0
    assert counted(sessions) == (1, 1)


def test_a_message_to_somebody_who_was_erased_meanwhile_is_not_sent(
    app: Flask, sessions: Sessions, row_id: int
):
    handlers = app.extensions["openslot_handlers"]
    with sessions() as session:
        [due] = session.scalars(select(Promise)).all()
    run(app, "erase", "--email", WORDS[2])
    with app.app_context():
        # Claimed before it was erased: its handler finds nobody, and there is no mail server here.
        handlers[due.kind](due)
    assert counted(sessions) == (0, 0)
