"""The form that puts a patient on the list: what stands in it, what it takes, what it says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask_babel import Babel
from werkzeug.datastructures import MultiDict

from webapp.asap.forms import ANYBODY, THIS_PERSON, JoinForm, problems
from webapp.asap.wishes import EVERY_DAY, Part, Wish
from webapp.web import tokens
from webapp.web.forms import Journey, TokenFault

GOOD = {
    "name": "Ada Whitcombe",
    "phone": "07700 900123",
    "email": "ada@whitcombe.example",
    "whom": ANYBODY,
    "days": ["0", "4"],
    "parts": ["morning", "evening"],
    "notice": "24",
    "consent": "y",
}


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    tokens.init_app(app, "k" * 32)
    Babel(app)
    return app


def form(
    app: Flask,
    answers: dict[str, str | list[str]] | None = None,
    *,
    country: str = "GB",
    person: str | None = "Siân O'Brien",
    asks_who: bool = True,
    fault: TokenFault | None = None,
) -> JoinForm:
    """Make the form of a request: a GET without answers."""
    journey = Journey("a journey", "harbour", fault)
    sent = MultiDict(answers or {})
    method = "GET" if answers is None else "POST"
    with app.test_request_context(method=method, data=sent):
        made = JoinForm(
            journey,
            country=country,
            filled=answers is not None,
            person=person,
            asks_who=asks_who,
        )
        if answers is not None:
            made.validate()
        return made


def said(found: JoinForm) -> list[str]:
    return [text for text, _target in problems(found)]


class TestBegun:
    def test_all_suits_them_but_the_last_two_hours_and_nobody_has_agreed(self, app: Flask):
        begun = form(app)
        assert begun.days.data == [str(day) for day in range(7)]
        assert begun.parts.data == [part.value for part in Part]
        assert (begun.whom.data, begun.notice.data) == (ANYBODY, "2")
        assert begun.consent.data is False
        assert problems(begun) == []

    @pytest.mark.parametrize(
        ("hours", "shown"), [(0, "0"), (1, "0"), (2, "2"), (30, "24"), (48, "48"), (400, "48")]
    )
    def test_what_they_wanted_before_stands_in_it(self, app: Flask, hours: int, shown: str):
        begun = form(app)
        wish = Wish(frozenset({6, 1}), frozenset({Part.EVENING}), timedelta(hours=hours))
        begun.want(wish, insists=True)
        assert (begun.days.data, begun.parts.data) == (["1", "6"], ["evening"])
        assert (begun.whom.data, begun.notice.data) == (THIS_PERSON, shown)

    def test_who_is_known_is_not_asked(self, app: Flask):
        begun = form(app, asks_who=False)
        assert "name" not in begun
        assert "email" not in begun
        assert "phone" in begun

    def test_the_person_is_named(self, app: Flask):
        assert "Only Siân O'Brien" in str(form(app).whom.choices)


class TestTaken:
    def test_good_answers_are_a_wish_and_a_number(self, app: Flask):
        taken = form(app, dict(GOOD))
        assert said(taken) == []
        assert taken.texting_number() == "+447700900123"
        assert taken.wish(staff_id="42230", room_id="7323") == Wish(
            weekdays=frozenset({0, 4}),
            parts=frozenset({Part.MORNING, Part.EVENING}),
            notice=timedelta(hours=24),
            staff_id=None,
            room_id="7323",
        )

    @pytest.mark.parametrize(
        ("person", "whom", "staff_id"),
        [
            ("Siân O'Brien", ANYBODY, None),
            ("Siân O'Brien", THIS_PERSON, "42230"),
            # Nobody was asked, as where one person works alone.
            (None, "", "42230"),
            # Asked by another process than this one, which has not heard of the person.
            (None, ANYBODY, None),
        ],
    )
    def test_who_insists_wants_this_person_alone(
        self, app: Flask, person: str | None, whom: str, staff_id: str | None
    ):
        taken = form(app, GOOD | {"whom": whom}, person=person)
        assert said(taken) == []
        assert taken.wish(staff_id="42230", room_id=None).staff_id == staff_id

    def test_said_twice_is_said_once(self, app: Flask):
        taken = form(app, GOOD | {"days": ["0"] * 50 + [str(day) for day in range(7)]})
        assert taken.wish(staff_id=None, room_id=None).weekdays == EVERY_DAY

    @pytest.mark.parametrize(
        ("country", "phone", "number"),
        [
            ("GB", "+44 7700 900123", "+447700900123"),
            ("GB", "(0) 7700-900123", "+447700900123"),
            ("GB", "+1 212 555 0187", "+12125550187"),
            ("US", "(212) 555-0187", "+12125550187"),
            ("US", "+447700900123", "+447700900123"),
            ("DE", "0151 23456789", "+4915123456789"),
        ],
    )
    def test_a_mobile_number_is_read_as_its_country_writes_it(
        self, app: Flask, country: str, phone: str, number: str
    ):
        taken = form(app, GOOD | {"phone": phone}, country=country)
        assert said(taken) == []
        assert taken.texting_number() == number

    @pytest.mark.parametrize(
        ("country", "phone"),
        [
            ("GB", "020 7946 0123"),
            ("GB", "+49 30 901820"),
            ("GB", "0800 496 0123"),
            ("US", "1-800-555-0199"),
            ("DE", "030 901820"),
        ],
    )
    def test_a_number_that_no_text_reaches_is_refused(self, app: Flask, country: str, phone: str):
        found = form(app, GOOD | {"phone": phone}, country=country)
        assert said(found) == ["Enter a mobile number, so that a text can reach it"]


class TestProblems:
    def test_each_is_said_once_in_the_pages_order_and_leads_to_its_box(self, app: Flask):
        assert [target for _text, target in problems(form(app, {}))] == [
            "name",
            "phone",
            "email",
            "whom-0",
            "days-0",
            "parts-0",
            "notice-0",
            "consent",
        ]

    @pytest.mark.parametrize("fault", TokenFault)
    def test_what_is_wrong_with_the_form_itself_leads_nowhere(self, app: Flask, fault: TokenFault):
        found = problems(form(app, GOOD | {"website": "x"}, fault=fault))
        assert [target for _text, target in found] == [None, None]

    @pytest.mark.parametrize(
        "answers",
        [
            {"days": ["0", "7"]},
            {"days": ["-1"]},
            {"days": ["٣"]},
            {"days": ["0\0"]},
            {"days": ["0", ""]},
            {"parts": ["morning", "x" * 5000]},
            {"parts": ["Morning"]},
            {"notice": "1"},
            {"notice": "2.0"},
            {"notice": "9" * 5000},
            {"whom": "42233"},
            {"consent": ""},
            {"consent": "false"},
        ],
    )
    def test_what_was_not_offered_is_not_taken(
        self, app: Flask, answers: dict[str, str | list[str]]
    ):
        assert len(said(form(app, GOOD | answers))) == 1
