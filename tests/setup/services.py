"""Finds the PostgreSQL and Redis that tests start; run as a program, installs what is missing."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.setup.installing import answer, become_root, succeeds

POSTGRES_OVERRIDE = "OPENSLOT_POSTGRES"
"""The environment variable that names the folder of initdb and postgres, and leaves no other."""
REDIS_OVERRIDE = "OPENSLOT_REDIS"
"""The environment variable that names the Redis or Valkey server, and leaves no other choice."""

REDIS_COMMANDS = ("redis-server", "valkey-server")
POSTGRES_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/libexec/postgresql*",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
)
"""Where systems keep the server's programs, which are rarely on the PATH."""

START_POLICY = Path("/usr/sbin/policy-rc.d")
"""What Debian's packages ask before they start the service that they have just installed."""

# A server that Debian starts by itself is none of ours, and may hold a port that is somebody's.
# The answer holds while this shell lives: should the file be left behind, it says yes again.
_APT = """
if [ ! -e "$1" ]; then
    trap 'rm -f "$1"' EXIT
    trap 'exit 1' HUP INT TERM
    printf '#!/bin/sh\\nkill -0 %s 2>/dev/null && exit 101\\nexit 0\\n' $$ > "$1"
    chmod 755 "$1"
fi
install() {
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 \\
        install --yes --no-install-recommends "$2"
}
# A new machine's lists may be empty or old: only then are they fetched
install "$@" || { apt-get update && install "$@"; }
"""


@dataclass(frozen=True)
class Service:
    """A server that tests need: how it is found, and what systems call its package."""

    name: str
    find: Callable[[], Path | None]
    override: str
    what_it_names: str
    packages: dict[str, tuple[str, ...]]
    """By package manager: names to try, each when the one before it could not be installed."""


@dataclass(frozen=True)
class PackageManager:
    """How one system installs a package, whose name is the command's last word."""

    command: str
    install: tuple[str, ...]
    as_root: bool = True


def find_postgres() -> Path | None:
    """Return the folder of a PostgreSQL server's programs that run here, the newest, or None.

    Where OPENSLOT_POSTGRES names one, no other will do. Otherwise the one on the PATH comes first.
    """
    override = os.environ.get(POSTGRES_OVERRIDE)
    if override:
        return _first_with_a_server([Path(override)])
    on_path = shutil.which("initdb")
    bindir = answer(["pg_config", "--bindir"])
    return _first_with_a_server(
        [
            *([Path(on_path).resolve().parent] if on_path else []),
            *_newest_first(POSTGRES_FOLDERS),
            *([Path(bindir.strip())] if bindir else []),
        ]
    )


def find_redis() -> Path | None:
    """Return a Redis or Valkey server that runs here, or None.

    Where OPENSLOT_REDIS names one, no other will do.
    """
    override = os.environ.get(REDIS_OVERRIDE)
    for command in [override] if override else REDIS_COMMANDS:
        path = shutil.which(command)
        if path and answer([path, "--version"]):
            return Path(path)
    return None


def services() -> tuple[Service, Service]:
    """Return what the tests need."""
    return (
        Service(
            name="PostgreSQL",
            find=find_postgres,
            override=POSTGRES_OVERRIDE,
            what_it_names="the folder of its programs",
            packages={
                "apt-get": ("postgresql",),
                "dnf": ("postgresql-server",),
                "pacman": ("postgresql",),
                "apk": ("postgresql", "postgresql17"),
                "brew": ("postgresql@17",),
            },
        ),
        Service(
            name="Redis",
            find=find_redis,
            override=REDIS_OVERRIDE,
            what_it_names="its server",
            packages={
                "apt-get": ("redis-server", "valkey-server"),
                "dnf": ("valkey", "redis"),
                "pacman": ("valkey", "redis"),
                "apk": ("redis", "valkey"),
                "brew": ("redis",),
            },
        ),
    )


def main() -> int:
    """Make sure of both, say in one sentence what was done, and return the exit status."""
    found: list[str] = []
    for service in services():
        path = service.find() or _install(service)
        if path is None:
            return 1
        found.append(f"{service.name} from {path}")
    _say(f"The tests start {' and '.join(found)}.")
    return 0


def _install(service: Service) -> Path | None:
    """Install it in full view and return where it is; otherwise say what to do, and return None."""
    override = os.environ.get(service.override)
    if override:
        _say(
            f"{service.override} names {override}, which is not {service.what_it_names}:"
            " mend or unset it."
        )
        return None
    tried: list[str] = []
    for manager, prefix in _package_managers():
        tried.append(manager.command)
        _say(f"No {service.name} here: installing it with {manager.command}.")
        for package in service.packages[manager.command]:
            if succeeds([*prefix, *manager.install, package]) and (path := service.find()):
                return path
    why = f"{' and '.join(tried)} could not install it" if tried else "nothing here can install it"
    _say(
        f"The tests need {service.name}, and {why}: install it yourself, or name"
        f" {service.what_it_names} in {service.override}."
    )
    return None


def _package_managers() -> list[tuple[PackageManager, tuple[str, ...]]]:
    """Return those that work here, each with what goes before its command."""
    known = (
        PackageManager("apt-get", ("sh", "-c", _APT, "apt-get", str(START_POLICY))),
        PackageManager("dnf", ("dnf", "install", "--assumeyes")),
        PackageManager("pacman", ("pacman", "--sync", "--refresh", "--noconfirm")),
        PackageManager("apk", ("apk", "add")),
        PackageManager("brew", ("brew", "install"), as_root=False),
    )
    working: list[tuple[PackageManager, tuple[str, ...]]] = []
    for manager in known:
        prefix = become_root() if manager.as_root else ()
        if shutil.which(manager.command) and prefix is not None:
            working.append((manager, prefix))
    return working


def _first_with_a_server(folders: Iterable[Path]) -> Path | None:
    """Return the first folder that has both programs: some hold only those for clients."""
    for folder in folders:
        if all(answer([str(folder / one), "--version"]) for one in ("postgres", "initdb")):
            return folder
    return None


def _newest_first(patterns: Iterable[str]) -> list[Path]:
    folders = [
        folder for pattern in patterns for folder in Path("/").glob(pattern.removeprefix("/"))
    ]
    return sorted(folders, key=_version, reverse=True)


def _version(folder: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", str(folder)))


def _say(sentence: str) -> None:
    print(sentence, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
