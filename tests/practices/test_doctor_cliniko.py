"""What the doctor finds where the diary is Cliniko, and what a wrong file is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


def findings(
    url: str,
    *,
    api_key: str = RIVERSIDE.key,
    asap: Mapping[str, object] | None = None,
    **booking: object,
) -> list[Finding]:
    one = practice(diary=settings_for(url, api_key=api_key), booking=booking, asap=asap or {})
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


@pytest.fixture
def southbank(reference: ReferenceDiary) -> Iterator[str]:
    """The address of an account some of which cannot be offered."""
    reference.create_practice(
        "southbank",
        key=RIVERSIDE.key,
        staff=[{"id": 1, "name": "Isla Bennett"}],
        rooms=[
            {"id": 21, "name": "Southbank"},
            {"id": 22, "name": "Calais", "zone": "Europe/Paris"},
            {"id": 23, "name": "Crater", "zone": "Mars/Gale"},
        ],
        types=[
            {"id": 71, "name": "Massage", "minutes": 60, "payment": "required"},
            {"id": 72, "name": "Shockwave", "minutes": 30, "payment": "deposit_required"},
            {"id": 73, "name": "Follow-up", "minutes": 30, "noticeHours": 24},
            {"id": 74, "name": "First appointment", "minutes": 45, "noticeHours": 2},
        ],
    )
    yield reference.cliniko_url("southbank")
    reference.close_practice("southbank")


def test_what_cannot_be_offered_is_told_with_why_and_the_mend(southbank: str):
    found = findings(southbank)
    calais, crater, massage, shockwave = [one.text for one in found if not one.is_well]
    assert all(one.is_well or one.is_advice for one in found)
    assert "Calais is in the time zone Europe/Paris and this file's timezone is Europe/" in calais
    assert 'a practice file of their own with timezone = "Europe/Paris"' in calais
    assert "Crater has a time zone in Cliniko that this server does not know (Mars/Gale)" in crater
    assert "Massage is not offered, for Cliniko requires payment" in massage
    assert "Shockwave is not offered, for Cliniko requires a deposit" in shockwave
    assert "make payment optional for it in Cliniko" in shockwave
    assert found[-1].text.startswith("The diary answers what is free")


def test_what_the_file_does_not_want_to_offer_is_no_trouble(southbank: str):
    found = findings(southbank, rooms=[identity(21)], types=[identity(73), identity(74)])
    assert all(one.is_well for one in found)


def test_what_the_file_wants_to_offer_and_cannot_is_wrong_and_told_once(southbank: str):
    found = findings(southbank, rooms=[identity(22)], types=[identity(71), identity(73)])
    calais, massage = [one for one in found if not one.is_well]
    assert (calais.is_advice, massage.is_advice) == (False, False)
    assert calais.text.startswith("Calais is in the time zone")
    assert massage.text.startswith("Massage is not offered")


def test_where_nothing_else_is_left_it_is_wrong(reference: ReferenceDiary):
    one = practice(
        diary=settings_for(reference.cliniko_url()), timezone="Europe/Paris", address="1 Quai"
    )
    with closing(diary_at(reference.cliniko_url(), zone=one.zone)) as diary:
        *places, nothing = [each for each in examine(one, diary) if not each.is_well]
    assert [each.text.partition(" is ")[0] for each in places] == ["Riverside", "Hilltop"]
    assert not any(each.is_advice for each in places)
    assert "no business in online bookings that can be offered here" in nothing.text


def test_a_lead_time_that_the_list_would_trip_over_is_told_where_there_is_a_list(southbank: str):
    def told_with(*types: str, notice: float = 2) -> list[Finding]:
        found = findings(
            southbank,
            asap={"enabled": True, "texts_from": "+447700900800"},
            rooms=[identity(21)],
            types=types,
            minimum_notice_hours=notice,
        )
        return [one for one in found if not one.is_well]

    both = [identity(73), identity(74)]
    # Our own notice is for ordinary bookings: however long it is, the list is not held to it
    for notice in (2, 24):
        told, other = told_with(*both, notice=notice)
        assert told.is_advice
        assert "Cliniko's lead time of Follow-up is 24 hours" in told.text
        assert "booking.minimum_notice_hours" in told.text
        assert "lead time of First appointment is 2 hours" in other.text
    assert told_with(identity(74)) == [other]


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
