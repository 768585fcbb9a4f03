"""Many are told at once and each is settled alone; what is refused whole is halved or parked."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.sync.ground import DATE, SLUG, Ground, after_each_call
from webapp.sync import telling

DONE = ("done", None)


class TestABatch:
    def test_all_that_is_due_goes_in_one_call(self, ground: Ground):
        ground.book_many(5)
        ground.work()
        assert ground.sizes() == [5]
        assert ground.stand() == [DONE] * 5

    def test_it_holds_two_hundred_at_most(self, ground: Ground):
        ground.book_many(201)
        ground.work()
        assert ground.sizes() == [200, 1]
        assert len(ground.diary.told_updox(SLUG)) == 201

    def test_booleans_as_text_are_read_as_well(self, ground: Ground):
        for _ in range(2):
            ground.book()
            ground.work()
        assert ground.stand() == [DONE] * 2

    def test_a_refused_one_is_tried_alone_six_times_and_then_parked(self, ground: Ground):
        ground.book_many(3)
        ground.spoil(place=1, message=DATE)
        ground.work()
        reason = "Updox refused this appointment: its date"
        assert ground.stand() == [DONE, ("due", reason), DONE]
        ground.spoil(times=None, place=0, message=DATE)
        for _ in range(5):
            assert ground.stand()[1] == ("due", reason)
            ground.let_time_pass()
            ground.work()
        assert ground.stand() == [DONE, ("parked", f"{reason}, 6 times"), DONE]
        assert ground.sizes() == [3, 1, 1, 1, 1, 1]

    def test_one_of_which_nothing_is_said_is_told_again(self, ground: Ground):
        ground.book_many(2)
        ground.spoil(place=0)
        ground.work()
        assert ground.stand() == [("due", "Updox said nothing of this appointment"), DONE]
        ground.let_time_pass()
        ground.work()
        assert ground.stand() == [DONE, DONE]

    def test_a_refusal_without_an_id_is_about_the_only_one_there_is(self, ground: Ground):
        ground.book()
        ground.spoil(unnamed=DATE)
        ground.work()
        assert ground.stand() == [("due", "Updox refused this appointment: its date")]

    def test_among_several_nobody_knows_whom_it_is_about(self, ground: Ground):
        ground.book_many(2)
        ground.spoil(unnamed=DATE)
        ground.work()
        assert {reason for _, reason in ground.stand()} == {
            "Updox said nothing of this appointment"
        }

    def test_a_person_without_a_calendar_is_parked_and_the_others_are_told(self, ground: Ground):
        ground.book(staff_id="42229")
        ground.book()
        ground.work()
        (status, reason), other = ground.stand()
        assert status == "parked"
        assert reason is not None
        assert reason.startswith("harbour-physio.toml names no calendar for 42229: add a line")
        assert other == DONE


class TestTheWholeIsRefused:
    def test_too_many_at_once_are_halved(self, ground: Ground):
        ground.book_many(5)
        ground.spoil(times=None, most=2)
        ground.work()
        assert ground.sizes() == [5, 2, 3, 1, 2]
        assert ground.stand() == [DONE] * 5

    @pytest.mark.parametrize("code", [4020, 9999])
    def test_one_that_is_refused_even_alone_is_parked(self, ground: Ground, code: int):
        ground.book_many(2)
        ground.spoil(times=None, responseCode=code)
        ground.work()
        assert ground.sizes() == [2, 1, 1]
        assert ground.stand() == [("parked", f"Updox answered {code}")] * 2

    @pytest.mark.parametrize(
        ("code", "setting"),
        [
            (4010, "updox.application_id with updox.application_password"),
            (4011, "updox.account_id"),
            (4012, "updox.account_id"),
        ],
    )
    def test_what_a_setting_must_mend_parks_all_of_it_and_names_the_setting(
        self, ground: Ground, code: int, setting: str
    ):
        ground.book_many(2)
        ground.spoil(times=None, responseCode=code)
        ground.work()
        assert ground.sizes() == [2]
        for status, reason in ground.stand():
            assert status == "parked"
            assert reason is not None
            assert setting in reason
            assert f"({code})" in reason

    def test_trouble_at_updox_is_waited_out(self, ground: Ground):
        ground.book()
        ground.spoil(responseCode=5100)
        ground.work()
        assert ground.stand() == [("due", "Updox has trouble of its own (5100)")]
        ground.let_time_pass()
        ground.work()
        assert ground.stand() == [DONE]

    def test_an_answer_that_contradicts_itself_is_no_success(self, ground: Ground):
        ground.book()
        ground.spoil(contradicts=True)
        ground.work()
        [(status, _)] = ground.stand()
        assert status == "due"

    @pytest.mark.parametrize(
        ("kind", "reason"),
        [
            ("drop_after", "broke off or did not answer in time"),
            ("rubbish_html", "no answer of Updox's"),
            ("server_error", "HTTP 500"),
            ("redirect", "HTTP 302"),
            ("huge", "longer than"),
        ],
    )
    def test_no_answer_and_no_sense_are_tried_later(self, ground: Ground, kind: str, reason: str):
        ground.book()
        ground.diary.fault(SLUG, "sync", kind, times=1)
        ground.work()
        [(status, said)] = ground.stand()
        assert status == "due"
        assert said is not None
        assert reason in said
        assert ground.diary.counts(SLUG).get("elsewhere", 0) == 0
        ground.let_time_pass()
        ground.work()
        assert ground.stand() == [DONE]
        [told] = ground.diary.told_updox(SLUG)
        assert told["cancelled"] is False

    def test_no_call_begins_once_its_claim_may_lapse_before_it_ends(
        self, ground: Ground, monkeypatch: pytest.MonkeyPatch
    ):
        ground.book_many(4)
        ground.spoil(times=None, most=1)
        moment = 0.0

        def thirty_seconds_pass(_number: int) -> None:
            nonlocal moment
            moment += 30

        after_each_call(monkeypatch, thirty_seconds_pass)
        monkeypatch.setattr(telling, "time", SimpleNamespace(monotonic=lambda: moment))
        ground.work()
        assert ground.sizes() == [4, 2]
        assert ground.stand() == [("due", "nothing was found out about it")] * 4
