"""What goes wrong gets a page for a person, and plain words for a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Flask, abort
from werkzeug.exceptions import TooManyRequests

from tests.web.sites import settings_for, site_for

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

A_PATIENTS_WORDS = "of Ada Whitcombe"


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    """A whole site, and some pages of it on which everything goes wrong."""
    app = site_for(settings_for(tmp_path), is_migrated=False)
    for prefix in ("/api/x", "/x"):
        add_trouble(app, prefix)
    return app.test_client()


def add_trouble(app: Flask, prefix: str) -> None:
    def refuse(code: int) -> str:
        abort(code)

    def hurry() -> str:
        raise TooManyRequests

    def break_down() -> str:
        raise RuntimeError(A_PATIENTS_WORDS)

    for name, view in (("<int:code>", refuse), ("hurry", hurry), ("break", break_down)):
        app.add_url_rule(f"{prefix}/{name}", f"{prefix} {name}", view)


@pytest.mark.parametrize("code", [400, 401, 403, 404, 413, 500])
def test_a_person_gets_a_page_and_a_program_gets_words(client: FlaskClient, code: int):
    page, words = client.get(f"/x/{code}"), client.get(f"/api/x/{code}")

    assert page.status_code == words.status_code == code
    assert page.mimetype == "text/html"
    assert "<h1>" in page.get_data(as_text=True)
    assert words.mimetype == "text/plain"
    assert words.get_data(as_text=True)
    assert "<" not in words.get_data(as_text=True)


def test_a_wrong_method_is_told_the_right_ones(client: FlaskClient):
    for path in ("/x/404", "/api/x/404"):
        answer = client.post(path)
        assert answer.status_code == 405
        assert "GET" in answer.headers["Allow"]
    assert client.post("/api/x/404").mimetype == "text/plain"


def test_who_hurries_is_told_when_to_come_again(client: FlaskClient):
    for path in ("/x/hurry", "/api/x/hurry"):
        answer = client.get(path)
        assert answer.status_code == 429
        assert answer.headers.getlist("Retry-After") == ["60"]


def test_what_breaks_on_our_side_tells_nobody_why(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
):
    for path, kind in (("/x/break", "text/html"), ("/api/x/break", "text/plain")):
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (500, kind)
        assert "Ada" not in answer.get_data(as_text=True)
    assert "RuntimeError" in caplog.text
    assert "Ada" not in caplog.text


def test_only_what_is_under_api_is_for_programs(client: FlaskClient):
    for path in ("/apis/404", "/api-docs/404", "/x/api/404"):
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (404, "text/html")
