from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from flask_babel import Babel
from wtforms import StringField
from wtforms.csrf.core import CSRFTokenField

from webapp.web import tokens
from webapp.web.forms import (
    TOKEN_FIELD,
    Journey,
    JourneyForm,
    TokenFault,
    journey_of_request,
    new_journey,
    no_control_characters,
)

KEY = "k" * 32
TWO_HOURS = 2 * 60 * 60


ELM_TREES = tokens.Tokens(KEY).sign_journey(slug="elm-tree", journey="a-journey")


def repr_of(token: str | None) -> str:
    """A test's name, the same in every process."""
    return "another practice's" if token == ELM_TREES else repr(token)


class Question(JourneyForm):
    answer = StringField(validators=[no_control_characters])


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    tokens.init_app(app, KEY)
    Babel(app)
    return app


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 11, 20, 8, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def token_in(form: JourneyForm) -> str:
    field = form[TOKEN_FIELD]
    assert isinstance(field, CSRFTokenField)
    return field.current_token or ""


def token_for(slug: str, journey: str = "a-journey") -> str:
    return tokens.Tokens(KEY).sign_journey(slug=slug, journey=journey)


def received(app: Flask, token: str | None) -> Journey:
    sent = {} if token is None else {TOKEN_FIELD: token}
    with app.test_request_context("/", method="POST", data=sent):
        return journey_of_request("harbour")


def posted(app: Flask, **fields: str) -> dict[str, list[str]]:
    """The errors of a form with these fields, all else being well."""
    fields = {TOKEN_FIELD: token_for("harbour"), **fields}
    with app.test_request_context("/", method="POST", data=fields):
        form = Question(meta={"csrf_context": journey_of_request("harbour")})
        form.validate()
        return {name: [str(one) for one in errors] for name, errors in form.errors.items() if name}


class TestTheJourneyOfARequest:
    def test_it_is_the_one_that_the_form_was_made_for(self, app: Flask):
        assert received(app, token_for("harbour")) == Journey("a-journey", "harbour")

    def test_a_form_left_open_too_long_keeps_its_journey(
        self, app: Flask, clock: time_machine.Traveller
    ):
        token = token_for("harbour")
        clock.shift(TWO_HOURS + 1)
        journey = received(app, token)
        assert (journey.id, journey.fault) == ("a-journey", TokenFault.EXPIRED)

    def test_its_renewed_token_leads_to_the_same_journey(
        self, app: Flask, clock: time_machine.Traveller
    ):
        token = token_for("harbour")
        clock.shift(TWO_HOURS + 1)
        late = received(app, token)
        with app.app_context():
            renewed = late.token()
        assert received(app, renewed) == Journey("a-journey", "harbour")

    @pytest.mark.parametrize("token", [None, "", "rubbish", ELM_TREES], ids=repr_of)
    def test_a_missing_or_foreign_token_begins_a_new_journey(self, app: Flask, token: str | None):
        first, second = received(app, token), received(app, token)
        assert first.fault is TokenFault.MISSING_OR_FOREIGN
        assert "a-journey" not in {first.id, second.id}
        assert first.id != second.id

    def test_a_token_in_the_url_counts_for_nothing(self, app: Flask):
        url = f"/?{TOKEN_FIELD}={token_for('harbour')}"
        with app.test_request_context(url, method="POST"):
            assert journey_of_request("harbour").fault is TokenFault.MISSING_OR_FOREIGN


class TestTheForm:
    def test_a_page_carries_a_token_for_its_journey(self, app: Flask):
        with app.test_request_context("/"):
            journey = new_journey("harbour")
            form = Question(meta={"csrf_context": journey})
            token = token_in(form)
        assert received(app, token) == Journey(journey.id, "harbour")

    def test_it_needs_no_session_and_no_cookie(self, app: Flask):
        assert app.secret_key is None
        assert posted(app, answer="yes") == {}

    def test_an_expired_token_is_told_without_blame(
        self, app: Flask, clock: time_machine.Traveller
    ):
        token = token_for("harbour")
        clock.shift(TWO_HOURS + 1)
        [words] = posted(app, token=token)[TOKEN_FIELD]
        assert words.startswith("This page had been open for a long time.")

    @pytest.mark.parametrize("token", ["", "rubbish", ELM_TREES], ids=repr_of)
    def test_a_foreign_token_is_told(self, app: Flask, token: str):
        [words] = posted(app, token=token)[TOKEN_FIELD]
        assert "came from our page" in words

    def test_whoever_fills_the_trap_is_asked_not_to(self, app: Flask):
        errors = posted(app, website="https://spam.example")
        assert errors.keys() == {"website"}

    @pytest.mark.parametrize("text", ["Ann\0", "Ann\x1b[31m", "Ann\x7f", "Ann\ufffe"])
    def test_what_cannot_be_printed_is_refused(self, app: Flask, text: str):
        [words] = posted(app, answer=text)["answer"]
        assert words == "Remove the characters that can’t be printed"

    @pytest.mark.parametrize("text", ["two\r\nlines\tand a tab", "Siân 😀", "日本", "ی‌ک"])
    def test_what_people_write_is_taken(self, app: Flask, text: str):
        assert posted(app, answer=text) == {}
