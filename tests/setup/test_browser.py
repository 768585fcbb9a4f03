"""Which browser the tests drive, tried with commands of our own on a PATH of our own."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.setup import browser

AddCommand = Callable[[str, str], Path]

STARTS = "echo Chromium 150.0"
ONLY_A_HINT = "echo 'install the snap first' >&2; exit 1"


@pytest.fixture
def add_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AddCommand:
    """A machine with no browser, and a way to put commands on its PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv(browser.OVERRIDE, raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "no-browsers"))
    monkeypatch.setattr(browser, "APPLICATIONS", ())

    def add(name: str, script: str) -> Path:
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    return add


def test_the_first_browser_on_the_path_is_used(add_command: AddCommand):
    add_command("google-chrome", STARTS)
    chromium = add_command("chromium", STARTS)

    assert browser.find_chromium() == chromium


def test_a_command_that_only_says_how_to_install_a_browser_is_passed_over(add_command: AddCommand):
    add_command("chromium-browser", ONLY_A_HINT)
    chrome = add_command("google-chrome-stable", STARTS)

    assert browser.find_chromium() == chrome


def test_the_browser_that_the_environment_names_comes_before_all(
    add_command: AddCommand, monkeypatch: pytest.MonkeyPatch
):
    add_command("chromium", STARTS)
    ours = add_command("our-chromium", STARTS)
    monkeypatch.setenv(browser.OVERRIDE, str(ours))

    assert browser.find_chromium() == ours


def test_a_named_browser_that_does_not_start_is_an_error_and_not_a_reason_to_take_another(
    add_command: AddCommand, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    add_command("chromium", STARTS)
    monkeypatch.setenv(browser.OVERRIDE, "/nowhere/chromium")

    assert browser.find_chromium() is None
    assert browser.main() == 1
    assert "OPENSLOT_CHROMIUM names /nowhere/chromium" in capsys.readouterr().out


def test_a_machine_without_a_browser_has_none(add_command: AddCommand):
    assert browser.find_chromium() is None


def test_a_missing_browser_is_installed_by_the_system(
    add_command: AddCommand,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
):
    chromium = tmp_path / "bin" / "chromium"
    add_command(
        "apk",
        f"PATH={os.defpath}; [ \"$*\" = 'add chromium' ] || exit 1\n"
        f"printf '#!/bin/sh\\n{STARTS}\\n' > {chromium}; chmod +x {chromium}",
    )
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    assert browser.main() == 0
    assert f"use {chromium}, which apk installed" in capsys.readouterr().out


def test_old_package_lists_are_fetched_before_giving_up(
    add_command: AddCommand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    lists = tmp_path / "lists"
    chromium = tmp_path / "bin" / "chromium"
    add_command(
        "apt-get",
        f"PATH={os.defpath}\n"
        f"[ $1 != update ] || exec touch {lists}\n"
        f"[ -e {lists} ] || exit 100\n"
        f"printf '#!/bin/sh\\n{STARTS}\\n' > {chromium}; chmod +x {chromium}",
    )
    add_command("sh", 'exec /bin/sh "$@"')
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    assert browser.main() == 0
    assert browser.find_chromium() == chromium


def test_one_sentence_says_so_when_nothing_can_install_a_browser(
    add_command: AddCommand, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    no_browsers = str(add_command("playwright", "exit 1"))
    monkeypatch.setattr(browser, "PLAYWRIGHT", (no_browsers,))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert browser.main() == 1
    assert capsys.readouterr().out.splitlines()[-1] == (
        "The tests need Chromium, and Playwright could not install it: install it yourself, or name"
        " one in OPENSLOT_CHROMIUM."
    )
