from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wtforms.csrf.core import CSRFTokenField

from webapp.booking.forms import DetailsForm
from webapp.booking.presenters.problems import problems
from webapp.diaries.errors import PatientField
from webapp.web import tokens
from webapp.web.forms import TOKEN_FIELD, journey_of_request, new_journey

CALM = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
"""A busy machine is no failure."""

KEY = "k" * 32
GOOD = {
    "name": "Ada Whitcombe",
    "phone": "07700 900123",
    "email": "ada@whitcombe.example",
    "reason": "Stiff neck",
}


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    tokens.init_app(app, KEY)
    Babel(app)
    return app


def token_in(form: DetailsForm) -> str:
    field = form[TOKEN_FIELD]
    assert isinstance(field, CSRFTokenField)
    return field.current_token or ""


def send(app: Flask, *, country: str = "GB", **fields: str) -> DetailsForm:
    """The form after it was posted with good answers, but for these fields."""
    token = tokens.Tokens(KEY).sign_journey(slug="harbour", journey="a-journey")
    with app.test_request_context("/", method="POST", data={TOKEN_FIELD: token} | GOOD | fields):
        form = DetailsForm(journey_of_request("harbour"), country=country, filled=True)
        form.validate()
        return form


def errors(app: Flask, *, country: str = "GB", **fields: str) -> dict[str, list[str]]:
    found = send(app, country=country, **fields).errors
    return {name: [str(one) for one in words] for name, words in found.items() if name}


def test_good_answers_are_the_patients_own(app: Flask):
    form = send(app)
    assert not form.errors
    patient = form.patient()
    assert (patient.name, patient.phone, patient.email) == tuple(GOOD.values())[:3]


def test_each_missing_answer_is_asked_for_and_the_reason_is_not(app: Flask):
    assert errors(app, name="", phone=" ", email="", reason="") == {
        "name": ["Enter your name"],
        "phone": ["Enter a phone number we can reach you on"],
        "email": ["Enter your email address"],
    }


class TestNames:
    @pytest.mark.parametrize(
        "name",
        [
            "Siân O'Brien-Müller <b>",
            "Nguyễn Thị Minh Khai",
            "李小龍",
            "محمد بن سلمان",
            "X",
            "Robert'); DROP TABLE patients;--",
            "{{ Ada }}",
            "n" * 100,
        ],
    )
    def test_any_that_people_have_is_taken_letter_for_letter(self, name: str, app: Flask):
        form = send(app, name=name)
        assert not form.errors
        assert form.patient().name == name

    def test_white_space_is_tidied_as_one_would_read_it_aloud(self, app: Flask):
        assert send(app, name="  Ada \t  Whitcombe\n").patient().name == "Ada Whitcombe"

    def test_accents_are_put_in_their_composed_form(self, app: Flask):
        assert send(app, name="Sia\u0302n").patient().name == "Si\u00e2n"

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("12345", "Enter your name in letters"),
            ("😀", "Enter your name in letters"),
            ("n" * 101, "Shorten your name to 100 characters or fewer"),
            ("n" * 5000, "Shorten your name to 100 characters or fewer"),
            ("Ada\0Whitcombe", "Remove the characters that can’t be printed"),
        ],
    )
    def test_what_is_none_is_told_what_to_do(self, name: str, words: str, app: Flask):
        assert errors(app, name=name) == {"name": [words]}


class TestPhoneNumbers:
    @pytest.mark.parametrize(
        ("country", "phone"),
        [
            ("GB", "07700 900123"),
            ("GB", "(07700) 900-123"),
            ("GB", "+44 7700 900123"),
            ("GB", "020 7946 0123"),
            ("GB", "020 7946 0999"),
            ("GB", "+1 202-555-0123"),
            ("GB", "0033 1 99 00 12 34"),
            ("US", "(202) 555-0123"),
            ("US", "202.555.0199"),
            ("US", "+44 20 7946 0123"),
            ("IE", "020 912 4567"),
            ("AU", "0491 570 006"),
        ],
    )
    def test_one_that_can_be_rung_is_taken_as_it_was_typed(
        self, country: str, phone: str, app: Flask
    ):
        form = send(app, country=country, phone=phone)
        assert not form.errors
        assert form.patient().phone == phone

    @pytest.mark.parametrize(
        "phone",
        ["12", "ring me", "07700 9", "7946 0123", "0770 900 123 456 789", "++", "\u0667"],
    )
    def test_one_that_cannot_is_told_with_an_example(self, phone: str, app: Flask):
        assert errors(app, phone=phone) == {
            "phone": ["Enter a phone number we can reach you on, like 07700 900123"]
        }

    def test_the_example_is_of_the_practices_own_country(self, app: Flask):
        [words] = errors(app, country="US", phone="12")["phone"]
        assert words.endswith("like (202) 555-0123")
        [words] = errors(app, country="DE", phone="1")["phone"]
        assert words == "Enter a phone number we can reach you on"

    def test_a_number_of_another_country_needs_its_prefix(self, app: Flask):
        assert "phone" in errors(app, country="US", phone="07700 900123 4")
        assert not errors(app, country="US", phone="+44 7700 900123")

    def test_one_far_too_long_is_told_once(self, app: Flask):
        assert errors(app, phone="0" * 5000) == {
            "phone": ["Shorten the phone number to 30 characters or fewer"]
        }


