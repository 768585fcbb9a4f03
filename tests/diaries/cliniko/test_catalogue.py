"""What an account has, how few questions tell it, and what of it cannot be offered here."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.cliniko_description import Description
from tests.diaries.cliniko.clinic import MONDAY
from tests.diaries.cliniko.relay import Relay
from tests.diaries.cliniko.riverside import diary_at, identity
from tests.reference_process import RIVERSIDE, ReferenceDiary
from webapp.diaries.cliniko import listing, zones
from webapp.diaries.cliniko.diary import ClinikoDiary
from webapp.diaries.errors import Unintelligible
from webapp.diaries.observed import ObservedDiary
from webapp.diaries.remarks import OtherZone, OwnNotice, PaidAhead, Prepayment

SLUG = "southbank"
TYPES = [{"id": number, "name": f"Type {number}", "minutes": 30} for number in (71, 72, 73, 74)]


@contextmanager
def southbank(reference: ReferenceDiary, **said: object) -> Generator[tuple[ClinikoDiary, Relay]]:
    """Open an account with one of everything, but for what is said."""
    table: dict[str, Any] = {
        "key": RIVERSIDE.key,
        "staff": [{"id": 1, "name": "Isla Bennett"}],
        "rooms": [{"id": 2, "name": "Southbank"}],
        **said,
    }
    reference.create_practice(SLUG, **table)
    with Relay(reference, SLUG) as relay, closing(diary_at(relay.root)) as diary:
        yield diary, relay
    reference.close_practice(SLUG)


class TestWhoOffersWhat:
    def test_an_account_of_many_practitioners_is_asked_a_question_a_type(
        self, reference: ReferenceDiary
    ):
        staff: list[dict[str, object]] = [
            {"id": number, "name": f"Person {number}"} for number in range(1, 61)
        ]
        # The first does one thing alone
        staff[0]["types"] = [73]
        with southbank(reference, staff=staff, types=TYPES) as (diary, _):
            types = diary.appointment_types()
            everybody = {identity(number) for number in range(1, 61)}
            for one in types:
                is_theirs = one.id == identity(73)
                assert one.staff_ids == everybody - (set() if is_theirs else {identity(1)})
            assert [one.name for one in types] == ["Type 71", "Type 72", "Type 73", "Type 74"]
            # Everybody and every type, and then who offers each of four
            assert reference.counts(SLUG) == {"practitioners": 1 + 4, "types": 1}

    def test_what_is_asked_is_as_the_vendor_describes(self, reference: ReferenceDiary):
        staff = [{"id": 1, "name": "Isla Bennett"}, {"id": 2, "name": "Mateo Silva"}]
        with southbank(reference, staff=staff, types=TYPES[:1]) as (diary, relay):
            described = Description(relay.root)
            diary.appointment_types()
            diary.remarks()
            for one in relay.asked:
                described.check_request(one.method, one.url)

    def test_an_account_of_few_is_asked_a_question_a_person(self, reference: ReferenceDiary):
        staff: list[dict[str, object]] = [
            {"id": 1, "name": "Isla Bennett", "types": [71, 73]},
            {"id": 2, "name": "Mateo Silva"},
        ]
        with southbank(reference, staff=staff, types=TYPES) as (diary, _):
            both, mateos = {identity(1), identity(2)}, {identity(2)}
            assert [one.staff_ids for one in diary.appointment_types()] == [
                both, mateos, both, mateos,
            ]  # fmt: skip
            assert reference.counts(SLUG) == {"practitioners": 1, "types": 1 + 2}


class TestOtherClocks:
    ROOMS = (
        {"id": 21, "name": "Southbank"},
        {"id": 22, "name": "St Peter Port", "zone": "Europe/Guernsey"},
        {"id": 23, "name": "Calais", "zone": "Europe/Paris"},
        {"id": 24, "name": "Crater", "zone": "Mars/Gale"},
    )

    def test_a_business_that_has_others_is_not_offered_and_that_is_logged_once(
        self, reference: ReferenceDiary, caplog: pytest.LogCaptureFixture
    ):
        with southbank(reference, rooms=self.ROOMS) as (diary, _):
            for _ in range(3):
                assert [one.name for one in diary.rooms()] == ["Southbank", "St Peter Port"]
            with pytest.raises(Unintelligible):
                diary.free_times(
                    staff_id=identity(1),
                    room_id=identity(23),
                    first_day=MONDAY,
                    days=1,
                    type_id=identity(1),
                )
            logged = [one for one in caplog.messages if "another time zone" in one]
            assert [identity(number) in one for number, one in zip((23, 24), logged, strict=True)]
            watched = ObservedDiary(diary, slug=SLUG, system="cliniko", observer=lambda _: None)
            found = [one for one in watched.remarks() if isinstance(one, OtherZone)]
            assert [(one.room.name, one.zone, one.is_known) for one in found] == [
                ("Calais", "Europe/Paris", True),
                ("Crater", "Mars/Gale", False),
            ]

    def test_one_that_says_none_has_the_accounts_own(self):
        row = {"id": "41", "show_in_online_bookings": True, "label": "Riverside"}
        assert listing.businesses([{**row, "time_zone_identifier": None}])[0].zone == ""
        assert listing.businesses([row])[0].zone == ""

    @pytest.mark.parametrize(
        ("one", "other", "are_alike"),
        [
            ("Europe/London", "Europe/Jersey", True),
            ("Europe/London", "Atlantic/Reykjavik", False),  # The same in winter
            ("Europe/Berlin", "Africa/Lagos", False),
            ("America/Phoenix", "America/Denver", False),
            ("America/New_York", "America/Havana", False),  # But for two hours a year
        ],
    )
    def test_a_zone_is_another_if_its_clocks_ever_differ(
        self, one: str, other: str, *, are_alike: bool
    ):
        found = zones.show_the_same(ZoneInfo(one), ZoneInfo(other), since=date(2026, 11, 20))
        assert found is are_alike


class TestPaidAhead:
    def test_what_has_to_be_paid_for_is_not_offered_and_not_asked_about(
        self, reference: ReferenceDiary
    ):
        types = [
            {"id": 71, "name": "Whole", "minutes": 30, "payment": "required"},
            {"id": 72, "name": "Deposit", "minutes": 30, "payment": "deposit_required"},
            {"id": 73, "name": "As you like", "minutes": 30, "payment": "optional"},
            {"id": 74, "name": "Free", "minutes": 30, "noticeHours": 48},
        ]
        with southbank(reference, types=types) as (diary, _):
            offered = diary.appointment_types()
            assert [one.name for one in offered] == ["As you like", "Free"]
            whole, deposit, notice = diary.remarks()
            assert isinstance(whole, PaidAhead)
            assert (whole.type.name, whole.prepayment) == ("Whole", Prepayment.WHOLE)
            assert isinstance(deposit, PaidAhead)
            assert (deposit.type.name, deposit.prepayment) == ("Deposit", Prepayment.DEPOSIT)
            assert isinstance(notice, OwnNotice)
            assert (notice.type.name, notice.hours) == ("Free", 48)

    def test_a_mode_counts_only_where_payments_are_switched_on(self):
        row = {
            "id": "1",
            "show_in_online_bookings": True,
            "name": "Follow-up",
            "duration_in_minutes": 30,
            "online_payments_mode": "required",
        }
        for is_on, wants in ((True, Prepayment.WHOLE), (False, None), (None, None)):
            [found] = listing.kinds([{**row, "online_payments_enabled": is_on}])
            assert found.prepayment is wants
