from __future__ import annotations

from datetime import time

import pytest

from tests.availability.fakes import ANNA, ROOM_1, ROOM_2, SIAN
from tests.booking.pictures import BUSY, FRIDAY, MONDAY, NINE, TWO, Free, picture, route_of
from webapp.appointments.choice import ANY, Choice
from webapp.booking.presenters.options import Option, next_free, room_options, staff_options
from webapp.booking.presenters.problems import emergency_number

UNCHECKED = "We couldn’t check these times just now."


def people(pairs: Free, *, ask_room: bool = True) -> list[Option]:
    found = picture(pairs)
    return staff_options(found, route_of(found, ask_room=ask_room))


def rooms(pairs: Free, choice: Choice) -> list[Option]:
    found = picture(pairs)
    return room_options(found, route_of(found), choice)


class TestWho:
    def test_no_preference_comes_first_and_stands_out(self):
        rows = people(BUSY)
        assert [one.title for one in rows] == ["No preference", "Anna Müller", "Siân O'Brien"]
        assert [one.stands_out for one in rows] == [True, False, False]

    def test_each_has_their_own_next_free_time(self):
        assert [one.line for one in people(BUSY)] == [
            "First free: Monday 23 November, 9am",
            "First free: Monday 23 November, 9am",
            "First free: Monday 23 November, 10am",
        ]

    def test_a_time_today_is_said_as_today(self):
        assert people({(ANNA, ROOM_1): {FRIDAY: (TWO,)}})[1].line == "First free: today, 2pm"

    def test_each_leads_to_the_next_open_question(self):
        assert people(BUSY)[0].href == "/harbour/where?staff=any"
        assert people(BUSY, ask_room=False)[1].href == f"/harbour/times?staff={ANNA.id}&room=any"

    def test_somebody_with_nothing_free_says_until_when_and_can_be_looked_at(self):
        row = people({(ANNA, ROOM_1): {}, (SIAN, ROOM_1): {MONDAY: (NINE,)}})[1]
        assert row.line == "Nothing free before 18 February"
        assert row.href is not None
        assert not row.unchecked

    def test_somebody_who_could_not_be_checked_is_not_fully_booked(self):
        anybody, anna, sian = people({(ANNA, ROOM_1): {MONDAY: (NINE,)}, (SIAN, ROOM_1): None})
        assert (sian.line, sian.unchecked, sian.href) == (UNCHECKED, True, None)
        assert (anna.unchecked, anybody.unchecked) == (False, False)

    def test_when_the_rest_is_full_no_preference_is_unchecked_too(self):
        anybody, anna, _ = people({(ANNA, ROOM_1): {}, (SIAN, ROOM_1): None})
        assert anybody.line == UNCHECKED
        assert anna.line == "Nothing free before 18 February"


class TestWhere:
    def test_anywhere_comes_first(self):
        rows = rooms(BUSY, Choice(staff=ANY))
        assert [one.title for one in rows] == ["Anywhere", "Treatment Room 1", "Gym"]

    def test_the_times_are_those_of_the_person_who_was_chosen(self):
        rows = rooms(BUSY, Choice(staff=SIAN.id))
        assert [one.line for one in rows] == [
            "First free: Monday 23 November, 10am",
            "First free: Monday 23 November, 10am",
            "Nothing free before 18 February",
        ]

    def test_each_leads_on_with_that_person(self):
        assert [one.href for one in rooms(BUSY, Choice(staff=SIAN.id))] == [
            f"/harbour/times?staff=2&room={room}" for room in ("any", ROOM_1.id, ROOM_2.id)
        ]

    def test_a_room_that_could_not_be_checked_leads_nowhere(self):
        pairs: Free = {(ANNA, ROOM_1): {MONDAY: (time(9),)}, (ANNA, ROOM_2): None}
        assert rooms(pairs, Choice(staff=ANNA.id))[2] == Option(
            "Gym", UNCHECKED, None, unchecked=True
        )


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({MONDAY: (NINE,)}, "First free: Monday 23 November, 9am"),
        ({}, "Nothing free before 18 February"),
        (None, UNCHECKED),
    ],
)
def test_the_three_answers_have_three_different_sentences(
    days: dict[object, object] | None, words: str
):
    pairs: Free = {(ANNA, ROOM_1): days}  # pyright: ignore[reportAssignmentType] - a table's cells
    assert next_free(picture(pairs).calendar()) == words


@pytest.mark.parametrize(
    ("country", "number"),
    [("GB", "999"), ("US", "911"), ("AU", "000"), ("DE", "112"), ("XX", "112")],
)
def test_in_an_emergency_the_countrys_own_number_is_given(country: str, number: str):
    assert emergency_number(country) == number
