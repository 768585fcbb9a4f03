"""What an operator does with the list on the terminal, and what each mistake is told."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from tests.asap.api.client import keep_entry
from tests.reference_process import ELM_TREE, HARBOUR, ReferenceDiary
from tests.site.asap import (
    ADAS_PHONE,
    BEN,
    LEAVE,
    TAKE,
    address_of,
    ben_on_the_list,
    offers,
    on_the_list,
    openings,
    send_all_through,
    with_lists,
)
from tests.site.conftest import MakeSite, clock, diary, make_site, running_diary
from tests.site.ground import PATIENT, ROOM_1, ROOM_2, SIAN, SOLO, Site, free_slot
from tests.site.own import work, work_later
from webapp.asap.model import Condition
from webapp.asap.statuses import Response

__all__ = ["clock", "diary", "make_site", "running_diary"]
NOBODY = "Nobody on the list whom it fits"


@pytest.fixture
def database_url(tmp_path: Path, migrated_file: Path) -> str:
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path)}"


@pytest.fixture
def site(diary: ReferenceDiary, make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> Site:
    send_all_through(monkeypatch, diary)
    return with_lists(make_site)


def run(site: Site, *words: object, code: int = 0) -> list[str]:
    """Run a command; return its lines."""
    result = site.app.test_cli_runner().invoke(args=["asap", *(str(one) for one in words)])
    assert result.exit_code == code, result.output
    assert not result.exception or isinstance(result.exception, SystemExit)
    return result.output.splitlines()


def mistake(site: Site, *words: object) -> str:
    """Return the sentence that a mistake is told with; nothing has changed."""
    before = site.dump()
    [line] = run(site, *words, code=1)
    assert site.dump() == before
    assert line.startswith("Error: ")
    assert line.endswith(".")
    return line


def offer(site: Site, number: int = 0, **others: object) -> list[object]:
    """The words that offer Siân's free time of that number."""
    slot = free_slot(site.diary, SIAN, ROOM_2, at=number)
    when = datetime.strptime(slot.date + slot.time, "%Y%m%d%H%M")  # noqa: DTZ007 - the practice's clocks
    given = {"staff": SIAN, "room": ROOM_2, "at": f"{when:%Y-%m-%d %H:%M}"} | others
    return ["offer", HARBOUR.slug, *(part for one in given for part in (f"--{one}", given[one]))]


class TestList:
    def test_it_tells_numbers_and_wishes_and_of_nobody(self, site: Site):
        entry, other = on_the_list(site), keep_entry(site, HARBOUR.slug, weekdays="01")
        first, second = run(site, "list", HARBOUR.slug)
        start = site.bookings()[0].starts_at_utc
        assert first.split()[0] == str(entry.id)
        assert f"has {start:%Y-%m-%d %H:%M}, 45 minutes" in first
        assert "Any day" in first
        assert second.split()[0] == str(other)
        assert "no appointment" in second
        assert "Monday, Tuesday" in second
        for words in (*PATIENT.values(), *BEN.values(), "Ada", ADAS_PHONE):
            assert words not in first + second

    def test_those_who_left_or_have_nothing_to_better_are_not_on_it(
        self,
        site: Site,
        clock: time_machine.Traveller,
    ):
        on_the_list(site)
        keep_entry(site, ELM_TREE.slug)
        ben_on_the_list(site)
        site.open(site.own_page(site.bookings()[1])).press(LEAVE)
        assert len(run(site, "list", HARBOUR.slug)) == 1
        clock.move_to(site.bookings()[0].starts_at_utc)
        assert run(site, "list", HARBOUR.slug) == []


class TestOffer:
    def test_everybody_whom_it_fits_is_told_one_after_another(self, site: Site):
        ada, other = on_the_list(site), keep_entry(site, HARBOUR.slug)
        ben_on_the_list(site)
        lines = run(site, *offer(site))
        told = [line.split("  ")[-2] for line in lines]
        assert told == [f"to {other}", f"to {ada.id}"], "Ben wants his own room"
        assert all("text at 2026-11-20 08:0" in line for line in lines)
        work(site)
        assert len(site.diary.texts.texts()) == 1, "the next one waits for its turn"

    def test_why_a_text_is_not_sent_is_told(
        self,
        site: Site,
        clock: time_machine.Traveller,
    ):
        keep_entry(site, HARBOUR.slug)
        words = offer(site)
        clock.move_to(datetime.fromisoformat("2026-11-21T08:50+00:00"))
        [line] = run(site, *words)
        assert "30 minutes" in line

    def test_offered_again_nobody_is_told_twice(self, site: Site):
        on_the_list(site)
        run(site, *offer(site))
        [line] = run(site, *offer(site))
        assert line.startswith(NOBODY)
        assert len(offers(site)) == 1

    def test_where_nobody_wants_it_nothing_is_opened(self, site: Site):
        [line] = run(site, *offer(site))
        assert line.startswith(NOBODY)
        assert openings(site) == []

    @pytest.mark.parametrize(
        ("others", "words"),
        [
            ({"at": "tomorrow"}, "--at must be like"),
            ({"at": "2026-11-21T09:15"}, "--at must be like"),
            ({"at": "2026-11-31 09:15"}, "--at must be like"),
            ({"at": "2026-11-20 07:59"}, "has passed"),
            ({"at": "2027-03-28 01:30"}, "no time on the practice's clocks"),
            ({"at": "2026-11-22 03:00"}, "does not have that slot free"),
            ({"staff": 1}, "does not have that slot free"),
            ({"room": "gym"}, "does not have that slot free"),
        ],
    )
    def test_what_cannot_be_offered_is_said(
        self, site: Site, others: dict[str, object], words: str
    ):
        on_the_list(site)
        assert words in mistake(site, *offer(site, 0, **others))

    def test_a_slot_that_was_taken_is_not_offered(
        self,
        site: Site,
        clock: time_machine.Traveller,
    ):
        on_the_list(site)
        words = offer(site)
        free_slot(site.diary).taken_by_the_desk(site.diary)
        clock.shift(timedelta(minutes=2))
        assert "does not have that slot free" in mistake(site, *words)

    def test_a_diary_that_does_not_answer_is_said(
        self,
        site: Site,
        clock: time_machine.Traveller,
    ):
        on_the_list(site)
        words = offer(site)
        site.diary.fault(HARBOUR.slug, "*", "drop_before")
        clock.shift(timedelta(minutes=15))
        assert "cannot be asked" in mistake(site, *words)

    def test_a_time_that_is_on_offer_in_another_room_is_one_opening(self, site: Site):
        keep_entry(site, HARBOUR.slug)
        first, second = (
            site.diary.free(HARBOUR.slug, staff_id=SIAN, section_id=room)
            for room in (ROOM_1, ROOM_2)
        )
        day, at = next(one for one in second if one in first)
        when = f"{day[:4]}-{day[4:6]}-{day[6:]} {at[:2]}:{at[2:]}"
        run(site, *offer(site, at=when))
        assert "in another room" in mistake(site, *offer(site, at=when, room=ROOM_1))


