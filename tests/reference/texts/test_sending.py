from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import pytest

from tests.reference.texts.conftest import SERVICE
from tests.reference_texts import ACCOUNT_SID, AUTH_TOKEN, PATIENT, PRACTICE

if TYPE_CHECKING:
    import requests

    from tests.reference.texts.conftest import Customer
    from tests.reference_process import ReferenceDiary


def assert_refused(answer: requests.Response, status: int, code: int) -> None:
    assert answer.status_code == status
    problem = answer.json()
    assert problem.keys() == {"code", "message", "more_info", "status"}
    assert (problem["code"], problem["status"]) == (code, status)
    assert problem["message"]
    assert problem["more_info"] == f"https://www.twilio.com/docs/errors/{code}"


def test_a_text_is_taken_and_told_of_as_the_document_says(
    diary: ReferenceDiary, customer: Customer
):
    answer = customer.send(Body="Siân can see you at 9:15am: http://127.0.0.1/x")

    assert answer.status_code == 201
    message = answer.json()
    assert re.fullmatch(r"SM[0-9a-f]{32}", message["sid"])
    assert message["account_sid"] == ACCOUNT_SID
    assert (message["from"], message["to"]) == (PRACTICE, PATIENT)
    assert message["body"] == "Siân can see you at 9:15am: http://127.0.0.1/x"
    assert message["status"] == "queued"
    assert message["direction"] == "outbound-api"
    assert (message["num_segments"], message["num_media"]) == ("1", "0")
    assert message["error_code"] is message["error_message"] is message["date_sent"] is None
    assert message["messaging_service_sid"] is message["price"] is None
    created = parsedate_to_datetime(message["date_created"])
    assert created.date() == datetime(2026, 11, 20, tzinfo=UTC).date()
    assert message["date_created"].endswith(" +0000")
    assert message["api_version"] == "2010-04-01"
    assert message["uri"].endswith(f"/Accounts/{ACCOUNT_SID}/Messages/{message['sid']}.json")

    [text] = diary.texts.texts()
    assert (text.to, text.sender, text.sid) == (PATIENT, PRACTICE, message["sid"])
    assert text.links == ["http://127.0.0.1/x"]
    assert text.received_at.replace(microsecond=0) == created


def test_a_text_comes_to_its_end_by_itself(diary: ReferenceDiary, customer: Customer):
    sid = customer.send().json()["sid"]

    [text] = diary.texts.wait_for(1, to=PATIENT, status="delivered")
    assert text.sid == sid
    message = customer.fetch(sid).json()
    assert (message["status"], message["error_code"]) == ("delivered", None)
    assert message["date_sent"]
    assert message["date_updated"]


@pytest.mark.parametrize(
    "fields", [{"MessagingServiceSid": SERVICE, "From": None}, {"From": SERVICE}]
)
def test_a_messaging_service_chooses_the_sender_later(
    diary: ReferenceDiary, customer: Customer, fields: dict[str, str | None]
):
    message = customer.send(**fields).json()

    assert (message["status"], message["from"], message["num_segments"]) == ("accepted", None, "0")
    assert message["messaging_service_sid"] == SERVICE
    diary.texts.wait_for(1, status="delivered")
    later = customer.fetch(message["sid"]).json()
    assert (later["from"], later["num_segments"]) == ("+447700900800", "1")


def test_a_text_may_come_from_a_name(customer: Customer):
    assert customer.send(From="Harbour 1").json()["from"] == "Harbour 1"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"To": None}, 21604),
        ({"To": ""}, 21604),
        ({"From": None}, 21603),
        ({"Body": None}, 21602),
        ({"Body": ""}, 21602),
        ({"To": "07700 900123"}, 21211),
        ({"To": "+44 7700 900123"}, 21211),
        ({"To": "+44"}, 21211),
        ({"To": "whatsapp:+447700900123"}, 21211),
        ({"To": PRACTICE}, 21211),
        ({"From": "Harbour Physiotherapy"}, 21212),
        ({"From": "+44 7700"}, 21212),
        ({"MessagingServiceSid": "MG1"}, 21212),
        ({"Body": "a" * 1601}, 21617),
    ],
)
def test_what_is_amiss_is_said_by_its_code(
    diary: ReferenceDiary, customer: Customer, fields: dict[str, str | None], code: int
):
    assert_refused(customer.send(**fields), 400, code)
    assert diary.texts.texts() == []


def test_the_longest_body_is_taken(customer: Customer):
    answer = customer.send(Body="a" * 1600)

    assert answer.status_code == 201
    assert answer.json()["num_segments"] == "11"


def test_json_is_no_form(customer: Customer):
    body = {"From": PRACTICE, "To": PATIENT, "Body": "Hello"}
    answer = customer.http.post(f"{customer.messages}.json", json=body, timeout=30)

    assert_refused(answer, 400, 21604)


@pytest.mark.parametrize(
    "login", [None, (ACCOUNT_SID, "wrong"), ("AC" + "1" * 32, AUTH_TOKEN), (ACCOUNT_SID, "tökén")]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_else_is_let_in(
    diary: ReferenceDiary, http: requests.Session, login: tuple[str, str] | None, method: str
):
    url = f"{diary.url}/sms/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
    answer = http.request(method, url, auth=login, timeout=30)

    assert_refused(answer, 401, 20003)
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_another_account_is_not_here(customer: Customer):
    url = customer.messages.replace(f"Accounts/{ACCOUNT_SID}", "Accounts/AC" + "1" * 32)

    assert_refused(customer.http.get(f"{url}.json", timeout=30), 401, 20003)
