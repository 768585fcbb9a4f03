"""The servers that tests start: what they keep, what they lose, and that they leave nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from tests.services import server
from tests.services.postgres import PrivatePostgres
from tests.services.redis import PrivateRedis

pytest_plugins = ["tests.services.fixtures"]

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60

HOLDS_A_SERVER = """
import sys
from tests.services.{module} import {kind}
with {kind}() as server:
    print(server.url, server._folder, flush=True)
    sys.stdin.read()
"""


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True, connect_timeout=60)


def run(url: str, statement: str) -> list[tuple[object, ...]]:
    with connect(url) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def restart_at_once(server: PrivatePostgres) -> None:
    server.restart(immediate=True)


@pytest.fixture
def database(postgres: PrivatePostgres) -> Iterator[str]:
    """A database with one committed row."""
    postgres.start()
    url = postgres.new_database()
    run(url, "CREATE TABLE kept AS SELECT 1 AS number")
    yield url
    postgres.start()
    postgres.drop(url)


@pytest.fixture
def client(redis_server: PrivateRedis) -> Iterator[redis.Redis]:
    """A client of an empty Redis, which waits for one second at most."""
    redis_server.start()
    redis_server.flush()
    with redis.Redis.from_url(redis_server.url, socket_timeout=1) as one:
        yield one
    redis_server.resume()


@pytest.mark.postgres
def test_each_database_is_empty(postgres: PrivatePostgres, database: str):
    other = postgres.new_database()

    assert run(other, "SELECT 1 FROM pg_tables WHERE schemaname = 'public'") == []

    postgres.drop(other)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        run(other, "SELECT 1")


@pytest.mark.postgres
def test_a_database_may_begin_as_a_copy_of_another(postgres: PrivatePostgres, database: str):
    copy = postgres.new_database(like=database)
    run(copy, "DROP TABLE kept")

    assert run(database, "SELECT number FROM kept") == [(1,)]

    postgres.drop(copy)


@pytest.mark.postgres
def test_a_database_is_dropped_though_somebody_is_connected(postgres: PrivatePostgres):
    postgres.start()
    url = postgres.new_database()
    with connect(url) as connection:
        postgres.drop(url)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


@pytest.mark.postgres
@pytest.mark.parametrize(
    "end",
    [PrivatePostgres.stop, PrivatePostgres.kill, PrivatePostgres.restart, restart_at_once],
)
def test_what_was_committed_outlives_the_server_and_what_was_connected_does_not(
    postgres: PrivatePostgres, database: str, end: Callable[[PrivatePostgres], None]
):
    with connect(database) as connection:
        end(postgres)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    postgres.start()

    assert run(database, "SELECT number FROM kept") == [(1,)]


@pytest.mark.postgres
def test_what_was_not_committed_is_gone_after_a_kill(postgres: PrivatePostgres, database: str):
    connection = connect(database)
    connection.execute("BEGIN")
    connection.execute("INSERT INTO kept VALUES (2)")
    postgres.kill()
    connection.close()
    postgres.start()

    assert run(database, "SELECT number FROM kept") == [(1,)]


@pytest.mark.postgres
def test_a_server_that_stands_still_answers_nobody_until_it_goes_on(
    postgres: PrivatePostgres, database: str
):
    postgres.pause()
    with pytest.raises(psycopg.errors.ConnectionTimeout):
        psycopg.connect(database.replace("+psycopg", ""), connect_timeout=2)
    postgres.resume()

    assert run(database, "SELECT number FROM kept") == [(1,)]


@pytest.mark.redis
@pytest.mark.parametrize(
    "end", [PrivateRedis.stop, PrivateRedis.kill, PrivateRedis.restart, PrivateRedis.flush]
)
def test_redis_keeps_nothing(
    redis_server: PrivateRedis, client: redis.Redis, end: Callable[[PrivateRedis], None]
):
    client.set("answer", "42")
    end(redis_server)
    redis_server.start()
    client.connection_pool.disconnect()

    assert client.get("answer") is None


@pytest.mark.redis
def test_redis_that_is_down_refuses(redis_server: PrivateRedis, client: redis.Redis):
    redis_server.kill()
    assert not redis_server.is_running

    with pytest.raises(redis.ConnectionError):
        client.ping()


@pytest.mark.redis
def test_redis_that_stands_still_answers_nobody(redis_server: PrivateRedis, client: redis.Redis):
    redis_server.pause()

    with pytest.raises(redis.TimeoutError):
        client.ping()


@pytest.mark.redis
def test_a_redis_that_stands_still_can_be_stopped(redis_server: PrivateRedis, client: redis.Redis):
    redis_server.pause()
    redis_server.stop()

    assert not redis_server.is_running


@pytest.mark.redis
def test_two_servers_stand_apart(redis_server: PrivateRedis, client: redis.Redis):
    client.set("answer", "42")
    with PrivateRedis() as other, redis.Redis.from_url(other.url) as its_client:
        assert its_client.get("answer") is None


@pytest.mark.redis
def test_a_port_that_somebody_takes_first_is_given_up_for_another(
    redis_server: PrivateRedis, monkeypatch: pytest.MonkeyPatch
):
    redis_server.start()
    taken = redis_server._port
    free = server.free_port()
    ports = iter([taken, free])
    monkeypatch.setattr(server, "free_port", lambda: next(ports))

    with PrivateRedis() as other:
        assert other.url == f"redis://127.0.0.1:{free}/0"


@pytest.mark.parametrize(
    ("kind", "override", "words"),
    [
        (PrivatePostgres, "OPENSLOT_POSTGRES", "No PostgreSQL here: run"),
        (PrivateRedis, "OPENSLOT_REDIS", "No Redis here: run"),
    ],
)
def test_a_missing_server_is_an_error_that_says_what_to_do(
    kind: type[server.PrivateServer],
    override: str,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv(override, "/nowhere/at-all")

    with pytest.raises(server.ServerNotStarted, match=words), kind():
        pass


def says_no(_server: PrivateRedis) -> list[str]:
    return ["sh", "-c", "echo no disk; exit 1"]


@pytest.mark.redis
def test_a_server_that_will_not_start_says_why_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(server.tempfile, "tempdir", None)
    monkeypatch.setattr(PrivateRedis, "_command", says_no)

    with pytest.raises(server.ServerNotStarted, match="it said: no disk"), PrivateRedis():
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("module", "kind"), [("postgres", "PrivatePostgres"), ("redis", "PrivateRedis")]
)
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_server_ends_with_the_process_that_asked_for_it_whatever_way_that_went(
    module: str, kind: str, how: signal.Signals
):
    asker = subprocess.Popen(
        [sys.executable, "-c", HOLDS_A_SERVER.format(module=module, kind=kind)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert asker.stdin
    assert asker.stdout
    with asker.stdin, asker.stdout:
        url, folder = asker.stdout.readline().split()
        assert answers(url)
        asker.send_signal(how)
        asker.wait(PATIENCE_SECONDS)
    ends = time.monotonic() + PATIENCE_SECONDS
    while Path(folder).exists() and time.monotonic() < ends:
        time.sleep(0.01)

    assert not Path(folder).exists()
    assert not answers(url)


def test_servers_run_as_we_do_where_we_are_not_root(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert server.account_for_servers() is None


def test_servers_run_as_nobody_in_particular_where_we_are_root(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    account = server.account_for_servers()

    assert account
    assert account.pw_uid != 0


def answers(url: str) -> bool:
    try:
        if url.startswith("redis"):
            with redis.Redis.from_url(url) as one:
                return bool(one.ping())
        return bool(run(url, "SELECT 1"))
    except (redis.ConnectionError, psycopg.OperationalError):
        return False
