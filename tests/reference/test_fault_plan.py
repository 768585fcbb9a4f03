from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.reference.conftest import ANNA, ROOM_2
from tests.reference_process import HARBOUR, ReferenceDiary

if TYPE_CHECKING:
    from tests.reference.conftest import Post


def test_a_fault_hits_as_often_as_told(diary: ReferenceDiary, post: Post, listing: dict[str, Any]):
    diary.fault(HARBOUR.slug, "freeList", "server_error", times=2)

    assert [post(listing).status_code for _ in range(3)] == [500, 500, 200]


def test_faults_hit_one_after_the_other(diary: ReferenceDiary, post: Post, listing: dict[str, Any]):
    diary.fault(HARBOUR.slug, "freeList", "server_error", times=1)
    diary.fault(HARBOUR.slug, "freeList", "refuse", times=1)

    assert [post(listing).status_code for _ in range(3)] == [500, 404, 200]


def test_a_fault_hits_only_its_action_and_its_person(
    diary: ReferenceDiary, post: Post, listing: dict[str, Any], booking: dict[str, Any]
):
    diary.fault(HARBOUR.slug, "freeList", "server_error", staff_id=ANNA)

    assert post({**listing, "staffId": ANNA}).status_code == 500
    assert post(listing).status_code == 200
    assert post(booking).json()["result"] == "Confirmed"


def test_a_fault_of_one_practice_leaves_the_other_alone(diary: ReferenceDiary):
    diary.fault("elm-tree-clinic", "*", "server_error")

    assert diary.ask(HARBOUR.slug, "staffList").status_code == 200
    assert diary.ask("elm-tree-clinic", "staffList").status_code == 500


def test_clearing_brings_back_the_truth(diary: ReferenceDiary, post: Post, listing: dict[str, Any]):
    diary.fault(HARBOUR.slug, "*", "server_error")
    diary.clear(HARBOUR.slug)

    assert post(listing).json()["sectionId"] == ROOM_2


def test_a_wrong_key_uses_up_no_fault(diary: ReferenceDiary, post: Post, listing: dict[str, Any]):
    diary.fault(HARBOUR.slug, "freeList", "server_error", times=1)

    assert post({**listing, "apiKey": "wrong"}).status_code == 404
    assert post(listing).status_code == 500
