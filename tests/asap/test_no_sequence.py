"""No sequence of what people, processes and diaries do gives a slot to two, or loses what one has.

On a real SQLite database, with a diary that keeps the port's promises and refuses a taken slot.
"""

from __future__ import annotations

import enum
import shutil
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import ClassVar

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import sessionmaker

from tests.asap.arrows import arrows_only
from tests.asap.ground import FAR, NOW, OnTheList, on_the_list, open_to_all, slot, token_of
from tests.asap.small_practice import PRACTICE, SLOTS, SmallPractice
from tests.asap.small_truths import Truths
from tests.asap.small_world import DIARIES, PLAIN, Mood, SmallDiary
from webapp.appointments import outcomes
from webapp.asap.answering import Answering
from webapp.asap.model import Offer
from webapp.asap.opening import OfferedElsewhere
from webapp.db.engine import make_engine
from webapp.diaries.port import BookingRequest, Capability

which = st.integers(0, 35)
"""One of however many there are."""
moods = st.sampled_from(Mood)
times = st.sampled_from(SLOTS)
pauses = st.sampled_from(
    [timedelta(seconds=31), timedelta(seconds=100), timedelta(minutes=25), timedelta(hours=8)]
)


class Meanwhile(enum.Enum):
    """What a patient does in another tab while they take an opening."""

    TAKE_ANOTHER = enum.auto()
    GIVE_UP_WHAT_THEY_HAVE = enum.auto()
    MOVE_WHAT_THEY_HAVE = enum.auto()
    STOP = enum.auto()


class Happens(enum.Enum):
    """What else may happen at any time."""

    A_SLOT_IS_OFFERED = enum.auto()
    ANOTHER_JOINS = enum.auto()
    THE_DESK_TAKES_A_SLOT = enum.auto()
    THE_DESK_STRIKES_OUT = enum.auto()
    THE_DESK_MOVES_SOMEBODY = enum.auto()
    THE_PRACTICE_TAKES_IT_BACK = enum.auto()
    SOMEBODY_GIVES_UP_WHAT_THEY_HAVE = enum.auto()
    SOMEBODY_MOVES_WHAT_THEY_HAVE = enum.auto()
    THE_DIARY_GOES_AWAY = enum.auto()
    THE_DIARY_COMES_BACK = enum.auto()
    A_FREE_LIST_IS_OLD = enum.auto()


@dataclass(frozen=True)
class Start:
    """Where each sequence starts: four are on the list, and two times on offer to them."""

    database: Path
    patients: tuple[tuple[OnTheList, datetime | None], ...]


def a_start(database: Path) -> Start:
    """Fill an empty database; the texts about the first time have gone, the others are due."""
    engine = make_engine(f"sqlite:///{database}")
    sessions = sessionmaker(engine, expire_on_commit=False)
    starts = (None, FAR, None, FAR + timedelta(days=1))
    with time_machine.travel(NOW, tick=False) as clock:
        practice = SmallPractice(sessions, SmallDiary(PLAIN), clock)
        patients = tuple((on_the_list(sessions, has=one), one) for one in starts)
        open_to_all(sessions, slot(SLOTS[0]), of=PRACTICE)
        practice.work()
        open_to_all(sessions, slot(SLOTS[1]), of=PRACTICE)
    # Closed, or what was written last would not stand in the file yet.
    engine.dispose()
    return Start(database, patients)


