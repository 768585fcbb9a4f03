"""Every mistake that a practice's file can hold is one sentence: the file, the key, the mend."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.practices.examples import KEY, TEXT
from webapp.config import SettingsError
from webapp.practices.loader import load_practice
from webapp.practices.theme import derive_theme

JARGON = ("pydantic", "instance of", "tuple", "dictionary", "pattern", "Value error", "uRL", "^")


def mistakes(folder: Path, text: str, name: str = "harbour.toml") -> list[str]:
    file = folder / name
    file.write_text(text, "utf-8")
    with pytest.raises(SettingsError) as caught:
        load_practice(file)
    return caught.value.sentences


def only_mistake(folder: Path, text: str, name: str = "harbour.toml") -> str:
    [sentence] = mistakes(folder, text, name)
    assert sentence.startswith(f"{name}: ")
    assert sentence.endswith(".")
    assert not any(word in sentence for word in JARGON), sentence
    assert KEY not in sentence
    return sentence


@pytest.mark.parametrize("key", ["name", "phone", "email", "address", "timezone", "country"])
def test_a_missing_key_is_to_be_added(key: str, tmp_path: Path):
    text = re.sub(rf"^{key} = .*\n", "", TEXT, flags=re.MULTILINE)
    assert only_mistake(tmp_path, text) == f"harbour.toml: {key} is missing; add it."


@pytest.mark.parametrize("key", ["system", "url", "api_key"])
def test_a_key_missing_from_the_diary_is_to_be_added(key: str, tmp_path: Path):
    text = re.sub(rf"^{key} = .*\n", "", TEXT, flags=re.MULTILINE)
    assert only_mistake(tmp_path, text) == f"harbour.toml: diary.{key} is missing; add it."


def test_a_missing_diary_is_one_mistake_not_three(tmp_path: Path):
    text = TEXT.split("[diary]", maxsplit=1)[0]
    assert only_mistake(tmp_path, text) == "harbour.toml: diary is missing; add it."


@pytest.mark.parametrize(
    ("table", "wrong", "right"),
    [
        ("", "adress", "address"),
        ("", "them", "theme"),
        ("diary", "sorce_address", "source_address"),
        ("booking", "day_ahead", "days_ahead"),
        ("embed", "origin", "origins"),
        ("theme", "acent", "accent"),
    ],
)
def test_a_misspelt_key_is_told_with_the_right_one(
    table: str, wrong: str, right: str, tmp_path: Path
):
    unknown = f'{wrong} = "x"\n'
    if not table:
        text = unknown + TEXT
    else:
        text = TEXT + unknown if table == "diary" else f"{TEXT}[{table}]\n{unknown}"
    named = f"{table}.{wrong}" if table else wrong
    expected = f"harbour.toml: {named} is not a setting; did you mean {right}."
    assert only_mistake(tmp_path, text) == expected


def test_a_key_like_no_other_is_told_without_a_guess(tmp_path: Path):
    assert only_mistake(tmp_path, f"{TEXT}[booking]\nzzz = 1\n") == (
        "harbour.toml: booking.zzz is not a setting."
    )


def test_a_slug_is_the_files_name_and_no_setting(tmp_path: Path):
    sentence = only_mistake(tmp_path, f'slug = "other"\n{TEXT}')
    assert sentence == "harbour.toml: slug is not a setting; the file's name is the slug."


@pytest.mark.parametrize(
    "name",
    ["Harbour.toml", "har bour.toml", "-harbour.toml", "har--bour.toml", "hafen-müller.toml"],
)
def test_a_files_name_that_cannot_be_an_address_is_told(name: str, tmp_path: Path):
    assert "the file's name must be small letters" in only_mistake(tmp_path, TEXT, name)


@pytest.mark.parametrize(
    ("key", "value", "mend"),
    [
        ("name", "5", "must be text, in quotes"),
        ("name", '"  "', "must not be empty"),
        ("name", f'"{"x" * 201}"', "is too long; shorten it"),
        ("phone", "2079460123", "must be text, in quotes"),
        ("email", '"desk"', 'must be like "desk@harbour.example"'),
        ("email", '"desk @harbour.example"', 'must be like "desk@harbour.example"'),
        ("phone", '"ring us"', 'such as "020 7946 0123"'),
        ("phone", '"999"', 'such as "020 7946 0123"'),
        ("timezone", '"London"', 'such as "Europe/London"'),
        ("timezone", '"Europe"', 'such as "Europe/London"'),
        ("timezone", '""', 'such as "Europe/London"'),
        ("timezone", '"../etc/passwd"', 'such as "Europe/London"'),
        ("country", '"UK"', 'two letters such as "GB"'),
        ("country", '"gb"', 'two letters such as "GB"'),
        ("country", '"Great Britain"', 'two letters such as "GB"'),
    ],
)
def test_a_wrong_value_is_told_with_the_mend(key: str, value: str, mend: str, tmp_path: Path):
    text = re.sub(rf"^{key} = .*$", f"{key} = {value}", TEXT, flags=re.MULTILINE)
    sentence = only_mistake(tmp_path, text)
    assert sentence.startswith(f"harbour.toml: {key} ")
    assert mend in sentence


@pytest.mark.parametrize(
    ("key", "value", "mend"),
    [
        ("system", '"paper"', "must be 'physiodiary'"),
        ("url", '"diary.example/api"', 'such as "https://diary.example/api/request"'),
        ("url", '"ftp://diary.example"', 'such as "https://diary.example/api/request"'),
        ("url", f'"https://us:{KEY}@diary.example"', "must not contain a user or a password"),
        ("api_key", '""', "must not be empty"),
        ("api_key", '"env:NO_SUCH_KEY"', "environment variable NO_SUCH_KEY, which is not set"),
        ("api_key", '"file:/no/such/file"', "names the file /no/such/file, which cannot be read"),
        ("api_key", f'["{KEY}"]', "must be text, in quotes"),
        ("source_address", '"harbour.example"', "not appear to be an IPv4 or IPv6 address"),
        ("source_address", "7", "must be text, in quotes"),
        ("proxy", f'"http://us:{KEY}@ egress"', 'such as "https://'),
        ("connections", "0", "greater than or equal to 1"),
        ("connections", "33", "less than or equal to 32"),
    ],
)
def test_a_wrong_diary_is_told_without_its_secrets(key: str, value: str, mend: str, tmp_path: Path):
    text = re.sub(rf"^{key} = .*\n", "", TEXT, flags=re.MULTILINE) + f"{key} = {value}\n"
    sentence = only_mistake(tmp_path, text)
    assert sentence.startswith(f"harbour.toml: diary.{key} ")
    assert mend in sentence


@pytest.mark.parametrize(
    ("table", "key", "value", "mend"),
    [
        ("booking", "days_ahead", "0", "greater than or equal to 1"),
        ("booking", "days_ahead", "91", "less than or equal to 90"),
        ("booking", "days_ahead", '"many"', "a valid integer"),
        ("booking", "minimum_notice_hours", "-1", "greater than or equal to 0"),
        ("booking", "minimum_notice_hours", "721", "less than or equal to 720"),
        ("booking", "minimum_notice_hours", "nan", "less than or equal to 720"),
        ("booking", "staff", "[]", "at least one id"),
        ("booking", "staff", "[1, 1]", "none twice"),
        ("booking", "staff", '[1, "1"]', "none twice"),
        ("booking", "staff", "42228", "must be a list, in square brackets"),
        ("booking", "rooms", "[]", "at least one id"),
        ("booking", "rooms", "[true]", "must be text, in quotes"),
        ("booking", "ask_room", '"perhaps"', "a valid boolean"),
        ("embed", "origins", '"https://a.example"', "must be a list, in square brackets"),
        ("embed", "origins", '["https://a.example/"]', "no slash at the end"),
        ("embed", "origins", '["https://a.example/shop"]', "no path"),
        ("embed", "origins", '["a.example"]', "not an origin"),
        ("embed", "origins", '["*"]', "not an origin"),
        ("embed", "origins", '["https://*.a.example"]', "not an origin"),
        ("embed", "origins", '["https://a.example; script-src *"]', "not an origin"),
        ("embed", "origins", '["https://user@a.example"]', "not an origin"),
        ("embed", "origins", '["https://a.example:port"]', "not an origin"),
        ("embed", "origins", '["https://日本.example"]', "not an origin"),
        ("embed", "origins", '["javascript:alert(1)"]', "not an origin"),
        ("theme", "accent", '"green"', 'a colour such as "#0b6e4f"'),
        ("theme", "accent", '"#0b6"', 'a colour such as "#0b6e4f"'),
        ("theme", "accent", "704335", "must be text, in quotes"),
    ],
)
def test_a_wrong_rule_is_told_with_the_mend(
    table: str, key: str, value: str, mend: str, tmp_path: Path
):
    sentence = only_mistake(tmp_path, f"{TEXT}[{table}]\n{key} = {value}\n")
    assert sentence.startswith(f"harbour.toml: {table}.{key}")
    assert mend in sentence


def test_a_pale_accent_is_told_with_one_that_would_do(tmp_path: Path):
    sentence = only_mistake(tmp_path, f'{TEXT}[theme]\naccent = "#ffd54f"\n')
    suggested = re.search(r"(#[0-9a-f]{6}) would do", sentence)
    assert suggested is not None
    assert derive_theme(suggested[1]).light.accent == suggested[1]


@pytest.mark.parametrize("table", ["diary", "booking", "embed", "theme", "asap"])
def test_a_table_that_is_none_is_told(table: str, tmp_path: Path):
    text = TEXT.split("[diary]", maxsplit=1)[0] if table == "diary" else TEXT
    assert only_mistake(tmp_path, f"{table} = 5\n{text}") == (
        f"harbour.toml: {table} must be a table."
    )


@pytest.mark.parametrize("text", ["name = ", "name: Harbour", f'api_key = "{KEY}'])
def test_what_is_not_toml_is_told_with_the_place_and_without_the_text(text: str, tmp_path: Path):
    assert "this is not TOML" in only_mistake(tmp_path, text)


def test_a_file_in_another_encoding_is_told(tmp_path: Path):
    file = tmp_path / "harbour.toml"
    file.write_bytes(TEXT.replace("Harbour", "Hafenmüller").encode("latin-1"))
    with pytest.raises(SettingsError, match=r"^harbour\.toml: this is not TOML"):
        load_practice(file)


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path):
    (tmp_path / "harbour.toml").mkdir()
    with pytest.raises(SettingsError, match=r"^harbour\.toml: cannot be read"):
        load_practice(tmp_path / "harbour.toml")


def test_each_of_several_mistakes_has_its_own_sentence(tmp_path: Path):
    text = TEXT.replace("Europe/London", "London").replace(KEY, "env:NO_SUCH_KEY")
    found = mistakes(tmp_path, f'{text}[theme]\naccent = "red"\n')
    assert [one.split()[1] for one in found] == ["diary.api_key", "timezone", "theme.accent"]
