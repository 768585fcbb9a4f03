"""Whoever joins the list is told so by e-mail, and how to leave it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.asap.deployed import AUTOMATIC
from tests.asap.ground import FAR, TOKENS, entry_now, on_the_list
from tests.notify.letters import composed, outside_a_request, parts_of
from webapp.asap.kinds import Kind
from webapp.asap.listing import end
from webapp.asap.messages import joined
from webapp.asap.model import Ended, Entry
from webapp.asap.wishes import Part, Wish
from webapp.db.engine import writing
from webapp.outbox.results import Park, TryLater

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask

    from tests.appointments.stored import Sessions
    from tests.asap.deployed import Deployment
    from tests.reference_mail import Inbox
    from tests.reference_process import ReferenceDiary

PAGE = "https://book.example/harbour/asap/0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="session")
def whole_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return outside_a_request(tmp_path_factory.mktemp("app"))


@pytest.fixture(autouse=True)
def outside(whole_app: Flask) -> Iterator[None]:
    """A worker is in the app, and in no request."""
    with whole_app.app_context():
        yield


@pytest.fixture
def inbox(gateway_process: ReferenceDiary, deployment: Deployment) -> Iterator[Inbox]:
    """What the deployment's mail server catches."""
    gateway_process.inbox.reset()
    deployment.mail_server = gateway_process.smtp_url
    yield gateway_process.inbox
    gateway_process.inbox.clear_faults()


def an_entry(sessions: Sessions, has: datetime | None = FAR, wish: Wish | None = None) -> Entry:
    one = on_the_list(sessions, has=has, name="Ada Whitcombe", phone="+447700900123", wish=wish)
    return entry_now(sessions, one.entry_id)


class TestItsWords:
    def test_it_says_what_happens_to_whom_and_how_to_hear_no_more(self, sessions: Sessions):
        wish = Wish(
            weekdays=frozenset(range(5)),
            parts=frozenset({Part.MORNING}),
            notice=timedelta(hours=2),
        )
        entry = an_entry(sessions, wish=wish)
        letter = joined(entry, AUTOMATIC, page=PAGE)
        assert (letter.to, letter.subject) == (
            entry.patient_email,
            "You’re on the list for something sooner",
        )
        parts = parts_of(composed(letter, AUTOMATIC))
        text = " ".join(parts.text.split())
        for words in (
            "Hello Ada Whitcombe,",
            "When an earlier time opens up that suits you, we’ll text you a link.",
            "the first to take it has it",
            "Your appointment stays as it is unless you take another.",
            "07700 900123",
            "Monday to Friday",
            "Morning, before midday",
            "At least 2 hours",
            "answer STOP to any of the texts",
            "See or leave the list",
            "020 7946 0123",
        ):
            assert words in text
            assert words in parts.html
        assert PAGE in parts.links
        assert PAGE in parts.text

    def test_of_an_appointment_it_speaks_only_to_who_has_one(self, sessions: Sessions):
        letter = joined(an_entry(sessions, has=None), AUTOMATIC, page=PAGE)
        assert "Your appointment" not in parts_of(composed(letter, AUTOMATIC)).text

    def test_no_name_can_bring_markup_along(self, sessions: Sessions):
        entry = an_entry(sessions)
        entry.patient_name = "<b>Zoë</b> & <script>x</script>"
        parts = parts_of(composed(joined(entry, AUTOMATIC, page=PAGE), AUTOMATIC))
        assert "<script" not in parts.source
        assert entry.patient_name in parts.html
        assert entry.patient_name in parts.text


class TestSendingIt:
    def test_it_comes_with_the_address_of_their_own_page(
        self, deployment: Deployment, inbox: Inbox
    ):
        entry = an_entry(deployment.sessions)
        deployment.keep(Kind.JOINED, entry.id)
        [mail] = inbox.mails(entry.patient_email)
        token = TOKENS.entry_of(slug="harbour", journey=entry.journey)
        assert mail.text is not None
        assert f"https://book.example/harbour/asap/{token}" in mail.text

    def test_sent_again_after_a_kill_it_is_the_same_message(
        self, deployment: Deployment, inbox: Inbox
    ):
        entry = an_entry(deployment.sessions)
        for _ in range(2):
            deployment.keep(Kind.JOINED, entry.id)
        assert len({mail.message_id for mail in inbox.mails(entry.patient_email)}) == 1

    def test_who_has_left_meanwhile_is_not_told_that_they_are_on_it(
        self, deployment: Deployment, inbox: Inbox
    ):
        entry = an_entry(deployment.sessions)
        with writing(deployment.sessions) as session:
            end(session.get_one(Entry, entry.id), Ended.LEFT)
        deployment.keep(Kind.JOINED, entry.id)
        assert inbox.mails() == []

    def test_without_a_mail_server_an_operator_must_look(self, deployment: Deployment):
        entry = an_entry(deployment.sessions)
        with pytest.raises(Park, match="OPENSLOT_SMTP_URL is not set"):
            deployment.keep(Kind.JOINED, entry.id)

    def test_a_mail_server_that_is_away_is_tried_again(
        self, deployment: Deployment, closed_port: int
    ):
        entry = an_entry(deployment.sessions)
        deployment.mail_server = f"smtp://127.0.0.1:{closed_port}"
        with pytest.raises(TryLater, match="the mail server did not take it"):
            deployment.keep(Kind.JOINED, entry.id)
