"""What the doctor finds where the diary is Open Dental."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
import time_machine

from tests.diaries.opendental.bridge import CUSTOMER, DEVELOPER, diary_at, settings_for
from tests.practices.examples import practice
from tests.reference_process import BRIDGE, ReferenceDiary
from webapp.practices.doctor import Finding, examine


@pytest.fixture(autouse=True)
def friday_morning() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 20, 8, tzinfo=UTC)):
        yield


def findings(url: str, customer_key: str = CUSTOMER) -> list[Finding]:
    booking = {"staff": [31, 32], "rooms": [21]}
    one = practice(diary=settings_for(url, customer_key=customer_key), booking=booking)
    with closing(diary_at(url, customer_key=customer_key)) as diary:
        return list(examine(one, diary))


def test_when_all_is_well_every_step_is_told(reference: ReferenceDiary):
    found = findings(reference.opendental_url())
    assert all(one.is_well for one in found)
    assert [one.text for one in found] == [
        "Calls leave from 127.0.0.1.",
        "The diary accepts both keys.",
        "The diary answers what is free, for staff 31 in room 21.",
    ]


def test_a_wrong_key_is_told_without_it(reference: ReferenceDiary):
    origin, refused = findings(reference.opendental_url(), customer_key="another-key")
    assert origin.is_well
    assert not refused.is_well
    assert "does not accept diary.developer_key with diary.customer_key" in refused.text
    assert "permissions Read All, Appointments, Patients and Comm" in refused.text
    assert "another-key" not in refused.text
    assert DEVELOPER not in refused.text


def test_an_id_that_is_hidden_is_told_with_those_that_are_not(reference: ReferenceDiary):
    one = practice(diary=settings_for(reference.opendental_url()), booking={"rooms": [21, 9101]})
    with closing(diary_at(reference.opendental_url())) as diary:
        [wrong] = [found.text for found in examine(one, diary) if not found.is_well]
    assert "booking.rooms names 9101, which the diary does not list; it has 21" in wrong


@pytest.mark.parametrize("kind", ["rubbish_html", "server_error", "empty_object"])
def test_rubbish_is_told_as_no_usable_answer(kind: str, reference: ReferenceDiary):
    reference.fault(BRIDGE.slug, "providers", kind)
    [found] = [one.text for one in findings(reference.opendental_url()) if not one.is_well]
    assert "was reached and gave no usable answer" in found
