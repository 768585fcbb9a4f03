"""What an operator asks of Updox, and what the doctor says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.appointments.stored import a_booking
from tests.doctoring import development, doctor
from tests.reference_process import HARBOUR, ReferenceDiary
from tests.web.sites import sample_of, site_for
from webapp.appointments.model import State
from webapp.db.engine import new_session, writing
from webapp.outbox.model import Promise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

SLUG = HARBOUR.slug
PASSWORD = "updox-demo-password"
TABLE = """
[updox]
url = "{url}"
application_id = "openslot-demo"
application_password = "{password}"
account_id = "{account}"
calendar = "cal-42228"
"""


@pytest.fixture(scope="module")
def process() -> Iterator[ReferenceDiary]:
    with ReferenceDiary() as diary:
        yield diary


@pytest.fixture
def diary(process: ReferenceDiary) -> ReferenceDiary:
    process.reset()
    return process


def site(
    folder: Path,
    diary: ReferenceDiary,
    *,
    url: str = "",
    password: str = PASSWORD,
    account: str = SLUG,
) -> Flask:
    settings = development(folder, diary)
    file = settings.practices / f"{SLUG}.toml"
    table = TABLE.format(url=url or diary.updox_url, password=password, account=account)
    file.write_text(file.read_text() + table)
    return site_for(settings)


def run(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=list(words))
    assert not result.exception or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def about_updox(lines: list[str]) -> list[str]:
    return [line for line in lines if "Updox" in line]


def test_a_ping_that_is_answered(tmp_path: Path, diary: ReferenceDiary):
    app = site(tmp_path, diary)
    where = diary.url.removeprefix("http://")
    said = f"{SLUG}: Updox at {where} accepts the application and the account."
    assert run(app, "updox", "ping") == (0, f"{said}\n")
    assert run(app, "updox", "ping", SLUG) == (0, f"{said}\n")
    code, lines = doctor(app)
    assert (code, about_updox(lines)) == (0, [f"ok     {said}"])
    assert diary.told_updox(SLUG) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            {"password": "hunter2"},
            (
                "Updox does not accept updox.application_id with updox.application_password "
                "(4010): compare both with its letter."
            ),
        ),
        (
            {"account": "nobody"},
            (
                "Updox knows no active practice by updox.account_id (4011): compare it with its "
                "letter."
            ),
        ),
        ({"url": "http://127.0.0.1:9"}, "Updox at 127.0.0.1:9 gave no usable answer to a ping: "),
    ],
)
def test_one_that_is_not_says_what_to_mend(
    tmp_path: Path, diary: ReferenceDiary, wrong: dict[str, str], said: str
):
    app = site(tmp_path, diary, **wrong)
    code, output = run(app, "updox", "ping")
    assert code == 1
    assert output.startswith(f"{SLUG}: {said}")
    assert "hunter2" not in output
    code, lines = doctor(app)
    assert code == 1
    [line] = about_updox(lines)
    assert line.startswith(f"WRONG  {SLUG}: {said}")


def test_everything_since_a_day_is_told_again_as_often_as_asked(
    tmp_path: Path, diary: ReferenceDiary
):
    app = site(tmp_path, diary)
    with app.app_context(), writing(new_session) as session:
        session.add_all(
            [
                a_booking(slug=SLUG, state=state, reason=None)
                for state in (State.CONFIRMED, State.CANCELLED, State.NOT_BOOKED)
            ]
        )
    for _ in range(2):
        code, output = run(app, "updox", "resync", "--since", "2026-11-01")
        assert (code, output) == (0, f"{SLUG}: 2 bookings will be told again.\n")
        assert run(app, "outbox", "work", "--once")[0] == 0
    assert run(app, "updox", "resync", "--since", "2100-01-01", SLUG)[1].startswith(f"{SLUG}: 0 ")
    told = diary.told_updox(SLUG)
    assert [(one["cancelled"], one["timesTold"]) for one in told] == [(False, 2), (True, 2)]
    with app.app_context(), new_session() as session:
        assert set(session.scalars(select(Promise.status))) == {"done"}
    page = app.test_client().get("/metrics").text
    assert sample_of(page, "openslot_sync_calls_total", practice=SLUG, came="taken") >= 2


def test_a_practice_without_it_and_a_day_that_is_none_are_told_so(
    tmp_path: Path, diary: ReferenceDiary
):
    app = site_for(development(tmp_path, diary))
    code, output = run(app, "updox", "ping")
    assert (code, output) == (1, "Error: No practice has an [updox] table in its file.\n")
    code, output = run(app, "updox", "ping", SLUG)
    assert output == f"Error: {SLUG} has no [updox] table: add one to its file.\n"
    code, output = run(app, "updox", "ping", "elm")
    assert output == f"Error: There is no practice elm; there are {SLUG}.\n"
    assert run(app, "updox", "resync", "--since", "yesterday")[0] == 2
    assert about_updox(doctor(app)[1]) == []
