from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime

import pytest
import time_machine

from tests.practices.examples import practice
from tests.reference_process import HARBOUR, ReferenceDiary
from webapp.diaries.calling import Limits
from webapp.diaries.physiodiary.api import Api
from webapp.diaries.physiodiary.diary import PhysiodiaryDiary
from webapp.diaries.port import CallOrigin
from webapp.diaries.settings import PhysiodiarySettings
from webapp.diaries.transport import CallLimits
from webapp.practices.doctor import Finding, examine
from webapp.practices.model import Practice

BRISK = Limits(
    reads=CallLimits(connect=5, read=5, total=9),
    write=CallLimits(connect=5, read=5, total=9),
    attempts=1,
)


@pytest.fixture(autouse=True)
def friday_morning() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 20, 8, tzinfo=UTC)):
        yield


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that is ours, and at which nobody listens."""
    with socket.socket() as ours:
        ours.bind(("127.0.0.1", 0))
        yield ours.getsockname()[1]


def harbour(
    reference: ReferenceDiary,
    *,
    key: str = HARBOUR.key,
    booking: Mapping[str, object] | None = None,
) -> Practice:
    return practice(url=reference.request_url(), key=key, booking=booking)


def api_of(one: Practice) -> Api:
    assert isinstance(one.diary, PhysiodiarySettings)
    return Api(one.diary, BRISK)


def diary_of(one: Practice) -> PhysiodiaryDiary:
    return PhysiodiaryDiary(api_of(one), one.zone, BRISK)


def findings(one: Practice) -> list[Finding]:
    with closing(diary_of(one)) as diary:
        return list(examine(one, diary))


def wrong(one: Practice) -> list[str]:
    return [finding.text for finding in findings(one) if not finding.is_well]


def test_when_all_is_well_every_step_is_told(reference: ReferenceDiary):
    found = findings(harbour(reference, booking={"staff": [42228, 42230], "rooms": [7322]}))
    assert all(one.is_well for one in found)
    origin, accepted, free = (one.text for one in found)
    assert origin.startswith("Calls leave from 127.0.0.1, a private address: register")
    assert accepted == "The diary accepts the key and the address."
    assert free == "The diary answers what is free, for staff 42228 in room 7322."


def test_a_practice_that_names_nobody_is_asked_about_the_first_in_the_diary(
    reference: ReferenceDiary,
):
    assert wrong(harbour(reference)) == []
    [call] = reference.calls(HARBOUR.slug, "freeList")
    assert call["outcome"] != "pending"


def test_it_writes_nothing(reference: ReferenceDiary):
    findings(harbour(reference))
    assert set(reference.counts()) <= {"staffList", "sectionList", "freeList"}
    assert reference.bookings() == []


def test_a_wrong_key_is_told_with_both_things_that_it_can_be(reference: ReferenceDiary):
    [text] = wrong(harbour(reference, key="another-key"))
    assert "was reached from 127.0.0.1 and answered 404" in text
    assert "does not accept diary.api_key, or the address" in text
    assert "another-key" not in text


def test_an_address_that_is_not_registered_is_told_in_the_same_words(reference: ReferenceDiary):
    reference.allow(HARBOUR.slug, ["203.0.113.7"])
    [text] = wrong(harbour(reference))
    assert "not the one registered for it" in text


def test_ids_that_the_diary_does_not_have_are_told_with_those_it_has(reference: ReferenceDiary):
    booking = {"staff": [42228, 1, 2], "rooms": [7322, 9]}
    staff, rooms = wrong(harbour(reference, booking=booking))
    assert staff.startswith("booking.staff names 1, 2, which the diary does not list; it has ")
    assert "42230 (Siân O'Brien)" in staff
    assert rooms.startswith("booking.rooms names 9, which the diary does not list; it has ")
    assert "7324 (Gym)" in rooms


def test_nothing_listening_is_told_with_what_to_check(closed_port: int):
    one = practice(url=f"http://127.0.0.1:{closed_port}/api/request")
    [text] = wrong(one)
    assert text.startswith(f"No connection to 127.0.0.1:{closed_port}: check diary.url")


def test_a_source_address_that_is_not_ours_is_told(reference: ReferenceDiary):
    one = practice(
        diary={
            "system": "physiodiary",
            "url": reference.request_url(),
            "api_key": HARBOUR.key,
            "source_address": "203.0.113.7",
        }
    )
    [text] = wrong(one)
    assert "from 203.0.113.7: check" in text
    assert "belongs to this server" in text


def test_a_proxy_that_is_away_is_told_without_its_password(closed_port: int):
    one = practice(
        diary={
            "system": "physiodiary",
            "url": "https://diary.example/api/request",
            "api_key": "a-key",
            "proxy": f"http://agent:hidden@127.0.0.1:{closed_port}",
        }
    )
    [text] = wrong(one)
    assert text.startswith(
        f"No connection to diary.example by the proxy 127.0.0.1:{closed_port}: check"
    )
    assert "hidden" not in text


@pytest.mark.parametrize("kind", ["rubbish_html", "half_json", "empty_body", "drop_before"])
def test_rubbish_is_told_as_no_usable_answer(kind: str, reference: ReferenceDiary):
    reference.fault(HARBOUR.slug, "*", kind)
    [text] = wrong(harbour(reference))
    assert "was reached and gave no usable answer" in text
    assert "check that diary.url is the whole address" in text
    assert HARBOUR.key not in text


def test_lists_that_answer_and_times_that_do_not_are_told_apart(reference: ReferenceDiary):
    reference.fault(HARBOUR.slug, "freeList", "rubbish_html")
    found = findings(harbour(reference))
    assert [one.is_well for one in found] == [True, True, False]


@pytest.mark.parametrize(
    ("address", "proxy", "words"),
    [
        ("198.51.100.7", None, "Calls leave from 198.51.100.7, a private address"),
        ("8.8.8.8", None, "8.8.8.8: this is the address to register"),
        ("10.0.0.3", "egress.internal:3128", "by the proxy egress.internal:3128"),
    ],
)
def test_the_address_to_register_is_the_one_that_the_vendor_sees(
    address: str, proxy: str | None, words: str, reference: ReferenceDiary
):
    class Elsewhere(PhysiodiaryDiary):
        def call_origin(self) -> CallOrigin:
            return CallOrigin(local_address=address, proxy=proxy)

    one = harbour(reference)
    with closing(Elsewhere(api_of(one), one.zone, BRISK)) as diary:
        assert words in next(examine(one, diary)).text
