from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.reference.opendental import Office
from tests.reference.valomnia import log_in
from tests.reference_process import HARBOUR, MEADOW, ReferenceDiary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Post = Callable[..., requests.Response]

# A Friday morning, before the first patient.
TODAY = "2026-11-20"

ANNA, SIAN, CHRIS, JAYNE = 42228, 42230, 42229, 42233
ROOM_1, ROOM_2, GYM = 7322, 7323, 7324


@pytest.fixture(scope="session")
def process() -> Iterator[ReferenceDiary]:
    with ReferenceDiary(today=f"{TODAY}T08:00") as diary:
        yield diary


@pytest.fixture
def diary(process: ReferenceDiary) -> ReferenceDiary:
    """The reference diary in its initial state."""
    process.reset()
    return process


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def post(diary: ReferenceDiary, http: requests.Session) -> Post:
    """Post one document to Harbour's address exactly as given."""

    def send(document: object, *, to: str = HARBOUR.slug, timeout: float = 30) -> requests.Response:
        return http.post(
            diary.request_url(to),
            json=document,  # pyright: ignore[reportArgumentType] - some are wrong on purpose
            timeout=timeout,
            allow_redirects=False,
        )

    return send


@pytest.fixture
def booking(diary: ReferenceDiary) -> dict[str, Any]:
    """A request to book that will be confirmed."""
    date, time = diary.free(HARBOUR.slug, staff_id=SIAN, section_id=ROOM_2)[0]
    return {
        "action": "book",
        "apiKey": HARBOUR.key,
        "date": date,
        "time": time,
        "sectionId": ROOM_2,
        "staffId": SIAN,
        "name": "Ada Whitcombe",
        "phone": "07700 900123",
        "email": "ada@whitcombe.example",
        "desc": "Stiff neck",
    }


@pytest.fixture
def listing() -> dict[str, Any]:
    """A request for Siân's free times in room 2 over the whole horizon."""
    return {
        "action": "freeList",
        "apiKey": HARBOUR.key,
        "date": "20261120",
        "numDays": 90,
        "sectionId": ROOM_2,
        "staffId": SIAN,
    }


@pytest.fixture
def base(diary: ReferenceDiary) -> str:
    """What the document calls https://BASE_URL/api/VERSION."""
    return f"{diary.valomnia_url()}/api/v1.0"


@pytest.fixture
def signed_in(diary: ReferenceDiary, http: requests.Session) -> Iterator[requests.Session]:
    answer = log_in(diary, http, MEADOW.key)
    assert answer.headers["Location"].endswith("/login/ajaxSuccess")
    yield http
    http.cookies.clear()


@pytest.fixture
def office(diary: ReferenceDiary, http: requests.Session) -> Office:
    """A customer of Open Dental's, at the dentists by the bridge."""
    return Office(diary, http)
