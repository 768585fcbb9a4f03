"""Finds the Chromium that the e2e tests drive; run as a program, installs one where none is."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.setup.installing import answer, become_root, succeeds

OVERRIDE = "OPENSLOT_CHROMIUM"
"""The environment variable that names the browser to use, and leaves no other choice."""

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)
PLAYWRIGHT: tuple[str, ...] = (sys.executable, "-m", "playwright")


@dataclass(frozen=True)
class PackageManager:
    """How one system installs Chromium: its commands, each tried when the one before it failed."""

    command: str
    installs: tuple[tuple[str, ...], ...]
    as_root: bool = True


_APT_INSTALL = "DEBIAN_FRONTEND=noninteractive apt-get install --yes chromium"
PACKAGE_MANAGERS = (
    # A new machine's lists may be empty or old: only then are they fetched
    PackageManager(
        "apt-get",
        (("sh", "-c", _APT_INSTALL), ("sh", "-c", f"apt-get update && {_APT_INSTALL}")),
    ),
    PackageManager("dnf", (("dnf", "install", "--assumeyes", "chromium"),)),
    PackageManager("pacman", (("pacman", "--sync", "--refresh", "--noconfirm", "chromium"),)),
    PackageManager("apk", (("apk", "add", "chromium"),)),
    PackageManager("brew", (("brew", "install", "--cask", "chromium"),), as_root=False),
)


def find_chromium() -> Path | None:
    """Return a Chromium that starts here, or None.

    Where OPENSLOT_CHROMIUM names one, no other will do. Otherwise the system's own come before the
    one that Playwright keeps.
    """
    override = os.environ.get(OVERRIDE)
    if override:
        return _first_that_starts([shutil.which(override)])
    on_path = [shutil.which(command) for command in COMMANDS]
    return _first_that_starts([*on_path, *map(str, APPLICATIONS)]) or _playwrights_own()


def main() -> int:
    """Make sure of a browser, say in one sentence what was done, and return the exit status."""
    override = os.environ.get(OVERRIDE)
    browser = find_chromium()
    if browser:
        _say(f"The browser tests use {browser}.")
        return 0
    if override:
        _say(f"{OVERRIDE} names {override}, which is no browser that starts: mend or unset it.")
        return 1
    tried: list[str] = []
    for name, commands in _ways_to_install():
        tried.append(name)
        _say(f"No Chromium here: installing it with {name}.")
        if any(succeeds(command) for command in commands) and (browser := find_chromium()):
            _say(f"The browser tests use {browser}, which {name} installed.")
            return 0
    _say(
        f"The tests need Chromium, and {' and '.join(tried)} could not install it: install it"
        f" yourself, or name one in {OVERRIDE}."
    )
    return 1


def _first_that_starts(candidates: list[str | None]) -> Path | None:
    """Return the first candidate that can say its version: some are only a hint to install it."""
    for candidate in candidates:
        if candidate and answer([candidate, "--version"]):
            return Path(candidate)
    return None


def _playwrights_own() -> Path | None:
    # A process of its own, for Playwright starts no second time inside a test that it drives
    script = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as playwright:\n"
        "    print(playwright.chromium.executable_path)\n"
    )
    path = answer([sys.executable, "-c", script])
    return _first_that_starts([path.strip()]) if path else None


def _ways_to_install() -> list[tuple[str, list[tuple[str, ...]]]]:
    ways: list[tuple[str, list[tuple[str, ...]]]] = []
    for manager in PACKAGE_MANAGERS:
        prefix = become_root() if manager.as_root else ()
        if shutil.which(manager.command) and prefix is not None:
            ways.append((manager.command, [(*prefix, *command) for command in manager.installs]))
    # With what the browser needs of the system where we may install that, and without it elsewhere
    playwright = [(*PLAYWRIGHT, "install", "chromium")]
    if sys.platform == "linux" and become_root() is not None:
        playwright.insert(0, (*PLAYWRIGHT, "install", "--with-deps", "chromium"))
    return [*ways, ("Playwright", playwright)]


def _say(sentence: str) -> None:
    print(sentence, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
