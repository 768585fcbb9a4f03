"""Each practice has one availability, which its views and the wiring find; all share a cache."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import cast

import pytest
from flask import Flask

from tests.availability.fakes import ANNA, ROOM_1, FakeDiary, pair
from tests.practices.examples import practice
from tests.services.both import in_redis_too
from webapp.availability import current
from webapp.availability.current import all_of, availability_of
from webapp.diaries.port import Diary

pytestmark = pytest.mark.usefixtures("clock")

PRACTICES = {"harbour": practice(), "elm": practice(slug="elm")}
MONDAY = date(2026, 11, 23)


@pytest.fixture
def diaries() -> dict[str, FakeDiary]:
    return {
        slug: FakeDiary({(ANNA, ROOM_1): {MONDAY: (time(hour),)}})
        for slug, hour in (("harbour", 9), ("elm", 10))
    }


@pytest.fixture
def app(diaries: dict[str, FakeDiary], cache_url: str) -> Iterator[Flask]:
    app = Flask(__name__)
    current.init_app(app, PRACTICES, cast("dict[str, Diary]", diaries), cache_url)
    yield app
    for one in all_of(app).values():
        one.close()


def test_every_practice_has_its_own_and_a_view_gets_that(app: Flask):
    assert set(all_of(app)) == set(PRACTICES)
    with app.app_context():
        for slug, one in PRACTICES.items():
            assert availability_of(one) is all_of(app)[slug]


@in_redis_too
def test_on_one_cache_no_practice_is_shown_what_anothers_diary_said(
    app: Flask, diaries: dict[str, FakeDiary]
):
    for _ in range(2):
        times = {
            slug: one.picture().calendar(ANNA.id).times(MONDAY) for slug, one in all_of(app).items()
        }
        assert times == {"harbour": (time(9),), "elm": (time(10),)}
    assert [one.count(pair(ANNA, ROOM_1)) for one in diaries.values()] == [1, 1]
