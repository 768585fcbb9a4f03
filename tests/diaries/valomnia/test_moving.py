"""Moving: one update, which keeps all that the diary has, or leaves the booking where it was."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.diaries.valomnia.meadow import diary_at
from tests.diaries.valomnia.vendor import (
    EWAN,
    PLACED,
    REQUEST,
    SLOT,
    START,
    UPSTAIRS,
    Vendor,
    refuse,
)
from tests.diaries.wire import Answer, hang_up, http, say
from webapp.diaries.errors import (
    DiaryError,
    NotAccepted,
    NotReached,
    OutcomeUnknown,
    SlotTaken,
    WriteRefused,
)
from webapp.diaries.port import PlacedBooking
from webapp.diaries.valomnia.diary import ValomniaDiary

LATER = START + timedelta(days=1)
TO = replace(SLOT, staff=EWAN, room=UPSTAIRS, start=LATER)
JUST_NOW = datetime.now(UTC) - timedelta(hours=1)
OURS = "Openslot: 812 in 82"


def book(diary: ValomniaDiary) -> PlacedBooking:
    return replace(PLACED, reference=diary.book(REQUEST).reference)


def stands_at(vendor: Vendor, placed: PlacedBooking) -> tuple[str, str]:
    row = vendor.rows[int(placed.reference or "")]
    return row["startDate"], row["note"].splitlines()[0]


WHERE_IT_WAS = ("2026-11-23T09:00:00Z", "Openslot: 811 in 81")
WHERE_TO = ("2026-11-24T09:00:00Z", "Openslot: 812 in 82")


def test_the_request_is_what_the_vendor_documents_and_keeps_what_the_desk_added():
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        placed = book(diary)
        row = vendor.rows[int(placed.reference or "")]
        row |= {"note": row["note"] + "\nThe desk: bring the scans", "done": True}
        row |= {"customerId": 7, "appointmentCategoryId": 5}
        made = diary.move(placed, TO)
        assert made.reference == placed.reference
        body = vendor.bodies[-1]
        sent = vendor.requests[-2].split(b"\r\n")[0].decode()
    assert sent == f"PUT /api/v1.0/appointments/{placed.reference} HTTP/1.1"
    assert body == {
        "reference": row["reference"],
        "title": "Zebulon Quince with Ewan Sinclair, Upstairs Room",
        "startDate": "2026-11-24T09:00:00Z",
        "endDate": "2026-11-24T09:40:00Z",
        "note": row["note"].replace("811 in 81", "812 in 82"),
        "appointmentCategoryId": 5,
        "customerId": 7,
        "done": True,
        "contacts": [9],
    }


def test_a_booking_may_move_into_time_that_is_its_own():
    to = replace(SLOT, start=START + timedelta(minutes=20))
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        placed = book(diary)
        assert diary.move(placed, to).minutes == 40
        assert stands_at(vendor, placed)[0] == "2026-11-23T09:20:00Z"


def test_it_may_be_repeated():
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        placed = book(diary)
        assert diary.move(placed, TO) == diary.move(placed, TO)
        assert len(vendor.rows) == 1


def test_what_the_desk_wrote_above_our_mark_is_kept():
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        placed = book(diary)
        row = vendor.rows[int(placed.reference or "")]
        row["note"] = "Rang twice\n" + row["note"]
        diary.move(placed, TO)
        assert "Rang twice" in vendor.bodies[-1]["note"]
        assert stands_at(vendor, placed) == WHERE_TO
        assert diary.find(replace(placed, slot=TO)) is not None


def test_it_is_not_moved_to_a_taken_slot():
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        placed = book(diary)
        vendor.add(LATER, employee="emp-812")
        with pytest.raises(SlotTaken):
            diary.move(placed, TO)
        assert vendor.count("update") == 0


def test_one_that_is_gone_or_elsewhere_is_not_moved():
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        placed = book(diary)
        with pytest.raises(WriteRefused, match="another time"):
            diary.move(replace(placed, slot=TO), replace(TO, start=LATER + timedelta(days=1)))
        vendor.rows.clear()
        with pytest.raises(WriteRefused, match="no longer") as caught:
            diary.move(placed, TO)
        assert caught.type is WriteRefused


@pytest.mark.parametrize("employee", ["emp-812", "openslot"])
def test_whoever_comes_into_the_slot_meanwhile_has_it(employee: str):
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        placed = book(diary)
        note = OURS if employee == "openslot" else None
        moves = iter(range(9))

        def come_once() -> None:
            if next(moves) == 0:
                vendor.add(LATER, employee=employee, note=note, created=datetime.now(UTC))

        vendor.after["update"] = come_once
        with pytest.raises(SlotTaken):
            diary.move(placed, TO)
        assert stands_at(vendor, placed) == WHERE_IT_WAS
        assert len(vendor.rows) == 2


@pytest.mark.parametrize("kind", ["hang_up", "refused", "taken"])
def test_when_it_cannot_go_back_the_outcome_is_unknown(kind: str):
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        placed = book(diary)
        moves = iter(range(9))

        def come_once() -> None:
            if next(moves):
                return
            vendor.add(LATER, employee="emp-812", created=JUST_NOW)
            if kind == "taken":
                vendor.add(START, employee="emp-811", created=JUST_NOW)
            else:
                answer = hang_up if kind == "hang_up" else refuse("not_found")
                vendor.instead["update"] = [answer]

        vendor.after["update"] = come_once
        with pytest.raises(OutcomeUnknown):
            diary.move(placed, TO)


REFUSALS: dict[str, tuple[Answer, type[DiaryError]]] = {
    "hang_up": (hang_up, OutcomeUnknown),
    "save_failed": (refuse("save_failed"), OutcomeUnknown),
    "missing": (refuse("missing_param", "appointmentCategoryId parameter is missing"), NotAccepted),
    "gone": (refuse("not_found", status="404 Not Found"), NotAccepted),
    "page": (say(http(b"<h1>Hm</h1>")), OutcomeUnknown),
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_an_update_that_is_not_confirmed(kind: str):
    answer, error = REFUSALS[kind]
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        placed = book(diary)
        vendor.instead["update"] = [answer] * 9
        with pytest.raises(error):
            diary.move(placed, TO)
        assert vendor.count("update") == 1
        assert stands_at(vendor, placed) == WHERE_IT_WAS


@pytest.mark.parametrize("action", ["show", "list"])
def test_without_an_answer_to_the_look_nothing_is_sent(action: str):
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        placed = book(diary)
        vendor.instead[action] = [hang_up] * 9
        with pytest.raises(NotReached):
            diary.move(placed, TO)
        assert vendor.count("update") == 0
