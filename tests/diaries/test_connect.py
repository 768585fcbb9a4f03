from __future__ import annotations

from contextlib import closing
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from tests.diaries.valomnia.meadow import settings_for
from webapp.diaries.connect import connect
from webapp.diaries.opendental.diary import OpenDentalDiary
from webapp.diaries.pacing import Paces
from webapp.diaries.port import Capability
from webapp.diaries.settings import OpenDentalSettings, PhysiodiarySettings

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


def test_a_valomnia_table_makes_a_diary_that_can_do_more():
    settings = settings_for("https://meadow.valomnia.example")
    with closing(connect(settings, ZoneInfo("Europe/London"))) as diary:
        for capability in (Capability.BOOK, Capability.FIND, Capability.CANCEL, Capability.MOVE):
            assert capability in diary.capabilities
        assert diary.write_limit_seconds == 25.0
        assert [one.name for one in diary.rooms()] == ["Garden Room", "Upstairs Room"]


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


OPENDENTAL: dict[str, object] = {
    "system": "opendental",
    "url": "https://api.opendental.example/api/v1",
    "developer_key": "a-developers-key",
    "customer_key": "a-customers-key",
    "length_minutes": 30,
}


def test_an_open_dental_table_makes_a_diary_that_can_do_everything():
    settings = OpenDentalSettings.model_validate(OPENDENTAL)
    with closing(connect(settings, ZoneInfo("Europe/London"))) as diary:
        assert diary.capabilities == ~(Capability.APPOINTMENT_TYPES | Capability.CANCEL_REASON)
        assert diary.write_limit_seconds == 85.0
        for shown in (repr(settings), repr(diary)):
            assert "a-developers-key" not in shown
            assert "a-customers-key" not in shown


def test_practices_that_share_a_customers_key_share_their_pace():
    paces, settings = Paces(), OpenDentalSettings.model_validate(OPENDENTAL)
    other = OpenDentalSettings.model_validate(OPENDENTAL | {"length_minutes": 60})
    found = [connect(one, ZoneInfo("Europe/London"), paces=paces) for one in (settings, other)]
    assert all(isinstance(one, OpenDentalDiary) for one in found)
    assert len(paces._paces) == 1
