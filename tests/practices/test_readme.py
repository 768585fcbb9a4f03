"""The README's own examples of a practice's file can be used as they stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from webapp.diaries.settings import (
    ClinikoSettings,
    OpenDentalSettings,
    PhysiodiarySettings,
    ValomniaSettings,
)
from webapp.practices.loader import literal_secrets, load_practice

README = Path(__file__).resolve().parents[2] / "README.md"
EXAMPLES = re.findall(r"```toml\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
SYSTEMS = {
    "physiodiary": PhysiodiarySettings,
    "valomnia": ValomniaSettings,
    "opendental": OpenDentalSettings,
    "cliniko": ClinikoSettings,
}


def test_there_is_one_for_each_system():
    found = [re.findall(r'^system = "(.*)"', one, re.MULTILINE) for one in EXAMPLES]
    assert {one for systems in found for one in systems} >= set(SYSTEMS)


def test_the_table_of_the_list_can_be_added_to_any_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    [table] = [one for one in EXAMPLES if one.startswith("[asap]")]
    [text] = [one for one in EXAMPLES if 'system = "physiodiary"' in one]
    for name in re.findall(r'"env:(\w+)"', text + table):
        monkeypatch.setenv(name, "kept-elsewhere")
    file = tmp_path / "example.toml"
    file.write_text(f"{text}\n{table}", "utf-8")
    rules = load_practice(file).asap
    assert rules.enabled
    assert rules.customer_key.get_secret_value() == "kept-elsewhere"
    assert literal_secrets(file) == []


def test_the_table_of_updox_can_be_added_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    [table] = [one for one in EXAMPLES if one.startswith("[updox]")]
    [text] = [one for one in EXAMPLES if 'system = "physiodiary"' in one]
    for name in re.findall(r'"env:(\w+)"', text + table):
        monkeypatch.setenv(name, "kept-elsewhere")
    file = tmp_path / "example.toml"
    file.write_text(f"{text}\n{table}", "utf-8")
    settings = load_practice(file).updox
    assert settings is not None
    assert settings.application_password.get_secret_value() == "kept-elsewhere"
    assert (settings.calendar_of("42228"), settings.calendar_of("1")) == (
        "calendar-anna",
        "front-desk",
    )
    assert literal_secrets(file) == []


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_can_be_used_as_it_stands(
    system: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    [text] = [one for one in EXAMPLES if f'system = "{system}"' in one]
    for name in re.findall(r'"env:(\w+)"', text):
        monkeypatch.setenv(name, "kept-elsewhere-uk1")
    file = tmp_path / "example.toml"
    file.write_text(text, "utf-8")
    practice = load_practice(file)
    assert isinstance(practice.diary, SYSTEMS[system])
    assert practice.diary.secret.get_secret_value() == "kept-elsewhere-uk1"
    assert literal_secrets(file) == []
