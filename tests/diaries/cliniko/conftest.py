from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.diaries.cliniko.clinic import Clinic
from tests.diaries.cliniko.relay import Relay
from tests.diaries.cliniko.riverside import diary_at
from tests.reference_process import ReferenceDiary
from webapp.diaries.cliniko.diary import ClinikoDiary


@pytest.fixture
def relay(reference: ReferenceDiary) -> Iterator[Relay]:
    """What stands between the connector and the reference server."""
    with Relay(reference) as running:
        yield running


@pytest.fixture
def diary(relay: Relay) -> Iterator[ClinikoDiary]:
    """The connector, which goes through the relay."""
    with closing(diary_at(relay.root)) as one:
        yield one


@pytest.fixture
def clinic(reference: ReferenceDiary) -> Clinic:
    """The practice's own hand in its Cliniko."""
    return Clinic(reference)
