"""One message: the same words twice, headers that nobody can add to, and the calendar file."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import pytest
import time_machine

from tests.notify.letters import HARBOUR, LETTER, LINK, composed, parts_of
from tests.practices.examples import practice
from webapp.notify.email import Button, CalendarPart

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
WORDS = (
    "You’re booked",
    "Zoë & <b>Ada</b>",
    "Your appointment is in our diary.",
    "Monday 23 November, 9:15am",
    "Siân O'Brien",
    "The attached file adds it to your calendar.",
    "Change or cancel",
    "See free times",
    "Harbour Physiotherapy",
    "1 Quay Street, London",
    "020 7946 0123",
)


def as_it_arrives(message: EmailMessage) -> EmailMessage:
    return email.message_from_bytes(message.as_bytes(), policy=email.policy.default)


class TestTheWords:
    def test_both_parts_carry_every_fact(self):
        parts = parts_of(composed())
        for word in WORDS:
            assert word in parts.text
            assert word in parts.html

    def test_both_parts_carry_every_link_whole(self):
        parts = parts_of(composed())
        for url in (LINK, "https://x.example/"):
            assert url in parts.text.splitlines()
            assert url in parts.links
        assert "tel:+442079460123" in parts.links

    def test_a_long_link_is_not_broken(self):
        url = "https://book.example/" + "a-b" * 60
        arrived = as_it_arrives(composed(replace(LETTER, buttons=(Button("Open", url),))))
        assert url in parts_of(arrived).text.splitlines()
        assert url in parts_of(arrived).links

    def test_markup_stands_as_it_was_typed(self):
        parts = parts_of(composed())
        assert "Hello Zoë &amp; &lt;b&gt;Ada&lt;/b&gt;," in parts.source
        assert "Hello Zoë & <b>Ada</b>," in parts.text
        assert "&amp;" not in parts.text

    def test_it_fetches_nothing_and_runs_nothing(self):
        source = parts_of(composed()).source
        for word in ("<img", "<script", "<link", "url(", "@import", "src="):
            assert word not in source

    def test_a_letter_with_little_in_it_leaves_no_traces_of_the_rest(self):
        little = replace(LETTER, facts=(), after=(), buttons=(), calendar=None)
        message = composed(little)
        assert "<table" not in parts_of(message).source
        assert parts_of(message).links == ("tel:+442079460123",)
        assert message.get_content_type() == "multipart/alternative"

    def test_it_arrives_as_it_was_written(self):
        sent, arrived = parts_of(composed()), parts_of(as_it_arrives(composed()))
        assert arrived.text == sent.text
        assert arrived.source == sent.source


class TestTheHeaders:
    def test_it_comes_from_the_practices_name_and_answers_go_to_the_practice(self):
        message = composed()
        assert message["From"] == "Harbour Physiotherapy <bookings@book.example>"
        assert message["Reply-To"] == "Harbour Physiotherapy <desk@harbour.example>"
        assert message["To"] == "ada@whitcombe.example"
        assert message["Subject"] == LETTER.subject

    def test_without_a_sender_it_comes_from_the_practices_own_address(self):
        message = composed(sender="")
        assert message["From"] == "Harbour Physiotherapy <desk@harbour.example>"
        assert message["Message-ID"].endswith("@harbour.example>")

    def test_it_is_the_same_message_however_often_it_is_made(self):
        with time_machine.travel(NOW, tick=False):
            one = composed()
        assert one["Message-ID"] == composed()["Message-ID"]
        assert one["Message-ID"] == "<patient-booked.7.abc@book.example>"
        assert composed(message_id="patient-booked.8.abc")["Message-ID"] != one["Message-ID"]

    def test_it_says_when_and_that_no_person_wrote_it(self):
        with time_machine.travel(NOW, tick=False):
            message = composed()
        assert parsedate_to_datetime(message["Date"]) == NOW
        assert message["Auto-Submitted"] == "auto-generated"

    def test_names_in_any_alphabet_arrive(self):
        where = practice(name="Żółć & 日本 “Physio”, Inc. <x@y>")
        letter = replace(LETTER, subject="You’re booked: Łódź 🦴")
        arrived = as_it_arrives(composed(letter, where))
        [sender] = arrived["From"].addresses
        assert (sender.display_name, sender.addr_spec) == (where.name, "bookings@book.example")
        assert arrived["Subject"] == letter.subject
        raw = composed(letter, where).as_bytes()
        assert raw.split(b"\n\n", 1)[0].isascii()

    def test_a_name_with_line_breaks_adds_no_header(self):
        where = practice(name="Harbour\r\nBcc: all@x.example\nand more")
        arrived = as_it_arrives(composed(where=where))
        assert arrived["Bcc"] is None
        [sender] = arrived["From"].addresses
        assert sender.display_name == "Harbour Bcc: all@x.example and more"
        assert arrived["Reply-To"].addresses[0].addr_spec == HARBOUR.email

    @pytest.mark.parametrize("field", ["to", "subject"])
    def test_no_other_text_with_line_breaks_becomes_a_message(self, field: str):
        letter = replace(LETTER, **{field: "a@x.example\nBcc: all@x.example"})
        with pytest.raises(ValueError, match=r"newline|linefeed|CR or LF"):
            composed(letter)


class TestTheCalendarFile:
    @pytest.mark.parametrize("method", ["PUBLISH", "CANCEL"])
    def test_it_says_what_calendars_should_do_and_how_it_is_written(self, method: str):
        content = "BEGIN:VCALENDAR\r\nSUMMARY:Siân\r\nEND:VCALENDAR\r\n".encode()
        letter = replace(LETTER, calendar=CalendarPart(content, method))
        [part] = parts_of(as_it_arrives(composed(letter))).attachments
        assert part.get_content_type() == "text/calendar"
        assert part.get_param("method") == method
        assert part.get_content_charset() == "utf-8"
        assert part.get_filename() == "appointment.ics"
        assert part.get_payload(decode=True) == content

    def test_there_is_none_where_the_letter_has_none(self):
        assert parts_of(composed(replace(LETTER, calendar=None))).attachments == ()

    def test_a_letter_in_a_log_does_not_show_it(self):
        assert "VCALENDAR" not in repr(LETTER)