class Sequences(RuleBasedStateMachine):
    """One practice, a few patients, three times that may become free."""

    start: ClassVar[Start]
    folder: ClassVar[Path]

    @initialize(diary_can=st.sampled_from(DIARIES))
    def begin(self, diary_can: Capability) -> None:
        self.stack = ExitStack()
        clock = self.stack.enter_context(time_machine.travel(NOW, tick=False))
        path = shutil.copy(self.start.database, mkdtemp(dir=self.folder))
        engine = make_engine(f"sqlite:///{path}")
        self.stack.callback(engine.dispose)
        self.stack.enter_context(arrows_only())
        sessions = sessionmaker(engine, expire_on_commit=False)
        self.practice = SmallPractice(sessions, SmallDiary(diary_can), clock)
        for patient, has in self.start.patients:
            self.practice.know(patient, has)

    @rule(number=which, mood=moods, is_killed_before_the_end=st.booleans())
    def somebody_takes_it(self, number: int, mood: Mood, *, is_killed_before_the_end: bool) -> None:
        self.practice.diary.mood = mood
        self.practice.take(self.offer(number), is_killed_before_the_end=is_killed_before_the_end)
        self.practice.settle_down()

    @rule(number=which, other=which, mood=moods, in_the_diary=st.booleans())
    def two_take_it_at_once(
        self, number: int, other: int, mood: Mood, *, in_the_diary: bool
    ) -> None:
        offer = self.offer(number)
        rivals = [one for one in self.practice.offers() if one.opening_id == offer.opening_id]
        rival = rivals[other % len(rivals)]
        self.practice.diary.mood = mood
        self.meanwhile(lambda: self.practice.take(rival), in_the_diary=in_the_diary)
        self.practice.take(offer)
        self.practice.settle_down()

    @rule(
        number=which,
        other=which,
        mood=moods,
        does=st.sampled_from(Meanwhile),
        in_the_diary=st.booleans(),
    )
    def somebody_takes_it_in_one_tab_of_two(
        self, number: int, other: int, mood: Mood, does: Meanwhile, *, in_the_diary: bool
    ) -> None:
        offer = self.offer(number)
        theirs = [one for one in self.practice.offers() if one.entry_id == offer.entry_id]
        another = theirs[other % len(theirs)]
        [patient] = [one for one in self.practice.patients if one.entry_id == offer.entry_id]
        tab: dict[Meanwhile, Callable[[], None]] = {
            Meanwhile.TAKE_ANOTHER: lambda: self.practice.take(another),
            Meanwhile.GIVE_UP_WHAT_THEY_HAVE: lambda: self.practice.give_up(patient),
            Meanwhile.MOVE_WHAT_THEY_HAVE: lambda: self.practice.move(
                patient, SLOTS[other % len(SLOTS)]
            ),
            Meanwhile.STOP: lambda: self.practice.answering.stop(token_of(another)),
        }
        self.practice.diary.mood = mood
        self.meanwhile(tab[does], in_the_diary=in_the_diary)
        self.practice.take(offer)
        self.practice.settle_down()

    @rule(
        number=which,
        answer=st.sampled_from([Answering.look, Answering.decline, Answering.undo, Answering.stop]),
    )
    def somebody_answers(self, number: int, answer: Callable[[Answering, str], None]) -> None:
        answer(self.practice.answering, token_of(self.offer(number)))

    @rule(number=which, happens=st.sampled_from(Happens), mood=moods)
    def something_else_happens(self, number: int, happens: Happens, mood: Mood) -> None:
        practice, start = self.practice, SLOTS[number % len(SLOTS)]
        patient = practice.patients[number % len(practice.patients)]
        practice.diary.mood = mood
        match happens:
            case Happens.A_SLOT_IS_OFFERED:
                with suppress(OfferedElsewhere):
                    open_to_all(practice.sessions, slot(start), of=PRACTICE)
            case Happens.ANOTHER_JOINS:
                practice.join(has_one=bool(number % 2))
            case Happens.THE_DESK_TAKES_A_SLOT:
                practice.diary.held.setdefault(start, "somebody at the desk")
            case Happens.THE_DESK_STRIKES_OUT | Happens.THE_DESK_MOVES_SOMEBODY:
                moves = happens is Happens.THE_DESK_MOVES_SOMEBODY
                practice.put_elsewhere(number) if moves else practice.strike_out(start)
            case Happens.THE_PRACTICE_TAKES_IT_BACK:
                practice.withdraw(self.offer(number))
            case Happens.SOMEBODY_GIVES_UP_WHAT_THEY_HAVE:
                practice.give_up(patient)
            case Happens.SOMEBODY_MOVES_WHAT_THEY_HAVE:
                practice.move(patient, start)
            case Happens.THE_DIARY_GOES_AWAY | Happens.THE_DIARY_COMES_BACK:
                practice.diary.is_down = happens is Happens.THE_DIARY_GOES_AWAY
            case Happens.A_FREE_LIST_IS_OLD:
                practice.free.is_stale = True
        practice.settle_down()

    @rule(diary=moods, gateway=moods, pause=pauses, struck=st.none() | times)
    def the_worker_works(
        self, diary: Mood, gateway: Mood, pause: timedelta, struck: datetime | None
    ) -> None:
        if struck is not None:
            self.practice.strike_out(struck)
        self.practice.clock.shift(pause)
        self.practice.diary.mood, self.practice.gateway.mood = diary, gateway
        self.practice.work()
        self.practice.end_what_is_over()
        self.practice.settle_down()

    @invariant()
    def all_that_must_be_true_is(self) -> None:
        Truths(self.practice).hold()

    def teardown(self) -> None:
        """Whatever happened, in the end all of it is known, and still all of it is so."""
        with self.stack:
            self.practice.catch_up()
            Truths(self.practice).are_all_known()

    def offer(self, number: int) -> Offer:
        """One of all offers, or twice as likely of those that can be taken, if there are any."""
        found = self.practice.offers()
        free = [one for one in found if self.practice.is_free(one)] if number % 3 else []
        return (free or found)[number // 3 % len(free or found)]

    def meanwhile(self, do: Callable[[], None], *, in_the_diary: bool) -> None:
        """Have it done once: while the diary books, or just before the opening is claimed."""
        is_done = False

        def once(*_asked: object) -> None:
            nonlocal is_done
            if not is_done:
                is_done = True
                do()

        if in_the_diary:
            may_book = self.practice.diary.on_book

            def book(request: BookingRequest) -> None:
                may_book(request)
                once()

            self.practice.diary.on_book = book
        else:
            self.practice.free.on_asking = once


def test_no_sequence_gives_a_slot_to_two_or_loses_what_somebody_has(
    tmp_path: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Who follows another's yes is told at once that it is under way.
    monkeypatch.setattr(outcomes, "_WAIT_FOR_OTHER_SECONDS", -1)
    Sequences.start = a_start(Path(shutil.copy(migrated_file, tmp_path)))
    Sequences.folder = tmp_path
    run_state_machine_as_test(
        Sequences,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            derandomize=True,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
