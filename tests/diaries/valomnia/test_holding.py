"""Whom and which room an appointment takes up; and who of two in one slot may stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.diaries.valomnia.meadow import settings_for
from webapp.diaries.settings import ValomniaSettings
from webapp.diaries.valomnia.holding import Held, hold
from webapp.diaries.valomnia.mapping import Entry
from webapp.diaries.valomnia.orders import Mark
from webapp.diaries.valomnia.rivals import Verdict, judge

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
ENTRY = Entry(7, NINE - timedelta(days=3), NINE, NINE + timedelta(minutes=40), None, None)


def practice(*, customers: bool = True, employees: bool = True) -> ValomniaSettings:
    """Two people and two rooms; the second person works in the second room alone."""
    people: list[dict[str, Any]] = [
        {"id": "a", "name": "Anna"},
        {"id": "b", "name": "Ben", "places": ["2"]},
    ]
    places: list[dict[str, Any]] = [{"id": "1", "name": "One"}, {"id": "2", "name": "Two"}]
    for one in people if employees else ():
        one["employee_reference"] = f"emp-{one['id']}"
    for one in places if customers else ():
        one["customer_reference"] = f"room-{one['id']}"
    return settings_for(
        "https://valomnia.example", people=people, places=places, hours={"mon": ["09:00-17:00"]}
    )


def taken_up(
    entry: Entry, settings: ValomniaSettings, **theirs: set[int]
) -> tuple[set[str], set[str]]:
    [held] = hold([entry], settings, theirs)
    return set(held.people), set(held.places)


class TestHolding:
    @pytest.mark.parametrize("employees", [True, False])
    def test_what_we_booked_takes_up_whom_and_where_it_says(self, *, employees: bool):
        marked = replace(ENTRY, mark=Mark("b", "1"), customer="room-2")
        settings = practice(employees=employees)
        assert taken_up(marked, settings, a={7}) == ({"b"}, {"1"})
        assert taken_up(replace(marked, mark=Mark("gone", "gone")), settings) == (
            {"gone"},
            {"gone"},
        )

    def test_what_the_desk_wrote_is_its_employees_in_the_room_that_it_names(self):
        entry = replace(ENTRY, customer="room-2")
        assert taken_up(entry, practice(), a={7}, b={8}) == ({"a"}, {"2"})

    def test_without_a_room_it_takes_up_each_that_they_work_in(self):
        assert taken_up(ENTRY, practice(), a={7}, b=set()) == ({"a"}, {"1", "2"})
        assert taken_up(ENTRY, practice(), a=set(), b={7}) == ({"b"}, {"2"})

    def test_at_a_customer_that_is_no_room_it_takes_up_none(self):
        entry = replace(ENTRY, customer="at-home")
        assert taken_up(entry, practice(), a={7}) == ({"a"}, set())
        assert taken_up(entry, practice(customers=False), a={7}) == ({"a"}, {"1", "2"})

    def test_of_nobody_in_the_file_it_takes_up_a_room_only_if_it_names_one(self):
        assert taken_up(ENTRY, practice(), a=set(), b=set()) == (set(), set())
        entry = replace(ENTRY, customer="room-1")
        assert taken_up(entry, practice(), a=set(), b=set()) == (set(), {"1"})

    def test_of_people_without_a_reference_it_may_be_anybodys(self):
        assert taken_up(ENTRY, practice(employees=False)) == ({"a", "b"}, {"1", "2"})

    def test_it_is_not_theirs_when_it_is_somebody_elses(self):
        settings = practice()
        people = (settings.people[0].model_copy(update={"employee_reference": None}),)
        mixed = settings.model_copy(update={"people": people + settings.people[1:]})
        assert taken_up(ENTRY, mixed, b={7}) == ({"b"}, {"2"})
        assert taken_up(ENTRY, mixed, b=set()) == ({"a"}, {"1", "2"})

    @pytest.mark.parametrize("minutes", [0, -30, 1])
    def test_one_that_ends_as_it_begins_takes_a_minute(self, minutes: int):
        entry = replace(ENTRY, end=NINE + timedelta(minutes=minutes))
        [held] = hold([entry], practice(), {})
        assert held.span == (NINE, NINE + timedelta(minutes=1))
        assert held.lies_in((NINE, NINE + timedelta(minutes=40)))
        assert not held.lies_in((NINE - timedelta(minutes=40), NINE))


OURS = replace(ENTRY, id=50, mark=Mark("a", "1"))


def seen(*entries: Entry) -> list[Held]:
    return list(hold(entries, practice(customers=False), {"a": {one.id for one in entries}}))


class TestRivals:
    def judged(self, *entries: Entry) -> Verdict:
        return judge(OURS, seen(*entries), person_id="a", place_id="1")

    def test_alone_it_stays(self):
        assert self.judged(OURS) is Verdict.STAYS

    def test_whoever_was_created_before_has_the_slot(self):
        earlier = replace(ENTRY, id=90, created=OURS.created - timedelta(seconds=1))
        assert self.judged(earlier, OURS) is Verdict.GOES
        assert self.judged(replace(earlier, mark=Mark("a", "2")), OURS) is Verdict.GOES
        assert self.judged(earlier) is Verdict.GOES

    def test_in_one_second_the_lower_number_has_it(self):
        assert self.judged(replace(ENTRY, id=49), OURS) is Verdict.GOES
        assert self.judged(replace(ENTRY, id=51), OURS) is Verdict.STAYS

    def test_what_the_desk_wrote_after_is_left_to_the_desk(self):
        later = replace(ENTRY, id=1, created=OURS.created + timedelta(seconds=1))
        assert self.judged(OURS, later) is Verdict.STAYS

    def test_another_of_ours_that_came_after_is_looked_at_again(self):
        later = replace(OURS, id=51, mark=Mark("b", "1"))
        assert self.judged(OURS, later) is Verdict.LOOK_AGAIN

    def test_somebody_else_somewhere_else_is_no_rival(self):
        other = replace(OURS, id=1, mark=Mark("b", "2"))
        assert self.judged(OURS, other) is Verdict.STAYS

    def test_so_long_as_ours_is_not_to_be_seen_there_is_no_telling(self):
        assert self.judged() is Verdict.LOOK_AGAIN

    def test_two_of_ours_never_both_stay(self):
        """Whatever each of the two could see when it looked."""
        other = replace(OURS, id=51)
        for one_sees in ((OURS,), (OURS, other)):
            for other_sees in ((other,), (OURS, other)):
                verdicts = (
                    judge(OURS, seen(*one_sees), person_id="a", place_id="1"),
                    judge(other, seen(*other_sees), person_id="a", place_id="1"),
                )
                # Each was written before it looked, so that one at least sees the other
                if len(one_sees) + len(other_sees) > 2:
                    assert verdicts.count(Verdict.STAYS) <= 1
