from __future__ import annotations

import pytest
from flask import Flask, Response
from werkzeug.test import TestResponse

from webapp.web import headers

SHOP = "https://www.harbour.example"
OTHER = "https://harbour.example"


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    headers.init_app(app)

    @app.get("/plain")
    def plain() -> str:
        return "plain"

    @app.get("/framed")
    def framed() -> str:
        headers.allow_framing_by((SHOP, OTHER))
        return "framed"

    @app.get("/nobody")
    def nobody() -> str:
        headers.allow_framing_by(())
        return "nobody"

    @app.get("/acting")
    def acting() -> str:
        headers.allow_framing_by((SHOP,))
        headers.forbid_framing()
        return "acting"

    @app.get("/private")
    def private() -> Response:
        headers.keep_private()
        return Response("private", headers={"Cache-Control": "public, max-age=60"})

    @app.get("/kept")
    def kept() -> Response:
        return Response("kept", headers={"Cache-Control": "public, max-age=60"})

    return app


def fetch(app: Flask, path: str, base_url: str = "http://localhost") -> TestResponse:
    return app.test_client().get(path, base_url=base_url)


def policy(response: TestResponse) -> dict[str, list[str]]:
    rules = (rule.split() for rule in response.headers["Content-Security-Policy"].split(";"))
    return {rule[0]: rule[1:] for rule in rules}


class TestPolicy:
    def test_nothing_is_loaded_but_our_own_files(self, app: Flask):
        rules = policy(fetch(app, "/plain"))
        assert rules["default-src"] == ["'none'"]
        assert rules["script-src"] == ["'self'"]
        assert rules["style-src"] == ["'self'"]
        assert rules["connect-src"] == ["'self'"]
        assert rules["form-action"] == ["'self'"]
        assert rules["base-uri"] == ["'none'"]

    def test_nothing_inline_and_nothing_evaluated_is_allowed(self, app: Flask):
        text = fetch(app, "/plain").headers["Content-Security-Policy"]
        assert "unsafe" not in text
        assert "*" not in text

    @pytest.mark.parametrize("path", ["/plain", "/nobody", "/acting", "/no-such-page"])
    def test_nobody_may_frame_a_page_that_does_not_say_so(self, app: Flask, path: str):
        assert policy(fetch(app, path))["frame-ancestors"] == ["'none'"]

    def test_only_the_listed_sites_may_frame_a_page(self, app: Flask):
        assert policy(fetch(app, "/framed"))["frame-ancestors"] == [SHOP, OTHER]

    def test_what_one_request_allows_the_next_does_not(self, app: Flask):
        client = app.test_client()
        client.get("/framed")
        assert policy(client.get("/plain"))["frame-ancestors"] == ["'none'"]


class TestKeeping:
    def test_a_page_is_asked_again_each_time_but_kept_for_back(self, app: Flask):
        assert fetch(app, "/plain").headers["Cache-Control"] == "private, no-cache"

    def test_a_view_may_say_itself_how_long_it_is_kept(self, app: Flask):
        assert fetch(app, "/kept").headers["Cache-Control"] == "public, max-age=60"

    def test_a_secret_address_is_stored_nowhere_and_told_to_nobody(self, app: Flask):
        response = fetch(app, "/private")
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"

    def test_other_addresses_are_told_to_our_own_pages_alone(self, app: Flask):
        assert fetch(app, "/plain").headers["Referrer-Policy"] == "same-origin"


class TestTheRest:
    @pytest.mark.parametrize("path", ["/plain", "/private", "/no-such-page"])
    def test_every_answer_is_taken_for_what_it_says_it_is(self, app: Flask, path: str):
        response = fetch(app, path)
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "camera=()" in response.headers["Permissions-Policy"]
        assert "Set-Cookie" not in response.headers

    def test_browsers_stay_with_https_once_they_came_by_it(self, app: Flask):
        assert "Strict-Transport-Security" not in fetch(app, "/plain").headers
        secure = fetch(app, "/plain", base_url="https://localhost")
        assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"
