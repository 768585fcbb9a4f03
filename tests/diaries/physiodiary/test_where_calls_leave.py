"""Source address and proxy, against real sockets."""

from __future__ import annotations

import sys
from contextlib import closing

import pytest

from tests.diaries.physiodiary.examples import CONFIRMED, REQUEST, STAFF_LIST
from tests.diaries.physiodiary.trouble import fails
from tests.diaries.physiodiary.wire import KEY, diary_at
from tests.diaries.wire import (
    AUTHORITY,
    PATIENT,
    Proxy,
    Server,
    closed_port,
    hang_up,
    in_turn,
    say_json,
)
from webapp.diaries.errors import (
    NotReached,
    OutcomeUnknown,
)

linux_only = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux answers for the whole of 127.0.0.0/8"
)


class TestWhereCallsLeaveFrom:
    @linux_only
    def test_every_call_leaves_from_the_source_address(self):
        answer = in_turn(say_json(STAFF_LIST), say_json(CONFIRMED))
        with Server(answer) as server:
            with closing(diary_at(server.url, limits=PATIENT, source_address="127.0.0.2")) as diary:
                diary.staff()
                diary.book(REQUEST)
                assert diary.call_origin().local_address == "127.0.0.2"
            assert set(server.peers) == {"127.0.0.2"}

    @linux_only
    def test_calls_through_a_proxy_leave_from_the_source_address_too(self):
        with Server(say_json(STAFF_LIST)) as server, Proxy() as proxy:
            with closing(
                diary_at(server.url, limits=PATIENT, source_address="127.0.0.2", proxy=proxy.url)
            ) as diary:
                diary.staff()
                origin = diary.call_origin()
            assert set(proxy.peers) == {"127.0.0.2"}
            assert len(server.peers) == 1
        assert (origin.local_address, origin.proxy) == ("127.0.0.2", proxy.url)

    def test_http_is_forwarded_by_the_proxy(self):
        answer = in_turn(say_json(STAFF_LIST), say_json(CONFIRMED))
        with Server(answer) as server, Proxy() as proxy:
            with closing(diary_at(server.url, limits=PATIENT, proxy=proxy.url)) as diary:
                diary.staff()
                diary.book(REQUEST)
            assert [head.split("\r\n")[0] for head in proxy.heads] == [
                f"POST {server.url} HTTP/1.1"
            ] * 2

    def test_https_is_tunnelled_and_the_proxy_reads_none_of_it(self):
        answer = in_turn(say_json(STAFF_LIST), say_json(CONFIRMED))
        with Server(answer, tls=True) as server, Proxy() as proxy:
            with closing(
                diary_at(
                    server.url,
                    limits=PATIENT,
                    authorities=AUTHORITY,
                    proxy=proxy.url.replace("//", "//agent:hidden@"),
                )
            ) as diary:
                diary.staff()
                diary.book(REQUEST)
                origin = diary.call_origin()
            connects = [head for head in proxy.heads if head]
            assert len(connects) == 2
            for head in connects:
                assert head.startswith(f"CONNECT 127.0.0.1:{server.port} ")
                assert "Proxy-Authorization: Basic" in head
                assert KEY not in head
        assert origin.proxy == proxy.url

    def test_a_forwarded_write_that_the_proxy_lost_is_unknown(self):
        with Server(hang_up) as proxy:
            address = proxy.url.removesuffix("/api/request")
            error = fails(diary_at("http://127.0.0.1:1/", proxy=address), write=True)
        assert isinstance(error, OutcomeUnknown)

    def test_the_environments_proxies_do_not_apply(self, monkeypatch: pytest.MonkeyPatch):
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")
        monkeypatch.delenv("no_proxy", raising=False)
        with Server(say_json(STAFF_LIST)) as server:
            diary = diary_at(server.url, limits=PATIENT)
            with closing(diary):
                assert diary.staff()

    def test_the_origin_of_a_diary_that_is_away(self):
        diary = diary_at(f"http://127.0.0.1:{closed_port()}/")
        with closing(diary), pytest.raises(NotReached):
            diary.call_origin()

    def test_an_origin_says_nothing_to_the_diary(self):
        with Server(say_json(STAFF_LIST)) as server:
            with closing(diary_at(server.url, limits=PATIENT)) as diary:
                origin = diary.call_origin()
            assert server.requests == []
        assert (origin.local_address, origin.proxy) == ("127.0.0.1", None)
