"""A text is handed to the gateway once, and whatever it answers has one meaning.

Over the reference gateway, which was written from Twilio's documentation and not from our client.
"""

from __future__ import annotations

import socket
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.reference_process import ReferenceDiary
from tests.reference_texts import AUTH_TOKEN, PATIENT, PRACTICE, Texts
from webapp.notify import texts as texting
from webapp.notify.texts import (
    Refusal,
    Text,
    TextGateway,
    TextNotSent,
    TextRefused,
    TextUnanswered,
)

BODY = "Zebulon, an earlier time: https://book.example/a/abcdefghijklmnopqrstuvwxyz & more +1 ’"
RECEIPTS = "https://book.example/texts/status?offer=7"
TEXT = Text(to=PATIENT, sender=PRACTICE, body=BODY, receipts_to=RECEIPTS)
SERVICE = "MG" + "5" * 32
LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def reference(post_office: ReferenceDiary) -> Iterator[ReferenceDiary]:
    """The gateway, empty and without faults."""
    post_office.texts.reset()
    yield post_office
    post_office.texts.clear_faults()


@pytest.fixture
def taken(reference: ReferenceDiary) -> Texts:
    """What it has taken."""
    return reference.texts


@pytest.fixture
def gateway(reference: ReferenceDiary) -> TextGateway:
    return TextGateway(reference.sms_url)


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that is ours, and at which nobody listens."""
    with socket.socket() as ours:
        ours.bind(("127.0.0.1", 0))
        yield ours.getsockname()[1]


def unreachable(port: int) -> TextGateway:
    return TextGateway(f"http://AC1:word@127.0.0.1:{port}/sms")


def refused(gateway: TextGateway, text: Text = TEXT) -> TextRefused:
    with pytest.raises(TextRefused) as caught:
        gateway.send(text)
    return caught.value


class TestSending:
    def test_the_gateway_has_it_word_for_word_and_says_under_which_number(
        self, gateway: TextGateway, taken: Texts
    ):
        number = gateway.send(TEXT)
        [text] = taken.texts()
        assert (text.sid, text.to, text.sender) == (number, PATIENT, PRACTICE)
        assert (text.body, text.status_callback) == (BODY, RECEIPTS)
        assert text.service_sid is None

    def test_it_may_come_from_a_messaging_service(self, gateway: TextGateway, taken: Texts):
        gateway.send(replace(TEXT, sender=SERVICE))
        assert [text.service_sid for text in taken.texts()] == [SERVICE]

    def test_a_slash_at_the_end_of_the_address_does_no_harm(
        self, reference: ReferenceDiary, taken: Texts
    ):
        TextGateway(f"{reference.sms_url}/").send(TEXT)
        assert len(taken.texts()) == 1

    def test_marks_in_account_and_token_may_be_written_as_addresses_want_them(
        self, reference: ReferenceDiary, taken: Texts
    ):
        written = "".join(f"%{ord(one):02x}" for one in AUTH_TOKEN)
        coded = reference.sms_url.replace(AUTH_TOKEN, written)
        assert AUTH_TOKEN not in coded
        TextGateway(coded).send(TEXT)
        assert len(taken.texts()) == 1


class TestARefusal:
    def test_a_number_that_is_none(self, gateway: TextGateway, taken: Texts):
        error = refused(gateway, replace(TEXT, to="+44"))
        assert (error.why, error.code) == (Refusal.BAD_NUMBER, 21211)
        assert taken.texts() == []

    def test_a_number_that_the_network_does_not_take(self, gateway: TextGateway, taken: Texts):
        taken.fault("refuse", times=1)
        assert refused(gateway).why is Refusal.BAD_NUMBER
        assert gateway.send(TEXT)

    def test_a_patient_who_said_stop_until_they_say_start(self, gateway: TextGateway, taken: Texts):
        gateway.send(TEXT)
        taken.write("STOP", phone=PATIENT, to=PRACTICE)
        error = refused(gateway)
        assert (error.why, error.code) == (Refusal.UNSUBSCRIBED, 21610)
        taken.write("START", phone=PATIENT, to=PRACTICE)
        assert gateway.send(TEXT)

    @pytest.mark.parametrize(("wrong", "code"), [({"sender": "+44"}, 21212), ({"body": ""}, 21602)])
    def test_anything_else_is_about_us(
        self, gateway: TextGateway, wrong: dict[str, str], code: int
    ):
        error = refused(gateway, replace(TEXT, **wrong))
        assert (error.why, error.code) == (Refusal.OTHER, code)

    def test_an_answer_without_a_code_is_told_by_its_status(self, reference: ReferenceDiary):
        url = reference.sms_url.replace("/sms/2010-04-01", "/not/here")
        error = refused(TextGateway(url))
        assert (error.why, error.code) == (Refusal.OTHER, 404)


class TestWhatWasNotTaken:
    def test_too_many_at_a_time(self, gateway: TextGateway, taken: Texts):
        taken.fault("ratelimit", times=1)
        with pytest.raises(TextNotSent, match="429"):
            gateway.send(TEXT)
        assert taken.texts() == []
        assert gateway.send(TEXT)

    def test_a_token_that_an_operator_has_to_mend(self, reference: ReferenceDiary, taken: Texts):
        with pytest.raises(TextNotSent, match="401"):
            TextGateway(reference.sms_url.replace(AUTH_TOKEN, "another")).send(TEXT)
        assert taken.texts() == []

    def test_nothing_is_there(self, closed_port: int):
        with pytest.raises(TextNotSent):
            unreachable(closed_port).send(TEXT)

    def test_the_host_has_no_address(self):
        with pytest.raises(TextNotSent):
            TextGateway("https://AC1:word@gateway.invalid/2010-04-01").send(TEXT)

    def test_it_does_not_speak_in_secret(self, reference: ReferenceDiary):
        with pytest.raises(TextNotSent):
            TextGateway(reference.sms_url.replace("http://", "https://")).send(TEXT)


class TestWhatMayHaveBeenTaken:
    """Only a look tells: sent again unseen, a patient would have it twice."""

    @pytest.fixture(autouse=True)
    def brisk(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(texting, "_READ_SECONDS", 0.5)

    @pytest.mark.parametrize("kind", ["tempfail", "drop_before"])
    def test_a_look_tells_that_it_was_not(self, gateway: TextGateway, taken: Texts, kind: str):
        taken.fault(kind, times=1)  # pyright: ignore[reportArgumentType]
        with pytest.raises(TextUnanswered):
            gateway.send(TEXT)
        assert self.look(gateway) is None
        assert taken.texts() == []

    @pytest.mark.parametrize("kind", ["slow", "drop_after", "rubbish"])
    def test_a_look_tells_that_it_was_and_under_which_number(
        self, gateway: TextGateway, taken: Texts, kind: str
    ):
        taken.fault(kind, times=1)  # pyright: ignore[reportArgumentType]
        with pytest.raises(TextUnanswered):
            gateway.send(TEXT)
        [text] = taken.texts()
        assert self.look(gateway) == text.sid

    @staticmethod
    def look(gateway: TextGateway) -> str | None:
        return gateway.look_up(TEXT, since=LONG_AGO)


class TestLookingUp:
    def test_only_the_very_text_to_the_very_number_is_found(
        self, gateway: TextGateway, taken: Texts
    ):
        other = "+447700900124"
        gateway.send(replace(TEXT, body=f"{BODY} "))
        gateway.send(replace(TEXT, to=other))
        assert gateway.look_up(TEXT, since=LONG_AGO) is None
        number = gateway.send(TEXT)
        assert gateway.look_up(TEXT, since=LONG_AGO) == number
        assert gateway.look_up(replace(TEXT, to=other), since=LONG_AGO) != number

    def test_it_is_looked_for_from_a_day_on(self, gateway: TextGateway, taken: Texts):
        number = gateway.send(TEXT)
        day = taken.texts()[0].received_at.date()
        assert gateway.look_up(TEXT, since=day) == number
        assert gateway.look_up(TEXT, since=day - timedelta(days=2)) == number
        assert gateway.look_up(TEXT, since=day + timedelta(days=2)) is None

    def test_a_look_sends_nothing(self, gateway: TextGateway, taken: Texts):
        gateway.look_up(TEXT, since=LONG_AGO)
        assert taken.texts() == []

    @pytest.mark.parametrize("kind", ["tempfail", "ratelimit", "drop_before", "rubbish"])
    def test_one_that_fails_tells_nothing(self, gateway: TextGateway, taken: Texts, kind: str):
        gateway.send(TEXT)
        taken.fault(kind, doing="look", times=1)  # pyright: ignore[reportArgumentType]
        with pytest.raises(TextNotSent, match="looking it up"):
            gateway.look_up(TEXT, since=LONG_AGO)
        assert gateway.look_up(TEXT, since=LONG_AGO)

    def test_nor_does_one_that_finds_nobody_there(self, closed_port: int):
        with pytest.raises(TextNotSent, match="looking it up"):
            unreachable(closed_port).look_up(TEXT, since=LONG_AGO)


class TestWordsOfPatients:
    """No error and no representation repeats a number, a word or the token."""

    SECRETS = (PATIENT, PATIENT[1:], "Zebulon", "abcdefghijklm", AUTH_TOKEN)

    @pytest.mark.parametrize(
        "kind", ["refuse", "tempfail", "ratelimit", "drop_before", "drop_after", "rubbish"]
    )
    @pytest.mark.parametrize("doing", ["send", "look"])
    def test_no_failure_tells_any(self, gateway: TextGateway, taken: Texts, kind: str, doing: str):
        taken.fault(kind, doing=doing, times=1)  # pyright: ignore[reportArgumentType]
        with pytest.raises((TextNotSent, TextRefused, TextUnanswered)) as caught:
            gateway.send(TEXT) if doing == "send" else gateway.look_up(TEXT, since=LONG_AGO)
        told = "".join(traceback.format_exception(caught.value))
        assert not any(secret in told for secret in self.SECRETS)

    def test_nor_does_one_that_found_nobody_there(self, closed_port: int):
        with pytest.raises(TextNotSent) as caught:
            unreachable(closed_port).send(TEXT)
        told = "".join(traceback.format_exception(caught.value))
        assert not any(secret in told for secret in (*self.SECRETS, "word@"))

    def test_neither_a_text_nor_a_gateway_shows_any(self, gateway: TextGateway):
        shown = f"{TEXT!r} {gateway!r}"
        assert not any(secret in shown for secret in self.SECRETS)
        assert RECEIPTS not in shown
