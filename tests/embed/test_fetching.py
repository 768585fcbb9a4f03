"""Fetching a page from real servers that lead astray, dawdle, and send too much."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Sequence

import pytest

from tests.diaries.wire import AUTHORITY, Answer, Server, http, in_turn, say
from tests.embed.listed_site import fetch, loopback, refused
from webapp.embed.fetching import Fetcher, NotRead
from webapp.embed.origins import NotListed

_HTML = "Content-Type: text/html; charset=utf-8"
_PAGE = say(http("<p>Grüße".encode(), "200 OK", _HTML, "X-Own: one", "X-Own: two"))


def away(target: str) -> Answer:
    return say(http(b"", "302 Found", f"Location: {target}"), keep=False)


def test_a_page_is_asked_for_as_what_we_are_and_without_a_cookie(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with Server(_PAGE) as server:
        found = fetch(server, "/büch e?a=ü&b=%20#here")
    [request] = server.requests
    lines = request.decode().split("\r\n")
    assert lines[0] == "GET /b%C3%BCch%20e?a=%C3%BC&b=%20 HTTP/1.1"
    assert sorted(lines[1:-2]) == [
        "Accept-Encoding: identity",
        "Accept: text/html",
        "Connection: close",
        f"Host: www.harbour.example:{server.port}",
        "User-Agent: Openslot-embed-doctor/1 (looks whether online booking is set up on this page)",
    ]
    assert found.html == "<p>Grüße"
    assert [value for name, value in found.headers if name == "X-Own"] == ["one", "two"]


def test_over_tls_the_name_is_what_the_certificate_must_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", AUTHORITY)
    fetcher = Fetcher(may_ask_itself=True, resolve=loopback)
    with Server(_PAGE, tls=True) as server:
        good, other = (f"https://{name}:{server.port}" for name in ("localhost", "www.x.example"))
        assert fetcher.fetch(good, [good]).html == "<p>Grüße"
        with pytest.raises(NotRead, match="is not valid, so browsers warn"):
            fetcher.fetch(other, [other])
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["93.184.215.14", "127.0.0.1"],
        ["93.184.215.14", "10.0.0.7"],
        ["169.254.169.254"],
        ["::ffff:127.0.0.1"],
    ],
)
def test_in_production_no_private_address_is_asked_whatever_else_the_name_has(
    addresses: list[str],
) -> None:
    with Server(_PAGE) as server:
        origin = f"http://www.harbour.example:{server.port}"
        fetcher = Fetcher(may_ask_itself=False, resolve=lambda _host, _port: addresses)
        with pytest.raises(NotRead, match="leads into a private network"):
            fetcher.fetch(origin, [origin])
    assert server.peers == []


def test_a_name_that_answers_otherwise_the_second_time_gains_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    dialled: list[object] = []

    def rebinding(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ["93.184.215.14"] if len(asked) == 1 else ["127.0.0.1"]

    def dial(address: tuple[str, int], timeout: float) -> socket.socket:
        dialled.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", dial)
    fetcher = Fetcher(may_ask_itself=False, resolve=rebinding)
    with pytest.raises(NotRead, match="gave no answer"):
        fetcher.fetch("http://www.harbour.example", ["http://www.harbour.example"])
    assert asked == ["www.harbour.example"]
    assert dialled == [("93.184.215.14", 80)]


def test_of_several_addresses_the_next_is_tried_where_one_is_dead() -> None:
    with Server(_PAGE) as server:
        origin = f"http://www.harbour.example:{server.port}"
        fetcher = Fetcher(
            may_ask_itself=True, resolve=lambda _host, _port: ["127.0.0.2", "127.0.0.1"]
        )
        assert fetcher.fetch(origin, [origin]).html


@pytest.mark.parametrize("failure", [socket.gaierror(-2, "no"), UnicodeError("no"), None])
def test_a_name_that_leads_nowhere(failure: Exception | None) -> None:
    def resolve(_host: str, _port: int) -> Sequence[str]:
        if failure is not None:
            raise failure
        return []

    with pytest.raises(NotRead, match="leads nowhere"):
        Fetcher(may_ask_itself=True, resolve=resolve).fetch(
            "http://a.example", ["http://a.example"]
        )


def test_a_site_that_is_not_listed_is_not_even_looked_up() -> None:
    def resolve(_host: str, _port: int) -> Sequence[str]:
        raise AssertionError("looked up")

    with pytest.raises(NotListed):
        Fetcher(may_ask_itself=True, resolve=resolve).fetch(
            "http://a.example", ["http://b.example"]
        )


def test_redirects_within_listed_sites_are_followed() -> None:
    with Server(in_turn(away("/two"), _PAGE)) as server:
        found = fetch(server)
        assert found.url == f"http://www.harbour.example:{server.port}/two"
    with Server(_PAGE) as second:
        there = f"http://harbour.example:{second.port}"
        with Server(away(f"{there}/x#y")) as first:
            assert fetch(first, others=[there]).url == f"{there}/x"
    assert f"Host: harbour.example:{second.port}".encode() in second.requests[0]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("http://127.0.0.1:{other}/", "another site. http://127.0.0.1"),
        ("//evil.example/", "another site. http://evil.example"),
        ("http://www.harbour.example:{other}/", "which differs in the port"),
        ("file:///etc/passwd", "no web page"),
        ("http://a:b@www.harbour.example/", "no web page"),
        ("http://[", "no web page"),
    ],
)
def test_a_redirect_elsewhere_is_not_followed(target: str, said: str) -> None:
    with Server(_PAGE) as other, Server(away(target.format(other=other.port))) as server:
        assert said in refused(server)
    assert other.peers == []


def test_a_redirect_is_checked_for_private_addresses_too() -> None:
    def resolve(host: str, _port: int) -> Sequence[str]:
        return ["127.0.0.1"] if host == "www.harbour.example" else ["10.0.0.1"]

    with Server(away("http://inner.example/")) as server:
        origin = f"http://www.harbour.example:{server.port}"
        fetcher = Fetcher(may_ask_itself=True, resolve=resolve)
        with pytest.raises(NotRead, match=r"The name inner\.example leads into a private"):
            fetcher.fetch(origin, [origin, "http://inner.example"])


def test_redirects_without_an_end_are_left_after_three() -> None:
    with Server(away("/again")) as server:
        assert "too often" in refused(server)
    assert len(server.requests) == 4


def test_a_page_of_two_megabytes_is_read_and_a_larger_one_is_not() -> None:
    most = 2 * 1024 * 1024
    with Server(say(http(b"x" * most, "200 OK", _HTML))) as server:
        assert len(fetch(server).html) == most
    with Server(say(http(b"x" * (most + 1), "200 OK", _HTML))) as server:
        assert "larger than 2 MB" in refused(server)


def test_a_page_that_comes_packed_is_unpacked_no_further_than_that() -> None:
    kinds = (_HTML, "Content-Encoding: gzip")
    with Server(say(http(gzip.compress(b"<p>Hello"), "200 OK", *kinds))) as server:
        assert fetch(server).html == "<p>Hello"
    bomb = gzip.compress(b"x" * 30_000_000)
    with Server(say(http(bomb, "200 OK", *kinds))) as server:
        assert "larger than 2 MB" in refused(server)
    with Server(say(http(b"not packed", "200 OK", *kinds))) as server:
        assert "packed in a way" in refused(server)


_NO_PAGES = {
    "PDF": (http(b"%PDF", "200 OK", "Content-Type: application/pdf"), "not a page"),
    "JSON": (http(b"{}", "200 OK", "Content-Type: application/json"), "not a page"),
    "untyped": (http(b"<p>"), "not a page"),
    "missing": (http(b"<p>", "404 Not Found", _HTML), "There is no page at this address"),
    "forbidden": (http(b"<p>", "403 Forbidden", _HTML), "password or the bot protection"),
    "busy": (http(b"<p>", "503 Busy", _HTML), "answers 503"),
    "empty": (http(b"", "204 No Content"), "answers 204"),
    "silent": (b"", "no answer that could be read"),
    "not HTTP": (b"SSH-2.0-OpenSSH_9\r\n", "no answer that could be read"),
    "many headers": (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200, "no answer that could be read"),
    "a long header": (b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000, "no answer that could be read"),
    "leads nowhere": (http(b"", "302 Found"), "too often"),
}


@pytest.mark.parametrize(("answer", "said"), _NO_PAGES.values(), ids=_NO_PAGES)
def test_what_is_no_page_is_told_in_our_own_words(answer: bytes, said: str) -> None:
    with Server(say(answer, keep=False)) as server:
        text = refused(server)
    assert said in text
    assert "SSH" not in text
    assert "%PDF" not in text


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    origin = f"http://localhost:{port}"
    with pytest.raises(NotRead, match="gave no answer"):
        Fetcher(may_ask_itself=True).fetch(origin, [origin])


@pytest.mark.parametrize("charset", ["iso-8859-1", "no-such-charset", "utf-16"])
def test_any_charset_will_do(charset: str) -> None:
    known = charset if charset != "no-such-charset" else "utf-8"
    head = f"Content-Type: text/html; charset={charset}"
    with Server(say(http("<p>Grüße".encode(known), "200 OK", head))) as server:
        assert fetch(server).html == "<p>Grüße"
