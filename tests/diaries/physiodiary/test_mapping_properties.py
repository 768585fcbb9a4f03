"""Whatever a server sends becomes a result or one of our errors, never another exception."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diaries.physiodiary.examples import (
    CONFIRMED,
    FREE_LIST,
    REQUEST,
    SECTION_LIST,
    STAFF_LIST,
    errors,
)
from tests.diaries.wire import ZONE
from webapp.diaries.errors import DiaryError, OutcomeUnknown
from webapp.diaries.free_times import FreeTimes
from webapp.diaries.physiodiary import mapping
from webapp.diaries.physiodiary.faults import Refusal, booking_error, read_answer
from webapp.diaries.port import Confirmation, Room, Staff

Container = dict[str | int, object]
"""Or a list: here only ever written to by key."""

MONDAY = date(2026, 11, 23)

texts = st.text() | st.sampled_from(["0915", "2400", "20261123", "Confirmed", "Anna", "", "errors"])
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts
keys = texts | st.sampled_from(
    [*FREE_LIST, *CONFIRMED, *STAFF_LIST, *SECTION_LIST, "errors", "error", "fieldName", "times"]
)
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6),
    max_leaves=20,
)


def places(value: object) -> list[tuple[Container, str | int]]:
    """Every place in a document that could hold something else."""
    if isinstance(value, dict):
        whole = cast("dict[str | int, object]", value)
        inside = list(whole.items())
    elif isinstance(value, list):
        whole = cast("list[object]", value)
        inside = list(enumerate(whole))
    else:
        return []
    found: list[tuple[Container, str | int]] = []
    for key, inner in inside:
        found += [(cast("Container", whole), key), *places(inner)]
    return found


@st.composite
def spoilt(draw: st.DrawFn) -> object:
    """A true answer with one place in it changed: far nearer to being believed."""
    true = draw(st.sampled_from([FREE_LIST, CONFIRMED, STAFF_LIST, SECTION_LIST, errors(12, 8)]))
    document = copy.deepcopy(true)
    whole, key = draw(st.sampled_from(places(document)))
    whole[key] = draw(documents)
    return document


statuses = st.integers(100, 999) | st.sampled_from([200, 404, 500])
bodies = (
    (documents | spoilt()).map(lambda document: json.dumps(document).encode())
    | st.binary()
    | st.binary().map(lambda inner: b'{"staff": ' + inner + b"}")
)
zones = st.sampled_from(["Europe/London", "America/New_York", "Pacific/Apia", "Asia/Kathmandu"])


def staff(status: int, body: bytes, _zone: ZoneInfo) -> object:
    return mapping.staff(read_answer(status, body))


def rooms(status: int, body: bytes, _zone: ZoneInfo) -> object:
    return mapping.rooms(read_answer(status, body))


def free(status: int, body: bytes, zone: ZoneInfo) -> object:
    return mapping.free_times(
        read_answer(status, body),
        staff_id="42230",
        room_id="7323",
        first_day=MONDAY,
        days=90,
        zone=zone,
    )


def booked(status: int, body: bytes, zone: ZoneInfo) -> object:
    answer = read_answer(status, body)
    if isinstance(answer, Refusal):
        raise booking_error(answer)
    return mapping.confirmation(answer, REQUEST, zone)


@pytest.mark.parametrize("read", [staff, rooms, free, booked])
@given(status=statuses, body=bodies, zone=zones)
def test_any_answer_is_a_result_or_an_error_of_ours(
    read: Callable[[int, bytes, ZoneInfo], object], status: int, body: bytes, zone: str
):
    with suppress(DiaryError):
        found = read(status, body, ZoneInfo(zone))
        assert 200 <= status < 300
        if isinstance(found, FreeTimes):
            check_free(found)
        elif isinstance(found, Confirmation):
            assert found.minutes > 0
        else:
            assert isinstance(found, tuple)
            for one in cast("tuple[object, ...]", found):
                assert isinstance(one, Staff | Room)
                assert one.id
                assert one.name == one.name.strip() != ""


def check_free(found: FreeTimes) -> None:
    assert 1 <= found.minutes <= 1440
    assert list(found.days) == sorted(found.days)
    for day, times in found.days.items():
        assert MONDAY <= day < MONDAY + timedelta(days=90)
        assert times
        assert list(times) == sorted(set(times))


@given(document=spoilt(), status=st.sampled_from([200, 201]))
def test_a_confirmation_is_believed_only_if_it_repeats_the_booking(document: object, status: int):
    with suppress(DiaryError):
        booked(status, json.dumps(document).encode(), ZONE)
        assert isinstance(document, dict)
        document = cast("dict[str, object]", document)
        assert (document["date"], document["time"]) == ("20261123", "0915")
        assert "errors" not in document


@given(
    numbers=st.lists(st.integers(-3, 20) | st.sampled_from([8, 9, 10, 11, 12]), max_size=5).filter(
        lambda numbers: not numbers or not {*numbers} <= {1, 2, 3, 4, *range(6, 13)}
    )
)
def test_any_unclear_number_leaves_a_booking_unknown(numbers: list[int]):
    refusal = read_answer(200, json.dumps(errors(*numbers)).encode())
    assert isinstance(refusal, Refusal)
    assert type(booking_error(refusal)) is OutcomeUnknown


@given(
    day=st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    times=st.sets(st.times().map(lambda at: at.strftime("%H%M"))),
    zone=zones,
)
def test_every_time_on_the_wall_can_be_booked_as_it_was_read(day: date, times: set[str], zone: str):
    """What freeList says is free, book asks for by the very same words."""
    answer = {**FREE_LIST, "free": [{"date": f"{day:%Y%m%d}", "times": sorted(times)}]}
    place = ZoneInfo(zone)
    found = mapping.free_times(answer, staff_id="1", room_id="2", first_day=day, days=1, zone=place)
    for at in found.days.get(day, ()):
        slot = REQUEST.slot
        moment = datetime.combine(day, at, place)
        order = mapping.booking_order(
            type(REQUEST)(type(slot)(slot.staff, slot.room, moment, 45), REQUEST.patient), place
        )
        assert order["date"] == f"{day:%Y%m%d}"
        assert order["time"] in times
