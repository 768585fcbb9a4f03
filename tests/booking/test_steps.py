from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from tests.availability.fakes import ANNA, ROOM_1, ROOM_2, SIAN
from webapp.appointments.addresses import Step, address
from webapp.appointments.choice import ANY, Choice
from webapp.availability.answers import Roster
from webapp.booking.steps import PROGRESS_LENGTH, Route, progress

MONDAY, NINE = date(2026, 11, 23), time(9)


def route(*, people: int = 2, rooms: int = 2, ask_room: bool = True) -> Route:
    roster = Roster((ANNA, SIAN)[:people], (ROOM_1, ROOM_2)[:rooms])
    return Route("harbour", roster, ask_room)


SHAPES = [
    (2, 2, True, [Step.WHO, Step.WHERE, Step.TIMES]),
    (2, 2, False, [Step.WHO, Step.TIMES]),
    (2, 1, True, [Step.WHO, Step.TIMES]),
    (1, 2, True, [Step.WHERE, Step.TIMES]),
    (1, 2, False, [Step.TIMES]),
    (1, 1, True, [Step.TIMES]),
    (1, 1, False, [Step.TIMES]),
]
every_shape = pytest.mark.parametrize(("people", "rooms", "ask_room", "asked"), SHAPES)


def answer(step: Step, choice: Choice) -> Choice:
    """The choice with this page's question answered."""
    match step:
        case Step.WHO:
            return replace(choice, staff=ANY)
        case Step.WHERE:
            return replace(choice, room=ROOM_1.id)
        case _:
            return replace(choice, day=MONDAY, at=NINE)


class TestTheWay:
    @every_shape
    def test_forward_asks_each_open_question_once(
        self, people: int, rooms: int, ask_room: bool, asked: list[Step]
    ):
        way, choice, seen = route(people=people, rooms=rooms, ask_room=ask_room), Choice(), []
        while (step := way.first_unanswered(way.complete(choice))) is not Step.DETAILS:
            seen.append(step)
            choice = answer(step, choice)
        assert seen == asked

    @every_shape
    def test_back_takes_the_same_way(
        self, people: int, rooms: int, ask_room: bool, asked: list[Step]
    ):
        way, seen = route(people=people, rooms=rooms, ask_room=ask_room), [Step.CHECK]
        while (before := way.before(seen[-1])) is not None:
            seen.append(before)
        assert seen == [Step.CHECK, Step.DETAILS, *reversed(asked)]

    def test_the_only_person_is_filled_in(self):
        assert route(people=1).complete(Choice()).staff == ANNA.id

    def test_a_room_that_is_not_asked_for_is_any(self):
        assert route(ask_room=False).complete(Choice()).room == ANY
        assert route(rooms=1).complete(Choice()).room == ANY

    def test_what_the_patient_chose_is_not_overwritten(self):
        chosen = Choice(staff=SIAN.id, room=ROOM_2.id)
        assert route(people=1, rooms=1).complete(chosen) == chosen

    def test_what_is_asked_is_left_open(self):
        assert route().complete(Choice()) == Choice()

    @pytest.mark.parametrize("choice", [Choice("1", "7", MONDAY), Choice("1", "7", at=NINE)])
    def test_half_a_time_is_no_time(self, choice: Choice):
        assert route().first_unanswered(choice) is Step.TIMES


class TestAddresses:
    def test_each_page_has_one_with_what_it_rests_on(self):
        choice = Choice("1", "7", MONDAY, NINE)
        query = "?staff=1&room=7&day=2026-11-23&time=0900"
        way = route()
        assert way.url(Step.WHO, choice) == "/harbour/"
        assert way.url(Step.WHERE, choice) == "/harbour/where?staff=1"
        assert way.url(Step.TIMES, choice.without_time()) == "/harbour/times?staff=1&room=7"
        assert way.url(Step.DETAILS, choice) == f"/harbour/details{query}"
        assert way.url(Step.CHECK, choice) == f"/harbour/check{query}"
        assert address("harbour", Step.BOOK, choice) == f"/harbour/book{query}"

    def test_an_id_cannot_leave_its_place(self):
        assert address("harbour", Step.TIMES, Choice("1&room=9#", "/..")) == (
            "/harbour/times?staff=1%26room%3D9%23&room=%2F.."
        )


class TestProgress:
    def test_it_never_goes_back_and_ends_at_the_end(self):
        steps = [Step.WHO, Step.WHERE, Step.TIMES, Step.DETAILS, Step.CHECK]
        told = [progress(step) for step in steps]
        assert told == sorted(told)
        assert (told[0], told[-1]) == (1, PROGRESS_LENGTH)
