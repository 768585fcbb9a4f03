from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.reference.conftest import ANNA, GYM, ROOM_1, ROOM_2, SIAN
from tests.reference_process import HARBOUR, ReferenceDiary

if TYPE_CHECKING:
    from tests.reference.conftest import Post


def slot_of(booking: dict[str, Any]) -> tuple[str, str]:
    return booking["date"], booking["time"]


def whereabouts_of(booking: dict[str, Any]) -> dict[str, Any]:
    return {
        "date": booking["date"],
        "time": booking["time"],
        "staff_id": booking["staffId"],
        "section_id": booking["sectionId"],
    }


def test_a_free_slot_is_confirmed(post: Post, booking: dict[str, Any]):
    answer = post(booking)

    assert answer.status_code == 200
    assert answer.json() == {
        "result": "Confirmed",
        "date": booking["date"],
        "time": booking["time"],
        "duration": 45,
        "section": "Treatment Room 2",
        "staff": "Siân O'Brien",
    }


def test_a_booking_is_kept_with_every_field_but_the_key(
    diary: ReferenceDiary, post: Post, booking: dict[str, Any]
):
    post({**booking, "extra": "kept too"})

    [kept] = diary.bookings()
    assert kept["source"] == "online"
    assert (kept["name"], kept["phone"], kept["email"], kept["desc"]) == (
        "Ada Whitcombe",
        "07700 900123",
        "ada@whitcombe.example",
        "Stiff neck",
    )
    expected = {**booking, "extra": "kept too"}
    del expected["apiKey"]
    assert kept["received"] == expected


def test_the_newest_booking_stands_first(
    diary: ReferenceDiary, post: Post, booking: dict[str, Any]
):
    later = diary.free(HARBOUR.slug, staff_id=SIAN, section_id=ROOM_2)[1]
    post(booking)
    post({**booking, "date": later[0], "time": later[1]})

    assert [slot_of(kept) for kept in diary.bookings()] == [later, slot_of(booking)]


def test_a_slot_cannot_be_had_twice(diary: ReferenceDiary, post: Post, booking: dict[str, Any]):
    post(booking)
    answer = post({**booking, "name": "Bruno Kettle"})

    assert answer.status_code == 200
    document = answer.json()
    [error] = document.pop("errors")
    assert (error["error"], error["fieldName"]) == (12, "booking")
    assert error["message"]
    stamp = document.pop("timestamp")
    assert stamp.startswith("Nov 20, 2026 8:")
    assert stamp.endswith(" AM")
    assert document == {"numErrors": 1, "action": "book"}
    assert len(diary.bookings()) == 1


def test_a_booking_takes_the_person_in_every_room_and_the_room_from_everybody(
    diary: ReferenceDiary, post: Post, booking: dict[str, Any]
):
    diary.create_practice(
        "two-by-two",
        key="two-key",
        staff=[{"id": 1, "name": "Una"}, {"id": 2, "name": "Dov"}],
        rooms=[{"id": 8, "name": "Left"}, {"id": 9, "name": "Right"}],
    )
    taken = ("20261123", "0900")
    answer = post(
        {**booking, "apiKey": "two-key", "staffId": 1, "sectionId": 8}
        | {"date": taken[0], "time": taken[1]},
        to="two-by-two",
    )
    assert answer.json()["result"] == "Confirmed"

    still = {
        (staff_id, room_id)
        for staff_id in (1, 2)
        for room_id in (8, 9)
        if taken in diary.free("two-by-two", staff_id=staff_id, section_id=room_id)
    }

    assert still == {(2, 9)}
    diary.close_practice("two-by-two")


def test_people_whose_times_only_overlap_are_kept_out_of_one_room_too(diary: ReferenceDiary):
    diary.create_practice(
        "offset",
        key="offset-key",
        staff=[
            {"id": 1, "name": "Una", "hours": {"mon": [["0900", "1200"]]}},
            {"id": 2, "name": "Dov", "hours": {"mon": [["0920", "1220"]]}},
        ],
        rooms=[{"id": 8, "name": "Only"}],
        slotLength=30,
    )
    diary.take("offset", date="20261123", time="0930", staff_id=1, section_id=8)

    free = diary.free("offset", staff_id=2, section_id=8)

    assert [time for date, time in free if date == "20261123"] == ["1020", "1050", "1120", "1150"]
    diary.close_practice("offset")


