"""What a mail server does with a message becomes sent, refused or not sent: never more words."""

from __future__ import annotations

import traceback
from urllib.parse import quote

import pytest

from tests.notify.letters import composed
from tests.notify.mail_server import PASSWORD, TLS, USER, certified, mail_server
from tests.reference_process import ReferenceDiary
from webapp.notify import smtp
from webapp.notify.smtp import MailNotSent, MailRefused, MailServer

ADA = "ada@whitcombe.example"
LOGIN = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"

pytestmark = pytest.mark.usefixtures("app")


def server_of(office: ReferenceDiary) -> MailServer:
    return MailServer(office.smtp_url)


def fails(server: MailServer, kind: type[Exception]) -> str:
    """Send; return the words of the error, which must tell nothing that is nobody's business."""
    with pytest.raises(kind) as caught:
        server.send(composed())
    told = "".join(traceback.format_exception(caught.value))
    for word in (ADA, "whitcombe", USER, PASSWORD, LOGIN, "hunter2", "bookings@book.example"):
        assert word not in told
    return str(caught.value)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "_SECONDS", 0.3)


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "authority.pem"))


class TestSending:
    def test_it_arrives_once_and_whole(self, office: ReferenceDiary):
        server_of(office).send(composed())
        [mail] = office.mails()
        assert (mail.sender, mail.to) == ("bookings@book.example", (ADA,))
        assert mail.subject == "You’re booked: Monday 23 November, 9:15am"
        assert mail.message_id == "<patient-booked.7.abc@book.example>"
        assert "Zoë & <b>Ada</b>" in (mail.text or "")
        [attachment] = mail.attachments
        assert attachment.name == "appointment.ics"
        assert 'method="PUBLISH"' in attachment.type
        assert attachment.content == b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"

    def test_a_second_message_is_a_second_mail(self, office: ReferenceDiary):
        for number in range(2):
            server_of(office).send(composed(message_id=f"{number}"))
        assert len(office.mails(ADA)) == 2


class TestARefusal:
    def test_it_is_for_good_and_says_the_code_alone(self, office: ReferenceDiary):
        office.inbox.fault("refuse")
        assert fails(server_of(office), MailRefused) == "recipient 550"
        assert office.mails() == []

    def test_the_next_message_is_sent_all_the_same(self, office: ReferenceDiary):
        office.inbox.fault("refuse", times=1)
        fails(server_of(office), MailRefused)
        server_of(office).send(composed())
        assert len(office.mails()) == 1

    def test_a_message_that_is_too_long_for_the_server(self):
        with mail_server(data_size_limit=100) as kept:
            told = fails(MailServer(f"smtp://127.0.0.1:{kept.port}"), MailRefused)
        assert told.endswith(" 552")
        assert kept.seen == []


class TestNotSent:
    def test_the_server_says_later(self, office: ReferenceDiary):
        office.inbox.fault("tempfail")
        assert fails(server_of(office), MailNotSent) == "recipient 451"

    def test_the_server_takes_too_long(self, office: ReferenceDiary, hasty: None):
        office.inbox.fault("slow", is_kept=False)
        fails(server_of(office), MailNotSent)
        assert office.mails() == []

    def test_the_line_goes_dead(self, office: ReferenceDiary):
        office.inbox.fault("drop", is_kept=False)
        assert fails(server_of(office), MailNotSent) == "SMTPServerDisconnected"

    def test_the_server_took_it_and_its_answer_was_lost(self, office: ReferenceDiary):
        office.inbox.fault("drop", times=1)
        fails(server_of(office), MailNotSent)
        server_of(office).send(composed())
        # Sent again it is the same message, by its name.
        assert len(office.mails()) == 2
        assert len({mail.message_id for mail in office.mails()}) == 1

    def test_nothing_listens(self):
        told = fails(MailServer("smtp://desk:hunter2@127.0.0.1:9"), MailNotSent)
        assert told == "ConnectionRefusedError"

    def test_there_is_no_such_host(self):
        fails(MailServer(f"smtp://{LOGIN}@mail.invalid:25"), MailNotSent)


class TestSecuredLines:
    def test_starttls_and_a_login(self, trusted: None):
        with mail_server(
            tls_context=certified(), require_starttls=True, auth_required=True
        ) as kept:
            MailServer(f"smtp+starttls://{LOGIN}@127.0.0.1:{kept.port}").send(composed())
        assert kept.seen == [(True, ADA)]

    def test_tls_from_the_first_byte(self, trusted: None):
        with mail_server(wrapped=certified(), auth_require_tls=False) as kept:
            MailServer(f"smtps://{LOGIN}@127.0.0.1:{kept.port}").send(composed())
        assert [to for _, to in kept.seen] == [ADA]

    def test_a_wrong_password_is_our_fault_not_the_messages_and_is_not_shown(self, trusted: None):
        with mail_server(tls_context=certified()) as kept:
            url = f"smtp+starttls://{quote(USER)}:hunter2@127.0.0.1:{kept.port}"
            told = fails(MailServer(url), MailNotSent)
        assert told == "SMTPAuthenticationError 535"
        assert kept.seen == []

    def test_a_server_that_offers_no_tls_is_not_written_to(self):
        with mail_server(auth_require_tls=False) as kept:
            fails(MailServer(f"smtp+starttls://{LOGIN}@127.0.0.1:{kept.port}"), MailNotSent)
        assert kept.seen == []

    def test_a_server_that_nobody_vouches_for_is_not_written_to(self):
        with mail_server(tls_context=certified()) as kept:
            fails(MailServer(f"smtp+starttls://{LOGIN}@127.0.0.1:{kept.port}"), MailNotSent)
        assert kept.seen == []
