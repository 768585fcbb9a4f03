"""Lists: one question over all the days, page by page, on the configured host alone."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, time, timedelta
from time import monotonic, sleep
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.diaries.grounds import MONDAY
from tests.diaries.valomnia.meadow import diary_at
from tests.diaries.valomnia.vendor import START, Vendor, refuse, say_document
from tests.diaries.wire import Answer, hang_up, http, say
from webapp.diaries.errors import DiaryError, NoAnswer, Unintelligible
from webapp.diaries.free_times import FreeTimes
from webapp.diaries.port import Diary

NO_ROWS: dict[str, Any] = {
    "paging": {"total": 0, "max": 500, "offset": 0, "next": None},
    "data": [],
}
ROW: dict[str, Any] = {
    "id": 5,
    "dateCreated": "2026-11-01T10:00:00Z",
    "title": "meeting",
    "note": None,
    "startDate": "2026-11-23T09:00:00Z",
    "endDate": "2026-11-23T09:40:00Z",
    "customer": None,
}


def ask(diary: Diary, days: int = 90) -> FreeTimes:
    return diary.free_times(staff_id="811", room_id="81", first_day=MONDAY, days=days)


def with_next(link: object) -> Answer:
    return say_document({"paging": {"total": 3, "next": link}, "data": [ROW]})


def test_ninety_days_are_one_question():
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        assert len(ask(diary).days) == 52
        [asked] = vendor.addresses[1:]
    assert urlsplit(asked).path == "/api/v1.0/appointments"
    assert parse_qs(urlsplit(asked).query) == {
        "endDate_gt": ["2026-11-22T23:59:00Z"],
        "startDate_lt": ["2027-02-21T00:01:00Z"],
        "max": ["500"],
        "offset": ["0"],
        "sort": ["id"],
        "order": ["asc"],
    }


def test_every_page_is_read():
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        vendor.most = 3
        for number in range(10):
            vendor.add(START + timedelta(days=7 * number), employee="emp-811")
        found = ask(diary)
        assert all(
            START.time() not in found.days[MONDAY + timedelta(days=7 * one)] for one in range(10)
        )
        pages = [one for one in vendor.addresses[1:] if "employeeReference" not in one]
    assert [parse_qs(urlsplit(one).query)["offset"] for one in pages] == [
        ["0"],
        ["3"],
        ["6"],
        ["9"],
    ]


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/api/v1.0/appointments?offset=2",
        "//elsewhere.example/api/v1.0/appointments?offset=2",
        "http://127.0.0.1:1/api/v1.0/appointments?offset=2",
        "https://127.0.0.1/api/v1.0/appointments?offset=2",
        "http://[/api?offset=2",
        "ftp:appointments?offset=2",
    ],
)
def test_a_next_page_on_another_host_is_never_asked_for(link: str):
    with Vendor() as elsewhere, Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        vendor.instead["list"] = [
            with_next(link.replace("127.0.0.1:1", f"127.0.0.1:{elsewhere.port}"))
        ]
        with pytest.raises(Unintelligible, match="another host"):
            ask(diary)
        assert vendor.count("list") == 1
        assert elsewhere.peers == []


@pytest.mark.parametrize(
    "link",
    [
        "/api/v1.0/appointments",
        "?offset=0",
        "?offset=-2",
        "?offset=x",
        "?offset=9999999999",
        "?max=2",
    ],
)
def test_a_next_page_that_leads_nowhere_ends_the_reading(link: str):
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        vendor.instead["list"] = [with_next(link)]
        with pytest.raises(Unintelligible, match="leads nowhere"):
            ask(diary)


def test_of_a_link_the_offset_is_used_and_nothing_else():
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        vendor.instead["list"] = [
            with_next(f"{vendor.origin}/api/v1.0/logout?offset=2&max=1&endDate_gt=never"),
            say_document({"paging": {"total": 3, "next": ""}, "data": []}),
        ]
        ask(diary)
        first, second = vendor.addresses[1:3]
    assert second == first.replace("offset=0", "offset=2")


def test_a_list_that_changes_while_it_is_read_is_read_again():
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        vendor.most = 1
        first = vendor.add(employee="emp-811")
        vendor.add(START + timedelta(minutes=40), employee="emp-811")
        vendor.add(START + timedelta(minutes=80), employee="emp-811")
        pages = iter(range(100))

        def strike_the_first_once() -> None:
            if next(pages) == 0:
                del vendor.rows[first]

        vendor.after["list"] = strike_the_first_once
        times = ask(diary, days=1).days[MONDAY]
    assert times[:2] == (time(9), time(11))


def test_a_list_that_never_holds_still_is_no_answer():
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        vendor.most = 1
        for _ in range(3):
            vendor.add(employee="emp-811")
        vendor.after["list"] = lambda: vendor.add(employee="emp-811")
        with pytest.raises(NoAnswer, match="changed"):
            ask(diary)


@pytest.mark.parametrize("action", ["list", "login"])
def test_one_page_that_stumbles_is_asked_again_by_itself(action: str):
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        vendor.instead[action] = [hang_up, say(http(b"", "502 Bad Gateway"))]
        ask(diary)
        assert vendor.count(action) == 3


ODD: dict[str, tuple[Answer, type[DiaryError]]] = {
    "no_paging": (say_document({"data": []}), Unintelligible),
    "no_data": (say_document({"paging": {"total": 0}}), Unintelligible),
    "no_total": (say_document({"paging": {}, "data": []}), Unintelligible),
    "list": (say_document([]), Unintelligible),
    "row_without_id": (say_document({**NO_ROWS, "data": [{**ROW, "id": None}]}), Unintelligible),
    "row_with_true": (say_document({**NO_ROWS, "data": [{**ROW, "id": True}]}), Unintelligible),
    "local_date": (
        say_document({**NO_ROWS, "data": [{**ROW, "startDate": "2026-11-23T09:00:00"}]}),
        Unintelligible,
    ),
    "no_such_date": (
        say_document({**NO_ROWS, "data": [{**ROW, "endDate": "2026-13-23T09:00:00Z"}]}),
        Unintelligible,
    ),
    "page": (say(http(b"<h1>Hello</h1>")), Unintelligible),
    "half_json": (say(http(b'{"paging": {"total"')), Unintelligible),
    "invalid_param": (refuse("invalid_param"), Unintelligible),
    "invalid_datetime_format": (refuse("invalid_datetime_format"), Unintelligible),
    "not_found": (refuse("not_found", status="404 Not Found"), Unintelligible),
    "unlisted": (refuse("who_knows", status="418 Teapot"), Unintelligible),
    "redirect": (say(http(b"", "302 Found", "Location: /elsewhere")), Unintelligible),
    "server_error": (refuse("server_error", status="500 Oops"), NoAnswer),
    "too_many": (say(http(b"", "429 Too Many Requests")), NoAnswer),
    "hang_up": (hang_up, NoAnswer),
}


@pytest.mark.parametrize("kind", ODD)
def test_an_odd_answer_is_never_taken_for_no_appointments(kind: str):
    answer, error = ODD[kind]
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        vendor.instead["list"] = [answer] * 9
        with pytest.raises(DiaryError) as caught:
            ask(diary)
        assert type(caught.value) is error
        assert vendor.count("list") == (3 if error is NoAnswer else 1)


def test_the_samples_rows_can_be_read():
    """The document's list: a key that is there twice, no customer, one that lasts no time."""
    sample = """{"paging": {"total": 2, "max": 2, "offset": 0, "previous": null, "next": null},
      "data": [{"id": 2, "dateCreated": "2014-09-14T10:20:44Z", "title": "Price Negotiation",
        "note": null, "startDate": "2026-11-23T10:20:00Z", "endDate": "2026-11-23T10:30:44Z",
        "customerId": 19, "customer": {"id": 19, "reference": "BATAM", "name": "Magasin BATAM",
        "href": "/api/v1.0/customers/19"}, "appointmentCategoryId": 3, "contacts": []},
       {"id": 23, "dateCreated": "2016-10-11T10:06:44Z", "title": "Control merchandise",
        "note": null, "startDate": "2026-11-23T15:00:00Z", "endDate": "2026-11-23T15:00:00Z",
        "customerId": null, "customer": null, "appointmentCategoryId": 5,
        "appointmentCategoryId": 3, "contacts": []}]}"""
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        vendor.instead["list"] = [say(http(sample.encode()))] * 9
        times = [f"{one:%H%M}" for one in ask(diary, days=1).days[MONDAY]]
    # From 10:20 and at 15:00 somebody is there; whose it is the employees' lists say: everybody's
    assert times == ["0900", "0940", "1100", "1140", "1320", "1400", "1520", "1600", "1640", "1720"]


