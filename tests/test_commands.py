from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from tests.doctoring import development, doctor, of, one, production
from tests.reference_process import HARBOUR, ReferenceDiary
from tests.web.sites import site_for
from webapp import clock
from webapp.db.engine import current_engine, new_session
from webapp.outbox.model import Promise, Status
from webapp.outbox.promising import promise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from tests.services.redis import PrivateRedis


@pytest.fixture(scope="module")
def process() -> Iterator[ReferenceDiary]:
    with ReferenceDiary() as diary:
        yield diary


@pytest.fixture
def diary(process: ReferenceDiary) -> ReferenceDiary:
    process.reset()
    return process


@pytest.fixture
def site(tmp_path: Path, diary: ReferenceDiary) -> Flask:
    """A site on which nothing is wrong, as on its developer's machine."""
    return site_for(development(tmp_path, diary))


# The whole


def test_a_site_on_which_nothing_is_wrong(site: Flask, diary: ReferenceDiary):
    code, lines = doctor(site)

    assert code == 0
    assert of(lines, "WRONG") == []
    well = "\n".join(of(lines, "ok"))
    assert "The database is up to date." in well
    assert "No promised work is late." in well
    assert f"{diary.smtp_url.removeprefix('smtp://')} answers." in well
    assert f"{HARBOUR.slug}: The diary accepts the key and the address." in well
    assert f"{HARBOUR.slug}: The diary answers what is free" in well


def test_it_changes_nothing_and_sends_nothing(site: Flask, diary: ReferenceDiary):
    doctor(site)

    assert diary.mails() == []
    assert diary.bookings() == []
    assert diary.calls(action="book") == []


def test_advice_alone_is_no_fault(tmp_path: Path, diary: ReferenceDiary):
    code, lines = doctor(site_for(production(tmp_path, diary, trusted_proxies=0)))

    assert code == 0
    advice = "\n".join(of(lines, "advice"))
    for name in ("TRUSTED_PROXIES", "DATABASE_URL", "REDIS_URL"):
        assert f"OPENSLOT_{name}" in advice
    assert f"{HARBOUR.slug}: Its pages are at https://book.example/{HARBOUR.slug}/." in of(
        lines, "ok"
    )


# Settings and secrets


def test_links_in_messages_must_be_secure_in_production(tmp_path: Path, diary: ReferenceDiary):
    code, lines = doctor(site_for(production(tmp_path, diary, base_url="http://book.example")))

    assert code == 1
    assert "https://" in one(lines, "WRONG", "OPENSLOT_BASE_URL")


def test_a_key_in_a_practices_file_is_advised_against_and_not_shown(
    tmp_path: Path, diary: ReferenceDiary
):
    _code, lines = doctor(site_for(production(tmp_path, diary)))

    told = one(lines, "advice", "diary.api_key")
    assert 'api_key = "env:HARBOUR_PHYSIO_API_KEY"' in told
    assert HARBOUR.key not in "\n".join(lines)


def test_a_key_from_the_environment_is_not(
    tmp_path: Path, diary: ReferenceDiary, monkeypatch: pytest.MonkeyPatch
):
    settings = production(tmp_path, diary)
    file = settings.practices / f"{HARBOUR.slug}.toml"
    file.write_text(file.read_text().replace(HARBOUR.key, "env:HARBOUR_DIARY_KEY"))
    monkeypatch.setenv("HARBOUR_DIARY_KEY", HARBOUR.key)

    code, lines = doctor(site_for(settings))
    assert code == 0
    assert "diary.api_key" not in "\n".join(lines)


def test_development_is_not_for_patients(site: Flask):
    _code, lines = doctor(site)

    assert one(lines, "advice", "OPENSLOT_MODE is development")


# The database and the outbox


def test_a_database_that_was_not_migrated(tmp_path: Path, diary: ReferenceDiary):
    code, lines = doctor(site_for(development(tmp_path, diary), is_migrated=False))

    assert code == 1
    assert "flask --app wsgi db upgrade" in one(lines, "WRONG", "The database")
    assert "promised work" not in "\n".join(lines)


def test_a_database_that_a_newer_version_migrated(site: Flask):
    with site.app_context(), current_engine().begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    code, lines = doctor(site)
    assert code == 0
    assert one(lines, "advice", "A newer version")


def test_a_database_that_is_away_is_named_without_its_password(
    tmp_path: Path, diary: ReferenceDiary
):
    url = "postgresql+psycopg://openslot:hunter2@127.0.0.1:9/openslot"
    site = site_for(development(tmp_path, diary, database_url=url), is_migrated=False)

    code, lines = doctor(site)
    assert code == 1
    assert "openslot:***@127.0.0.1:9" in one(lines, "WRONG", "The database")
    assert "hunter2" not in "\n".join(lines)


def test_a_worker_that_nobody_started(site: Flask):
    with site.app_context(), new_session() as session, session.begin():
        late = clock.now() - timedelta(minutes=10)
        promise(session, "told", slug=HARBOUR.slug, subject_id=1, due_at=late)
        promise(session, "told", slug=HARBOUR.slug, subject_id=2)
        session.flush()
        session.query(Promise).filter_by(subject_id=2).update({"status": Status.PARKED})

    code, lines = doctor(site)
    assert code == 1
    told = one(lines, "WRONG", "outbox work")
    assert "for 10 minutes" in told
    assert one(lines, "advice", "outbox list").startswith("1 promised piece of work")


# The cache


@pytest.mark.redis
def test_a_cache_that_answers_and_one_that_does_not(
    tmp_path: Path, diary: ReferenceDiary, redis_server: PrivateRedis
):
    redis_server.start()
    site = site_for(development(tmp_path, diary, redis_url=redis_server.url))
    assert one(doctor(site)[1], "ok", "Redis at 127.0.0.1")

    redis_server.stop()
    try:
        code, lines = doctor(site)
    finally:
        redis_server.start()
    assert code == 1
    assert "OPENSLOT_REDIS_URL" in one(lines, "WRONG", "Redis at 127.0.0.1")


# The diary


def test_a_diary_that_does_not_accept_us(site: Flask, diary: ReferenceDiary):
    diary.allow(HARBOUR.slug, ["203.0.113.7"])

    code, lines = doctor(site)
    assert code == 1
    assert one(lines, "WRONG", f"{HARBOUR.slug}: ")
