"""What the doctor finds where the diary is Cliniko, and what a wrong file is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from tests.diaries.cliniko.riverside import diary_at, identity, settings_for
from tests.practices.examples import practice
from tests.reference_process import RIVERSIDE, ReferenceDiary
from webapp.practices.doctor import Finding, examine
from webapp.practices.loader import SettingsError, load_practice

FILE = """\
name = "Riverside Physio"
phone = "020 7946 0456"
email = "desk@riversidephysio.example"
address = "3 Riverside Walk, London SW13"
timezone = "Europe/London"
country = "GB"

[diary]
system = "cliniko"
"""


@pytest.fixture(autouse=True)
def friday_morning() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 20, 8, tzinfo=UTC)):
        yield


def findings(url: str, *, api_key: str = RIVERSIDE.key, **booking: object) -> list[Finding]:
    one = practice(diary=settings_for(url, api_key=api_key), booking=booking)
    with closing(diary_at(url, api_key=api_key)) as diary:
        return list(examine(one, diary))


def test_when_all_is_well_every_step_is_told(reference: ReferenceDiary):
    found = findings(reference.cliniko_url(), types=[identity(402)])
    assert all(one.is_well for one in found)
    assert [one.text for one in found] == [
        "Calls leave from 127.0.0.1.",
        "The diary accepts the key.",
        f"The diary answers what is free, for staff {identity(51)} in room {identity(41)}.",
    ]
    [asked] = reference.calls(RIVERSIDE.slug, "times")
    assert asked["numDays"] == 7


def test_a_wrong_key_is_told_without_it(reference: ReferenceDiary):
    origin, refused = findings(reference.cliniko_url(), api_key="another-key-uk1")
    assert origin.is_well
    assert "does not accept diary.api_key" in refused.text
    assert "another-key" not in refused.text


def test_a_type_that_is_not_shown_online_is_told_with_those_that_are(reference: ReferenceDiary):
    found = findings(reference.cliniko_url(), types=[identity(401), identity(9401)])
    [wrong] = [one.text for one in found if not one.is_well]
    assert f"booking.types names {identity(9401)}, which the diary does not list" in wrong
    assert f"{identity(402)} (Follow-up)" in wrong


def test_a_key_without_its_shard_is_told_once(tmp_path: Path):
    file = tmp_path / "riverside.toml"
    rest = 'contact_email = "developers@riversidephysio.example"\n'
    file.write_text(f'{FILE}{rest}api_key = "half-of-a-key"\n')
    with pytest.raises(SettingsError) as caught:
        load_practice(file)
    [told] = caught.value.sentences
    assert told.startswith("riverside.toml: diary has an api_key that does not end in the account")
    assert told.endswith("such as -uk1: copy all of it, or add url.")
    file.write_text(f'{FILE}{rest}api_key = "env:NOWHERE_SET"\n')
    with pytest.raises(SettingsError) as caught:
        load_practice(file)
    assert len(caught.value.sentences) == 1
    assert "diary.api_key" in caught.value.sentences[0]