class TestWhose:
    """Rows do not tell their employee: a list of each one's own does."""

    def test_what_we_booked_tells_it_by_itself(self):
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            vendor.add(note="Openslot: 811 in 82\nName: somebody")
            assert START.time() not in ask(diary, days=1).days[MONDAY]
            assert vendor.count("list") == 1

    def test_what_the_desk_wrote_is_asked_of_each_employee(self):
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            vendor.add(employee="emp-813", customer="room-82")
            assert START.time() in ask(diary, days=1).days[MONDAY]
            asked = [parse_qs(urlsplit(one).query) for one in vendor.addresses[2:]]
        employees = [one["employeeReference"] for one in asked]
        assert employees == [["emp-811"], ["emp-812"], ["emp-813"]]

    def test_a_room_that_the_desk_names_is_taken_whoever_is_in_it(self):
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            vendor.add(employee="the-cleaners", customer="room-81")
            assert START.time() not in ask(diary, days=1).days[MONDAY]

    def test_what_is_neither_ours_nor_any_employees_is_in_nobodys_way(self):
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            vendor.add(employee="a-sales-rep")
            assert START.time() in ask(diary, days=1).days[MONDAY]


class TestSharing:
    """Each person in each room is asked for at once, and one list tells it all."""

    def test_all_who_ask_while_a_list_is_read_share_the_next(self):
        first_is_asked, may_answer = threading.Event(), threading.Event()

        def hold() -> None:
            first_is_asked.set()
            may_answer.wait(60)

        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            vendor.after["list"] = hold
            with ThreadPoolExecutor(6) as pool:
                first = pool.submit(ask, diary)
                first_is_asked.wait(60)
                vendor.add(note="Openslot: 811 in 81")
                others = [pool.submit(ask, diary) for _ in range(5)]
                ends = monotonic() + 60
                while not diary._shared._next and monotonic() < ends:
                    sleep(0.01)
                may_answer.set()
                assert START.time() in first.result().days[MONDAY]
                # They asked later than the first: what was added since is not free for them
                assert all(START.time() not in one.result().days[MONDAY] for one in others)
            assert vendor.count("list") in {2, 3}

    def test_who_shares_an_answer_shares_its_failure(self):
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            vendor.instead["list"] = [say(http(b"what?"))] * 20
            with ThreadPoolExecutor(6) as pool:
                waiting = [pool.submit(ask, diary) for _ in range(6)]
                errors = [one.exception() for one in waiting]
            assert {type(one) for one in errors} == {Unintelligible}
            vendor.instead.clear()
            assert ask(diary).days

    def test_other_days_are_another_question(self):
        with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
            ask(diary, days=1)
            ask(diary, days=2)
            assert vendor.count("list") == 2


def test_a_person_or_place_that_the_file_does_not_list_is_never_free():
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        for staff_id, room_id in (("1", "81"), ("811", "1")):
            with pytest.raises(Unintelligible, match="does not list"):
                diary.free_times(
                    staff_id=staff_id, room_id=room_id, first_day=date(2026, 11, 23), days=1
                )
        assert vendor.actions == []
