from __future__ import annotations

import asyncio
import ssl
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from pydantic import SecretStr

from tests.doctoring import development, doctor, one, production
from tests.reference_process import ReferenceDiary
from tests.web.sites import site_for

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

TLS = Path(__file__).parent / "diaries" / "tls"


@pytest.fixture(scope="module")
def process() -> Iterator[ReferenceDiary]:
    with ReferenceDiary() as diary:
        yield diary


@pytest.fixture
def diary(process: ReferenceDiary) -> ReferenceDiary:
    process.reset()
    return process


@contextmanager
def mail_server(**options: Any) -> Generator[int]:  # noqa: ANN401
    """A mail server that lets one user in, with the right password; yield its port."""
    loop = asyncio.new_event_loop()

    def let_in(*given: Any) -> AuthResult:  # noqa: ANN401
        login = given[-1]
        assert isinstance(login, LoginPassword)
        is_right = login == LoginPassword(b"desk@book.example", b"p@ss")
        # Not handled: the server says the no.
        return AuthResult(success=is_right, handled=False)

    server = loop.run_until_complete(
        loop.create_server(
            lambda: SMTP(
                object(), hostname="mail.example", authenticator=let_in, loop=loop, **options
            ),
            "127.0.0.1",
            0,
        )
    )
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


def of_server() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(TLS / "server.pem")
    return context


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "authority.pem"))


def mail(tmp_path: Path, diary: ReferenceDiary, url: str) -> tuple[int, list[str]]:
    return doctor(site_for(production(tmp_path, diary, smtp_url=SecretStr(url))))


def test_a_mail_server_that_lets_us_in_over_starttls(
    tmp_path: Path, diary: ReferenceDiary, trusted: None
):
    with mail_server(tls_context=of_server(), require_starttls=True) as port:
        url = f"smtp+starttls://desk%40book.example:p%40ss@127.0.0.1:{port}"
        code, lines = mail(tmp_path, diary, url)

    assert code == 0
    assert one(lines, "ok", f"The mail server 127.0.0.1:{port} lets us in.")


def test_a_wrong_password_is_said_and_not_shown(
    tmp_path: Path, diary: ReferenceDiary, trusted: None
):
    with mail_server(tls_context=of_server()) as port:
        url = f"smtp+starttls://desk%40book.example:hunter2@127.0.0.1:{port}"
        code, lines = mail(tmp_path, diary, url)

    assert code == 1
    assert "user or password" in one(lines, "WRONG", "The mail server")
    assert "hunter2" not in "\n".join(lines)
    assert "desk@book" not in "\n".join(lines)


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path, diary: ReferenceDiary):
    with mail_server(tls_context=of_server()) as port:
        code, lines = mail(tmp_path, diary, f"smtp+starttls://127.0.0.1:{port}")

    assert code == 1
    assert "certificate" in one(lines, "WRONG", "The mail server")


def test_a_server_without_starttls_or_login(tmp_path: Path, diary: ReferenceDiary):
    with mail_server(auth_exclude_mechanism=["LOGIN", "PLAIN"]) as port:
        for url in (f"smtp+starttls://127.0.0.1:{port}", f"smtp://desk:p@127.0.0.1:{port}"):
            code, lines = mail(tmp_path, diary, url)
            assert code == 1
            assert "does not offer" in one(lines, "WRONG", "The mail server")


def test_tls_asked_of_a_port_that_begins_without(tmp_path: Path, diary: ReferenceDiary):
    with mail_server() as port:
        code, lines = mail(tmp_path, diary, f"smtps://127.0.0.1:{port}")

    assert code == 1
    assert "465" in one(lines, "WRONG", "The mail server")


def test_a_mail_server_that_is_not_there(tmp_path: Path, diary: ReferenceDiary):
    code, lines = mail(tmp_path, diary, "smtp://127.0.0.1:9")

    assert code == 1
    assert "firewall" in one(lines, "WRONG", "No connection to the mail server 127.0.0.1:9")


@pytest.mark.parametrize("url", ["smtp://", "smtp://mail.example:99999", "smtp://u:p@:25"])
def test_a_mail_servers_address_that_cannot_be(tmp_path: Path, diary: ReferenceDiary, url: str):
    code, lines = mail(tmp_path, diary, url)

    assert code == 1
    assert "names no host" in one(lines, "WRONG", "OPENSLOT_SMTP_URL")


def test_mail_from_each_practices_own_address_may_be_taken_for_spam(
    tmp_path: Path, diary: ReferenceDiary
):
    _code, lines = doctor(site_for(production(tmp_path, diary, mail_from="")))

    assert "SPF" in one(lines, "advice", "OPENSLOT_MAIL_FROM")


def test_without_a_mail_server_nobody_is_told(tmp_path: Path, diary: ReferenceDiary):
    code, lines = doctor(site_for(development(tmp_path, diary, smtp_url=SecretStr(""))))

    assert code == 0
    assert one(lines, "advice", "OPENSLOT_SMTP_URL is not set")
