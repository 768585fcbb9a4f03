from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.reference.conftest import ANNA, CHRIS, GYM, JAYNE, ROOM_1, ROOM_2, SIAN
from tests.reference_process import ELM_TREE, HARBOUR, ReferenceDiary

if TYPE_CHECKING:
    from tests.reference.conftest import Post


def test_staff_list(post: Post):
    answer = post({"action": "staffList", "apiKey": HARBOUR.key})

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == {
        "staff": [
            {"id": 42228, "name": "Anna Müller"},
            {"id": 42230, "name": "Siân O'Brien"},
            {"id": 42229, "name": "Chris Okafor"},
            {"id": 42233, "name": "Jayne Park"},
            {"id": 42227, "name": "Demo User"},
        ]
    }


def test_section_list(post: Post):
    answer = post({"action": "sectionList", "apiKey": HARBOUR.key})

    assert answer.json() == {
        "sections": [
            {"id": 7322, "name": "Treatment Room 1"},
            {"id": 7323, "name": "Treatment Room 2"},
            {"id": 7324, "name": "Gym"},
        ]
    }


def test_practices_differ(post: Post):
    answer = post({"action": "sectionList", "apiKey": ELM_TREE.key}, to=ELM_TREE.slug)

    assert answer.json() == {"sections": [{"id": 61, "name": "Consulting Room"}]}


def test_free_list_has_the_documents_shape(post: Post, listing: dict[str, Any]):
    answer = post(listing).json()

    free = answer.pop("free")
    assert answer == {
        "slotLength": 45,
        "staffId": SIAN,
        "staffName": "Siân O'Brien",
        "sectionId": ROOM_2,
        "sectionName": "Treatment Room 2",
    }
    assert all(set(day) == {"date", "times"} for day in free)


def test_free_list_repeats_the_times_as_the_documents_sample_does(
    diary: ReferenceDiary, post: Post, listing: dict[str, Any]
):
    free = post(listing).json()["free"]

    for day in free:
        half = len(day["times"]) // 2
        assert day["times"][:half] == day["times"][half:]
    truth = diary.free(HARBOUR.slug, staff_id=SIAN, section_id=ROOM_2)
    told = {(day["date"], time) for day in free for time in day["times"]}
    assert told == {slot for slot in truth if slot[0] < "20270218"}


def test_free_list_is_not_always_in_order(post: Post, listing: dict[str, Any]):
    halves = [day["times"][: len(day["times"]) // 2] for day in post(listing).json()["free"]]

    assert any(times != sorted(times) for times in halves)
    assert any(len(times) > 1 and times == sorted(times) for times in halves)


def test_days_with_nothing_free_are_missing(post: Post, listing: dict[str, Any]):
    days = [day["date"] for day in post(listing).json()["free"]]

    assert "20261122" not in days  # a Sunday
    assert len(days) == len(set(days))
    assert 0 < len(days) < 90


def test_the_number_of_days_counts_the_first_one(post: Post, listing: dict[str, Any]):
    every = [day["date"] for day in post(listing).json()["free"]]

    only = post({**listing, "date": every[3], "numDays": 1}).json()["free"]
    two = post({**listing, "date": every[3], "numDays": 2}).json()["free"]

    assert [day["date"] for day in only] == [every[3]]
    first = date(int(every[3][:4]), int(every[3][4:6]), int(every[3][6:]))
    assert {day["date"] for day in two} <= {every[3], f"{first + timedelta(days=1):%Y%m%d}"}


def test_nothing_is_free_beyond_ninety_days(post: Post, listing: dict[str, Any]):
    far = post({**listing, "date": "20270217", "numDays": 90}).json()["free"]

    assert {day["date"] for day in far} <= {"20270217", "20270218"}
    assert post({**listing, "date": "99991231"}).json()["free"] == []


def test_first_free_times_look_like_a_practices(diary: ReferenceDiary):
    def first(staff_id: int) -> str:
        slots = [
            diary.free(HARBOUR.slug, staff_id=staff_id, section_id=room)
            for room in (ROOM_1, ROOM_2, GYM)
        ]
        return min(slots_of_room[0] for slots_of_room in slots if slots_of_room)[0]

    assert first(SIAN) == "20261121"
    assert first(ANNA) == "20261123"
    assert "20261128" <= first(CHRIS) <= "20261205"


@pytest.mark.parametrize("staff_id", [JAYNE, 42227])
@pytest.mark.parametrize("section_id", [ROOM_1, ROOM_2, GYM])
def test_some_have_nothing_free_at_all(
    post: Post, listing: dict[str, Any], staff_id: int, section_id: int
):
    answer = post({**listing, "staffId": staff_id, "sectionId": section_id}).json()

    assert answer["free"] == []
    assert answer["slotLength"] == 45


def test_the_schedule_is_the_same_after_a_reset(
    diary: ReferenceDiary, post: Post, listing: dict[str, Any]
):
    before = post(listing).json()
    diary.fill(HARBOUR.slug)
    assert post(listing).json()["free"] == []
    diary.reset(HARBOUR.slug)

    assert post(listing).json() == before
