"""Who has said STOP to a sender is left alone by that sender, until they say START."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from tests.appointments.stored import NOW, Sessions, opened
from tests.services.both import on_both
from webapp.db.engine import writing
from webapp.notify.optouts import OptOut, has_opted_out, note_reply, opt_out

SENDER, OTHER_SENDER = "+447700900800", "MG" + "5" * 32
PHONE, OTHER_PHONE = "+447700900123", "+447700900124"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sessions(database_url: str) -> Iterator[Sessions]:
    yield from opened(database_url)


def reply(sessions: Sessions, words: str, kind: str = "") -> None:
    with writing(sessions) as session:
        note_reply(session, sender=SENDER, phone=PHONE, words=words, kind=kind)


def is_out(sessions: Sessions, sender: str = SENDER, phone: str = PHONE) -> bool:
    with sessions() as session:
        return has_opted_out(session, sender=sender, phone=phone)


@pytest.mark.parametrize(
    "words",
    [
        *("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"),
        *("stop", "Stop", " StOp\n"),
    ],
)
def test_stop_and_its_kin_stop_this_sender_to_this_number_alone(sessions: Sessions, words: str):
    assert not is_out(sessions)
    reply(sessions, words)
    assert is_out(sessions)
    assert not is_out(sessions, sender=OTHER_SENDER)
    assert not is_out(sessions, phone=OTHER_PHONE)


@pytest.mark.parametrize("words", ["START", "UNSTOP", "YES", "yes", " Start "])
def test_start_and_its_kin_begin_again(sessions: Sessions, words: str):
    with writing(sessions) as session:
        for sender, phone in ((SENDER, PHONE), (OTHER_SENDER, PHONE), (SENDER, OTHER_PHONE)):
            opt_out(session, sender=sender, phone=phone)
    reply(sessions, words)
    assert not is_out(sessions)
    assert is_out(sessions, sender=OTHER_SENDER)
    assert is_out(sessions, phone=OTHER_PHONE)


@pytest.mark.parametrize(
    "words",
    [
        "stop please",
        "don't stop",
        "STOP.",
        "HELP",
        "",
        "no",
        "I'll take it",
        "Yes please",
        "S T O P",
    ],
)
def test_anything_else_changes_nothing(sessions: Sessions, words: str):
    reply(sessions, words)
    assert not is_out(sessions)
    reply(sessions, "STOP")
    reply(sessions, words)
    assert is_out(sessions)


@pytest.mark.parametrize(
    ("words", "kind", "out"),
    [
        ("ARRÊT", "STOP", True),
        ("stop", "HELP", False),
        ("stop", "START", False),
        ("x", "stop", True),
    ],
)
def test_the_gateways_own_reading_counts_before_the_words(
    sessions: Sessions, words: str, kind: str, out: bool
):
    reply(sessions, words, kind)
    assert is_out(sessions) is out


def test_start_from_who_never_stopped_changes_nothing(sessions: Sessions):
    reply(sessions, "START")
    assert not is_out(sessions)


@on_both
def test_a_second_stop_changes_nothing(sessions: Sessions, clock: time_machine.Traveller):
    reply(sessions, "STOP")
    clock.shift(timedelta(days=1))
    reply(sessions, "STOP")
    with sessions() as session:
        [row] = session.scalars(select(OptOut)).all()
    assert row.since_utc == NOW


@on_both
def test_in_one_transaction_the_last_word_counts(sessions: Sessions):
    with writing(sessions) as session:
        for words in ("STOP", "START", "STOP", "STOP"):
            note_reply(session, sender=SENDER, phone=PHONE, words=words)
    assert is_out(sessions)
