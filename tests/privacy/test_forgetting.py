"""Every stored field has a reason, and what is stored of a patient is forgotten in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from sqlalchemy import Column, MetaData, String, Table, select

from tests.appointments.stored import NOW, START, WORDS, Sessions, keep, opened, promised
from tests.practices.examples import practice
from tests.services.both import on_both
from webapp.appointments.kinds import Kind
from webapp.appointments.model import UNSETTLED, Booking, State
from webapp.db.base import Base
from webapp.db.engine import writing
from webapp.outbox.model import Promise, Status
from webapp.outbox.promising import promise
from webapp.privacy import forgetting
from webapp.privacy.forgetting import erase_by_email, purge, stored_fields
from webapp.sync.changes import key_of
from webapp.sync.model import UpdoxName

PRACTICES = {
    "harbour": practice(privacy={"keep_days": 10}),
    "elm": practice(slug="elm", privacy={"keep_days": 100}),
}
SETTLED = sorted(set(State) - UNSETTLED)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sessions(database_url: str) -> Iterator[Sessions]:
    yield from opened(database_url)


def left(sessions: Sessions) -> list[int]:
    with sessions() as session:
        return list(session.scalars(select(Booking.id).order_by(Booking.id)))


def promise_about(sessions: Sessions, row_id: int, kind: str = Kind.PATIENT_BOOKED) -> None:
    with writing(sessions) as session:
        promise(session, kind, slug="harbour", subject_id=row_id)


class TestWhatIsStored:
    def test_every_column_has_a_reason_and_an_end(self):
        found = {(one.table, one.name): one for one in stored_fields()}
        assert set(found) == {
            (table.name, column.name)
            for table in Base.metadata.sorted_tables
            for column in table.columns
        }
        assert all(one.why and one.kept for one in found.values())

    def test_no_reason_is_left_of_a_column_that_has_gone(self):
        stored = {(one.table, one.name) for one in stored_fields()}
        assert stored == {(table, name) for table, of in forgetting._WHY.items() for name in of}

    @pytest.mark.parametrize(("table", "column"), [("booking", "shoe_size"), ("visitor", "id")])
    def test_a_new_one_without_a_reason_is_found(
        self, monkeypatch: pytest.MonkeyPatch, table: str, column: str
    ):
        metadata = MetaData()
        Table(table, metadata, Column(column, String))
        monkeypatch.setattr(forgetting, "Base", SimpleNamespace(metadata=metadata))
        with pytest.raises(KeyError):
            list(stored_fields())

    def test_the_reason_for_the_visit_stays_until_the_outcome_is_known(self):
        [reason] = [
            one for one in stored_fields() if (one.table, one.name) == ("booking", "reason")
        ]
        assert "until the outcome is known" in reason.kept
        assert "health data" in reason.why


class TestPurge:
    @on_both
    def test_each_practice_says_how_long(self, sessions: Sessions, clock: time_machine.Traveller):
        ours = keep(sessions, slug="harbour", state=State.CONFIRMED)
        theirs = keep(sessions, slug="elm", state=State.CONFIRMED)
        for days, erased, stay in (
            (10, 0, [ours, theirs]),
            (10.001, 1, [theirs]),
            (100, 0, [theirs]),
            (100.001, 1, []),
        ):
            clock.move_to(START + timedelta(days=days))
            assert purge(sessions, PRACTICES) == erased
            assert left(sessions) == stay

    def test_it_counts_from_the_appointment_not_from_the_booking(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        far = keep(sessions, state=State.CONFIRMED, starts_at_utc=START + timedelta(days=80))
        clock.move_to(START + timedelta(days=60))
        assert purge(sessions, PRACTICES) == 0
        assert left(sessions) == [far]

    @pytest.mark.parametrize("state", SETTLED)
    def test_whatever_became_of_it(
        self, sessions: Sessions, clock: time_machine.Traveller, state: State
    ):
        keep(sessions, state=state)
        clock.move_to(START + timedelta(days=11))
        assert purge(sessions, PRACTICES) == 1

    @pytest.mark.parametrize("state", sorted(UNSETTLED))
    def test_what_nobody_has_settled_stays_with_its_promise(
        self, sessions: Sessions, clock: time_machine.Traveller, state: State
    ):
        row_id = keep(sessions, state=state)
        promise_about(sessions, row_id, "settle")
        clock.move_to(START + timedelta(days=300))
        assert purge(sessions, PRACTICES) == 0
        assert (left(sessions), promised(sessions)) == ([row_id], ["settle"])

    def test_a_practice_that_has_gone_keeps_for_thirty_days(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        keep(sessions, slug="closed", state=State.CONFIRMED)
        clock.move_to(START + timedelta(days=30))
        assert purge(sessions, PRACTICES) == 0
        clock.shift(timedelta(seconds=1))
        assert purge(sessions, PRACTICES) == 1

    @pytest.mark.parametrize("kind", Kind)
    def test_whatever_was_promised_about_it_goes_too(
        self, sessions: Sessions, clock: time_machine.Traveller, kind: Kind
    ):
        promise_about(sessions, keep(sessions, state=State.CANCELLED), kind)
        clock.move_to(START + timedelta(days=15))
        assert purge(sessions, PRACTICES) == 1
        assert promised(sessions) == []

    def test_its_promises_go_too_and_those_of_others_stay(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        old = keep(sessions, state=State.CONFIRMED)
        new = keep(sessions, state=State.CONFIRMED, starts_at_utc=START + timedelta(days=20))
        for row_id in (old, new):
            promise_about(sessions, row_id)
        clock.move_to(START + timedelta(days=15))
        assert purge(sessions, PRACTICES) == 1
        assert (promised(sessions, old), promised(sessions, new)) == ([], [Kind.PATIENT_BOOKED])

    def test_kept_promises_go_after_thirty_days_and_parked_ones_stay(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        row_id = keep(sessions, state=State.CONFIRMED, starts_at_utc=START + timedelta(days=80))
        for kind in ("done", "parked", "due"):
            promise_about(sessions, row_id, kind)
        with writing(sessions) as session:
            by_kind = {one.kind: one for one in session.scalars(select(Promise))}
            by_kind["done"].status = Status.DONE
            by_kind["done"].done_at_utc = NOW
            by_kind["parked"].status = Status.PARKED
        clock.move_to(NOW + timedelta(days=30))
        purge(sessions, PRACTICES)
        assert promised(sessions) == ["done", "parked", "due"]
        clock.shift(timedelta(seconds=1))
        purge(sessions, PRACTICES)
        assert promised(sessions) == ["parked", "due"]

    def test_of_a_chain_of_changes_each_goes_in_its_time(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        first = keep(sessions, state=State.CANCELLED)
        second = keep(sessions, state=State.CANCELLED, replaces_id=first)
        third = keep(
            sessions,
            state=State.CONFIRMED,
            replaces_id=second,
            starts_at_utc=START + timedelta(days=20),
        )
        clock.move_to(START + timedelta(days=11))
        assert purge(sessions, PRACTICES) == 2
        assert left(sessions) == [third]
        clock.move_to(START + timedelta(days=31))
        assert purge(sessions, PRACTICES) == 1

    def test_the_later_one_of_a_change_may_go_first(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        first = keep(sessions, state=State.CONFIRMED, starts_at_utc=START + timedelta(days=20))
        keep(sessions, state=State.CONFIRMED, replaces_id=first)
        clock.move_to(START + timedelta(days=11))
        assert purge(sessions, PRACTICES) == 1
        assert left(sessions) == [first]

    def test_more_than_one_statement_takes_go_at_once(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        before: int | None = None
        for _ in range(510):
            before = keep(sessions, state=State.CONFIRMED, replaces_id=before)
        clock.move_to(START + timedelta(days=11))
        assert purge(sessions, PRACTICES) == 510
        assert left(sessions) == []


class TestErase:
    @on_both
    def test_all_of_one_address_whatever_its_capitals_and_nobody_elses(self, sessions: Sessions):
        for email in ("Ada@Whitcombe.example", "ada@whitcombe.example"):
            keep(sessions, patient_email=email, state=State.CONFIRMED)
        other = keep(sessions, patient_email="adam@whitcombe.example", state=State.CONFIRMED)
        assert erase_by_email(sessions, " ADA@whitcombe.EXAMPLE\n") == 2
        assert left(sessions) == [other]
        assert erase_by_email(sessions, "ada@whitcombe.example") == 0

    def test_marks_in_an_address_are_no_wildcards(self, sessions: Sessions):
        row_id = keep(sessions, patient_email="ada@whitcombe.example")
        for email in ("%", "ada_whitcombe.example", ""):
            assert erase_by_email(sessions, email) == 0
        assert left(sessions) == [row_id]

    def test_the_promises_go_too(self, sessions: Sessions):
        row_id = keep(sessions, patient_email="ada@whitcombe.example", state=State.CONFIRMED)
        other = keep(sessions, state=State.CONFIRMED)
        for one in (row_id, other):
            promise_about(sessions, one)
        erase_by_email(sessions, "ada@whitcombe.example")
        assert promised(sessions) == [Kind.PATIENT_BOOKED]
        assert promised(sessions, other) == [Kind.PATIENT_BOOKED]

    @on_both
    def test_a_chain_of_changes_goes_whole(self, sessions: Sessions):
        before: int | None = None
        for _ in range(3):
            before = keep(sessions, patient_email="ada@whitcombe.example", replaces_id=before)
        assert erase_by_email(sessions, "ada@whitcombe.example") == 3
        assert left(sessions) == []


def test_what_updox_calls_it_is_forgotten_with_the_booking(
    sessions: Sessions, clock: time_machine.Traveller
):
    keep(sessions, state=State.CONFIRMED, journey="ends")
    keep(sessions, state=State.CONFIRMED, journey="stays", starts_at_utc=START + timedelta(days=9))
    with writing(sessions) as session:
        for journey in ("ends", "stays"):
            key = key_of("harbour", journey)
            session.add(UpdoxName(key=key, slug="harbour", updox_id="1"))
    clock.move_to(START + timedelta(days=11))
    assert purge(sessions, PRACTICES) == 1
    with sessions() as session:
        assert session.scalars(select(UpdoxName.key)).all() == [key_of("harbour", "stays")]
    assert erase_by_email(sessions, WORDS[2]) == 1
    with sessions() as session:
        assert session.scalars(select(UpdoxName.key)).all() == []
