from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import requests

from tests.reference.texts.conftest import SERVICE
from tests.reference_process import ReferenceDiary
from tests.reference_texts import ACCOUNT_SID, PATIENT, PRACTICE

if TYPE_CHECKING:
    from tests.reference.texts.conftest import Customer, Site

OPTED_OUT = 21610


def send_code(customer: Customer, **fields: str | None) -> int | None:
    """Send a text; return the code that it is refused with."""
    answer = customer.send(**fields).json()
    return answer.get("code")


def test_a_reply_is_handed_over_and_signed(diary: ReferenceDiary, customer: Customer, site: Site):
    url = f"{site.url}/texts/inbound"
    diary.texts.set_inbound_url(url)
    customer.send()

    [text] = diary.texts.texts()
    reply = diary.texts.reply("Yes please – is it Siân?", to=text)

    [call] = site.calls
    assert call.url == url
    assert call.signature == call.expected_signature
    assert call.form["Body"] == "Yes please – is it Siân?"
    assert (call.form["From"], call.form["To"]) == (PATIENT, PRACTICE)
    assert call.form["MessageSid"] == call.form["SmsSid"] == call.form["SmsMessageSid"] == reply.sid
    assert re.fullmatch(r"SM[0-9a-f]{32}", reply.sid)
    assert call.form["AccountSid"] == ACCOUNT_SID
    assert call.form["SmsStatus"] == "received"
    assert (call.form["NumMedia"], call.form["NumSegments"]) == ("0", "1")
    assert call.form["FromCity"] == ""
    assert call.form["ApiVersion"] == "2010-04-01"
    assert not {"OptOutType", "MessagingServiceSid"} & call.form.keys()
    assert [(one.status, one.answer) for one in reply.told] == [("received", 204)]
    assert diary.texts.replies() == [reply]
    assert len(diary.texts.texts()) == 1


@pytest.mark.parametrize(
    "word",
    ["STOP", "stop", " Stop\n", "STOPALL", "Unsubscribe", "cancel", "END", "quit", "REVOKE"],
)
def test_a_stop_word_alone_ends_a_senders_texts(
    diary: ReferenceDiary, customer: Customer, site: Site, word: str
):
    diary.texts.set_inbound_url(site.url)
    diary.texts.write(word)

    assert site.calls[0].form["OptOutType"] == "STOP"
    assert site.calls[0].signature == site.calls[0].expected_signature
    assert send_code(customer) == OPTED_OUT
    assert send_code(customer, From="+447700900457") is None
    assert send_code(customer, To="+447700900321") is None


@pytest.mark.parametrize("word", ["START", "unstop", "Yes"])
def test_a_start_word_begins_them_again(
    diary: ReferenceDiary, customer: Customer, site: Site, word: str
):
    diary.texts.set_inbound_url(site.url)
    diary.texts.write("STOP")
    diary.texts.write(word)

    assert site.calls[1].form["OptOutType"] == "START"
    assert send_code(customer) is None


@pytest.mark.parametrize("words", ["stop please", "Please cancel", "don’t stop", "HELP"])
def test_other_words_end_nothing(diary: ReferenceDiary, customer: Customer, words: str):
    diary.texts.write(words)

    assert send_code(customer) is None


def test_it_ends_without_anybody_to_tell(diary: ReferenceDiary, customer: Customer):
    reply = diary.texts.write("STOP")

    assert [one.silence for one in reply.told] == ["no address for replies is set"]
    assert send_code(customer) == OPTED_OUT
    diary.texts.empty()
    assert send_code(customer) is None


def test_a_messaging_service_has_one_list(diary: ReferenceDiary, customer: Customer, site: Site):
    diary.texts.set_inbound_url(site.url)
    customer.send(From=SERVICE)
    [text] = diary.texts.wait_for(1, status="delivered")
    diary.texts.reply("STOP", to=text)

    assert site.calls[0].form["MessagingServiceSid"] == SERVICE
    assert send_code(customer, From=SERVICE) == OPTED_OUT
    assert send_code(customer, From="MG" + "6" * 32) is None


def test_nobody_can_reply_to_a_name(diary: ReferenceDiary, customer: Customer):
    customer.send(From="Harbour")

    [text] = diary.texts.texts()
    with pytest.raises(requests.HTTPError, match="400"):
        diary.texts.reply("STOP", to=text)
    assert diary.texts.replies() == []


def test_where_replies_go_can_be_said_at_the_start(site: Site):
    with ReferenceDiary(texts_inbound_url=f"{site.url}/first") as diary:
        diary.texts.write("One")
        diary.texts.set_inbound_url(f"{site.url}/second")
        diary.texts.write("Two")
        diary.reset()
        diary.texts.write("Three")

    assert [call.url.removeprefix(site.url) for call in site.calls] == [
        "/first",
        "/second",
        "/first",
    ]


def test_replies_never_leave_this_machine():
    command = [sys.executable, "-m", "webapp.reference", "--texts-inbound-url"]
    done = subprocess.run(
        [*command, "http://203.0.113.7/"], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 2
    assert "this machine alone" in done.stderr
