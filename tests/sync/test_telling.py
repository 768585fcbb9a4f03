"""Updox is told how an appointment stands now, each is settled alone, and nobody's words go out."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select

from tests.appointments.stored import WORDS
from tests.practices.examples import practice
from tests.site.logs import Everything, everything_logged
from tests.sync.ground import DATE, PASSWORD, SLUG, Ground, after_each_call, with_updox
from webapp.appointments.model import Booking, State
from webapp.db.engine import writing
from webapp.diaries.port import Capability
from webapp.sync.changes import key_of
from webapp.sync.model import UpdoxName

DONE = ("done", None)
CANCELS = Capability.BOOK | Capability.CANCEL


class TestWhatIsTold:
    def test_when_whose_and_where_and_nothing_of_the_patient(self, ground: Ground):
        ground.book(
            journey="a-journey",
            staff_id="42230",
            starts_at_utc=datetime(2026, 7, 3, 8, 15, tzinfo=UTC),
        )
        ground.work()
        [[told]] = ground.diary.updox_batches(SLUG)
        assert told == {
            "id": key_of(SLUG, "a-journey"),
            "calendarId": "cal-42230",
            # A summer's day, by the practice's clocks
            "date": "2026-07-03 09:15",
            "duration": 45,
            "summary": "Booked online",
            "details": "",
            "patientId": "",
            "typeId": "online",
            "locationId": "loc-7322",
            "blocked": False,
            "cancelled": False,
        }
        assert ground.stand() == [DONE]
        assert not any(word in json.dumps(told) for word in WORDS)

    def test_one_calendar_for_everybody_a_room_without_location_and_a_contact_for_all(
        self, ground: Ground
    ):
        ground.practice = with_updox(
            ground.diary.updox_url, calendars={}, calendar="cal-42229", patient_id="online"
        )
        ground.book(room_id="7323")
        ground.work()
        [[told]] = ground.diary.updox_batches(SLUG)
        assert (told["calendarId"], told["locationId"]) == ("cal-42229", "")
        assert told["patientId"] == "online"

    def test_the_id_names_the_practice_and_leads_to_no_page(self):
        assert key_of("elm", "a") != key_of("harbour", "a")
        assert len(key_of("elm", "a")) == 32
        assert "a-journey" not in key_of("elm", "a-journey")

    def test_a_cancelled_one_is_told_again_under_its_id(self, ground: Ground):
        row_id = ground.book()
        ground.work()
        ground.cancel(row_id)
        ground.work()
        [told] = ground.diary.told_updox(SLUG)
        assert (told["cancelled"], told["timesTold"]) == (True, 2)
        assert ground.stand() == [DONE, DONE]

    @pytest.mark.parametrize(("able", "out"), [(Capability.BOOK, True), (CANCELS, False)])
    def test_one_that_is_to_be_taken_out_counts_as_out_where_the_practice_does_it_by_hand(
        self, ground: Ground, able: Capability, *, out: bool
    ):
        ground.able.capabilities = able
        ground.book(release_asked_at_utc=datetime(2026, 11, 20, tzinfo=UTC))
        ground.work()
        assert ground.cancelled() == [out]

    def test_a_moved_appointment_is_told_as_one_cancelled_and_one_new(self, ground: Ground):
        old = ground.book(uid="the-same")
        ground.work()
        ground.cancel(old)
        ground.book(uid="the-same", replaces_id=old)
        ground.work()
        assert ground.cancelled() == [True, False]
        assert ground.sizes() == [1, 2]

    def test_of_one_that_was_erased_since_nothing_is_told(self, ground: Ground):
        ground.book()
        with writing(ground.sessions) as session:
            session.execute(delete(Booking))
        ground.work()
        assert ground.sizes() == []
        assert ground.stand() == [DONE]

    @pytest.mark.parametrize(
        ("slug", "stands"),
        [
            (SLUG, DONE),
            ("another", ("parked", f"there is no practice {SLUG} in this deployment any more")),
        ],
    )
    def test_without_the_table_nobody_is_told_and_without_the_practice_a_person_must_look(
        self, ground: Ground, slug: str, stands: tuple[str, str | None]
    ):
        ground.book()
        ground.practice = practice(slug=slug)
        ground.work()
        assert ground.sizes() == []
        assert ground.stand() == [stands]

    def test_what_updox_calls_it_is_kept_and_told(self, ground: Ground):
        row_id = ground.book()
        ground.spoil(names=True)
        ground.work()
        ground.cancel(row_id)
        ground.work()
        first, second = (one[0].get("updoxId") for one in ground.diary.updox_batches(SLUG))
        assert (first, second) == (None, "1")

    def test_one_that_is_erased_while_updox_is_told_leaves_no_name(
        self, ground: Ground, monkeypatch: pytest.MonkeyPatch
    ):
        ground.book()
        ground.spoil(names=True)

        def erase(_number: int) -> None:
            with writing(ground.sessions) as session:
                session.execute(delete(Booking))

        after_each_call(monkeypatch, erase)
        ground.work()
        with ground.sessions() as session:
            assert session.scalars(select(UpdoxName)).all() == []
        assert ground.stand() == [DONE]


class TestTheOrder:
    def test_two_promises_about_one_booking_are_one_telling(self, ground: Ground):
        ground.cancel(ground.book())
        ground.work()
        assert ground.sizes() == [1]
        assert ground.cancelled() == [True]
        assert ground.stand() == [DONE, DONE]

    def test_one_that_changed_while_updox_was_told_is_told_again(
        self, ground: Ground, monkeypatch: pytest.MonkeyPatch
    ):
        """Though another worker has kept the promise about the change, and was heard first."""
        row_id, _other = ground.book_many(2)

        def cancel(number: int) -> None:
            if number == 0:
                with writing(ground.sessions) as session:
                    session.get_one(Booking, row_id).state = State.CANCELLED

        after_each_call(monkeypatch, cancel)
        ground.work()
        told = [[one["cancelled"] for one in each] for each in ground.diary.updox_batches(SLUG)]
        assert told == [[False, False], [True]]
        assert ground.stand() == [DONE, DONE]

    def test_an_older_promise_that_is_kept_late_tells_how_it_stands_by_then(self, ground: Ground):
        row_id = ground.book()
        ground.diary.fault(SLUG, "sync", "drop_before", times=1)
        ground.work()
        ground.cancel(row_id)
        ground.work()
        ground.let_time_pass()
        ground.work()
        assert ground.cancelled() == [True]
        assert [one[0]["cancelled"] for one in ground.diary.updox_batches(SLUG)] == [True, True]


class TestSecrets:
    def test_neither_password_nor_patient_nor_updoxs_words_are_logged_or_kept_as_a_reason(
        self, ground: Ground
    ):
        for fault in ("drop_after", "redirect", "not_utf8"):
            ground.diary.fault(SLUG, "sync", fault, times=1)
        ground.spoil(place=0, message=DATE)
        ground.spoil(responseCode=4010)
        with everything_logged() as log:
            for _ in range(6):
                ground.book()
                ground.let_time_pass()
                ground.work()
        assert_nothing_leaked(log, [reason or "" for _, reason in ground.stand()])

    def test_the_settings_show_no_password(self, ground: Ground):
        assert PASSWORD not in repr(ground.practice)
        assert PASSWORD not in repr(ground.practice.updox)


def assert_nothing_leaked(log: Everything, reasons: list[str]) -> None:
    everything = "\n".join([*log.lines, *reasons])
    assert "told Updox" in everything
    for word in (PASSWORD, "openslot-demo", "throbbing", *WORDS):
        assert word not in everything
