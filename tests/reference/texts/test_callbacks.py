from __future__ import annotations

import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import requests

from tests.reference.texts.conftest import SERVICE, Customer
from tests.reference_texts import ACCOUNT_SID, PATIENT, PRACTICE, make_sms_url

if TYPE_CHECKING:
    from tests.reference.texts.conftest import Site
    from tests.reference_process import ReferenceDiary


def test_each_further_status_is_told_and_signed(customer: Customer, site: Site):
    url = f"{site.url}/texts/status?about=a%20b"
    sid = customer.send(StatusCallback=url).json()["sid"]

    sent, delivered = site.wait_for(2)
    assert sent.form == {
        "MessageSid": sid,
        "MessageStatus": "sent",
        "SmsSid": sid,
        "SmsStatus": "sent",
        "AccountSid": ACCOUNT_SID,
        "From": PRACTICE,
        "To": PATIENT,
        "ApiVersion": "2010-04-01",
    }
    assert delivered.form["MessageStatus"] == "delivered"
    assert re.fullmatch(r"261120\d{4}", delivered.form["RawDlrDoneDate"])
    for call in (sent, delivered):
        assert call.url == url
        assert call.content_type.startswith("application/x-www-form-urlencoded")
        assert call.signature == call.expected_signature


def test_a_service_tells_that_it_is_queued_too(customer: Customer, site: Site):
    customer.send(From=None, MessagingServiceSid=SERVICE, StatusCallback=site.url)

    calls = site.wait_for(3)
    assert [call.form["MessageStatus"] for call in calls] == ["queued", "sent", "delivered"]
    assert {call.form["MessagingServiceSid"] for call in calls} == {SERVICE}
    assert all(call.signature == call.expected_signature for call in calls)


def test_what_the_site_answered_is_noted_and_ends_it(
    diary: ReferenceDiary, customer: Customer, site: Site
):
    site.status = 500
    customer.send(StatusCallback=site.url)

    [text] = diary.texts.wait_for(1)
    told = diary.texts.wait_until_told(text, "delivered").told
    assert [(one.status, one.answer) for one in told] == [("sent", 500), ("delivered", 500)]
    assert len(site.calls) == 2


def test_a_redirect_is_not_followed(diary: ReferenceDiary, customer: Customer, site: Site):
    site.status = 307
    customer.send(StatusCallback=site.url)

    [text] = diary.texts.wait_for(1)
    assert diary.texts.wait_until_told(text, "delivered").told[-1].answer == 307
    assert not any("elsewhere" in call.url for call in site.calls)


def test_a_site_that_is_down_is_given_up(diary: ReferenceDiary, customer: Customer):
    customer.send(StatusCallback="http://127.0.0.1:9/status")

    [text] = diary.texts.wait_for(1)
    told = diary.texts.wait_until_told(text, "delivered").told
    assert {(one.answer, one.silence) for one in told} == {(None, "nothing answered")}


@pytest.mark.parametrize(
    "url",
    [
        "http://203.0.113.9/status",
        "http://localhost.example/status",
        "http://127.0.0.1.example/status",
        "https://127.0.0.1/status",
        "http://[broken/status",
        "status",
    ],
)
def test_no_other_machine_is_ever_called(diary: ReferenceDiary, customer: Customer, url: str):
    customer.send(StatusCallback=url)

    [text] = diary.texts.wait_for(1)
    told = diary.texts.wait_until_told(text, "delivered").told
    assert {one.silence for one in told} == {"the address is not on this machine"}


def test_the_answer_does_not_wait_for_a_site_that_is_slow(customer: Customer, site: Site):
    site.may_answer.clear()
    customer.send(StatusCallback=site.url)
    site.wait_for(1)

    assert customer.send().status_code == 201


def test_a_reset_ends_what_is_under_way(diary: ReferenceDiary, customer: Customer, site: Site):
    site.may_answer.clear()
    first = customer.send(StatusCallback=site.url).json()["sid"]
    site.wait_for(1)

    diary.reset()
    site.may_answer.set()
    customer.send(StatusCallback=site.url)
    calls = site.wait_for(3)
    assert [call.form["MessageStatus"] for call in calls if call.form["MessageSid"] == first] == [
        "sent"
    ]


def test_a_webhook_under_way_does_not_keep_the_process(http: requests.Session, site: Site):
    site.may_answer.clear()
    command = [sys.executable, "-m", "webapp.reference", "--port", "0", "--print-port"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = f"http://127.0.0.1:{int(process.stdout.readline())}"
        for _ in range(6):
            Customer(http, make_sms_url(url)).send(StatusCallback=site.url)
        site.wait_for(4)
        process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=60)

    assert process.returncode == 0
    assert (rest, errors) == ("", "")
