from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from tests.doctoring import development, doctor, one, production
from tests.notify.mail_server import TLS, certified, mail_server
from tests.reference_process import ReferenceDiary
from tests.web.sites import site_for

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def process() -> Iterator[ReferenceDiary]:
    with ReferenceDiary() as diary:
        yield diary


@pytest.fixture
def diary(process: ReferenceDiary) -> ReferenceDiary:
    process.reset()
    return process


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "authority.pem"))


def mail(tmp_path: Path, diary: ReferenceDiary, url: str) -> tuple[int, list[str]]:
    return doctor(site_for(production(tmp_path, diary, smtp_url=SecretStr(url))))


def test_a_mail_server_that_lets_us_in_over_starttls(
    tmp_path: Path, diary: ReferenceDiary, trusted: None
):
    with mail_server(tls_context=certified(), require_starttls=True) as server:
        url = f"smtp+starttls://desk%40book.example:p%40ss%2Fword@127.0.0.1:{server.port}"
        code, lines = mail(tmp_path, diary, url)

    assert code == 0
    assert one(lines, "ok", f"The mail server 127.0.0.1:{server.port} lets us in.")


def test_a_wrong_password_is_said_and_not_shown(
    tmp_path: Path, diary: ReferenceDiary, trusted: None
):
    with mail_server(tls_context=certified()) as server:
        url = f"smtp+starttls://desk%40book.example:hunter2@127.0.0.1:{server.port}"
        code, lines = mail(tmp_path, diary, url)

    assert code == 1
    assert "user or password" in one(lines, "WRONG", "The mail server")
    assert "hunter2" not in "\n".join(lines)
    assert "desk@book" not in "\n".join(lines)


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path, diary: ReferenceDiary):
    with mail_server(tls_context=certified()) as server:
        code, lines = mail(tmp_path, diary, f"smtp+starttls://127.0.0.1:{server.port}")

    assert code == 1
    assert "certificate" in one(lines, "WRONG", "The mail server")


def test_a_server_without_starttls_or_login(tmp_path: Path, diary: ReferenceDiary):
    with mail_server(auth_exclude_mechanism=["LOGIN", "PLAIN"]) as server:
        for url in (
            f"smtp+starttls://127.0.0.1:{server.port}",
            f"smtp://desk:p@127.0.0.1:{server.port}",
        ):
            code, lines = mail(tmp_path, diary, url)
            assert code == 1
            assert "does not offer" in one(lines, "WRONG", "The mail server")


def test_tls_asked_of_a_port_that_begins_without(tmp_path: Path, diary: ReferenceDiary):
    with mail_server() as server:
        code, lines = mail(tmp_path, diary, f"smtps://127.0.0.1:{server.port}")

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
