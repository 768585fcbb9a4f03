"""The databases and caches that tests are given: empty, whichever test was before."""

from __future__ import annotations

import pytest
import redis
from sqlalchemy import inspect, text

from tests.services.both import in_redis_too
from webapp.db.engine import make_engine, upgrade

pytest_plugins = ["tests.services.fixtures"]


def test_migrations_run_on_either_database(each_database_url: str):
    engine = make_engine(each_database_url)
    upgrade(engine)

    assert "booking" in inspect(engine).get_table_names()

    engine.dispose()


@pytest.mark.parametrize("_time", ["first", "second"])
def test_a_database_is_empty_for_each_test(each_database_url: str, _time: str):
    engine = make_engine(each_database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alone (number INTEGER)"))
    engine.dispose()


@in_redis_too
@pytest.mark.parametrize("_time", ["first", "second"])
def test_a_cache_is_empty_for_each_test(cache_url: str, _time: str):
    if not cache_url:
        return
    with redis.Redis.from_url(cache_url) as one:
        assert one.dbsize() == 0
        one.set("answer", "42")