def test_twenty_at_once_for_one_slot_and_one_gets_it(
    diary: ReferenceDiary, booking: dict[str, Any]
):
    fields = {key: value for key, value in booking.items() if key not in {"action", "apiKey"}}

    def book(number: int) -> dict[str, Any]:
        name = f"Patient {number}"
        return diary.ask(HARBOUR.slug, "book", **{**fields, "name": name}).json()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(book, range(20)))

    confirmed = [answer for answer in answers if answer.get("result") == "Confirmed"]
    refused = [answer["errors"][0]["error"] for answer in answers if "errors" in answer]
    assert len(confirmed) == 1
    assert refused == [12] * 19
    assert len(diary.bookings()) == 1


def test_twenty_at_once_for_one_person_in_three_rooms_and_one_gets_it(
    diary: ReferenceDiary, booking: dict[str, Any]
):
    diary.create_practice(
        "three-rooms",
        key="three-key",
        staff=[{"id": 1, "name": "Una"}],
        rooms=[{"id": room, "name": f"Room {room}"} for room in (1, 2, 3)],
    )
    fields = {"date": "20261123", "time": "0900", "staffId": 1, "name": "P", "phone": "1"}

    def book(number: int) -> dict[str, Any]:
        return diary.ask(
            "three-rooms", "book", **fields, email="p@mail.example", sectionId=number % 3 + 1
        ).json()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(book, range(20)))

    assert sum("result" in answer for answer in answers) == 1
    diary.close_practice("three-rooms")


def test_sixty_connections_at_once_are_all_answered(diary: ReferenceDiary):
    # All of them are held until all have come, so that they are truly there at one time.
    diary.fault(HARBOUR.slug, "staffList", "slow", seconds=30)
    with ThreadPoolExecutor(60) as pool:
        answers = [pool.submit(diary.ask, HARBOUR.slug, "staffList") for _ in range(60)]
        diary.wait_for_calls(HARBOUR.slug, 60)
        diary.clear()

    assert [answer.result().status_code for answer in answers] == [200] * 60
    assert diary.most_at_once() == 60


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"date": "20261120", "time": "0730"}, "passed this morning"),
        ({"date": "20261122", "time": "0915"}, "a Sunday"),
        ({"date": "20261124", "time": "0917"}, "between two slots"),
        ({"date": "20270219", "time": "0915"}, "beyond the horizon"),
        ({"staffId": 42227}, "never in"),
    ],
)
def test_what_was_never_offered_cannot_be_had(
    post: Post, booking: dict[str, Any], change: dict[str, Any], why: str
):
    answer = post({**booking, **change}).json()

    assert [error["error"] for error in answer["errors"]] == [12], why


def test_the_desk_takes_and_frees_a_slot(
    diary: ReferenceDiary, post: Post, booking: dict[str, Any]
):
    slot = whereabouts_of(booking)
    diary.take(HARBOUR.slug, **slot, name="Walk In")

    assert post(booking).json()["errors"][0]["error"] == 12
    with pytest.raises(requests.HTTPError, match="409"):
        diary.take(HARBOUR.slug, **slot)
    [struck] = diary.release(HARBOUR.slug, **slot)
    assert (struck["name"], struck["source"]) == ("Walk In", "desk")
    assert post(booking).json()["result"] == "Confirmed"


def test_a_booking_that_the_desk_strikes_out_stays_listed_as_released(
    diary: ReferenceDiary, post: Post, booking: dict[str, Any]
):
    post(booking)
    diary.release(HARBOUR.slug, **whereabouts_of(booking))

    [kept] = diary.bookings()
    assert kept["released"] is True
    assert slot_of(booking) in diary.free(HARBOUR.slug, staff_id=SIAN, section_id=ROOM_2)


def test_the_desk_fills_one_person_or_everything(diary: ReferenceDiary):
    rooms = (ROOM_1, ROOM_2, GYM)
    assert diary.fill(HARBOUR.slug, staff_id=ANNA) > 0
    assert not any(diary.free(HARBOUR.slug, staff_id=ANNA, section_id=room) for room in rooms)
    assert diary.free(HARBOUR.slug, staff_id=SIAN, section_id=ROOM_2)

    diary.fill(HARBOUR.slug)
    assert not any(
        diary.free(HARBOUR.slug, staff_id=staff_id, section_id=room)
        for staff_id in HARBOUR.staff.values()
        for room in rooms
    )
