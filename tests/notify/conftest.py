from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.notify.letters import outside_a_request
from tests.reference_process import ReferenceDiary


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return outside_a_request(tmp_path_factory.mktemp("site"))


@pytest.fixture
def app(site: Flask) -> Iterator[None]:
    """Run the test where a worker composes: in the app, outside any request."""
    with site.app_context():
        yield


@pytest.fixture(scope="session")
def post_office() -> Iterator[ReferenceDiary]:
    with ReferenceDiary() as process:
        yield process


@pytest.fixture
def office(post_office: ReferenceDiary) -> Iterator[ReferenceDiary]:
    """A mail server that catches everything, empty and without faults."""
    post_office.inbox.reset()
    yield post_office
    post_office.inbox.clear_faults()
