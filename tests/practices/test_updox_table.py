"""The ``[updox]`` table: what it may say, and the sentence for each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.practices.examples import TEXT
from tests.practices.valomnia import TEXT as VALOMNIA
from webapp.config import SettingsError
from webapp.practices.loader import literal_secrets, load_practice
from webapp.practices.model import Practice

PASSWORD = "the-password-that-no-sentence-may-show"
TABLE = f"""
[updox]
url = "https://myupdox.example"
application_id = "vendor"
application_password = "{PASSWORD}"
account_id = "harbour"

[updox.calendars]
42228 = "anna"
"""
MISTAKES = [
    (
        "https://myupdox.example",
        "http://myupdox.example",
        "updox.url must begin with https://: the password travels along.",
    ),
    (
        "https://myupdox.example",
        "https://me:secret@myupdox.example",
        "updox.url must not contain a user or a password: they have settings of their own.",
    ),
    (
        'account_id = "harbour"',
        'account_id = "harbour"\npath = "syncAppointments"',
        'updox.path must be a path such as "/api/io/AppointmentsSync".',
    ),
    (PASSWORD, " ", "updox.application_password must not be empty, nor hold a line's end."),
    (
        PASSWORD,
        "env:NOT_THERE",
        ("updox.application_password names the environment variable NOT_THERE, which is not set."),
    ),
    ('account_id = "harbour"', "", "updox.account_id is missing; add it."),
    (
        '[updox.calendars]\n42228 = "anna"',
        "",
        (
            "updox has no calendar: set updox.calendar, or add [updox.calendars] with a line "
            'for each person, such as 511 = "calendar-of-511".'
        ),
    ),
    (
        "[updox.calendars]",
        "[updox.calenders]",
        "updox.calenders is not a setting; did you mean calendars.",
    ),
    (
        "[updox]",
        "[booking]\nstaff = [42228, 42230]\n[updox]",
        (
            "updox has no calendar for 42230, who is in booking.staff: add a line to "
            "[updox.calendars], or set updox.calendar for all who have none."
        ),
    ),
]
"""What is right, what stands there instead, and what is said of it."""


def load(folder: Path, table: str = TABLE) -> Practice:
    file = folder / "harbour.toml"
    file.write_text(TEXT + table, "utf-8")
    return load_practice(file)


def test_without_it_nobody_is_told(tmp_path: Path):
    assert load(tmp_path, "").updox is None


def test_what_it_says(tmp_path: Path):
    found = load(tmp_path).updox
    assert found is not None
    assert found.sync_address == "https://myupdox.example/api/io/AppointmentsSync"
    assert found.ping_address == "https://myupdox.example/api/io/PingWithAccountAuth"
    assert found.application_password.get_secret_value() == PASSWORD
    assert (found.calendar_of("42228"), found.calendar_of("42230")) == ("anna", None)
    assert PASSWORD not in repr(found)


def test_the_older_address_and_a_calendar_for_the_others(tmp_path: Path):
    table = TABLE.replace(
        "[updox.calendars]",
        'path = "/io/syncAppointments"\ncalendar = "others"\n[updox.calendars]',
    )
    found = load(tmp_path, table).updox
    assert found is not None
    assert found.sync_address == "https://myupdox.example/io/syncAppointments"
    assert found.ping_address == "https://myupdox.example/io/PingWithAccountAuth"
    assert found.calendar_of("42230") == "others"


def test_the_password_may_be_kept_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("UPDOX_PASSWORD", PASSWORD)
    found = load(tmp_path, TABLE.replace(PASSWORD, "env:UPDOX_PASSWORD")).updox
    assert found is not None
    assert found.application_password.get_secret_value() == PASSWORD
    assert literal_secrets(tmp_path / "harbour.toml") == ["diary.api_key"]


def test_a_mistake_stops_the_start_with_a_sentence(tmp_path: Path):
    for right, mistaken, sentence in MISTAKES:
        with pytest.raises(SettingsError) as stopped:
            load(tmp_path, TABLE.replace(right, mistaken))
        assert f"harbour.toml: {sentence}" in stopped.value.sentences
        assert PASSWORD not in str(stopped.value)
        assert "secret" not in str(stopped.value)


def test_whom_the_file_itself_lists_must_have_one_too(tmp_path: Path):
    file = tmp_path / "meadow.toml"
    file.write_text(VALOMNIA + TABLE, "utf-8")
    with pytest.raises(SettingsError) as stopped:
        load_practice(file)
    assert stopped.value.sentences == [
        (
            "meadow.toml: updox has no calendar for 811, who is in diary.people: add a line to "
            "[updox.calendars], or set updox.calendar for all who have none."
        )
    ]
