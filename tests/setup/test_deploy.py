"""What stands in deploy/ and compose.yaml, held against the site that it deploys."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from gunicorn.config import Config as GunicornConfig

from webapp.app import create_app
from webapp.config import Mode, Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
PREFIX = "OPENSLOT_"
SETTINGS = {PREFIX + name.upper() for name in Settings.model_fields}
OTHERS_SETTINGS = {
    # PostgreSQL's image and its clients
    *("POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "PGPASSWORD"),
    # Python and its metrics
    *("PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PROMETHEUS_MULTIPROC_DIR"),
    # A practice's file names the one, compose.yaml the other
    *("HARBOUR_DIARY_KEY", "REGISTERED_ADDRESS"),
}
IS_SECRET = re.compile("SECRET|KEY|PASSWORD|TOKEN|SMTP_URL")
PASSWORD_IN_A_URL = re.compile(r"://[^/\s:@]*:[^/\s@…]+@")
INTERPOLATED = re.compile(r"\$\{(\w+)")

Compose = dict[str, Any]


@pytest.fixture(scope="module")
def compose() -> Compose:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


@pytest.fixture(scope="module")
def example() -> dict[str, str]:
    """The settings of openslot.env.example."""
    lines = (DEPLOY / "openslot.env.example").read_text().splitlines()
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    return {name: value for name, _, value in pairs}


def service_names() -> list[str]:
    return list(yaml.safe_load((ROOT / "compose.yaml").read_text())["services"])


def web_command() -> list[str]:
    """What the image runs when it is told nothing."""
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    return json.loads(dockerfile.rpartition("\nCMD ")[2].replace("\\\n", ""))


def unit_settings(unit: Path, name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", unit.read_text(), re.MULTILINE)


def commands() -> dict[str, list[str]]:
    """Every command of the site's own, by where it stands."""
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    found = {
        f"compose.yaml: {name}": shlex.split(one["command"])
        for name, one in services.items()
        if one["image"] == "openslot" and "command" in one
    }
    found["Dockerfile"] = web_command()
    for unit in UNITS:
        path, *words = shlex.split(unit_settings(unit, "ExecStart")[0])
        found[unit.name] = [Path(path).name, *words]
    return found


@pytest.mark.parametrize("command", commands().values(), ids=commands().keys())
def test_a_command_exists(command: list[str], tmp_path: Path):
    program, *words = command
    if program == "gunicorn":
        options = cast("Any", GunicornConfig().parser().parse_args(words))
        assert options.args == ["wsgi:app"]
        return
    assert [program, *words[:2]] == ["flask", "--app", "wsgi"]
    app = create_app(Settings(mode=Mode.DEVELOPMENT, instance=tmp_path))
    group = app.cli
    for word in words[2:]:
        found = cast("Any", group).commands
        assert word in found, f"{' '.join(command)}: there is no {word}"
        group = found[word]


def test_there_are_two_web_processes_and_a_worker(compose: Compose):
    services = compose["services"]

    assert services["web"]["deploy"]["replicas"] == 2
    assert "command" not in services["web"]
    assert services["worker"]["command"].endswith("outbox work")


def test_pages_reach_the_outside_by_the_registered_address_alone(compose: Compose):
    inner = {name for name, one in compose["networks"].items() if one.get("internal")}
    on_the_outside = {
        name: set(one["networks"]) - inner
        for name, one in compose["services"].items()
        if set(one["networks"]) - inner
    }

    assert on_the_outside == {
        "door": {"outside"},
        "worker": {"outside"},
        "egress": {"registered"},
    }
    assert [name for name, one in compose["services"].items() if "ports" in one] == ["door"]


def test_every_service_waits_for_a_service_that_can_tell(compose: Compose):
    for name, service in compose["services"].items():
        for other, how in service.get("depends_on", {}).items():
            waited_for = compose["services"][other]
            if how["condition"] == "service_healthy":
                assert "healthcheck" in waited_for, f"{name} waits for {other}"
            else:
                assert waited_for["restart"] == "no", f"{name} waits for {other}"


def test_the_live_page_that_is_asked_exists(compose: Compose, tmp_path: Path):
    probe = " ".join(compose["services"]["web"]["healthcheck"]["test"])
    path = re.findall(r"http://127\.0\.0\.1:8000(/[\w/]+)", probe)
    app = create_app(Settings(mode=Mode.DEVELOPMENT, instance=tmp_path))

    assert app.test_client().get(path[0]).status_code == 200
    assert "0.0.0.0:8000" in web_command()


@pytest.mark.parametrize("service", service_names())
def test_an_image_is_named_without_a_registry_and_with_a_version(compose: Compose, service: str):
    one = compose["services"][service]

    assert "/" not in one["image"]
    assert one.get("pull_policy") == "never" or re.search(r":\d+$", one["image"])


