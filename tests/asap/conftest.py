"""The ASAP list's tables, at a moment that stands still."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
import time_machine
from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker

from tests.appointments.stored import NOW, Sessions
from tests.asap.deployed import Deployment
from tests.asap.ground import on_the_list
from tests.asap.texters import Texter
from tests.asap.watched import Watched
from tests.reference_process import ReferenceDiary
from tests.reference_texts import Texts
from webapp.notify.texts import TextGateway


@pytest.fixture
def sessions(engine: Engine) -> Sessions:
    """What opens sessions on it; a row that was read stays as it was read."""
    return sessionmaker(engine, expire_on_commit=False)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The time is 8am on Friday 20 November, in London, until a test moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(scope="session")
def gateway_process() -> Iterator[ReferenceDiary]:
    """The reference gateway, a process of its own; it is Friday there too."""
    with ReferenceDiary(today=f"{NOW:%Y-%m-%dT%H:%M}") as process:
        yield process


@pytest.fixture
def texts(gateway_process: ReferenceDiary) -> Iterator[Texts]:
    """What the gateway has taken: nothing yet, and nothing goes wrong until a test says so."""
    gateway_process.texts.reset()
    yield gateway_process.texts
    gateway_process.texts.clear_faults()


@pytest.fixture
def texter(
    sessions: Sessions,
    texts: Texts,
    gateway_process: ReferenceDiary,
    clock: time_machine.Traveller,
) -> Iterator[Texter]:
    """Who texts for a practice, through the real gateway."""
    texter = Texter(sessions, texts, TextGateway(gateway_process.sms_url))
    yield texter
    texter.close()


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that is ours, and at which nobody listens."""
    with socket.socket() as ours:
        ours.bind(("127.0.0.1", 0))
        yield ours.getsockname()[1]


@pytest.fixture
def watched(sessions: Sessions, clock: time_machine.Traveller) -> Iterator[Watched]:
    """Who watches for a practice with one patient on its list, to whom any time is welcome."""
    watched = Watched(sessions, clock)
    on_the_list(sessions)
    yield watched
    watched.close()


@pytest.fixture
def deployment(sessions: Sessions, clock: time_machine.Traveller) -> Iterator[Deployment]:
    """Two practices whose promises are kept."""
    deployment = Deployment(sessions)
    yield deployment
    deployment.close()
