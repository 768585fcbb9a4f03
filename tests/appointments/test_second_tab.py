"""The same patient in two tabs is no stranger to themselves; everybody else is another booking."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from tests.appointments.desk import (
    NOW,
    ORDER,
    START,
    TOKENS,
    KnownAvailability,
    ObedientDiary,
    desk_over,
)
from tests.services.both import on_both
from webapp.appointments.model import Booking, State
from webapp.appointments.placing import Desk, Order
from webapp.availability.answers import Answer
from webapp.diaries.errors import DiaryError, NotReached, OutcomeUnknown, SlotTaken
from webapp.diaries.port import BookingRequest, Confirmation

SECOND_TAB = replace(ORDER, journey="another-journey")


@pytest.mark.parametrize("error", [None, OutcomeUnknown("silence")])
def test_a_second_tab_leads_to_the_first_ones_outcome(
    desk: Desk, diary: ObedientDiary, error: DiaryError | None
) -> None:
    if error:
        diary.fail_with(error)
    placed = desk.place(ORDER)
    patient = replace(ORDER.patient, email="ADA@Whitcombe.example")
    assert desk.place(replace(SECOND_TAB, patient=patient)).token == placed.token
    assert len(diary.requests) == 1


@on_both
def test_a_second_tab_that_comes_between_looking_and_asking_is_no_stranger(
    desk: Desk, diary: ObedientDiary, free: KnownAvailability, sessions: sessionmaker[Session]
) -> None:
    free.answer = (Answer.NONE, None)
    other = desk_over(diary, KnownAvailability(), sessions)
    free.on_asking = lambda: other.place(ORDER)
    assert desk.place(SECOND_TAB).token == TOKENS.outcome_of(slug="harbour", journey="a-journey")
    assert len(diary.requests) == 1


def test_a_second_tab_that_the_diary_turns_away_leads_to_the_first_ones_outcome(
    desk: Desk, diary: ObedientDiary, sessions: sessionmaker[Session]
) -> None:
    def quicker(_request: BookingRequest) -> Confirmation:
        with sessions() as session, session.begin():
            row = session.scalars(select(Booking)).one()
            same = {one.name: getattr(row, one.name) for one in Booking.__table__.columns}
            other = {
                "id": None,
                "journey": "third",
                "outcome_hash": "x",
                "page_hash": "y",
                "state": State.CONFIRMED,
            }
            session.add(Booking(**(same | other)))
        raise SlotTaken("12")

    diary.answer = quicker
    placed = desk.place(ORDER)
    assert placed.state is State.CONFIRMED
    assert placed.token == TOKENS.outcome_of(slug="harbour", journey="third")


@on_both
def test_a_submit_that_lost_to_its_own_double_is_no_stranger(
    desk: Desk, diary: ObedientDiary, free: KnownAvailability, sessions: sessionmaker[Session]
) -> None:
    free.answer = (Answer.NONE, None)
    double = desk_over(diary, KnownAvailability(), sessions)
    free.on_asking = lambda: double.place(ORDER)
    assert desk.place(ORDER).state is State.CONFIRMED
    assert len(diary.requests) == 1


@pytest.mark.parametrize(
    "other",
    [
        replace(SECOND_TAB, patient=replace(ORDER.patient, name="Ada Lovelace")),
        replace(SECOND_TAB, patient=replace(ORDER.patient, phone="07700 900987")),
        replace(SECOND_TAB, patient=replace(ORDER.patient, email="else@whitcombe.example")),
        replace(SECOND_TAB, slot_start=START + timedelta(hours=1)),
        replace(SECOND_TAB, choice=replace(ORDER.choice, staff="42228")),
        replace(SECOND_TAB, slug="elm"),
    ],
)
def test_another_patient_person_time_or_practice_is_another_booking(
    desk: Desk, diary: ObedientDiary, other: Order
) -> None:
    first = desk.place(ORDER)
    assert desk.place(other).token != first.token
    assert len(diary.requests) == 2


def test_a_booking_that_came_to_nothing_holds_no_second_tab_back(
    desk: Desk, diary: ObedientDiary
) -> None:
    diary.fail_with(NotReached("no route"))
    desk.place(ORDER)
    diary.answer = lambda _request: Confirmation(45)
    assert desk.place(SECOND_TAB).state is State.CONFIRMED


def test_after_half_an_hour_the_diary_is_asked_again(desk: Desk, diary: ObedientDiary) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        desk.place(ORDER)
        clock.shift(timedelta(minutes=30))
        diary.fail_with(SlotTaken("12"))
        assert desk.place(SECOND_TAB).state is State.TAKEN
    assert len(diary.requests) == 2


def test_a_booking_that_was_given_up_is_no_answer_to_asking_again(
    desk: Desk, diary: ObedientDiary, sessions: sessionmaker[Session]
) -> None:
    placed = desk.place(ORDER)
    with sessions() as session, session.begin():
        session.scalars(select(Booking)).one().release_asked_at_utc = NOW
    assert desk.place(SECOND_TAB).token != placed.token
    assert len(diary.requests) == 2