def test_the_images_that_are_never_pulled_are_built_here(compose: Compose):
    services = compose["services"].values()
    built = {one["image"] for one in services if "build" in one}

    assert built == {one["image"] for one in services if one.get("pull_policy") == "never"}


def test_what_is_built_and_mounted_from_here_is_here(compose: Compose):
    for service in compose["services"].values():
        build = service.get("build", {})
        if isinstance(build, str):
            assert (ROOT / build / "Dockerfile").is_file()
        elif build:
            assert (ROOT / build["context"] / build["dockerfile"]).is_file()
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            if source.startswith("."):
                assert (ROOT / source).is_file()
            else:
                assert source.startswith("/etc/openslot/") or source in compose["volumes"]


@pytest.mark.parametrize("folder", [DEPLOY, DEPLOY / "egress"], ids=["site", "egress"])
def test_an_image_copies_what_is_there_and_runs_as_nobody_in_particular(folder: Path):
    dockerfile = (folder / "Dockerfile").read_text()
    context = ROOT if folder == DEPLOY else folder
    copied = re.findall(r"^COPY (?!--from)(\S+)", dockerfile, re.MULTILINE)
    users = re.findall(r"^USER (\S+)$", dockerfile, re.MULTILINE)

    assert copied
    assert all((context / one).exists() for one in copied)
    assert users
    assert users[-1] not in {"root", "0"}


def test_what_the_image_copies_is_not_ignored():
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    dockerfile = (DEPLOY / "Dockerfile").read_text()

    for one in re.findall(r"^COPY (?!--from)(\S+)", dockerfile, re.MULTILINE):
        assert f"!{one}" in ignored
    assert "webapp/reference" in ignored
    assert "--require-hashes -r /tmp/run.txt" in dockerfile


def test_every_name_in_the_environment_is_known(compose: Compose, example: dict[str, str]):
    names = set(example)
    for service in compose["services"].values():
        names |= set(service.get("environment", {}))
    for path in [ROOT / "compose.yaml", *DEPLOY.rglob("*")]:
        if path.is_file():
            names |= set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", path.read_text()))
    for unit in UNITS:
        for line in unit_settings(unit, "Environment"):
            names |= {pair.partition("=")[0] for pair in shlex.split(line)}

    assert names - OTHERS_SETTINGS <= SETTINGS


def test_what_compose_asks_of_the_environment_is_in_the_example(example: dict[str, str]):
    assert set(INTERPOLATED.findall((ROOT / "compose.yaml").read_text())) <= set(example)


def test_the_example_once_filled_in_makes_settings_for_production(
    example: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    for name, value in example.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("OPENSLOT_SECRET_KEY", "k" * 64)
    monkeypatch.setenv("OPENSLOT_SMTP_URL", "smtp://mail.example")
    settings = Settings()

    assert settings.mode is Mode.PRODUCTION
    assert settings.signing_key() == "k" * 64
    assert settings.links_begin == "https://book.example"
    assert settings.database().startswith("postgresql+psycopg://")


def test_no_file_holds_a_secret(compose: Compose, example: dict[str, str]):
    values = list(example.items())
    for service in compose["services"].values():
        values += service.get("environment", {}).items()

    for name, value in values:
        if IS_SECRET.search(name):
            assert not value or value.startswith("${"), name
    for path in [ROOT / "compose.yaml", *DEPLOY.rglob("*")]:
        if path.is_file():
            assert not PASSWORD_IN_A_URL.search(path.read_text()), path


@pytest.mark.parametrize("unit", UNITS, ids=[unit.name for unit in UNITS])
def test_a_unit_is_hardened_and_comes_back(unit: Path):
    text = unit.read_text()

    for line in (
        "Restart=always",
        "EnvironmentFile=/etc/openslot/openslot.env",
        "DynamicUser=yes",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "CapabilityBoundingSet=",
        "SystemCallFilter=@system-service",
    ):
        assert f"\n{line}\n" in text


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
@pytest.mark.parametrize("unit", UNITS, ids=[unit.name for unit in UNITS])
def test_systemd_finds_no_fault_with_a_unit(unit: Path, tmp_path: Path):
    # It looks for the programs as well, which are not installed here
    for program in ("flask", "gunicorn"):
        stand_in = tmp_path / program
        stand_in.write_text("#!/bin/sh\n")
        stand_in.chmod(0o755)
    copy = tmp_path / unit.name
    copy.write_text(unit.read_text().replace("/srv/openslot/venv/bin", str(tmp_path)))

    done = subprocess.run(
        ["systemd-analyze", "verify", str(copy)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (done.returncode, done.stderr) == (0, "")
