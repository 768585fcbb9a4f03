from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from tests.diaries.physiodiary.examples import (
    CONFIRMED,
    REQUEST,
)
from tests.diaries.wire import ZONE
from webapp.diaries.errors import Unintelligible
from webapp.diaries.physiodiary import mapping

MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)


class TestConfirmation:
    def test_a_yes_to_what_was_asked(self):
        found = mapping.confirmation(CONFIRMED, REQUEST, ZONE)
        assert (found.minutes, found.reference) == (45, None)

    @pytest.mark.parametrize(
        "changes",
        [
            {"result": "CONFIRMED "},
            {"staff": " anna"},
            {"section": "treatment  ROOM 2"},
            {"date": "20261123 "},
            {"duration": 30},
            {"extra": [1]},
        ],
    )
    def test_case_and_blanks_are_no_difference(self, changes: dict[str, object]):
        assert mapping.confirmation({**CONFIRMED, **changes}, REQUEST, ZONE)

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("result", "Pending"),
            ("result", ""),
            ("result", True),
            ("date", "20261124"),
            ("date", "2026-11-23"),
            ("time", "0745"),
            ("time", "915"),
            ("time", 915.0),
            ("section", "Treatment Room 1"),
            ("section", ""),
            ("staff", "Annabel"),
            ("staff", None),
            ("duration", 0),
            ("duration", -45),
            ("duration", "45"),
            ("duration", 45.5),
            ("duration", True),
            ("duration", None),
        ],
    )
    def test_anything_else_is_none_and_names_the_key(self, key: str, value: object):
        with pytest.raises(Unintelligible, match=key) as caught:
            mapping.confirmation({**CONFIRMED, key: value}, REQUEST, ZONE)
        assert caught.value.__cause__ is caught.value.__context__ is None

    @pytest.mark.parametrize("key", CONFIRMED)
    def test_every_key_is_needed(self, key: str):
        without = {name: value for name, value in CONFIRMED.items() if name != key}
        with pytest.raises(Unintelligible, match=key):
            mapping.confirmation(without, REQUEST, ZONE)

    def test_the_vendors_own_sample_is_no_yes_to_its_own_request(self):
        """It asks for 0915 on 7 October 2017, and confirms 0745."""
        asked = datetime(2017, 10, 7, 9, 15, tzinfo=ZONE)
        request = replace(REQUEST, slot=replace(REQUEST.slot, start=asked))
        sample = {**CONFIRMED, "date": "20171007", "time": "0745"}
        with pytest.raises(Unintelligible, match="time"):
            mapping.confirmation(sample, request, ZONE)

    def test_all_that_differs_is_named(self):
        answer = {**CONFIRMED, "time": "1000", "staff": "Bo"}
        with pytest.raises(Unintelligible, match=r"in: time, staff$"):
            mapping.confirmation(answer, REQUEST, ZONE)
