"""What the doctor finds where the diary is Valomnia, which lists neither staff nor rooms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
import time_machine

from tests.diaries.valomnia.meadow import diary_at
from tests.practices.examples import practice
from tests.practices.valomnia import TABLE
from tests.reference_process import MEADOW, ReferenceDiary
from webapp.practices.doctor import Finding, examine


@pytest.fixture(autouse=True)
def friday_morning() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 20, 8, tzinfo=UTC)):
        yield


def findings(url: str, password: str = MEADOW.key) -> list[Finding]:
    one = practice(diary={**TABLE, "url": url, "password": password})
    with closing(diary_at(url, password=password)) as diary:
        return list(examine(one, diary))


def test_when_all_is_well_every_step_is_told(reference: ReferenceDiary):
    found = findings(reference.valomnia_url())
    assert all(one.is_well for one in found)
    assert [one.text for one in found] == [
        "Calls leave from 127.0.0.1.",
        "The diary accepts the user and the password.",
        "The diary answers what is free, for staff 811 in room 81.",
    ]


def test_a_wrong_password_is_told_without_it(reference: ReferenceDiary):
    origin, refused = findings(reference.valomnia_url(), "another-password")
    assert origin.is_well
    assert not refused.is_well
    assert "does not accept diary.username with diary.password" in refused.text
    assert "another-password" not in refused.text


def test_rubbish_is_told_as_no_usable_answer(reference: ReferenceDiary):
    reference.fault(MEADOW.slug, "list", "rubbish_html")
    [found] = [one.text for one in findings(reference.valomnia_url()) if not one.is_well]
    assert "was reached and gave no usable answer" in found
