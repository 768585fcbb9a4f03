"""What surely never reached the diary, against real sockets."""

from __future__ import annotations

import socket

import pytest

from tests.diaries.physiodiary.examples import CONFIRMED
from tests.diaries.physiodiary.trouble import deaf_port, drip, fails
from tests.diaries.physiodiary.wire import diary_at
from tests.diaries.wire import PATIENT, Proxy, Server, closed_port, hang_up, say_json
from webapp.diaries.errors import (
    NotReached,
)


@pytest.mark.parametrize("write", [False, True])
class TestNeverReached:
    """Nothing was read at the other end: safe to send again, also for a booking."""

    def test_a_refused_connection(self, write: bool):
        error = fails(diary_at(f"http://127.0.0.1:{closed_port()}/api/request"), write=write)
        assert isinstance(error, NotReached)
        assert "refused" in str(error).lower()

    def test_a_name_that_nobody_knows(self, write: bool):
        error = fails(diary_at("http://diary.invalid/api/request"), write=write)
        assert isinstance(error, NotReached)

    def test_a_host_that_does_not_answer_the_knock(self, write: bool):
        with deaf_port() as port:
            error = fails(diary_at(f"http://127.0.0.1:{port}/api/request"), write=write)
        assert isinstance(error, NotReached)

    def test_a_certificate_that_nobody_vouches_for(self, write: bool):
        with Server(say_json(CONFIRMED), tls=True) as server:
            error = fails(diary_at(server.url, limits=PATIENT), write=write)
            assert server.requests == []
        assert isinstance(error, NotReached)
        assert "CERTIFICATE_VERIFY_FAILED" in str(error)

    def test_a_server_that_speaks_no_tls(self, write: bool):
        with Server(hang_up) as server:
            error = fails(diary_at(server.url.replace("http:", "https:")), write=write)
        assert isinstance(error, NotReached)

    def test_a_server_that_never_shakes_hands(self, write: bool):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            error = fails(diary_at(f"https://127.0.0.1:{port}/api/request"), write=write)
        assert isinstance(error, NotReached)

    @pytest.mark.parametrize("scheme", ["http", "https"])
    def test_a_proxy_that_is_away(self, write: bool, scheme: str):
        proxy = f"http://127.0.0.1:{closed_port()}"
        error = fails(diary_at(f"{scheme}://127.0.0.1:1/", proxy=proxy), write=write)
        assert isinstance(error, NotReached)

    def test_a_proxy_that_refuses_the_tunnel(self, write: bool):
        with Server(say_json(CONFIRMED), tls=True) as server:
            with Proxy(refusal="403 Forbidden") as proxy:
                error = fails(diary_at(server.url, proxy=proxy.url), write=write)
            assert server.peers == []
        assert isinstance(error, NotReached)
        assert "403" in str(error)

    def test_a_proxy_that_drips_its_answer_to_the_tunnel(self, write: bool):
        with Server(drip(b"", b"HTTP/1.1 200 OK\r\nX-Much: " + b"x" * 100)) as slow:
            proxy = slow.url.removesuffix("/api/request")
            error = fails(diary_at("https://127.0.0.1:1/", proxy=proxy), write=write)
        assert isinstance(error, NotReached)

    def test_a_forwarding_proxy_that_does_not_know_us(self, write: bool):
        with Proxy(refusal="407 Proxy Authentication Required") as proxy:
            error = fails(diary_at("http://127.0.0.1:1/", proxy=proxy.url), write=write)
        assert isinstance(error, NotReached)

    def test_a_source_address_that_is_not_ours(self, write: bool):
        with Server(say_json(CONFIRMED)) as server:
            error = fails(diary_at(server.url, source_address="192.0.2.1"), write=write)
            assert server.peers == []
        assert isinstance(error, NotReached)

    def test_a_source_address_of_another_family(self, write: bool):
        with Server(say_json(CONFIRMED)) as server:
            error = fails(diary_at(server.url, source_address="::1"), write=write)
        assert isinstance(error, NotReached)
