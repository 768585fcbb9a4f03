"""What an operator types about promised work, and what they are shown of it."""

from __future__ import annotations

import io
import logging
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import time_machine
from pydantic import SecretStr
from sqlalchemy import select

from tests.appointments.stored import NOW, WORDS, a_booking
from tests.reference_process import HARBOUR
from tests.web.sites import settings_for, site_for
from webapp.appointments.kinds import Kind
from webapp.appointments.model import State
from webapp.db.engine import engine_of, sessions_of, writing
from webapp.diaries.pacing import Paces
from webapp.outbox.claiming import Claimed
from webapp.outbox.model import Promise, Status
from webapp.outbox.promising import promise
from webapp.outbox.results import Park, TryLater
from webapp.web.logging import JsonLines

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskCliRunner

NOBODY = SecretStr("smtp://postmaster:hunter2@127.0.0.1:9")
"""A mail server's address at which nothing listens."""
Handler = Callable[[Claimed], None]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    app = site_for(settings_for(tmp_path, smtp_url=NOBODY))
    yield app
    engine_of(app).dispose()


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that anybody logs, as it is written."""
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield output
    root.removeHandler(handler)
    root.setLevel(level)


def make(app: Flask, *kinds: str, subject_id: int = 1) -> None:
    with writing(sessions_of(app)) as session:
        for kind in kinds:
            promise(session, kind, slug=HARBOUR.slug, subject_id=subject_id)


def test_only_what_works_lets_patients_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    given_way: list[Paces] = []

    def give_way(paces: Paces) -> None:
        given_way.append(paces)

    monkeypatch.setattr(Paces, "give_way", give_way)
    app = site_for(settings_for(tmp_path, smtp_url=NOBODY))
    runner = app.test_cli_runner()
    runner.invoke(args=["outbox", "list"])
    assert not given_way
    assert runner.invoke(args=["outbox", "work", "--once"]).exit_code == 0
    assert len(given_way) == 1
    engine_of(app).dispose()


def handle(app: Flask, **handlers: Handler) -> None:
    app.extensions["openslot_handlers"] = handlers


def stand(app: Flask) -> list[Promise]:
    with sessions_of(app)() as session:
        return list(session.scalars(select(Promise).order_by(Promise.id)))


def run(runner: FlaskCliRunner, *words: str) -> str:
    result = runner.invoke(args=["outbox", *words])
    assert result.exit_code == 0, result.output
    return result.output


def raising(error: Exception) -> Handler:
    def handler(_claimed: Claimed) -> None:
        raise error

    return handler


@pytest.fixture
def three(app: Flask, runner: FlaskCliRunner) -> None:
    """One done, one parked, one that waits."""
    handle(
        app,
        done=lambda _: None,
        parked=raising(Park("the mail server refused it: recipient 550")),
        later=raising(TryLater("the diary is away", after_seconds=60)),
    )
    make(app, "done", "parked", "later", subject_id=42)
    assert run(runner, "work", "--once") == ""


class TestList:
    def test_it_shows_what_waits_and_what_is_parked_and_why(
        self, three: None, runner: FlaskCliRunner
    ):
        lines = run(runner, "list").splitlines()
        assert [line.split() for line in lines] == [
            [
                *("2", "parked", HARBOUR.slug, "parked", "booking", "42"),
                *("due", "2026-11-20T08:00:00+00:00", "attempts", "1"),
                *("the", "mail", "server", "refused", "it:", "recipient", "550"),
            ],
            [
                *("3", "due", HARBOUR.slug, "later", "booking", "42"),
                *("due", "2026-11-20T08:01:00+00:00", "attempts", "1"),
                *("the", "diary", "is", "away"),
            ],
        ]

    def test_with_all_it_shows_what_is_done_too(self, three: None, runner: FlaskCliRunner):
        assert run(runner, "list", "--all").splitlines()[0].split()[:2] == ["1", "done"]

    def test_with_nothing_to_show_it_shows_nothing(self, runner: FlaskCliRunner):
        assert run(runner, "list") == ""


class TestRetry:
    def test_what_is_named_is_due_now_and_begins_anew(
        self, three: None, app: Flask, runner: FlaskCliRunner
    ):
        assert run(runner, "retry", "3") == "1 changed.\n"
        row = stand(app)[2]
        assert (row.status, row.due_at_utc, row.attempts) == (Status.DUE, NOW, 0)
        assert stand(app)[1].status is Status.PARKED

    def test_everything_that_is_parked(self, three: None, app: Flask, runner: FlaskCliRunner):
        assert run(runner, "retry", "--parked") == "1 changed.\n"
        assert [row.status for row in stand(app)] == [Status.DONE, Status.DUE, Status.DUE]
        handle(app, parked=lambda _: None)
        run(runner, "work", "--once")
        assert stand(app)[1].status is Status.DONE

    def test_what_was_kept_is_never_done_again(
        self, three: None, app: Flask, runner: FlaskCliRunner
    ):
        assert run(runner, "retry", "1") == "0 changed.\n"
        assert stand(app)[0].status is Status.DONE

    def test_what_is_not_there_changes_nothing(self, runner: FlaskCliRunner):
        assert run(runner, "retry", "99") == "0 changed.\n"
        assert run(runner, "retry") == "0 changed.\n"


class TestPark:
    def test_what_is_named_is_set_aside_with_the_reason(
        self, three: None, app: Flask, runner: FlaskCliRunner, clock: time_machine.Traveller
    ):
        assert run(runner, "park", "3", "--reason", "the practice has closed") == "1 changed.\n"
        clock.shift(timedelta(days=1))
        run(runner, "work", "--once")
        row = stand(app)[2]
        assert (row.status, row.reason) == (Status.PARKED, "the practice has closed")

    def test_it_has_a_reason_of_its_own(self, three: None, app: Flask, runner: FlaskCliRunner):
        run(runner, "park", "3")
        assert stand(app)[2].reason == "parked by hand"

    def test_what_was_kept_stays_kept(self, three: None, app: Flask, runner: FlaskCliRunner):
        assert run(runner, "park", "1") == "0 changed.\n"

    def test_it_must_be_told_which(self, runner: FlaskCliRunner):
        assert runner.invoke(args=["outbox", "park"]).exit_code != 0


class TestWork:
    def test_once_keeps_all_that_is_due_and_ends(self, app: Flask, runner: FlaskCliRunner):
        came: list[int] = []
        handle(app, told=lambda one: came.append(one.subject_id))
        for subject_id in range(5):
            make(app, "told", subject_id=subject_id)
        run(runner, "work", "--once")
        assert came == [0, 1, 2, 3, 4]

    @pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGINT])
    @pytest.mark.parametrize("threads", ["1", "3"])
    def test_without_it_works_until_it_is_told_to_end(
        self, app: Flask, runner: FlaskCliRunner, which: signal.Signals, threads: str
    ):
        before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}
        handle(app, told=lambda _: signal.raise_signal(which))
        make(app, "told")
        try:
            run(runner, "work", "--threads", threads)
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)
        assert [row.status for row in stand(app)] == [Status.DONE]

    def test_no_word_of_a_patient_is_listed_or_logged(
        self, app: Flask, runner: FlaskCliRunner, log: io.StringIO
    ):
        with writing(sessions_of(app)) as session:
            session.add(a_booking(slug=HARBOUR.slug, state=State.CONFIRMED))
            session.flush()
        make(app, *Kind)
        # The diary and the mail server are away: everything fails that can.
        run(runner, "work", "--once")
        assert Status.DUE in {row.status for row in stand(app)}
        for text in (log.getvalue(), run(runner, "list", "--all")):
            assert "patient-booked" in text
            for word in (*WORDS, "hunter2", "desk@harbour.example"):
                assert word not in text

    def test_it_says_so_where_there_is_no_mail_server(self, tmp_path: Path):
        app = site_for(settings_for(tmp_path))
        with writing(sessions_of(app)) as session:
            session.add(a_booking(slug=HARBOUR.slug, state=State.CONFIRMED))
        make(app, Kind.PATIENT_BOOKED)
        runner = app.test_cli_runner()
        run(runner, "work", "--once")
        assert "OPENSLOT_SMTP_URL is not set" in run(runner, "list")
        assert stand(app)[0].status is Status.PARKED
        engine_of(app).dispose()

    def test_a_practice_that_has_gone_is_for_a_person_to_see(
        self, app: Flask, runner: FlaskCliRunner
    ):
        with writing(sessions_of(app)) as session:
            promise(session, Kind.PATIENT_BOOKED, slug="closed", subject_id=1)
        run(runner, "work", "--once")
        assert "no practice closed in this deployment any more" in run(runner, "list")
