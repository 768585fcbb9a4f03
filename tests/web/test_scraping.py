from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
from pydantic import SecretStr

from tests.web.sites import NOBODY, sample_of, settings_for, site_for
from webapp.app import create_app
from webapp.config import SettingsError
from webapp.db.engine import current_engine, upgrade

if TYPE_CHECKING:
    from flask import Flask

ROOT = Path(__file__).parents[2]

# Who may read it


def status_for(app: Flask, address: str, **headers: str) -> int:
    names = {name.replace("_", "-"): text for name, text in headers.items()}
    return (
        app.test_client()
        .get("/metrics", headers=names, environ_overrides={"REMOTE_ADDR": address})
        .status_code
    )


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "127.0.0.5"])
def test_without_a_token_this_machine_may_read(tmp_path: Path, address: str):
    assert status_for(site_for(settings_for(tmp_path)), address) == 200


@pytest.mark.parametrize("address", ["203.0.113.7", "10.0.0.1", "::ffff:10.0.0.1", "", "unix"])
def test_without_a_token_nobody_else_may(tmp_path: Path, address: str):
    assert status_for(site_for(settings_for(tmp_path)), address) == 404


@pytest.mark.parametrize("hops", [0, 1, 2])
def test_a_caller_behind_a_proxy_on_this_machine_is_not_at_home(tmp_path: Path, hops: int):
    site = site_for(settings_for(tmp_path, trusted_proxies=hops))

    assert status_for(site, "127.0.0.1") == 200
    assert status_for(site, "127.0.0.1", X_Forwarded_For="203.0.113.7") == 404
    assert status_for(site, "127.0.0.1", X_Forwarded_For="203.0.113.7, 127.0.0.1") == 404
    assert status_for(site, "127.0.0.1", Forwarded="for=203.0.113.7") == 404


def test_with_a_token_it_alone_opens(tmp_path: Path):
    site = site_for(settings_for(tmp_path, metrics_token=SecretStr("s3cret")))

    assert status_for(site, "203.0.113.7", Authorization="Bearer s3cret") == 200
    for given in ("Bearer s3cre", "Bearer ", "s3cret", "Basic s3cret", "Bearer s3crét"):
        assert status_for(site, "127.0.0.1", Authorization=given) == 404
    assert status_for(site, "127.0.0.1") == 404


# Several processes


def test_counting_is_never_in_the_way(tmp_path: Path):
    program = (
        "from webapp.web.metrics import count_booking; count_booking('a', 'confirmed'); print('on')"
    )
    # As on a full disk: nothing can be written there.
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "nowhere")}
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.stdout == "on\n"
    assert "could not count: FileNotFoundError" in ran.stderr


def test_a_folder_that_is_not_there_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path / "nowhere"))

    with pytest.raises(SettingsError, match="is not a folder"):
        create_app(settings_for(tmp_path))


def test_the_workers_of_one_site_are_counted_together(tmp_path: Path):
    settings = settings_for(tmp_path, NOBODY)
    with create_app(settings).app_context():
        upgrade(current_engine())
    folder = tmp_path / "counts"
    folder.mkdir()
    environment = os.environ | {
        "OPENSLOT_MODE": "development",
        "OPENSLOT_PRACTICES": str(settings.practices),
        "OPENSLOT_INSTANCE": str(tmp_path),
        "PROMETHEUS_MULTIPROC_DIR": str(folder),
    }
    command = [
        *(sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0", "--no-control-socket"),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "2", "wsgi:app"),
    ]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr is not None
            url = next(
                found[1] for line in process.stderr if (found := re.search(r"at: (http\S+)", line))
            )
            asked = 0
            # Until both have answered: a new connection may go to either.
            while len(list(folder.glob("counter_*.db"))) < 2:
                assert requests.get(f"{url}/health/live", timeout=60).status_code == 200
                asked += 1
            seen = [requests.get(f"{url}/metrics", timeout=60).text for _ in range(6)]
        finally:
            process.terminate()
    for at, text in enumerate(seen):
        assert sample_of(text, "openslot_requests_total", route="/health/live") == asked
        assert sample_of(text, "openslot_requests_total", route="/metrics") == at
        assert sample_of(text, "openslot_unreadable", part="outbox") == 0
