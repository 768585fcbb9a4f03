"""Free times: a question a week, every page of it, and nothing asked that cannot be."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests.diaries.cliniko.clinic import (
    FOLLOW_UP,
    HILLTOP,
    ISLA,
    MATEO,
    MONDAY,
    RIVERSIDE_HOUSE,
    RUNNING,
    RUTH,
)
from tests.diaries.cliniko.relay import Relay
from tests.diaries.cliniko.riverside import diary_at, identity
from tests.diaries.wire import ZONE, Server, hang_up, http, say, say_json
from tests.reference_process import RIVERSIDE, ReferenceDiary
from webapp.diaries.cliniko import free
from webapp.diaries.cliniko.diary import ClinikoDiary
from webapp.diaries.errors import NoAnswer, Unintelligible
from webapp.diaries.free_times import FreeTimes


def ask(
    diary: ClinikoDiary,
    days: int = 7,
    *,
    staff_id: str = ISLA.id,
    room_id: str = RIVERSIDE_HOUSE.id,
    type_id: str | None = FOLLOW_UP.id,
) -> FreeTimes:
    return diary.free_times(
        staff_id=staff_id, room_id=room_id, first_day=MONDAY, days=days, type_id=type_id
    )


class TestTheCatalogue:
    def test_staff_places_and_types_are_those_shown_online(self, diary: ClinikoDiary):
        assert diary.staff() == (ISLA, MATEO, RUTH)
        assert diary.rooms() == (RIVERSIDE_HOUSE, HILLTOP)
        first, follow_up, running = diary.appointment_types()
        assert (first.name, first.minutes) == ("First appointment", 45)
        assert (follow_up, running) == (FOLLOW_UP, RUNNING)
        assert not running.is_offered_by(RUTH.id)

    def test_no_id_becomes_a_part_of_an_address_unless_it_is_one(
        self, relay: Relay, diary: ClinikoDiary
    ):
        row = {"id": "../../keys", "show_in_online_bookings": True, "display_name": "Isla"}
        relay.instead["GET practitioners"] = [say_json({"practitioners": [row]})]
        with pytest.raises(Unintelligible, match="an id is not a number"):
            diary.staff()


class TestWindows:
    def test_each_question_is_about_a_week_at_most(
        self, reference: ReferenceDiary, diary: ClinikoDiary
    ):
        assert diary.window_days == 7
        ask(diary, days=16)
        asked = reference.calls(RIVERSIDE.slug, "times")
        assert [(one["date"], one["numDays"]) for one in asked] == [
            ("2026-11-23", 7),
            ("2026-11-30", 7),
            ("2026-12-07", 2),
        ]

    def test_a_week_of_many_pages_is_read_to_its_end(self, reference: ReferenceDiary):
        reference.create_practice(
            "southbank",
            key=RIVERSIDE.key,
            staff=[{"id": 1, "name": "Isla Bennett"}],
            rooms=[{"id": 2, "name": "Southbank"}],
            slotLength=5,
        )
        with Relay(reference, "southbank") as relay, closing(diary_at(relay.root)) as diary:
            found = ask(diary, staff_id=identity(1), room_id=identity(2), type_id=identity(1))
            # 96 five minutes from 9 to 5 on each of seven days
            assert [len(times) for times in found.days.values()] == [96] * 7
            assert found.minutes == 5
            assert relay.count("GET times") == 7
        reference.close_practice("southbank")

    def test_the_next_page_is_fetched_from_the_practices_own_server_alone(
        self, relay: Relay, diary: ClinikoDiary
    ):
        ask(diary)
        with Server(hang_up) as elsewhere:
            for link in (
                f"{elsewhere.origin}/v1/times?page=2",
                f"{relay.origin}@127.0.0.1:{elsewhere.port}/",
                f"{relay.origin}/another-practice/cliniko/v1/times",
                f"{relay.root}/times\nX: 1",
            ):
                document: dict[str, object] = {"available_times": [], "links": {"next": link}}
                relay.instead["GET times"] = [say_json(document)]
                with pytest.raises(Unintelligible, match="another server"):
                    ask(diary)
            assert elsewhere.requests == []

    def test_a_list_without_end_is_given_up(self, relay: Relay, diary: ClinikoDiary):
        document: dict[str, object] = {
            "businesses": [],
            "links": {"next": f"{relay.root}/businesses"},
        }
        relay.instead["GET businesses"] = [say_json(document)] * 99
        with pytest.raises(Unintelligible, match="no end"):
            diary.rooms()


class TestWhatIsAsked:
    def test_nothing_of_what_somebody_does_not_offer(self, relay: Relay, diary: ClinikoDiary):
        found = ask(diary, staff_id=RUTH.id, type_id=RUNNING.id)
        assert (found.days, found.minutes, found.type) == ({}, 60, RUNNING)
        assert relay.count("GET times") == 0

    def test_names_are_asked_for_once_and_not_with_every_question(
        self, relay: Relay, diary: ClinikoDiary
    ):
        for _ in range(3):
            ask(diary)
        assert relay.count("GET times") == 3
        # All staff, and those of the one business
        assert (relay.count("GET practitioners"), relay.count("GET businesses")) == (2, 1)
        # All types, and those of each of the staff
        assert relay.count("GET types") == 4

    def test_a_search_needs_a_type_and_one_that_is_there(self, diary: ClinikoDiary):
        with pytest.raises(ValueError, match="type"):
            ask(diary, type_id=None)
        with pytest.raises(Unintelligible):
            ask(diary, type_id=identity(9401))

    def test_what_is_offered_nowhere_online_is_none(self, relay: Relay, diary: ClinikoDiary):
        relay.instead["GET times"] = [say(http(b"", "404 Not Found"))]
        assert ask(diary).days == {}

    def test_a_failure_in_any_week_is_never_an_empty_one(self, relay: Relay, diary: ClinikoDiary):
        ask(diary)
        broken = say(http(b"{}", "503 Service Unavailable"))
        relay.instead["GET times"] = [broken] * 3
        with pytest.raises(NoAnswer):
            ask(diary, days=14)


class TestWallTimes:
    def test_summer_time_is_the_practices_own(self):
        starts = [datetime(2027, 6, 7, 8, 15, tzinfo=UTC), datetime(2027, 6, 6, 23, 30, tzinfo=UTC)]
        found = free.days_of(starts, first_day=date(2027, 6, 7), days=1, zone=ZONE)
        assert found == {date(2027, 6, 7): (time(0, 30), time(9, 15))}

    def test_in_the_hour_that_clocks_repeat_only_the_first_pass_is_offered(self):
        first = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
        found = free.days_of(
            [first, first + timedelta(hours=1)], first_day=first.date(), days=1, zone=ZONE
        )
        assert found == {first.date(): (time(1, 30),)}
        second = free.days_of(
            [first + timedelta(hours=1)], first_day=first.date(), days=1, zone=ZONE
        )
        assert second == {}
