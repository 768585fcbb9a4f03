"""Which servers the tests start, tried with commands of our own on a PATH of our own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.setup import services

AddCommand = Callable[[str, str], Path]

STARTS = "echo it 17.1"
FAILS = "exit 1"


@pytest.fixture
def add_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AddCommand:
    """A machine with no servers, where we are root, and a way to put commands on its PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv(services.POSTGRES_OVERRIDE, raising=False)
    monkeypatch.delenv(services.REDIS_OVERRIDE, raising=False)
    monkeypatch.setattr(services, "POSTGRES_FOLDERS", (f"{tmp_path}/postgresql/*/bin",))
    monkeypatch.setattr(services, "START_POLICY", tmp_path / "policy")
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    def add(name: str, script: str) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    return add


def add_postgres(add_command: AddCommand, folder: Path) -> None:
    add_command(str(folder / "initdb"), STARTS)
    add_command(str(folder / "postgres"), STARTS)


def add_apt(add_command: AddCommand, script: str) -> None:
    """An apt-get that runs this, beside the few commands that it takes: never the real one."""
    for name in ("chmod", "cp", "rm", "sh", "touch"):
        add_command(name, f'exec {shutil.which(name, path=os.defpath)} "$@"')
    add_command("apt-get", script)


def writes(path: Path) -> str:
    """A line of a script that makes a command which starts."""
    return f"printf '#!/bin/sh\\n{STARTS}\\n' > {path}; chmod +x {path}"


def test_the_newest_postgres_of_the_system_is_used(add_command: AddCommand, tmp_path: Path):
    for version in ("9", "17", "16"):
        add_postgres(add_command, tmp_path / "postgresql" / version / "bin")

    assert services.find_postgres() == tmp_path / "postgresql" / "17" / "bin"


def test_a_postgres_on_the_path_comes_before_the_system_s_others(
    add_command: AddCommand, tmp_path: Path
):
    add_postgres(add_command, tmp_path / "postgresql" / "17" / "bin")
    add_postgres(add_command, tmp_path / "bin")

    assert services.find_postgres() == tmp_path / "bin"


def test_a_folder_with_the_programs_of_clients_alone_is_passed_over(
    add_command: AddCommand, tmp_path: Path
):
    clients = tmp_path / "clients"
    add_command(str(clients / "psql"), STARTS)
    add_command("pg_config", f"echo {clients}")

    assert services.find_postgres() is None


def test_postgres_is_where_pg_config_says(add_command: AddCommand, tmp_path: Path):
    elsewhere = tmp_path / "elsewhere"
    add_postgres(add_command, elsewhere)
    add_command("pg_config", f"echo {elsewhere}")

    assert services.find_postgres() == elsewhere


def test_valkey_will_do_where_redis_does_not_start(add_command: AddCommand):
    add_command("redis-server", FAILS)
    valkey = add_command("valkey-server", STARTS)

    assert services.find_redis() == valkey


def test_one_sentence_names_both_where_nothing_is_missing(
    add_command: AddCommand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    add_postgres(add_command, tmp_path / "bin")
    redis = add_command("redis-server", STARTS)

    assert services.main() == 0
    assert capsys.readouterr().out == (
        f"The tests start PostgreSQL from {tmp_path / 'bin'} and Redis from {redis}.\n"
    )


@pytest.mark.parametrize(
    ("override", "what"),
    [
        (services.POSTGRES_OVERRIDE, "the folder of its programs"),
        (services.REDIS_OVERRIDE, "its server"),
    ],
)
def test_a_named_server_that_does_not_start_is_an_error_and_not_a_reason_to_take_another(
    override: str,
    what: str,
    add_command: AddCommand,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    add_postgres(add_command, add_command("redis-server", STARTS).parent)
    monkeypatch.setenv(override, "/nowhere/at-all")

    assert services.main() == 1
    assert capsys.readouterr().out == (
        f"{override} names /nowhere/at-all, which is not {what}: mend or unset it.\n"
    )


def test_what_is_missing_is_installed_by_the_system_and_nothing_else(
    add_command: AddCommand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    redis = tmp_path / "bin" / "redis-server"
    add_postgres(add_command, tmp_path / "bin")
    add_command("apk", f'PATH={os.defpath}; [ "$*" = "add redis" ] || exit 1\n{writes(redis)}')

    assert services.main() == 0
    assert capsys.readouterr().out.splitlines() == [
        "No Redis here: installing it with apk.",
        f"The tests start PostgreSQL from {tmp_path / 'bin'} and Redis from {redis}.",
    ]


def test_a_system_that_knows_only_valkey_installs_that(add_command: AddCommand, tmp_path: Path):
    valkey = tmp_path / "bin" / "valkey-server"
    add_postgres(add_command, tmp_path / "bin")
    add_command(
        "pacman", f'PATH={os.defpath}; [ "${{4:-$3}}" = valkey ] || exit 1\n{writes(valkey)}'
    )

    assert services.main() == 0
    assert services.find_redis() == valkey


def test_debian_is_kept_from_starting_a_server_while_it_installs_one_and_no_longer(
    add_command: AddCommand, tmp_path: Path
):
    redis, policy, asked = (
        tmp_path / "bin" / "redis-server",
        tmp_path / "policy",
        tmp_path / "asked",
    )
    add_postgres(add_command, tmp_path / "bin")
    add_apt(
        add_command,
        f"{policy}; echo $? > {asked}; cp {policy} {policy}.left-behind\n{writes(redis)}",
    )

    assert services.main() == 0
    assert asked.read_text() == "101\n"
    assert not policy.exists()
    assert subprocess.run([f"{policy}.left-behind"], check=False).returncode == 0


def test_a_policy_that_stands_already_is_left_alone(add_command: AddCommand, tmp_path: Path):
    policy = add_command(str(tmp_path / "policy"), "exit 101")
    before = policy.read_text()
    add_postgres(add_command, tmp_path / "bin")
    add_apt(add_command, writes(tmp_path / "bin" / "redis-server"))

    assert services.main() == 0
    assert policy.read_text() == before


def test_old_package_lists_are_fetched_before_giving_up(add_command: AddCommand, tmp_path: Path):
    lists = tmp_path / "lists"
    add_postgres(add_command, tmp_path / "bin")
    add_apt(
        add_command,
        f"[ $1 != update ] || exec touch {lists}\n[ -e {lists} ] || exit 100\n"
        + writes(tmp_path / "bin" / "redis-server"),
    )

    assert services.main() == 0


def test_one_sentence_says_so_when_the_system_could_not_install_it(
    add_command: AddCommand, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    add_postgres(add_command, tmp_path / "bin")
    add_command("dnf", FAILS)

    assert services.main() == 1
    assert capsys.readouterr().out.splitlines()[-1] == (
        "The tests need Redis, and dnf could not install it: install it yourself, or name its"
        " server in OPENSLOT_REDIS."
    )


def test_one_sentence_says_so_where_we_may_install_nothing(
    add_command: AddCommand, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    add_command("apt-get", STARTS)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert services.main() == 1
    assert capsys.readouterr().out == (
        "The tests need PostgreSQL, and nothing here can install it: install it yourself, or name"
        " the folder of its programs in OPENSLOT_POSTGRES.\n"
    )