class TestOpenings:
    def test_each_live_one_is_listed_by_time(self, site: Site):
        on_the_list(site)
        assert run(site, "openings", HARBOUR.slug) == []
        run(site, *offer(site, 3))
        run(site, *offer(site, 0))
        later, sooner = openings(site)
        lines = run(site, "openings", HARBOUR.slug)
        assert [int(line.split()[0]) for line in lines] == [sooner.id, later.id]
        assert f"{sooner.starts_at_utc:%Y-%m-%d %H:%M}" in lines[0]
        assert "Siân O'Brien, Treatment Room 2" in lines[0]
        assert "offered to 1" in lines[0]
        assert run(site, "openings", ELM_TREE.slug) == []

    def test_one_that_is_being_taken_is_marked_and_one_that_was_is_gone(
        self,
        site: Site,
        clock: time_machine.Traveller,
    ):
        on_the_list(site)
        run(site, *offer(site))
        site.diary.fault(HARBOUR.slug, "book", "drop_after", times=1)
        site.visitor.send(address_of(site, offers(site)[0].id) + TAKE, {})
        [line] = run(site, "openings", HARBOUR.slug)
        assert line.endswith("being taken")
        for _ in range(2):
            work_later(site, clock, timedelta(minutes=1))
        assert run(site, "openings", HARBOUR.slug) == []


class TestWithdraw:
    def test_no_text_goes_out_any_more_and_nobody_can_take_it(self, site: Site):
        on_the_list(site)
        run(site, *offer(site))
        [opening] = openings(site)
        assert run(site, "withdraw", opening.id) == [f"Opening {opening.id} is withdrawn."]
        assert openings(site)[0].condition is Condition.WITHDRAWN
        work(site)
        assert site.diary.texts.texts() == []
        assert offers(site)[0].response is Response.FAILED
        site.visitor.send(address_of(site, offers(site)[0].id) + TAKE, {})
        assert site.writes() == 1
        assert "withdrawn already" in mistake(site, "withdraw", opening.id)

    def test_the_same_time_can_be_offered_anew(self, site: Site):
        on_the_list(site)
        run(site, *offer(site))
        run(site, "withdraw", openings(site)[0].id)
        assert len(run(site, *offer(site))) == 1
        assert [one.condition for one in openings(site)] == [Condition.WITHDRAWN, Condition.OPEN]

    def test_one_that_somebody_has_is_theirs(self, site: Site):
        on_the_list(site)
        run(site, *offer(site))
        site.visitor.send(address_of(site, offers(site)[0].id) + TAKE, {})
        assert "taken already" in mistake(site, "withdraw", openings(site)[0].id)

    def test_one_that_is_being_taken_is_left_alone(self, site: Site):
        on_the_list(site)
        run(site, *offer(site))
        site.diary.fault(HARBOUR.slug, "book", "drop_after", times=1)
        site.visitor.send(address_of(site, offers(site)[0].id) + TAKE, {})
        assert "just taking it" in mistake(site, "withdraw", openings(site)[0].id)

    def test_one_that_is_not_there(self, site: Site):
        assert mistake(site, "withdraw", 99) == "Error: There is no opening 99."


def test_a_practice_without_a_list_is_said(site: Site) -> None:
    for slug, words in ((SOLO, "set enabled = true under [asap]"), ("nowhere", HARBOUR.slug)):
        for command in (["list", slug], ["openings", slug], ["offer", slug, *offer(site)[2:]]):
            assert words in mistake(site, *command)


def test_a_number_that_no_database_counts_to_is_refused(site: Site) -> None:
    for number in ("0", "-1", "x", str(2**31), "9" * 40):
        lines = run(site, "withdraw", "--", number, code=2)
        assert lines[-1].startswith("Error: Invalid value for 'OPENING'")
