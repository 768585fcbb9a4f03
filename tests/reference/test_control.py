from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.reference_process import HARBOUR, ReferenceDiary

if TYPE_CHECKING:
    import requests

    from tests.reference.conftest import Post

BENCH: dict[str, Any] = {
    "key": "bench-key",
    "staff": [{"id": number, "name": f"Person {number}"} for number in (1, 2, 3, 4)],
    "rooms": [{"id": number, "name": f"Room {number}"} for number in (1, 2, 3)],
}


def test_a_practice_can_be_opened_and_closed(diary: ReferenceDiary, post: Post):
    diary.create_practice("bench", **BENCH, slotLength=30, hours={"mon": [["0900", "1030"]]})

    assert len(diary.ask("bench", "staffList").json()["staff"]) == 4
    assert diary.free("bench", staff_id=4, section_id=3)[:4] == [
        ("20261123", "0900"),
        ("20261123", "0930"),
        ("20261123", "1000"),
        ("20261130", "0900"),
    ]

    diary.close_practice("bench")
    assert post({"action": "staffList", "apiKey": "bench-key"}, to="bench").status_code == 404


def test_a_share_of_a_practice_can_be_taken_from_the_start(diary: ReferenceDiary):
    def count_free(share: float, seed: int = 1) -> int:
        diary.create_practice("bench", **BENCH, shareTaken=share, seed=seed)
        return sum(
            len(diary.free("bench", staff_id=staff_id, section_id=1)) for staff_id in (1, 2, 3, 4)
        )

    every, half = count_free(0), count_free(0.5)
    same, other = count_free(0.5), count_free(0.5, seed=2)
    diary.close_practice("bench")

    assert 0 < half < every
    assert half == same
    assert half != other


def test_calls_are_counted_and_forgotten(
    diary: ReferenceDiary, post: Post, listing: dict[str, Any], booking: dict[str, Any]
):
    post(listing)
    post(listing)
    post(booking)
    post({**booking, "name": ""})

    assert diary.counts() == {"freeList": 2, "book": 2}
    listed, _, confirmed, refused = diary.calls()
    assert (listed["staffId"], listed["sectionId"], listed["date"], listed["numDays"]) == (
        42230,
        7323,
        "20261120",
        90,
    )
    assert (confirmed["time"], confirmed["outcome"]) == (booking["time"], "confirmed")
    assert refused["outcome"] == "errors 8"
    assert confirmed["at"].startswith("2026-11-20T08:")
    diary.forget_calls()
    assert diary.calls() == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("harbour-physio/fault", {"kind": "gremlins"}),
        ("harbour-physio/fault", {"kind": "slow", "action": "undo"}),
        ("harbour-physio/fault", {"kind": "status"}),
        ("harbour-physio/fault", {"kind": "field_errors"}),
        ("harbour-physio/fault", {"kind": "slow", "second": 2}),
        ("harbour-physio/take", {"date": "soon"}),
        (
            "harbour-physio/take",
            {"date": "20261123", "time": "0915", "staffId": 1, "sectionId": 7322},
        ),
        ("practices", {"slug": "control", **BENCH}),
        ("practices", {"slug": "Not A Slug", **BENCH}),
        ("practices", {"slug": "far", **BENCH, "zone": "Moon/Base"}),
        ("practices", {"slug": "far", **BENCH, "hours": {"moonday": []}}),
    ],
)
def test_a_wrong_wish_is_told_so(
    diary: ReferenceDiary, http: requests.Session, path: str, body: dict[str, Any]
):
    answer = http.post(f"{diary.url}/control/{path}", json=body, timeout=30)

    assert answer.status_code == 400
    assert answer.json()["error"]


def test_a_web_page_cannot_steer_it(diary: ReferenceDiary, http: requests.Session):
    answer = http.post(
        f"{diary.url}/control/{HARBOUR.slug}/fill",
        headers={"Origin": "https://elsewhere.example"},
        timeout=30,
    )

    assert answer.status_code == 404
    assert diary.free(HARBOUR.slug, staff_id=42230, section_id=7323)


def test_practices_are_listed_without_their_keys(diary: ReferenceDiary, http: requests.Session):
    answer = http.get(f"{diary.url}/control/practices", timeout=30)

    assert "harbour-physio" in [each["slug"] for each in answer.json()["practices"]]
    assert "key" not in answer.text
