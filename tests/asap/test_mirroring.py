"""A list that the diary keeps is followed a few questions at a time, and everybody has a turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest
from sqlalchemy import select

from tests.asap.ground import FAR, NOW, TOKENS, with_a_list
from webapp.asap.mirroring import Mirror
from webapp.asap.model import Entry, MirrorTurn
from webapp.db.engine import writing
from webapp.diaries.errors import Unintelligible
from webapp.diaries.lists import AsapAppointment, KnownPatient

if TYPE_CHECKING:
    import time_machine

    from tests.appointments.stored import Sessions
    from webapp.diaries.lists import AsapDiary

A_ROUND = timedelta(minutes=4)


@dataclass
class ListingDiary:
    """Keeps a list of the patients 1 to 8, of whom it cannot read the first seven."""

    on_the_list: range = range(1, 9)
    unreadable: range = range(1, 8)
    asked: list[str] = field(default_factory=list[str])

    def asap_list(self) -> tuple[AsapAppointment, ...]:
        return tuple(
            AsapAppointment(str(one), str(one), "31", "21", FAR + timedelta(hours=one), 30)
            for one in self.on_the_list
        )

    def patient(self, reference: str) -> KnownPatient | None:
        self.asked.append(reference)
        if int(reference) in self.unreadable:
            raise Unintelligible("a patient without a name")
        return KnownPatient("Dora Quill", "07700 900555", "", may_be_texted=True)

    def appointment(self, reference: str) -> None:
        self.asked.append(reference)
        raise Unintelligible("an appointment without a day")

    def staff(self) -> tuple[()]:
        return ()

    def rooms(self) -> tuple[()]:
        return ()


@pytest.fixture
def diary(sessions: Sessions) -> ListingDiary:
    with writing(sessions) as session:
        session.add(MirrorTurn(slug="harbour", due_at_utc=NOW))
    return ListingDiary()


def look(sessions: Sessions, diary: ListingDiary, clock: time_machine.Traveller) -> list[str]:
    """Let a round pass; return about whom it asked."""
    clock.shift(A_ROUND)
    diary.asked.clear()
    practice = with_a_list(list="diary")
    Mirror(practice, cast("AsapDiary", diary), sessions, TOKENS).look()
    return diary.asked


def test_a_round_begins_after_where_the_last_one_stopped(
    sessions: Sessions, diary: ListingDiary, clock: time_machine.Traveller
):
    assert look(sessions, diary, clock) == ["1", "2", "3", "4", "5", "6"]
    assert look(sessions, diary, clock) == ["7", "8", "1", "2", "3", "4"]
    with sessions() as session:
        assert session.scalars(select(Entry.diary_reference)).all() == ["8"]


def test_who_has_left_it_goes_first_but_leaves_room_for_others(
    sessions: Sessions, diary: ListingDiary, clock: time_machine.Traveller
):
    diary.unreadable = range(0)
    for _ in range(2):
        look(sessions, diary, clock)
    diary.on_the_list = range(6, 13)
    assert look(sessions, diary, clock) == ["1", "2", "3", "9", "10", "11"]
