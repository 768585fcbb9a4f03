"""A kill at any step of placing, settling and sending loses nothing and says nothing untrue."""

from __future__ import annotations

import pytest
import requests

from tests.proof.stack import SLUG, Slot, Stack, Submitted, begin, look, submit
from tests.services.both import on_both
from webapp.appointments.kinds import Kind

KILLED = 137 - 128
BOOKED = ["New online booking: ", "You’re booked: "]


def submit_to_a_dying_web(stack: Stack, slot: Slot) -> str:
    """Book while the process is killed; return the token, which a browser still has."""
    token = begin(stack, slot)
    with pytest.raises(requests.ConnectionError):
        submit(stack, slot, token)
    return token


def begins(subjects: list[str]) -> list[str]:
    return [subject.partition(": ")[0] + ": " for subject in subjects]


class TestTheWebIsKilled:
    def test_before_the_diary_was_asked(self, stack: Stack) -> None:
        [slot] = stack.free_slots(1)
        stack.start(OPENSLOT_CRASH_AT="placing: promised")
        token = submit_to_a_dying_web(stack, slot)
        stack.stop()
        stack.stop_time()

        stack.start()
        assert look(stack, submit(stack, slot, token)) == "Booking your appointment"
        stack.let_time_pass()
        assert stack.work() == 0

        assert stack.diary.bookings(SLUG) == []
        assert stack.states() == ["not_booked"]
        assert begins(stack.subjects()) == ["Not booked: "]
        assert stack.unkept() == []

    @on_both
    def test_after_the_diary_booked(self, stack: Stack) -> None:
        [slot] = stack.free_slots(1)
        stack.start(OPENSLOT_CRASH_AT="placing: booked")
        token = submit_to_a_dying_web(stack, slot)
        stack.stop()

        stack.start()
        stack.let_time_pass()
        checking = look(stack, submit(stack, slot, token))
        assert checking == "We’re checking whether you’re booked"
        assert stack.work() == 0

        assert len(stack.diary.bookings(SLUG)) == 1
        assert stack.states() == ["practice_checks"]
        assert begins(stack.subjects()) == [
            "Please check and ring: ",
            "We’re checking your appointment: ",
        ]
        assert look(stack, submit(stack, slot, token)) == "The practice will ring you"
        assert len(stack.diary.calls(SLUG, action="book")) == 1

    def test_after_the_outcome_was_recorded(self, stack: Stack) -> None:
        [slot] = stack.free_slots(1)
        stack.start(OPENSLOT_CRASH_AT="placing: recorded")
        token = submit_to_a_dying_web(stack, slot)
        stack.stop()

        stack.start()
        assert look(stack, submit(stack, slot, token)) == "You’re booked"
        assert stack.work() == 0
        assert stack.states() == ["confirmed"]
        assert begins(stack.subjects()) == BOOKED
        assert len(stack.diary.calls(SLUG, action="book")) == 1


class TestTheWorkerIsKilled:
    @pytest.fixture(autouse=True)
    def without_mail_of_others(self, running: Stack) -> None:
        running.diary.inbox.empty()

    @pytest.mark.parametrize(
        ("point", "fault", "state", "told"),
        [
            ("settling: found out", "drop_before", "not_booked", ["Not booked: "]),
            (
                "settling: recorded",
                "drop_after",
                "practice_checks",
                ["Please check and ring: ", "We’re checking your appointment: "],
            ),
        ],
    )
    def test_while_settling(
        self, running: Stack, point: str, fault: str, state: str, told: list[str]
    ) -> None:
        [slot] = running.free_slots(1)
        token = begin(running, slot)
        running.diary.fault(SLUG, "book", fault, times=1)
        assert submit(running, slot, token, patient=len(running.states())).status == 303
        running.let_time_pass()

        assert running.work(OPENSLOT_CRASH_AT=point) == -KILLED
        running.let_time_pass()
        assert running.work() == 0

        assert running.states()[-1] == state
        assert begins(running.subjects()) == told
        assert running.unkept() == []

    @pytest.mark.parametrize("point", ["sending: sent", "working: kept"])
    def test_while_sending(self, running: Stack, point: str) -> None:
        self._book(running)

        assert running.work(OPENSLOT_CRASH_AT=point) == -KILLED
        running.let_time_pass()
        assert running.work() == 0

        assert begins(running.subjects()) == BOOKED
        assert running.unkept() == []

    def test_once_it_has_claimed_nobody_else_sends_until_that_lapses(self, running: Stack) -> None:
        self._book(running)

        assert running.work(OPENSLOT_CRASH_AT="working: claimed") == -KILLED
        assert running.work() == 0
        assert len(running.unkept()) == 1
        assert len(running.subjects()) == 1
        running.let_time_pass()
        assert running.work() == 0

        assert begins(running.subjects()) == BOOKED
        assert running.unkept() == []

    def test_while_releasing(self, running: Stack) -> None:
        cancel(running, self._book(running))

        assert running.work(OPENSLOT_CRASH_AT="working: kept") == -KILLED
        for _ in range(3):
            running.let_time_pass()
            assert running.work() == 0

        kinds = {row[0] for row in running.rows("SELECT kind FROM outbox")}
        assert {Kind.RELEASE, Kind.PRACTICE_RELEASE, Kind.PATIENT_CANCEL_ASKED} <= kinds
        assert begins(running.subjects()) == sorted(
            [*BOOKED, "Please cancel: ", "We have your request to cancel: "]
        )
        assert running.unkept() == []

    def _book(self, running: Stack) -> Submitted:
        [slot] = running.free_slots(1)
        # Somebody else each time: one who books twice may be one who pressed twice.
        done = submit(running, slot, begin(running, slot), patient=len(running.states()))
        assert look(running, done) == "You’re booked"
        return done


def cancel(stack: Stack, done: Submitted) -> None:
    """Cancel as the patient does: from the outcome to the booking's own page, and yes."""
    origin = stack.url.rsplit("/", 1)[0]
    page = requests.get(f"{origin}{done.location}", timeout=120).text
    own = page.split(f"/{SLUG}/booking/")[1].split('"')[0]
    answer = requests.post(f"{stack.url}/booking/{own}/cancel", timeout=120)
    assert answer.ok
