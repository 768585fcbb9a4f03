"""How often one client may ask: told in plain words when to come again, and nobody else waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.asap.api.client import Client, explanation, keep_entry
from tests.reference_process import ELM_TREE, HARBOUR
from tests.site.asap import a_list
from tests.site.conftest import MakeSite
from tests.site.ground import Site
from webapp.config import Switch
from webapp.web import limits

A_SECOND, A_MINUTE = 10, 120
"""So many calls are let through in each."""
LIST = "/asapcomms"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture(autouse=True)
def own_counts() -> Iterator[None]:
    """The limiter is one for the whole process: leave it as it was found."""
    before = vars(limits.limiter).copy()
    yield
    vars(limits.limiter).clear()
    vars(limits.limiter).update(before)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The time stands still until a test moves it."""
    with time_machine.travel(datetime(2026, 11, 20, 8, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def site(make_site: MakeSite, clock: time_machine.Traveller) -> Site:
    lists = {slug: a_list(slug) for slug in (HARBOUR.slug, ELM_TREE.slug)}
    return make_site(more=lists, rate_limits=Switch.ON)


def use_up(client: Client, times: int = A_SECOND) -> None:
    for _ in range(times):
        assert client.call("GET", LIST).status_code == 200


def use_up_the_minute(client: Client, clock: time_machine.Traveller) -> None:
    for _ in range(A_MINUTE // A_SECOND):
        use_up(client)
        clock.shift(timedelta(seconds=2))


def test_so_many_calls_a_second_and_then_it_is_said_when_to_come_again(
    client: Client, clock: time_machine.Traveller
) -> None:
    use_up(client)
    answer = client.call("GET", LIST)
    assert explanation(answer, 429)
    assert 1 <= int(answer.headers["Retry-After"]) <= 2
    clock.shift(timedelta(seconds=int(answer.headers["Retry-After"]) + 0.01))
    use_up(client)


def test_so_many_calls_a_minute(client: Client, clock: time_machine.Traveller) -> None:
    use_up_the_minute(client, clock)
    answer = client.call("GET", LIST)
    assert explanation(answer, 429)
    wait = int(answer.headers["Retry-After"])
    assert 30 < wait <= 61
    clock.shift(timedelta(seconds=wait + 0.01))
    use_up(client)


def test_a_program_that_waits_as_it_is_told_gets_everything(
    client: Client, clock: time_machine.Traveller
) -> None:
    got = 0
    for _ in range(200):
        answer = client.call("GET", LIST)
        if answer.status_code == 429:
            clock.shift(timedelta(seconds=int(answer.headers["Retry-After"]) + 0.01))
        else:
            got += 1
    assert got > A_MINUTE


def test_each_method_counts_apart_and_a_post_too_many_offers_nothing(
    site: Site, client: Client
) -> None:
    body = {"op": 7323, "aptNum": keep_entry(site, HARBOUR.slug), "dateTimeStart": "nonsense"}
    for _ in range(A_SECOND):
        assert client.post(body).status_code == 400
    rows = site.dump()
    body["dateTimeStart"] = "2026-11-21 09:15:00"
    assert explanation(client.post(body), 429)
    assert site.dump() == rows
    assert client.call("GET", LIST).status_code == 200


def test_another_address_or_practice_is_not_held_up_and_no_patient(
    site: Site, client: Client
) -> None:
    use_up(client)
    assert explanation(client.call("GET", LIST), 429)
    use_up(Client(site, ELM_TREE.slug))
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.call("GET", LIST, environ_overrides=elsewhere).status_code == 200
    assert site.open(f"/{HARBOUR.slug}/").heading


def test_who_guesses_at_keys_gets_no_more_guesses_by_trying_others(site: Site) -> None:
    found: list[int] = []
    for number in range(A_SECOND + 1):
        guess = Client(site, HARBOUR.slug, {"Authorization": f"ODFHIR {number}/{number}"})
        found.append(guess.call("GET", LIST).status_code)
    assert found == [401] * A_SECOND + [429]
