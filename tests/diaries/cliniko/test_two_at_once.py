"""Two who are given one time, which Cliniko lets happen: the earlier made stays."""

from __future__ import annotations

import json
import threading
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from tests.diaries.cliniko.clinic import ANOTHERS_MARK, PLACED, REQUEST, WORDS, Clinic
from tests.diaries.cliniko.relay import Relay
from tests.diaries.cliniko.riverside import diary_at
from tests.diaries.wire import PATIENT, Answer, hang_up, http, say, say_json
from webapp.diaries.cliniko.diary import ClinikoDiary
from webapp.diaries.errors import NoAnswer, OutcomeUnknown, SlotTaken
from webapp.diaries.transport import CallLimits

MAKE, CANCEL, CONFLICTS = "POST appointments", "PATCH cancel", "GET conflicts"
ANOTHERS = f"Booked online ({ANOTHERS_MARK})."
BRISK = replace(PATIENT, write=CallLimits(connect=1, read=1, total=1.5))


def made_at(moment: str, clinic: Clinic) -> Answer:
    """Answer with what stands, as if all but the last had been made at another moment."""
    rows = clinic.standing()
    for one in rows[:-1]:
        one["created_at"] = moment
    return say_json({"individual_appointments": rows})


class TestWhoStays:
    def test_ours_goes_when_another_came_between_the_look_and_the_write(
        self, relay: Relay, diary: ClinikoDiary, clinic: Clinic
    ):
        made: list[str] = []
        # The look is over when the patient is looked up
        relay.after["GET patients"] = lambda: made.append(clinic.make())
        with pytest.raises(SlotTaken):
            diary.book(REQUEST)
        assert [one["id"] for one in clinic.standing()] == made
        [order] = relay.bodies(CANCEL)
        assert order["cancellation_reason"] == 50
        assert not any(word in json.dumps(order) for word in WORDS)
        [cancelled] = clinic.cancelled()
        assert cancelled["patient_name"] == WORDS[0]

    def test_ours_stays_when_the_desk_came_after(
        self, relay: Relay, diary: ClinikoDiary, clinic: Clinic
    ):
        relay.after[MAKE] = clinic.make
        assert diary.book(REQUEST).minutes == 30
        assert relay.count(CANCEL) == 0
        assert len(clinic.standing()) == 2

    @pytest.mark.parametrize(
        ("moment", "stays"), [("2026-11-19T00:00:00Z", False), ("2027-01-01T00:00:00Z", True)]
    )
    def test_when_it_was_made_counts_before_the_id(
        self, relay: Relay, diary: ClinikoDiary, clinic: Clinic, moment: str, *, stays: bool
    ):
        def tell_later() -> None:
            relay.instead["GET appointments"] = [made_at(moment, clinic)]

        relay.after["GET patients"] = clinic.make
        relay.after[CONFLICTS] = tell_later
        if stays:
            diary.book(REQUEST)
        else:
            with pytest.raises(SlotTaken):
                diary.book(REQUEST)

    def test_of_two_who_book_at_once_one_is_told_yes(self, relay: Relay, clinic: Clinic):
        barrier = threading.Barrier(2)
        outcomes: list[str] = []

        def book(key: str) -> None:
            with closing(diary_at(relay.root)) as diary:
                barrier.wait()
                try:
                    diary.book(replace(REQUEST, key=key))
                    outcomes.append("confirmed")
                except SlotTaken:
                    outcomes.append("taken")

        threads = [threading.Thread(target=book, args=(key,)) for key in ("one", "other")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["confirmed", "taken"]
        assert len(clinic.standing()) == 1

    def test_another_of_ours_that_came_after_has_time_to_go(
        self, relay: Relay, diary: ClinikoDiary, clinic: Clinic
    ):
        others: list[str] = []

        def come() -> None:
            others.append(clinic.make(notes=ANOTHERS))
            relay.after[CONFLICTS] = lambda: relay.after.update({CONFLICTS: go})

        def go() -> None:
            clinic.cancel(others[0])

        relay.after[MAKE] = come
        assert diary.book(REQUEST).minutes == 30
        assert relay.count(CANCEL) == 0
        assert relay.count(CONFLICTS) >= 3

    def test_when_it_does_not_go_it_never_saw_ours_and_ours_goes(
        self, relay: Relay, clinic: Clinic
    ):
        relay.after[MAKE] = lambda: clinic.make(notes=ANOTHERS)
        with closing(diary_at(relay.root, BRISK)) as diary, pytest.raises(SlotTaken):
            diary.book(REQUEST)
        [left] = clinic.standing()
        assert left["notes"] == ANOTHERS

    def test_a_conflict_with_what_is_no_appointment_makes_ours_go(
        self, relay: Relay, clinic: Clinic
    ):
        exists = {"conflicts": {"exist": True}}
        relay.instead[CONFLICTS] = [say_json(exists)] * 99
        with closing(diary_at(relay.root, BRISK)) as diary, pytest.raises(SlotTaken):
            diary.book(REQUEST)
        assert clinic.standing() == []


LOOKS: dict[str, Answer] = {
    "hang_up": hang_up,
    "gone": say(http(b"", "404 Not Found")),
    "not_accepted": say(http(b"{}", "401 Unauthorized")),
    "nonsense": say_json({"conflicts": "none"}),
}


class TestWhatCannotBeTold:
    @pytest.mark.parametrize("kind", LOOKS)
    def test_without_an_answer_about_conflicts_the_outcome_is_unknown(
        self, relay: Relay, diary: ClinikoDiary, clinic: Clinic, kind: str
    ):
        relay.instead[CONFLICTS] = [LOOKS[kind]] * 3
        with pytest.raises(OutcomeUnknown, match="nobody could look"):
            diary.book(REQUEST)
        assert len(clinic.standing()) == 1

    @pytest.mark.parametrize("kind", ["hang_up", "not_accepted"])
    def test_an_undo_that_fails_is_never_told_as_taken_and_is_done_later(
        self,
        relay: Relay,
        diary: ClinikoDiary,
        clinic: Clinic,
        kind: str,
        caplog: pytest.LogCaptureFixture,
    ):
        relay.after["GET patients"] = clinic.make
        relay.instead[CANCEL] = [LOOKS[kind]] * 3
        with pytest.raises(OutcomeUnknown, match="could not be cancelled"):
            diary.book(REQUEST)
        assert "unknown outcome" in caplog.text
        assert len(clinic.standing()) == 2
        relay.instead.clear()
        assert diary.find(PLACED) is None
        assert len(clinic.standing()) == 1

    def test_nor_when_looking_later_cannot_undo_it_either(
        self, relay: Relay, diary: ClinikoDiary, clinic: Clinic
    ):
        relay.after["GET patients"] = clinic.make
        relay.instead[CANCEL] = [hang_up] * 6
        with pytest.raises(OutcomeUnknown):
            diary.book(REQUEST)
        with pytest.raises(NoAnswer):
            diary.find(PLACED)

    def test_what_is_gone_already_counts_as_undone(
        self, relay: Relay, diary: ClinikoDiary, clinic: Clinic
    ):
        gone: Any = say(http(b"", "404 Not Found"))
        relay.after["GET patients"] = clinic.make
        relay.instead[CANCEL] = [hang_up, gone]
        with pytest.raises(SlotTaken):
            diary.book(REQUEST)
        assert relay.count(CANCEL) == 2
