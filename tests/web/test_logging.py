from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from jinja2 import DictLoader

from webapp.web import errors
from webapp.web import logging as request_logging
from webapp.web.logging import JsonLines

TOKEN = "0123456789abcdef0123456789abcdef"
WORDS = ("Zebulon Quince", "07700 900142", "quince@patient.example", "throbbing kneecap")

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.jinja_env.loader = DictLoader({"errors/error.html": "{{ words.heading }}"})
    Babel(app)
    request_logging.init_app(app)
    errors.init_app(app)

    @app.route("/<slug>/outcome/<token>", methods=["GET", "POST"])
    def outcome(slug: str, token: str) -> str:
        return f"{slug} {token}"

    @app.post("/<slug>/fails")
    def fails(slug: str) -> str:
        raise LookupError(f"{WORDS} at {slug}")

    return app


@pytest.fixture
def output() -> Iterator[io.StringIO]:
    """What is logged, as it is written."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("openslot")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield written
    logger.removeHandler(handler)
    logger.setLevel(level)


@pytest.fixture
def lines(output: io.StringIO) -> Lines:
    return lambda: [json.loads(line) for line in output.getvalue().splitlines()]


def test_each_request_is_one_line_of_json(app: Flask, lines: Lines):
    app.test_client().get(f"/harbour/outcome/{TOKEN}")
    [line] = lines()
    assert line["method"] == "GET"
    assert line["status"] == 200
    assert line["message"] == "request"
    assert line["ms"] >= 0
    assert line["at"].endswith("+00:00")


def test_it_names_the_route_and_never_the_token_in_the_path(
    app: Flask, lines: Lines, output: io.StringIO
):
    app.test_client().get(f"/harbour/outcome/{TOKEN}")
    assert lines()[0]["route"] == "/<slug>/outcome/<token>"
    assert TOKEN not in output.getvalue()


def test_it_has_nothing_of_the_query_or_the_form(app: Flask, output: io.StringIO):
    name, phone, email, reason = WORDS
    app.test_client().post(
        f"/harbour/outcome/{TOKEN}?name={name}",
        data={"phone": phone, "email": email, "reason": reason},
        headers={"Referer": f"http://localhost/{TOKEN}", "User-Agent": name},
    )
    written = output.getvalue()
    assert written
    assert not any(word in written for word in (*WORDS, TOKEN, "Zebulon"))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", f"/{TOKEN}", 404), ("PUT", f"/harbour/outcome/{TOKEN}", 405)],
)
def test_a_page_that_is_not_there_is_logged_without_its_path(
    method: str, path: str, status: int, app: Flask, lines: Lines
):
    app.test_client().open(path, method=method)
    [line] = lines()
    assert (line["status"], line["route"]) == (status, None)
    assert TOKEN not in str(line)


def test_a_failure_is_logged_with_its_place_and_without_its_words(
    app: Flask, lines: Lines, output: io.StringIO
):
    response = app.test_client().post("/harbour/fails", data={"reason": WORDS[3]})
    assert response.status_code == 500
    assert "Something went wrong on our side" in response.text
    failure, request = lines()
    assert failure["message"] == "unhandled LookupError"
    assert "in fails" in failure["trace"]
    assert request["status"] == 500
    assert failure["request"] == request["request"]
    assert not any(word in output.getvalue() for word in WORDS)
    assert not any(word in response.text for word in WORDS)


class TestRequestIds:
    def test_a_line_and_its_answer_carry_the_same_one(self, app: Flask, lines: Lines):
        response = app.test_client().get("/harbour/outcome/x")
        assert lines()[0]["request"] == response.headers["X-Request-Id"]

    def test_one_from_our_own_proxy_is_kept(self, app: Flask, lines: Lines):
        sent = {"X-Request-Id": "abcdef-0123456789"}
        response = app.test_client().get("/harbour/outcome/x", headers=sent)
        assert response.headers["X-Request-Id"] == "abcdef-0123456789"
        assert lines()[0]["request"] == "abcdef-0123456789"

    @pytest.mark.parametrize("given", ["short", "x" * 65, 'has "quotes" in it', "<script>alert"])
    def test_one_that_is_no_id_is_replaced(self, given: str, app: Flask):
        response = app.test_client().get("/harbour/outcome/x", headers={"X-Request-Id": given})
        assert response.headers["X-Request-Id"] != given
        assert len(response.headers["X-Request-Id"]) == 16


def test_a_line_break_in_a_message_does_not_make_two_lines(output: io.StringIO, lines: Lines):
    logging.getLogger("openslot.test").info("one\ntwo")
    assert [line["message"] for line in lines()] == ["one\ntwo"]
