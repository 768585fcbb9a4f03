from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask, g
from flask.testing import FlaskClient

from tests.practices.examples import practice
from webapp.web import limits

PRACTICES = {slug: practice(slug=slug) for slug in ("harbour", "elm-tree")}
A_MINUTE = 61


@pytest.fixture(autouse=True)
def own_counts() -> Iterator[None]:
    """The limiter is one for the whole process: leave it as it was found."""
    before = vars(limits.limiter).copy()
    yield
    vars(limits.limiter).clear()
    vars(limits.limiter).update(before)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 11, 20, 8, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def site(*, storage: str = "memory://", enabled: bool = True) -> FlaskClient:
    app = Flask(__name__)

    @app.url_value_preprocessor
    def find_practice(_endpoint: str | None, values: dict[str, str] | None) -> None:
        g.practice = PRACTICES.get((values or {}).get("slug", ""))

    @app.get("/<slug>/look")
    @limits.reading
    def look(slug: str) -> str:
        return slug

    @app.post("/<slug>/check")
    @limits.asking
    def check(slug: str) -> str:
        return slug

    @app.post("/<slug>/book")
    @limits.booking_by_address
    @limits.booking_at_practice
    def book(slug: str) -> str:
        return slug

    @app.post("/<slug>/program")
    @limits.by_client
    def program(slug: str) -> str:
        return slug

    @app.post("/<slug>/gateway")
    @limits.from_gateway
    def gateway(slug: str) -> str:
        return slug

    limits.init_app(app, storage=storage, enabled=enabled)
    return app.test_client()


def statuses(client: FlaskClient, path: str, times: int, address: str = "192.0.2.1") -> list[int]:
    method = "GET" if path.endswith("look") else "POST"
    sent_from = {"REMOTE_ADDR": address}
    return [
        client.open(path, method=method, environ_overrides=sent_from).status_code
        for _ in range(times)
    ]


@pytest.mark.parametrize(
    ("path", "most"), [("/harbour/look", 240), ("/harbour/check", 60), ("/harbour/book", 20)]
)
def test_an_address_is_stopped_after_so_many_a_minute(
    path: str, most: int, clock: time_machine.Traveller
):
    assert statuses(site(), path, most + 1) == [200] * most + [429]


def test_a_minute_later_it_may_go_on(clock: time_machine.Traveller):
    client = site()
    assert statuses(client, "/harbour/book", 21)[-1] == 429
    clock.shift(A_MINUTE)
    assert statuses(client, "/harbour/book", 1) == [200]


def test_other_addresses_practices_and_pages_are_not_held_up(clock: time_machine.Traveller):
    client = site()
    assert statuses(client, "/harbour/book", 21)[-1] == 429
    assert statuses(client, "/harbour/book", 1, address="192.0.2.2") == [200]
    assert statuses(client, "/elm-tree/book", 1) == [200]
    assert statuses(client, "/harbour/look", 1) == [200]


def test_a_program_is_stopped_after_so_many_a_second_and_a_minute(clock: time_machine.Traveller):
    client = site()
    assert statuses(client, "/harbour/program", 11) == [200] * 10 + [429]
    assert statuses(client, "/elm-tree/program", 1) == [200]
    assert statuses(client, "/harbour/program", 1, address="192.0.2.2") == [200]
    clock.shift(A_MINUTE)
    for _ in range(12):
        assert statuses(client, "/harbour/program", 10) == [200] * 10
        clock.shift(2)
    assert statuses(client, "/harbour/program", 1) == [429]


def test_a_gateways_bursts_are_let_through(clock: time_machine.Traveller):
    assert statuses(site(), "/harbour/gateway", 1201) == [200] * 1200 + [429]


def test_bookings_at_one_practice_are_limited_together(clock: time_machine.Traveller):
    client = site()
    for number in range(15):
        assert set(statuses(client, "/harbour/book", 20, address=f"192.0.2.{number}")) == {200}
    assert statuses(client, "/harbour/book", 1, address="192.0.2.200") == [429]
    assert statuses(client, "/elm-tree/book", 1, address="192.0.2.200") == [200]


def test_switched_off_it_counts_nothing(clock: time_machine.Traveller):
    assert set(statuses(site(enabled=False), "/harbour/book", 50)) == {200}


def test_a_store_that_is_away_keeps_no_patient_from_booking():
    client = site(storage="redis://127.0.0.1:1/0")
    assert statuses(client, "/harbour/book", 3) == [200] * 3