class TestEmail:
    @pytest.mark.parametrize(
        "email",
        [
            "ada@whitcombe.example",
            "ada+clinic@mail.whitcombe.example",
            "o'brien@siân.example",
            "a@b.example",
            "用户@例子.example",
        ],
    )
    def test_an_address_is_taken_as_it_was_typed(self, email: str, app: Flask):
        form = send(app, email=email)
        assert not form.errors
        assert form.patient().email == email

    @pytest.mark.parametrize(
        "email",
        ["ada", "ada@", "@whitcombe.example", "ada@whitcombe", "a b@c.example", "a@b@c.example"],
    )
    def test_what_is_none_is_told_with_its_form(self, email: str, app: Flask):
        assert errors(app, email=email) == {
            "email": ["Enter an email address in the form name@example.com"]
        }

    def test_a_header_cannot_be_smuggled_in(self, app: Flask):
        assert "email" in errors(app, email="ada@whitcombe.example\r\nBcc: all@harbour.example")


class TestReasons:
    @pytest.mark.parametrize(
        "reason", ["My back 😩 hurts", "line one\nline two", "<script>alert(1)</script>", "r" * 500]
    )
    def test_any_words_are_taken(self, reason: str, app: Flask):
        form = send(app, reason=reason)
        assert not form.errors
        assert form.reason.data == reason

    def test_line_ends_are_those_of_one_kind_and_lines_end_with_their_words(self, app: Flask):
        assert send(app, reason="  one \r\ntwo  \r\n\r\n").reason.data == "one\ntwo"

    def test_five_thousand_letters_are_too_many_and_none_is_lost(self, app: Flask):
        form = send(app, reason="r" * 5000)
        assert form.errors == {"reason": ["Shorten this to 500 characters or fewer"]}
        assert form.reason.data == "r" * 5000

    def test_nul_is_refused(self, app: Flask):
        assert errors(app, reason="a\0b") == {
            "reason": ["Remove the characters that can’t be printed"]
        }


class TestTheForm:
    def test_a_trap_that_was_filled_stops_it(self, app: Flask):
        assert errors(app, website="https://spam.example").keys() == {"website"}

    def test_an_empty_one_is_not_filled_from_the_request(self, app: Flask):
        with app.test_request_context("/", method="POST", data=GOOD):
            form = DetailsForm(new_journey("harbour"), country="GB", filled=False)
            assert form.name.data is None

    def test_another_journey_keeps_the_answers(self, app: Flask):
        form = send(app)
        with app.test_request_context("/"):
            other = new_journey("harbour")
            form.renew(other)
            token = token_in(form)
            assert tokens.current_tokens().read_journey(token, slug="harbour") == other.id
        assert form.name.data == GOOD["name"]
        assert form.journey == other

    @pytest.mark.parametrize("field", PatientField)
    def test_what_the_diary_refuses_is_told_in_our_words(self, field: PatientField, app: Flask):
        form = send(app)
        with app.test_request_context("/"):
            form.refuse({field})
            [(words, box)] = problems(form, None)
        assert box == field.value
        assert words.startswith(("The practice’s diary didn’t accept", "Enter a phone number"))

    @CALM
    @given(st.fixed_dictionaries({name: st.text(max_size=40) for name in GOOD}))
    def test_whatever_is_sent_is_taken_or_asked_for_again(
        self, app: Flask, answers: dict[str, str]
    ):
        clean = {name: text.encode(errors="replace").decode() for name, text in answers.items()}
        form = send(app, **clean)
        assert form.errors.keys() <= GOOD.keys()
        if not form.errors:
            patient = form.patient()
            assert all((patient.name, patient.phone, patient.email))
            assert "\0" not in f"{patient.name}{patient.phone}{patient.email}{form.reason.data}"
