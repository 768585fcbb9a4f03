from __future__ import annotations

import socket
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import requests
from flask import Flask
from sqlalchemy import text

from tests.reference_process import HARBOUR, ReferenceDiary
from tests.web.sites import served, settings_for, site_for
from webapp.config import SettingsError
from webapp.db.engine import current_engine
from webapp.diaries.observed import Call, Result
from webapp.diaries.seen import LastSeen
from webapp.practices.loader import SITES_OWN, load_practice
from webapp.web import health

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.services.redis import PrivateRedis


@pytest.fixture(scope="module")
def process() -> Iterator[ReferenceDiary]:
    with ReferenceDiary() as diary:
        yield diary


@pytest.fixture
def diary(process: ReferenceDiary) -> ReferenceDiary:
    process.reset()
    return process


def ask(app: Flask, path: str = "/health/ready") -> tuple[int, dict[str, Any]]:
    answer = app.test_client().get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    return answer.status_code, answer.get_json()


def test_a_process_that_can_serve_says_so_over_http(tmp_path: Path):
    with served(site_for(settings_for(tmp_path))) as url:
        answer = requests.get(f"{url}/health/ready", timeout=30)
        assert answer.status_code == 200
        assert answer.json() == {
            "ready": True,
            "checks": {
                "database": {"ok": True, "detail": "at the newest migration"},
                "cache": {"ok": True, "detail": "in this process"},
            },
            "diaries": {
                HARBOUR.slug: {"state": "unknown", "last_answer": None, "last_failure": None}
            },
        }
        assert requests.head(f"{url}/health/ready", timeout=30).status_code == 200
        assert requests.get(f"{url}/health/live", timeout=30).json() == {"alive": True}


def test_a_database_that_was_never_migrated_makes_it_unready(tmp_path: Path):
    status, found = ask(site_for(settings_for(tmp_path), is_migrated=False))

    assert (status, found["ready"]) == (503, False)
    assert "flask --app wsgi db upgrade" in found["checks"]["database"]["detail"]


def test_a_database_that_a_newer_version_migrated_does_not(tmp_path: Path):
    app = site_for(settings_for(tmp_path))
    with app.app_context(), current_engine().begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    status, found = ask(app)
    assert status == 200
    assert found["checks"]["database"]["detail"] == "migrated by a newer version"


def test_a_database_that_is_away_makes_it_unready_but_not_dead(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/nowhere/secret-name.sqlite"
    app = site_for(settings_for(tmp_path, database_url=url), is_migrated=False)

    status, found = ask(app)
    assert status == 503
    assert found["checks"]["database"] == {"ok": False, "detail": "cannot be reached"}
    assert ask(app, "/health/live") == (200, {"alive": True})


@pytest.mark.redis
def test_redis_counts_while_it_is_in_use(tmp_path: Path, redis_server: PrivateRedis):
    redis_server.start()
    app = site_for(settings_for(tmp_path, redis_url=redis_server.url))
    assert ask(app)[1]["checks"]["cache"] == {"ok": True, "detail": "Redis answers"}

    redis_server.stop()
    try:
        status, found = ask(app)
        assert status == 503
        assert found["checks"]["cache"] == {"ok": False, "detail": "Redis cannot be reached"}
    finally:
        redis_server.start()
    assert ask(app)[0] == 200


def test_what_hangs_is_not_waited_for():
    app = Flask(__name__)
    health.init_app(app, seconds=0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]

        def hang() -> str:
            with socket.create_connection(("127.0.0.1", port)) as line:
                return line.recv(1).decode()

        health.register(app, "silent", hang)
        health.register(app, "well", lambda: "well")
        answer = app.test_client().get("/health/ready")

        assert answer.status_code == 503
        checks = answer.get_json()["checks"]
        assert checks["silent"] == {"ok": False, "detail": "no answer in 0.5 seconds"}
        assert checks["well"]["ok"]
        silent.accept()[0].close()


def test_the_text_of_an_error_that_is_not_ours_is_not_shown():
    app = Flask(__name__)
    health.init_app(app)

    def fail() -> str:
        raise RuntimeError("password=hunter2")

    health.register(app, "part", fail)
    answer = app.test_client().get("/health/ready")

    assert answer.status_code == 503
    assert answer.get_json()["checks"]["part"]["detail"] == "failed: RuntimeError"


# Diaries


def test_a_diary_is_reported_as_last_seen_and_never_asked(tmp_path: Path, diary: ReferenceDiary):
    app = site_for(settings_for(tmp_path, diary.request_url()))
    page = f"/{HARBOUR.slug}/"

    ask(app)
    assert diary.calls() == []
    assert app.test_client().get(page).status_code == 200
    asked = len(diary.calls())
    status, found = ask(app)
    assert status == 200
    assert found["diaries"][HARBOUR.slug]["state"] == "answers"
    assert len(diary.calls()) == asked


def test_a_failing_diary_is_reported_and_does_not_make_it_unready(tmp_path: Path):
    app = site_for(settings_for(tmp_path))

    assert app.test_client().get(f"/{HARBOUR.slug}/").status_code == 503
    status, found = ask(app)
    assert status == 200
    seen = found["diaries"][HARBOUR.slug]
    assert seen["state"] == "fails"
    assert seen["last_failure"]["kind"] == "not_reached"
    assert seen["last_failure"]["action"] in {"staff", "rooms"}
    assert seen["last_answer"] is None


@pytest.mark.parametrize("last", [Result.ANSWERED, Result.TAKEN, Result.REFUSED])
def test_a_no_is_an_answer_and_an_answer_ends_a_failure(last: Result):
    seen = LastSeen()
    for result in (Result.NO_ANSWER, last):
        seen.note(Call("harbour-physio", "physiodiary", "book", result, 0.1))

    told: Any = seen.as_json()
    assert told["state"] == "answers"
    assert told["last_failure"]["kind"] == "no_answer"


# Addresses


def test_every_first_part_of_the_sites_own_addresses_is_kept_from_practices(tmp_path: Path):
    app = site_for(settings_for(tmp_path))
    first_parts = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()}

    # A slug has no dot in it.
    own = {part for part in first_parts if part and "<" not in part and "." not in part}
    assert {"health", "metrics"} <= own <= SITES_OWN


@pytest.mark.parametrize("slug", sorted(SITES_OWN))
def test_a_practice_cannot_have_an_address_of_the_sites_own(tmp_path: Path, slug: str):
    folder = settings_for(tmp_path).practices
    file = (folder / f"{HARBOUR.slug}.toml").rename(folder / f"{slug}.toml")

    with pytest.raises(SettingsError) as caught:
        load_practice(file)
    [sentence] = caught.value.sentences
    assert sentence.startswith(f"{slug}.toml: /{slug}/ is an address of the site's own; give")


def test_health_is_asked_as_often_as_a_monitor_likes(tmp_path: Path):
    client = site_for(settings_for(tmp_path)).test_client()

    for _ in range(timedelta(minutes=5) // timedelta(seconds=1)):
        assert client.get("/health/live").status_code == 200
