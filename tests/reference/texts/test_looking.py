from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest

from tests.reference_texts import PATIENT, PRACTICE

if TYPE_CHECKING:
    from tests.reference.texts.conftest import Customer
    from tests.reference_process import ReferenceDiary

OTHER = "+447700900321"
# As a form writes them: + would be a space.
TO_PATIENT, FROM_PATIENT = f"To=%2B{PATIENT[1:]}", f"From=%2B{PATIENT[1:]}"
TO_PRACTICE, FROM_PRACTICE = f"To=%2B{PRACTICE[1:]}", f"From=%2B{PRACTICE[1:]}"


def test_texts_are_listed_from_the_newest_on(customer: Customer):
    assert customer.found() == []
    first, second = (customer.send().json()["sid"] for _ in range(2))

    page = customer.look().json()
    assert [message["sid"] for message in page["messages"]] == [second, first]
    assert (page["page"], page["page_size"], page["start"], page["end"]) == (0, 50, 0, 1)
    assert page["next_page_uri"] is page["previous_page_uri"] is None
    assert page["uri"].endswith("/Messages.json")


def test_either_end_is_a_filter_and_replies_are_listed_too(
    diary: ReferenceDiary, customer: Customer
):
    sent = customer.send().json()["sid"]
    customer.send(To=OTHER)
    reply = diary.texts.write("Thanks").sid

    assert customer.found(TO_PATIENT) == [sent]
    assert customer.found(f"{TO_PATIENT}&{FROM_PRACTICE}") == [sent]
    assert customer.found(f"{FROM_PATIENT}&{TO_PRACTICE}") == [reply]
    assert customer.found(f"{TO_PATIENT}&{FROM_PATIENT}") == []
    assert customer.fetch(reply).json()["direction"] == "inbound"
    assert customer.fetch(reply).json()["status"] == "received"


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("DateSent=2026-11-20", True),
        ("DateSent=2026-11-19", False),
        ("DateSent>=2026-11-20", True),
        ("DateSent>=2026-11-21", False),
        ("DateSent<=2026-11-20", True),
        ("DateSent<=2026-11-19", False),
        ("DateSent>=2026-11-19&DateSent<=2026-11-21", True),
        ("DateSent>=2026-11-20T00:00:00Z", True),
    ],
)
def test_a_day_is_a_filter(customer: Customer, query: str, is_found: bool):
    sid = customer.send().json()["sid"]

    assert customer.found(f"{TO_PATIENT}&{query}") == [sid] * is_found


@pytest.mark.parametrize("query", ["DateSent>=soon", "PageSize=many", "PageToken=PA1"])
def test_what_cannot_be_read_is_refused(customer: Customer, query: str):
    answer = customer.look(query)

    assert answer.status_code == 400
    assert answer.json()["code"] == 20001


def test_pages_follow_each_other_under_the_same_filter(customer: Customer):
    sids = [customer.send().json()["sid"] for _ in range(5)][::-1]
    customer.send(To=OTHER)

    first = customer.look(f"{TO_PATIENT}&PageSize=2").json()
    pages = [first]
    while pages[-1]["next_page_uri"]:
        url = urljoin(customer.api, pages[-1]["next_page_uri"])
        auth = (first["messages"][0]["account_sid"], "demo-texts-token")
        pages.append(customer.http.get(url, auth=auth, timeout=30).json())

    listed = [[message["sid"] for message in page["messages"]] for page in pages]
    assert listed == [sids[:2], sids[2:4], sids[4:]]
    assert [(page["page"], page["start"], page["end"]) for page in pages] == [
        (0, 0, 1),
        (1, 2, 3),
        (2, 4, 4),
    ]
    back = urljoin(customer.api, pages[2]["previous_page_uri"])
    auth = (first["messages"][0]["account_sid"], "demo-texts-token")
    assert customer.http.get(back, auth=auth, timeout=30).json()["messages"][0]["sid"] == sids[2]


def test_a_page_that_is_merely_counted_is_the_first(customer: Customer):
    newest = [customer.send().json()["sid"] for _ in range(2)][-1]

    assert customer.found("PageSize=1&Page=1") == [newest]


def test_a_text_that_is_not_there(customer: Customer):
    answer = customer.fetch("SM" + "0" * 32)

    assert answer.status_code == 404
    assert answer.json()["code"] == 20404
