"""How often the vendor is asked, what it says to too much, and where the key may go."""

from __future__ import annotations

import time
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from tests.diaries.cliniko.clinic import REQUEST, Clinic
from tests.diaries.cliniko.relay import Relay, too_many
from tests.diaries.cliniko.riverside import diary_at
from tests.diaries.wire import PATIENT, ZONE
from tests.reference_process import RIVERSIDE, ReferenceDiary
from webapp import clock
from webapp.diaries.budget import Budget, LocalBudget
from webapp.diaries.calling import Reply
from webapp.diaries.cliniko.answers import pause_asked
from webapp.diaries.cliniko.diary import ClinikoDiary
from webapp.diaries.connect import connect
from webapp.diaries.errors import NoAnswer, NotReached, OutcomeUnknown, ReadFailed
from webapp.diaries.pace import Pace
from webapp.diaries.pacing import Paces
from webapp.diaries.settings import ClinikoSettings
from webapp.diaries.transport import CallLimits

KEY = "MS0tYS1rZXk-uk1"
TABLE: dict[str, Any] = {"system": "cliniko", "api_key": KEY, "contact_email": "d@p.example"}


def reply(*, retry_after: str = "", limit_resets_at: str = "") -> Reply:
    return Reply(429, b"", retry_after=retry_after, limit_resets_at=limit_resets_at)


class TestTheVendorsPause:
    def test_it_is_the_longer_of_the_two_but_a_minute_at_most(self):
        in_twenty = str(int(clock.now().timestamp()) + 20)
        assert pause_asked(reply(retry_after="7")) == 7
        assert 18 < (pause_asked(reply(limit_resets_at=in_twenty, retry_after="7")) or 0) <= 20
        assert pause_asked(reply(limit_resets_at="99999999999")) == 60
        for unreadable in ("", "soon", "-5", "1"):
            assert pause_asked(reply(limit_resets_at=unreadable)) == 5
        assert pause_asked(Reply(200, b"", retry_after="7")) is None

    def test_nothing_is_asked_until_it_is_over_and_nobody_waits_for_it(
        self, relay: Relay, diary: ClinikoDiary
    ):
        relay.instead["GET practitioners"] = [too_many("Retry-After: 30")]
        began = time.monotonic()
        with pytest.raises(NoAnswer):
            diary.staff()
        with pytest.raises(ReadFailed):
            diary.rooms()
        assert time.monotonic() - began < 20
        assert len(relay.asked) == 1

    def test_after_a_short_one_it_is_asked_again(
        self, reference: ReferenceDiary, diary: ClinikoDiary
    ):
        reference.limit(RIVERSIDE.slug, 1, seconds=1)
        outcomes: list[str] = []
        # Until two come within one second
        while "turned away" not in outcomes:
            assert diary.staff()
            outcomes = [one["outcome"] for one in reference.calls(RIVERSIDE.slug)]
            assert len(outcomes) < 100
        assert outcomes[-2:] == ["turned away", "answered"]

    def test_a_booking_whose_conflicts_cannot_be_asked_for_is_unknown(
        self, reference: ReferenceDiary, diary: ClinikoDiary, clinic: Clinic
    ):
        reference.limit(RIVERSIDE.slug, 5)
        with pytest.raises(OutcomeUnknown):
            diary.book(REQUEST)
        reference.limit(RIVERSIDE.slug, 200)
        assert len(clinic.standing()) == 1


class TestTheBudget:
    def test_reads_stop_before_bookings_do(self, relay: Relay):
        # One more goes after two seconds, for which no read waits
        pace = Pace(LocalBudget(Budget(60)))
        limits = replace(PATIENT, reads=CallLimits(connect=1, read=1, total=1))
        with closing(diary_at(relay.root, limits, pace=pace)) as diary:
            with suppress(NotReached):
                for _ in range(30):
                    diary.staff()
            assert 21 <= len(relay.asked) < 30
            assert diary.book(REQUEST).minutes == 30

    def test_practices_with_one_key_share_one(self):
        def budget(key: str, paces: Paces) -> object:
            settings = ClinikoSettings.model_validate(TABLE | {"api_key": key})
            return paces.budget(server=settings.url.host or "", key=settings.api_key, a_minute=200)

        paces = Paces()
        assert budget(KEY, paces) is budget(KEY, paces)
        assert budget(KEY, paces) is not budget("MS0tYS1rZXk-uk2", paces)

    def test_the_whole_of_it_is_two_hundred_a_minute(self, reference: ReferenceDiary):
        settings = ClinikoSettings.model_validate(
            TABLE | {"url": reference.cliniko_url(), "api_key": RIVERSIDE.key}
        )
        assert settings.requests_per_minute == 200
        with closing(connect(settings, ZONE)) as diary:
            for _ in range(70):
                diary.staff()
        assert reference.counts(RIVERSIDE.slug) == {"practitioners": 70}


class TestWhereTheKeyGoes:
    @pytest.mark.parametrize(
        ("key", "host"),
        [
            (KEY, "api.uk1.cliniko.com"),
            ("MS0t-YS1r-ca12", "api.ca12.cliniko.com"),
            ("MS0tYS1rZXk", "api.au1.cliniko.com"),
        ],
    )
    def test_to_the_shard_that_it_names(self, key: str, host: str):
        settings = ClinikoSettings.model_validate(TABLE | {"api_key": key})
        assert str(settings.url) == f"https://{host}/v1"

    @pytest.mark.parametrize(
        "key",
        [
            "k-evil.example",
            "k-uk1.evil.example",
            "k-uk123",
            "k-UK1",
            "k-",
            "k-uk1@evil",
            "k-uk\u0661",
        ],
    )
    def test_to_nothing_that_only_looks_like_one(self, key: str):
        with pytest.raises(ValidationError) as caught:
            ClinikoSettings.model_validate(TABLE | {"api_key": key})
        assert key not in str(caught.value)

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("url", "http://api.uk1.cliniko.example/v1"),
            ("url", "https://user:secret@api.uk1.cliniko.example/v1"),
            ("url", "https://api.uk1.cliniko.example/v1?x=1"),
            ("api_key", "two words-uk1"),
            ("contact_email", "nobody"),
            ("contact_email", "a@b.example)\r\nX: 1"),
            ("vendor_name", "Open\r\nslot"),
            ("requests_per_minute", 5),
        ],
    )
    def test_a_wrong_setting_stops_the_start(self, key: str, value: object):
        with pytest.raises(ValidationError):
            ClinikoSettings.model_validate(TABLE | {key: value})
