from __future__ import annotations

from contextlib import closing
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from webapp.diaries.connect import connect
from webapp.diaries.port import Capability
from webapp.diaries.settings import PhysiodiarySettings

TABLE: dict[str, object] = {
    "system": "physiodiary",
    "url": "https://api456.physiodiary.example:1234/api/request",
    "api_key": "a-key-of-ours",
}


def test_a_physiodiary_table_makes_a_diary_that_books_and_refuses_taken_slots():
    settings = PhysiodiarySettings.model_validate(TABLE)
    with closing(connect(settings, ZoneInfo("Europe/London"))) as diary:
        assert diary.capabilities == Capability.BOOK | Capability.REJECTS_TAKEN_SLOT
        assert diary.write_limit_seconds == 25.0


def test_no_representation_shows_the_key_or_the_proxys_password():
    table = TABLE | {"proxy": "http://agent:hidden@egress.internal:3128"}
    settings = PhysiodiarySettings.model_validate(table)
    with closing(connect(settings, ZoneInfo("Europe/London"))) as diary:
        for shown in (repr(settings), str(settings), repr(diary)):
            assert "a-key-of-ours" not in shown
            assert "hidden" not in shown


def test_an_address_with_a_password_is_refused_without_showing_it():
    table = TABLE | {"url": "https://user:hidden@physiodiary.example/api/request"}
    with pytest.raises(ValidationError, match="api_key") as caught:
        PhysiodiarySettings.model_validate(table)
    assert "hidden" not in str(caught.value)
