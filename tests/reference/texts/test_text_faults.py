from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Literal

import pytest
import requests

from tests.reference_texts import PATIENT

if TYPE_CHECKING:
    from tests.reference.texts.conftest import Customer, Site
    from tests.reference_process import ReferenceDiary

OTHER = "+447700900321"


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [("refuse", 400, 21211), ("tempfail", 500, 20500), ("ratelimit", 429, 20429)],
)
def test_a_text_is_turned_away_as_often_as_asked(
    diary: ReferenceDiary,
    customer: Customer,
    kind: Literal["refuse", "tempfail", "ratelimit"],
    status: int,
    code: int,
):
    diary.texts.fault(kind, times=1, seconds=7)

    answer = customer.send()
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers.get("Retry-After") == ("7" if kind == "ratelimit" else None)
    assert diary.texts.texts() == []
    assert customer.send().status_code == 201


def test_a_fault_may_concern_one_phone_alone(diary: ReferenceDiary, customer: Customer):
    diary.texts.fault("tempfail", to=OTHER)

    assert customer.send(To=OTHER).status_code == 500
    assert customer.send().status_code == 201
    assert customer.send(To=OTHER).status_code == 500


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_the_line_goes_dead(
    diary: ReferenceDiary, customer: Customer, kind: Literal["drop_before", "drop_after"]
):
    diary.texts.fault(kind, times=1)

    with pytest.raises(requests.ConnectionError):
        customer.send()
    assert len(diary.texts.texts()) == (kind == "drop_after")
    assert customer.send().status_code == 201


def test_a_text_whose_answer_was_lost_is_sent_and_found(
    diary: ReferenceDiary, customer: Customer, site: Site
):
    diary.texts.fault("drop_after", times=1)
    with pytest.raises(requests.ConnectionError):
        customer.send(StatusCallback=site.url)

    assert customer.found() == [site.wait_for(1)[0].form["MessageSid"]]


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_success_may_be_rubbish(diary: ReferenceDiary, customer: Customer, is_kept: bool):
    diary.texts.fault("rubbish", times=1, is_kept=is_kept)

    answer = customer.send()
    assert answer.status_code == (201 if is_kept else 200)
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()
    assert len(diary.texts.texts()) == is_kept


def test_a_slow_answer_comes_when_the_faults_are_cleared(diary: ReferenceDiary, customer: Customer):
    answers: list[requests.Response] = []
    diary.texts.fault("slow", times=1)
    sending = threading.Thread(target=lambda: answers.append(customer.send()))
    sending.start()
    diary.texts.wait_until_faults_hit()

    # It is taken already: a caller that gives up has sent a text.
    diary.texts.wait_for(1, status="delivered")
    assert answers == []
    diary.texts.clear_faults()
    sending.join(60)
    assert [answer.status_code for answer in answers] == [201]


def test_a_slow_line_may_have_been_dead(diary: ReferenceDiary, customer: Customer):
    diary.texts.fault("slow", times=1, seconds=0, is_kept=False)

    with pytest.raises(requests.ConnectionError):
        customer.send()
    assert diary.texts.texts() == []


@pytest.mark.parametrize(
    ("kind", "error_code", "statuses", "code"),
    [
        ("undelivered", None, ["sent", "undelivered"], "30003"),
        ("undelivered", 30007, ["sent", "undelivered"], "30007"),
        ("failed", None, ["failed"], "30001"),
    ],
)
def test_a_text_may_come_to_nothing(
    diary: ReferenceDiary,
    customer: Customer,
    site: Site,
    *,
    kind: Literal["undelivered", "failed"],
    error_code: int | None,
    statuses: list[str],
    code: str,
):
    diary.texts.fault(kind, times=1, error_code=error_code)
    answer = customer.send(StatusCallback=site.url)
    assert answer.status_code == 201

    calls = site.wait_for(len(statuses))
    assert [call.form["MessageStatus"] for call in calls] == statuses
    assert [call.form.get("ErrorCode") for call in calls[:-1]] == [None] * (len(calls) - 1)
    assert calls[-1].form["ErrorCode"] == code
    assert calls[-1].signature == calls[-1].expected_signature
    message = customer.fetch(answer.json()["sid"]).json()
    assert (message["status"], message["error_code"]) == (statuses[-1], int(code))


def test_silent_calls_nobody_back(diary: ReferenceDiary, customer: Customer, site: Site):
    diary.texts.fault("silent")
    customer.send(StatusCallback=site.url)

    [text] = diary.texts.wait_for(1, status="delivered")
    assert text.told == ()
    assert site.calls == []


def test_looking_can_fail_while_sending_does_not(diary: ReferenceDiary, customer: Customer):
    diary.texts.fault("tempfail", doing="look", to=PATIENT)

    sid = customer.send().json()["sid"]
    assert customer.fetch(sid).status_code == 500
    assert customer.look(f"To=%2B{PATIENT[1:]}").status_code == 500
    assert customer.look().status_code == 200


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_looking_can_be_cut_off(
    diary: ReferenceDiary, customer: Customer, kind: Literal["drop_before", "drop_after"]
):
    diary.texts.fault(kind, doing="look", times=1)

    with pytest.raises(requests.ConnectionError):
        customer.look()
    assert customer.found() == []


def test_a_reset_clears_the_faults(diary: ReferenceDiary, customer: Customer):
    diary.texts.fault("refuse")
    customer.send()

    diary.reset()

    assert customer.send().status_code == 201
    assert len(diary.texts.texts()) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "lost"},
        {"kind": "slow", "times": 0},
        {"kind": "refuse", "isKept": False},
        {"kind": "silent", "doing": "look"},
        {},
    ],
)
def test_a_fault_that_cannot_be(
    diary: ReferenceDiary, http: requests.Session, body: dict[str, str | int]
):
    answer = http.post(f"{diary.url}/control/texts/fault", json=body, timeout=30)

    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("inbound-url", {"url": "http://203.0.113.7/"}),
        ("inbound-url", {}),
        ("reply", {"from": "07700 900123", "to": "+447700900456", "words": "x"}),
        ("reply", {"from": "+447700900123", "to": "+447700900456", "words": ""}),
    ],
)
def test_a_wrong_wish_is_told_so(
    diary: ReferenceDiary, http: requests.Session, path: str, body: dict[str, str]
):
    answer = http.post(f"{diary.url}/control/texts/{path}", json=body, timeout=30)

    assert answer.status_code == 400


def test_no_web_page_may_read_the_texts(diary: ReferenceDiary, http: requests.Session):
    answer = http.get(
        f"{diary.url}/control/texts", headers={"Origin": "https://elsewhere.example"}, timeout=30
    )

    assert answer.status_code == 404
